"""How well members who don't see each other's views agree: plain calculations, free of Django."""
