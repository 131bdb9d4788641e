"""Frozen pictures of the situation: the figures as they were on a day, which never change."""

import csv
import io
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from samverka.foundation.access.doors import actor_of
from samverka.foundation.ui.chart_files import harmless
from samverka.picture.models import Snapshot
from samverka.picture.queries.snapshots import FigureRow, figures_in, link_by, snapshot_of_key, snapshots_of_key

from .caching import kept

router = Router(tags=["snapshots"])


class Form(StrEnum):
    JSON = "json"
    CSV = "csv"


class SnapshotOut(Schema):
    id: int
    title: str
    collaboration: str
    area: str
    taken_at: datetime
    content_sha256: str = Field(description="Of the whole content: equal sums, equal pictures.")


class FrozenFigureOut(Schema):
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


class SnapshotsOut(Schema):
    snapshots: list[SnapshotOut]


class FrozenOut(Schema):
    snapshot: SnapshotOut
    figures: list[FrozenFigureOut]


def _told(snapshot: Snapshot) -> SnapshotOut:
    return SnapshotOut(
        id=snapshot.pk,
        title=snapshot.title,
        collaboration=snapshot.collaboration.name,
        area=snapshot.collaboration.area.code,
        taken_at=snapshot.taken_at,
        content_sha256=snapshot.content_sha256,
    )


@router.get("", response=SnapshotsOut, summary="Snapshots of the collaborations that the key's organisation is in")
def snapshots(request: HttpRequest) -> HttpResponse:
    """Without a key there are none: a snapshot is the parties' own, or whoever's has been sent its link."""
    found = [_told(snapshot) for snapshot in snapshots_of_key(actor_of(request))]
    content = SnapshotsOut(snapshots=found).model_dump_json()
    return kept(request, content, lambda: HttpResponse(content, content_type="application/json"))


@router.get("/shared/{token}", response=FrozenOut, summary="The snapshot of a shared link")
def shared(request: HttpRequest, token: str, format: Form = Form.JSON) -> HttpResponse:
    link = link_by(token)
    if link is None or link.withdrawn_at is not None:
        raise Http404("There is no such link, or it has been withdrawn.")
    answer = _whole(request, link.snapshot, format)
    # The link can be withdrawn at any time, and the address is the key: nobody keeps it for others, or tells of it.
    answer["Cache-Control"], answer["Referrer-Policy"] = "private, no-store", "no-referrer"
    return answer


@router.get("/{key}", response=FrozenOut, summary="A snapshot with every figure")
def snapshot(request: HttpRequest, key: int, format: Form = Form.JSON) -> HttpResponse:
    found = snapshot_of_key(actor_of(request), key)
    if found is None:
        raise Http404(f"There is no snapshot {key} that you may read.")
    return _whole(request, found, format)


def _whole(request: HttpRequest, found: Snapshot, wanted: Form) -> HttpResponse:
    def make() -> HttpResponse:
        rows = list(figures_in(found.content))
        if wanted is Form.CSV:
            return _csv(rows)
        content = FrozenOut(snapshot=_told(found), figures=[FrozenFigureOut(**asdict(row)) for row in rows])
        return HttpResponse(content.model_dump_json(), content_type="application/json")

    return kept(request, found.content_sha256, make)


def _csv(rows: list[FigureRow]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=[field.name for field in fields(FigureRow)], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(cell) for name, cell in asdict(row).items()})
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="snapshot.csv"'
    return answer
