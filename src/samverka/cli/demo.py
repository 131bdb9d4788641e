"""`samverka demo`: a filled world in one step, with a door for each of its people."""

import os
import sys
import webbrowser
from pathlib import Path

import click

from samverka.cli.failures import Exit, Failure
from samverka.cli.session import close_connections, session


@click.command(short_help="Start a filled demonstration.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="If taken, the next free one.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--reset", is_flag=True, help="Empty the database first and begin anew.")
def demo(port: int, no_browser: bool, reset: bool) -> None:  # noqa: FBT001  click's flags
    """Start a filled demonstration on this machine: database, demonstration world, web server and job worker.

    Anyone who reaches its address can sign in as any of the demonstration's people, so it listens on
    127.0.0.1 only, and it refuses a database that began with anybody else's account. Without DATABASE_URL
    and SAMVERKA_DATA_DIR it lives in .samverka/demo, beside what is real. Ctrl+C stops everything.
    """
    from samverka.cli import listening, processes
    from samverka.cli.migrate import bring_up_to_date
    from samverka.cli.static_files import gather

    _keep_apart()
    with session(demo=True):
        from django.utils import timezone

        from samverka.demo.services import load_demo

        _refuse_real_people()
        if reset:
            _empty()
        click.echo("Förbereder exemplet … / Preparing the demonstration …", err=True)
        bring_up_to_date()
        collaboration = load_demo(now=timezone.now())
        gather()
        listener = listening.listen("127.0.0.1", port, next_free=True)
        address = listening.url(listener).rstrip("/") + collaboration.get_absolute_url()
        close_connections()
        if listener.getsockname()[1] != port and port:
            click.echo(f"Port {port} är upptagen. / Port {port} is in use.", err=True)

        def welcome() -> None:
            click.echo(f"Öppna {address} (Ctrl+C avslutar) / Open {address} (Ctrl+C stops)")
            if not no_browser and _has_screen():
                webbrowser.open(address)

        try:
            processes.watch(listener, workers=2, with_worker=True, demo=True, when_ready=welcome)
        except processes.Ended as ended:
            raise Failure(str(ended), kept="The demonstration is kept.", remedy="Read the log above.") from None


def _keep_apart() -> None:
    """Unless told where, the demonstration lives beside the installation of the same directory, never in it."""
    from samverka.config.env import NAMES

    if not any(os.environ.get(NAMES[name], "").strip() for name in ("database_url", "data_dir")):
        os.environ[NAMES["data_dir"]] = str(Path(".samverka", "demo").absolute())


def _refuse_real_people() -> None:
    """Look before anything is changed: the one-click door must never stand beside anybody's real account.

    Raises:
        Failure: the database began with accounts that are not the demonstration's.
    """
    from django.contrib.auth import get_user_model
    from django.db import connections

    from samverka.demo.services import began_with_others

    if get_user_model()._meta.db_table not in connections["owner"].introspection.table_names():
        return
    if began_with_others("owner"):
        raise Failure(
            "The database holds accounts that are not a demonstration's.",
            remedy="Set DATABASE_URL to an empty database, or SAMVERKA_DATA_DIR to another directory.",
            code=Exit.REFUSED,
        )


def _empty() -> None:
    from django.db import OperationalError, connections, transaction

    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except OperationalError as error:
        raise Failure(
            f"The database could not be emptied: {str(error).strip()}",
            remedy="Stop the other demonstration that uses it, then try again.",
            code=Exit.REFUSED,
        ) from None


def _has_screen() -> bool:
    """Without one, the "browser" would be a text program that takes over the terminal."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
