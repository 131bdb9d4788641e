"""Tables change through the owner's connection only."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_migrating: ContextVar[bool] = ContextVar("samverka_migrating", default=False)


@contextmanager
def migrating() -> Iterator[None]:
    """While migrating everything goes through the owner: other people's migrations do not say which connection."""
    token = _migrating.set(True)
    try:
        yield
    finally:
        _migrating.reset(token)


class OwnerMigrates:
    """`default` reads and writes rows; only `owner` may create or alter tables."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "owner" if _migrating.get() else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True  # both aliases are the same database
