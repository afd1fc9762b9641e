"""Where persons stand on the map of ties: plain calculations, free of Django."""
