"""The shortest way to somebody, through people who trust us: plain calculations, free of Django."""
