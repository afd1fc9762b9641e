"""The database backend of workspaces: SQLite in memory, one connection for each holder who has unlocked."""
