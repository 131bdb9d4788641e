"""How refreshes went: of each indicator, what came and what did not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from samverka.connectors.faults import WORDINGS, Fault
from samverka.connectors.rejections import WORDS, Reason
from samverka.statistics.models import Indicator, Refresh

DEFINITIONS, GROUPS = "definitions", "groups"
"""The key of the piece that holds the definitions of a source's indicators: its counts name those that it knows."""
SHOWN = 200
"""Refused rows that are shown; all are counted."""


@dataclass(frozen=True)
class Failure:
    """Why something could not be fetched. `indicators`: their keys; none when it is about definitions or groups."""

    indicators: tuple[str, ...]
    code: str
    details: Mapping[str, str]
    url: str

    @property
    def sentence(self) -> str:
        return _(WORDINGS[Fault(self.code)].sentence) % self.details

    @property
    def remedy(self) -> str:
        return _(WORDINGS[Fault(self.code)].remedy)


@dataclass(frozen=True)
class Refused:
    """A row that was refused: why, where it stood and what stood there."""

    code: str
    path: str
    text: str

    @property
    def reason(self) -> str:
        return _(WORDS[Reason(self.code)])


@dataclass
class Line:
    """An indicator of a refresh: `rows` that came, of which some were new and some changed a figure.

    is_reached: the source has answered about it. failures: why parts of it, or all, could not be fetched.
    """

    key: str
    indicator: Indicator | None
    rows: int = 0
    added: int = 0
    revised: int = 0
    is_reached: bool = False
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """A refresh as it is told. `rejected` counts all refused rows; `rejections` are the first of them."""

    refresh: Refresh
    lines: list[Line]
    failures: list[Failure]
    rejected: int
    rejections: list[Refused]

    @property
    def added(self) -> int:
        return sum(line.added for line in self.lines)

    @property
    def revised(self) -> int:
        return sum(line.revised for line in self.lines)

    @property
    def changed(self) -> list[Line]:
        """Of which something is new."""
        return [line for line in self.lines if line.added or line.revised]

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.failures]

    @property
    def waiting(self) -> list[Line]:
        """Not asked about before the end."""
        return [line for line in self.lines if not line.is_reached and not line.failures]

    @property
    def unchanged(self) -> list[Line]:
        return [line for line in self.lines if line.is_reached and not (line.added or line.revised or line.failures)]


def recent_refreshes() -> QuerySet[Refresh]:
    """Refreshes, the latest first, with how many pieces they have done and what came of them."""
    return (
        Refresh.objects.select_related("source")
        .annotate(pieces=Count("chunks"), added=Sum("chunks__added"), revised=Sum("chunks__revised"))
        .annotate(rejected=Sum("chunks__rejected"))
        .order_by("-started_at", "-pk")
    )


def report_of(refresh: Refresh) -> Report:
    """What a refresh has done. Two queries."""
    keys = refresh.question["indicators"]
    known = {i.source_key: i for i in Indicator.objects.filter(source=refresh.source_id, source_key__in=keys)}
    lines = {key: Line(key, known.get(key)) for key in keys}
    rejected = 0
    rejections: list[Refused] = []
    for chunk in refresh.chunks.order_by("pk"):
        rejected += chunk.rejected
        rejections += [Refused(*row) for row in chunk.rejections[: SHOWN - len(rejections)]]
        if chunk.key == DEFINITIONS:
            continue
        for key, (rows, added, revised) in chunk.counts.items():
            line = lines[key]
            line.rows, line.added, line.revised = line.rows + rows, line.added + added, line.revised + revised
            line.is_reached = True
    failures = [_failure(kept) for kept in refresh.failures]
    for failure in failures:
        for key in failure.indicators:
            lines[key].failures.append(failure)
    return Report(refresh, list(lines.values()), failures, rejected, rejections)


def _failure(kept: Mapping[str, Any]) -> Failure:
    return Failure(tuple(kept["indicators"]), kept["code"], kept["details"], kept["url"])
