"""A database where there is a server but no database yet."""

import psycopg
from psycopg import sql


def ensure_database(maintenance_url: str, name: str) -> None:
    """Create the database if it is not there. Safe when two processes do it at once."""
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another process was first
