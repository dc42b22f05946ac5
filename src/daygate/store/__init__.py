"""OUTSIDE: SQLite or PostgreSQL, one schema; rows never leave this room; imports domain and kit."""
