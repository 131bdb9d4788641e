"""What every command begins and ends with: Django ready, and at the end everything let go."""

from collections.abc import Iterator
from contextlib import contextmanager

from samverka.cli.failures import Exit, Failure


@contextmanager
def session(*, demo: bool = False) -> Iterator[None]:
    """Django is ready inside; at the end connections are closed and an unused embedded server is stopped.

    Raises:
        Failure: a setting or the database cannot be used.
    """
    from django.db import OperationalError  # Django takes its time to load, and --help needs none of it

    from samverka.config import boot
    from samverka.config.env import SettingsError
    from samverka.foundation.database import embedded

    try:
        boot(demo=demo)
        yield
    except SettingsError as error:
        raise Failure(
            str(error), remedy="Correct the setting; samverka doctor checks them all.", code=Exit.SETTING
        ) from None
    except embedded.EmbeddedServerError as error:
        raise Failure(error.message, remedy=error.remedy, code=Exit.DATABASE) from None
    except OperationalError as error:
        raise Failure(
            f"The database does not answer: {str(error).strip()}",
            kept="What was not finished was rolled back.",
            remedy="Start the database, or correct DATABASE_URL; samverka doctor tells more.",
            code=Exit.DATABASE,
        ) from None
    finally:
        close_connections()
        embedded.leave()


def close_connections() -> None:
    """Close all connections of this process and their pools; the next use opens new ones."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        return  # they could not be read, so nothing was opened
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def require_migrated() -> None:
    """Stop a command that needs the tables as this release has them.

    Raises:
        Failure: migrations are pending.
    """
    from samverka.foundation.database.migration import pending

    waiting = pending()
    if waiting:
        raise Failure(
            f"The database is not up to date: {len(waiting)} migrations wait, the first is {waiting[0]}.",
            remedy="Run samverka migrate, then try again.",
            code=Exit.REFUSED,
        )
