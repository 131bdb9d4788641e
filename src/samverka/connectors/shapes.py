"""Strict reading of JSON: what is missing or of another type is an error that says where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .faults import Fault, SourceError
from .texts import writable

_YEARS = range(1900, 2200)  # in which sources publish, and moments can be compared in any time zone
_NAMES = {str: "text", bool: "true/false", int: "integer", float: "number", list: "list", dict: "object"}


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a JSON document, with its path for messages. Fields that nobody asks for are ignored: APIs grow."""

    value: Any
    url: str = ""
    path: str = ""

    def has(self, name: str) -> bool:
        """Whether the field is there and is not null."""
        return self.object().get(name) is not None

    def __getitem__(self, name: str) -> "Node":
        path = f"{self.path}.{name}" if self.path else name
        try:
            return Node(self.object()[name], self.url, path)
        except KeyError:
            raise SourceError(Fault.MISSING_FIELD, url=self.url, path=path) from None

    def __iter__(self) -> Iterator["Node"]:
        for index, value in enumerate(self.items()):
            yield Node(value, self.url, f"{self.path}[{index}]")

    def _of(self, kind: type) -> Any:
        if type(self.value) is not kind:
            raise self.changed(_NAMES[kind])
        return self.value

    def changed(self, expected: str) -> SourceError:
        """The error that this value is something else than expected."""
        found = "null" if self.value is None else _NAMES.get(type(self.value), type(self.value).__name__)
        return SourceError(Fault.CHANGED_FIELD, url=self.url, path=self.path or "$", found=found, expected=expected)

    def object(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._of(dict)
        return found

    def items(self) -> list[Any]:
        found: list[Any] = self._of(list)
        return found

    def text(self) -> str:
        found: str = self._of(str)
        return writable(found)

    def flag(self) -> bool:
        found: bool = self._of(bool)
        return found

    def whole(self) -> int:
        found: int = self._of(int)
        return found

    def moment(self) -> datetime:
        """An ISO 8601 moment with its offset."""
        try:
            found = datetime.fromisoformat(self.text())
        except ValueError:
            raise self.changed("date and time") from None
        if found.tzinfo is None:
            raise self.changed("date and time with offset")
        if not _YEARS.start <= found.year < _YEARS.stop:
            raise self.changed(f"a year in {_YEARS.start}–{_YEARS.stop - 1}")
        return found

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self)

    def optional_text(self, name: str) -> str:
        """The field's text; empty if it is missing or null."""
        return self[name].text() if self.has(name) else ""
