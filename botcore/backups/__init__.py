"""Backups of the whole database and the way back: SQLite by its online copy, PostgreSQL by its programs."""
