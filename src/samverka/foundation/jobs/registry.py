"""The kinds of long work. An app registers a function that does its work; the queue knows only the name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Progress(Protocol):
    """What the work tells and asks while it goes on."""

    def report(self, *, done: int, total: int, doing: str) -> None:
        """Tell how far the work has come.

        Raises:
            Cancelled: the person has asked for an end; what is committed stays, the rest is not begun.
        """


class Cancelled(Exception):
    """The person asked for an end."""


class JobFailure(Exception):
    """The work could not be done, for a reason that a person can read and act on."""


Work = Callable[..., dict[str, Any]]
"""`work(*, actor, arguments, upload, progress)` → a result that JSON can hold. It opens its own transactions."""


@dataclass(frozen=True)
class Kind:
    """A kind of long work: who does it, and the template that shows its result (it is given `job`)."""

    work: Work
    result_template: str


_KINDS: dict[str, Kind] = {}


def register(kind: str, work: Work, *, result_template: str = "") -> None:
    """Say who does a kind of work, and what its page shows when it is done. Said twice is an error."""
    if kind in _KINDS:
        raise ValueError(f"the job kind {kind} is registered already")
    _KINDS[kind] = Kind(work, result_template)


def work_of(kind: str) -> Work:
    return _KINDS[kind].work


def result_template_of(kind: str) -> str:
    """The template that the job's page includes when the work is done; empty when there is nothing to show.

    A job outlives its kind: one that an earlier release did still has its page.
    """
    return _KINDS[kind].result_template if kind in _KINDS else ""


def kinds() -> list[str]:
    return sorted(_KINDS)
