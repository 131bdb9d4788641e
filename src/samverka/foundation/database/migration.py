"""Bringing a database up to date: tables as the owner, then the application's role and its rights."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from .roles import ensure_app_role, grant
from .router import migrating


def bring_up_to_date(*, verbosity: int = 0) -> None:
    """Migrate, make the cache's table, make the application's role, grant. Idempotent."""
    with migrating():
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
        call_command("createcachetable", database="owner", verbosity=0)
    app = settings.DATABASES["default"]
    owner = settings.DATABASES["owner"]
    if app["USER"] != owner["USER"]:
        if settings.ENVIRONMENT.database_app_url is None:  # a role that is given was made by its giver
            ensure_app_role(role=app["USER"], password=app["PASSWORD"])
        grant(role=app["USER"])


def pending(using: str = "owner") -> list[str]:
    """The migrations (app.name) that the database lacks, in the order in which they would run."""
    executor = MigrationExecutor(connections[using])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
