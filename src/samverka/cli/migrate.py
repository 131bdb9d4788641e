"""`samverka migrate`: the database as this release needs it."""

import click

from samverka.cli.session import session


@click.command(short_help="Bring the database up to date.")
def migrate() -> None:
    """Bring the database up to date: tables, the application's role and its rights, reference areas, definitions.

    Safe to run again, and from several machines at once. Make a backup first.
    """
    with session():
        waiting, areas = bring_up_to_date()
    click.echo(f"{len(waiting)} migrations were applied." if waiting else "The tables were up to date.")
    click.echo(f"{areas} areas are in place.")


def bring_up_to_date() -> tuple[list[str], int]:
    """Migrate and load what the program brings. Returns the applied migrations and the number of areas."""
    from samverka.foundation.access.actors import Actor
    from samverka.foundation.database import migration
    from samverka.foundation.database.acting import acting_as
    from samverka.statistics.services import load_reference_definitions
    from samverka.territory.services import load_reference_areas

    waiting = migration.pending()
    migration.bring_up_to_date()
    with acting_as(Actor.system("samverka migrate")):
        areas = load_reference_areas()
        load_reference_definitions()
    return waiting, areas
