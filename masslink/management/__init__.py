"""The server's commands: serve, demo, code."""
