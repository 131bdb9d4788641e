"""The two roles: the owner, who migrates, and the application, which owns no table."""

from django.apps import apps
from django.db import connections
from psycopg import sql

from .models import Owned


def ensure_app_role(*, role: str, password: str) -> None:
    """Make the application's role, or give it its password anew. Idempotent, also when two processes do it at once."""
    with connections["owner"].cursor() as cursor:
        # One migrator at a time: CREATE ROLE has no IF NOT EXISTS, and concurrent grants collide.
        cursor.execute("SELECT pg_advisory_lock(hashtext('samverka roles'))")
        try:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            # Only a superuser may as much as mention the attributes of a role that exists; doctor looks after them.
            verb = (
                "ALTER ROLE {} LOGIN PASSWORD {}"
                if cursor.fetchone()
                else "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
            )
            cursor.execute(sql.SQL(verb).format(sql.Identifier(role), sql.Literal(password)))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('samverka roles'))")


def grant(*, role: str) -> None:
    """Give the application's role its rights on all tables as they are now: after every migration."""
    who = sql.Identifier(role)
    with connections["owner"].cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
        ):
            cursor.execute(sql.SQL(statement).format(who))
        for model in guarded_models():
            if model.append_only:
                cursor.execute(
                    sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(model._meta.db_table), who)
                )


def guarded_models() -> list[type[Owned]]:
    """All tables of Samverka's own."""
    return [model for model in apps.get_models() if issubclass(model, Owned)]
