"""What is made once per state of its data: pieces of pages that take longer to make than to look up.

Kept in the database's cache, so that all processes share it, and those that were asked for last also in the process.
The key holds everything that the piece is made from, the reader's language and the program itself; what nobody asks for
any more falls out by itself.
"""

import functools
import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.utils.translation import get_language

T = TypeVar("T")
A_WEEK = 7 * 24 * 60 * 60
ROOM = 32 * 1024 * 1024
"""So many bytes of pieces a process keeps for itself."""
LARGEST = ROOM // 32
"""Of one piece: whoever reads all figures through the API pushes nobody's pages out."""
MADE_OF = (".py", ".html", ".mo", ".typ", ".csv", ".toml")
"""Of what the program is made: its code, its words, and the reference data that come with it."""


def kept(make: Callable[[], T], *, of: tuple[Any, ...], shared: bool = True) -> T:
    """What `make` gives, made once for these parts. The caller has let the reader in to all of them.

    Args:
        of: what the piece is made from: numbers, words, and rows of the database, which count with all their fields.
            What is not among them may not show in the piece; above all, who reads.
        shared: whether the database keeps it. What people write for some only, and whom they are, has its own place
            there, with row-level security and an end: of that a piece stays in the process. So does, without being
            told, what is made of a row that says that it is not public.
    """
    if not settings.KEEP_PIECES:
        return make()
    shared = shared and _for_all(of)
    parts = [_told(part) for part in of]
    key = hashlib.sha256(repr((parts, get_language(), _program())).encode()).hexdigest()
    content = _near.get(key)
    if content is None:
        content = cache.get(key) if shared else None
        if content is None:
            content = pickle.dumps(make(), pickle.HIGHEST_PROTOCOL)
            if shared:
                cache.set(key, content, A_WEEK)
        _near.put(key, content)
    found: T = pickle.loads(content)  # noqa: S301  written above, and by nobody else
    return found


class Near:
    """What this process was asked for last. As bytes: nobody who changes what they got changes another's."""

    def __init__(self, room: int = ROOM, largest: int = LARGEST) -> None:
        self._room = room
        self._largest = largest
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            content = self._held.get(key)
            if content is not None:
                self._held.move_to_end(key)
            return content

    def put(self, key: str, content: bytes) -> None:
        if len(content) > self._largest:
            return
        with self._lock:
            replaced = self._held.pop(key, b"")
            self._held[key] = content
            self._room -= len(content) - len(replaced)
            while self._room < 0:
                _, oldest = self._held.popitem(last=False)
                self._room += len(oldest)


_near = Near()


def _for_all(part: Any) -> bool:
    if isinstance(part, list | tuple):
        return all(map(_for_all, part))
    return not isinstance(part, Model) or getattr(part, "is_public", True)


def _told(part: Any) -> Any:
    if isinstance(part, Model):
        return part._meta.label, _values(type(part))(part)
    if isinstance(part, list | tuple):
        return [_told(one) for one in part]
    return part


@functools.cache
def _values(model: type[Model]) -> Callable[[Model], Any]:
    return attrgetter(*(field.attname for field in model._meta.concrete_fields))


@functools.cache
def _program() -> str:
    """Tells one state of the program from another: a new template must not meet what an old one made."""
    root = Path(__file__).resolve().parents[2]
    files = sorted(file for file in root.rglob("*") if file.suffix in MADE_OF)
    return hashlib.sha256(repr([(str(file), file.stat().st_mtime_ns) for file in files]).encode()).hexdigest()
