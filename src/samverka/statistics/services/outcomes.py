"""What became of a file: told on the screen, in the terminal, and kept with the job."""

from dataclasses import dataclass, field
from typing import Any

from samverka.statistics.enums import Fault, ImportState

from .rejections import Rejection, Rejections

LISTED = 1000
"""Rejected rows that are listed; all are counted."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: the `rows` it held, how many were `added`, how many `changed` a figure."""

    file: str
    state: ImportState
    rows: int = 0
    added: int = 0
    changed: int = 0
    indicator_id: int | None = None
    rejections: Rejections = field(repr=False, default_factory=Rejections.of)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "state": self.state.value,
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "indicator": self.indicator_id,
            "rejected": len(self.rejections),
            "rejections": [[r.line, r.text, r.fault.value, r.detail] for r in self.rejections.first(LISTED)],
        }


def rejections_of(outcome: dict[str, Any]) -> list[Rejection]:
    """The listed rejections of an outcome kept as JSON; their words come in the reader's language."""
    return [Rejection(line, text, Fault(fault), detail) for line, text, fault, detail in outcome["rejections"]]
