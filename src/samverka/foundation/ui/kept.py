"""What is made once per state of its data: pieces of pages that take longer to make than to look up.

Kept in the database's cache, so that all processes share it. The key holds everything that the piece is made from, the
reader's language and the program itself; what nobody asks for any more falls out by itself.
"""

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.utils.translation import get_language

T = TypeVar("T")
A_WEEK = 7 * 24 * 60 * 60
MADE_OF = (".py", ".html", ".mo", ".typ")


def kept(make: Callable[[], T], *, of: tuple[Any, ...]) -> T:
    """What `make` gives, made once for these parts. The caller has let the reader in to all of them.

    Args:
        of: what the piece is made from: numbers, words, and rows of the database, which count with all their fields.
            What is not among them may not show in the piece; above all, who reads.
    """
    if not settings.KEEP_PIECES:
        return make()
    parts = [_told(part) for part in of]
    key = hashlib.sha256(repr((parts, get_language(), _program())).encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, A_WEEK)
    return found


def _told(part: Any) -> Any:
    if isinstance(part, Model):
        fields = part._meta.concrete_fields
        return [part._meta.label, *((field.attname, getattr(part, field.attname)) for field in fields)]
    if isinstance(part, list | tuple):
        return [_told(one) for one in part]
    return part


@functools.cache
def _program() -> str:
    """Tells one state of the program from another: a new template must not meet what an old one made."""
    root = Path(__file__).resolve().parents[2]
    files = sorted(file for file in root.rglob("*") if file.suffix in MADE_OF)
    return hashlib.sha256(repr([(str(file), file.stat().st_mtime_ns) for file in files]).encode()).hexdigest()
