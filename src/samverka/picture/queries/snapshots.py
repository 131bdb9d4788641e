"""Reading frozen pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.foundation.database.acting import acting_as
from samverka.picture.models import Snapshot, SnapshotLink

LINK_READER = Actor.system("shared link")
"""The token is the key; who holds it is nobody in particular."""
KEY_READER = Actor.system("key of the API")


def snapshots_visible_to(actor: Actor) -> QuerySet[Snapshot]:
    """Snapshots that the actor may read, with their content."""
    return permitted(actor, Action.READ, Snapshot.objects.select_related("collaboration__area"))


def listed(actor: Actor, collaboration: Collaboration) -> QuerySet[Snapshot]:
    """The snapshots of a collaboration that the actor may read, latest first; their content is left where it is."""
    return snapshots_visible_to(actor).filter(collaboration=collaboration).defer("content").order_by("-number")


def snapshots_of_key(actor: Actor) -> list[Snapshot]:
    """Snapshots that a key of the API may read, latest first; their content is left where it is.

    PostgreSQL knows only persons: the rule alone decides.
    """
    with acting_as(KEY_READER):
        return list(snapshots_visible_to(actor).defer("content").order_by("-taken_at", "-pk"))


def snapshot_of_key(actor: Actor, key: int) -> Snapshot | None:
    """One of them, with its content; None when there is none that the key may read."""
    with acting_as(KEY_READER):
        return snapshots_visible_to(actor).filter(pk=key).first()


def next_number(collaboration: Collaboration) -> int:
    """The number that the next snapshot gets. Sure only for one who holds the collaboration's row."""
    last: int | None = Snapshot.objects.filter(collaboration=collaboration).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def open_link(snapshot: Snapshot) -> SnapshotLink | None:
    """The address by which the snapshot is shared now. The caller has let the reader in to the snapshot."""
    return snapshot.links.filter(withdrawn_at=None).first()


def link_by(token: str) -> SnapshotLink | None:
    """The link, open or withdrawn, with its snapshot: whoever has the token may read what it opens."""
    with acting_as(LINK_READER):
        found = SnapshotLink.objects.select_related("snapshot__collaboration__area").filter(token=token)
        return found.first()


@dataclass(frozen=True)
class FigureRow:
    """One figure of a snapshot, with everything that it takes to trace it. Without a value, `status` says why."""

    indicator: str
    name: str
    unit: str
    area: str
    area_name: str
    year: int
    sex: str
    value: float | None
    status: str
    source: str
    definition_version: int
    extracted_at: datetime | None


def figures_in(content: dict[str, Any]) -> Iterator[FigureRow]:
    """Every figure of a snapshot's content, indicator by indicator; the form that CSV files and the API give."""
    names = {area["code"]: area["name"] for area in content["areas"]}
    for indicator in content["indicators"]:
        extraction = indicator["extraction"]
        taken = datetime.fromisoformat(extraction["extracted_at"]) if extraction else None
        for series in indicator["series"]:
            for year, value, status in zip(series["years"], series["values"], series["statuses"], strict=True):
                yield FigureRow(
                    indicator=indicator["source_key"],
                    name=indicator["name"],
                    unit=indicator["unit"],
                    area=series["area"],
                    area_name=names[series["area"]],
                    year=year,
                    sex=series["sex"],
                    value=value,
                    status=status,
                    source=indicator["source"]["name"],
                    definition_version=indicator["version"],
                    extracted_at=taken,
                )
