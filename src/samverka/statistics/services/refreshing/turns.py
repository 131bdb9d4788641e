"""One refresh of a source at a time, and a clock that tells that somebody is waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from samverka.connectors.http import SystemClock
from samverka.statistics.models import Source

_LOCKS = 0x53564B41
"""The first half of the lock's number; the second is the source's key."""
_PATIENCE = 5.0
"""Seconds: a killed refresh's lock goes when PostgreSQL has seen that nobody is there any more."""


class BusyError(Exception):
    """Another refresh of the same source is under way."""

    code = "refresh_busy"


@contextmanager
def alone(source: Source) -> Iterator[None]:
    """Hold the source's turn. It ends with the process, however that ends.

    On a connection of its own: the work's own one is in and out of transactions.

    Raises:
        BusyError: somebody else holds it.
    """
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with connection.cursor() as cursor:
            until = time.monotonic() + _PATIENCE
            while not _try(cursor, source):
                if time.monotonic() > until:
                    raise BusyError(source.key)
                time.sleep(0.2)
        try:
            yield
        finally:
            with connection.cursor() as cursor:  # a pooled connection lives on
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, source.pk])
    finally:
        connection.close()


def _try(cursor: CursorWrapper, source: Source) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, source.pk])
    [(got,)] = cursor.fetchall()
    return bool(got)


class TellingClock(SystemClock):
    """The machine's clock. While a client waits or reads slowly, `told` hears of it, and can end it by raising."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told

    def monotonic(self) -> float:
        self._told()
        return super().monotonic()

    def sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._told()
            time.sleep(min(left, 1.0))
