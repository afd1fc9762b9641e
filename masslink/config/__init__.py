"""Settings, addresses, and the door of the server."""
