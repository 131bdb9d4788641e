"""The picture as it is now, gathered as plain data: what a snapshot keeps for ever.

Figures have full precision; they are written in words only when the snapshot is shown. What is missing is null with
its status. A change in the form of this data raises SCHEMA; what is frozen keeps the form that it was frozen in.

Only figures that everybody may read are in it: a snapshot is read by all parties, and can be shared with anybody. What
an organisation measures for itself is its own until it says otherwise.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from statistics import fmean
from typing import Any

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import chosen_of, parties_of, seats_in
from samverka.foundation.access.actors import Actor
from samverka.picture.models import Note
from samverka.picture.queries.cards import focus_areas_of
from samverka.picture.queries.figures import Group, Surroundings, at, figures_of, newest, surroundings_of
from samverka.picture.queries.notes import notes_of
from samverka.statistics.enums import Measure, ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator
from samverka.statistics.queries import Series, latest_extractions
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import counties, municipalities_of

SCHEMA = 1
LANGUAGE = "sv"
"""The language that people write in; figures and words of the picture's own follow the reader."""
YEARS_KEPT = 15
"""The latest years of an indicator that a snapshot keeps."""

Content = dict[str, Any]


def chosen_indicators(collaboration: Collaboration) -> tuple[list[Indicator], list[Indicator]]:
    """The collaboration's chosen indicators, in their order: those that everybody may read, and the others."""
    chosen = [row.indicator for row in chosen_of(collaboration)]
    return [i for i in chosen if i.is_public], [i for i in chosen if not i.is_public]


def gather(*, actor: Actor, collaboration: Collaboration, title: str, number: int, now: datetime) -> Content:
    """The whole content of a snapshot, from the queries behind the screens. A constant number of queries.

    The caller has been let in to the collaboration.
    """
    indicators, _left_out = chosen_indicators(collaboration)
    around = surroundings_of(collaboration.area)
    parts = _parts(collaboration.area)
    areas = [collaboration.area, *around.wider, *parts]
    figures = figures_of(indicators, [*areas, *(around.similar.members if around.similar else [])])
    extractions = latest_extractions(indicators)
    return {
        "schema": SCHEMA,
        "language": LANGUAGE,
        "software": {"name": "Samverka", "version": version("samverka")},
        "picture": {
            "title": title,
            "number": number,
            "taken_at": now.isoformat(),
            "taken_by": {"name": actor.name, "organisation": _organisation(actor, collaboration)},
        },
        "collaboration": {
            "name": collaboration.name,
            "citizen_value": collaboration.citizen_value,
            "area": collaboration.area.code,
        },
        "areas": [{"code": area.code, "name": area.name, "kind": area.kind, "part": area in parts} for area in areas],
        "focus": _focus(collaboration.area, indicators),
        "indicators": [
            _indicator(indicator, figures[indicator.pk], areas, around, extractions.get(indicator.pk))
            for indicator in indicators
        ],
        "notes": [
            _note(note)
            for note in notes_of(actor, collaboration)
            if note.indicator_id is None or note.indicator in indicators
        ],
    }


def checksum(content: Content) -> str:
    """The digest of a content, whatever order its keys stand in."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def for_outsiders(content: Content) -> Content:
    """What who is no party reads: the same figures, and those notes that are for all."""
    return {
        **content,
        "notes": [{**note, "written_by": None} for note in content["notes"] if note["is_public"]],
        "picture": {**content["picture"], "taken_by": {**content["picture"]["taken_by"], "name": ""}},
    }


def _parts(area: Area) -> list[Area]:
    """What an area is shown divided into: a county into municipalities, the nation into counties."""
    inside = counties() if area.kind == AreaKind.NATION else municipalities_of(area)
    return [part for part in inside.order_by("code") if part.pk != area.pk]


def _organisation(actor: Actor, collaboration: Collaboration) -> str:
    """For whom the actor acts: a party where they sit."""
    mine = {seat.party_id for seat in seats_in(actor, collaboration)}
    return next((str(party.organisation) for party in parties_of(collaboration) if party.pk in mine), "")


def _focus(area: Area, indicators: Sequence[Indicator]) -> list[Content]:
    """The indicators under their focus areas, each once; those without one come last, under no heading."""
    left = {indicator.pk: indicator for indicator in indicators}
    found = []
    for focus in focus_areas_of(area, indicators):
        inside = [left.pop(indicator.pk) for indicator in focus.indicators if indicator.pk in left]
        if inside:
            keys = [indicator.pk for indicator in inside]
            found.append({"key": focus.area.key, "name": focus.area.name, "indicators": keys})
    if left:
        found.append({"key": "", "name": "", "indicators": list(left)})
    return found


def _indicator(
    indicator: Indicator, series: Series, areas: Sequence[Area], around: Surroundings, extraction: Extraction | None
) -> Content:
    years = sorted({figure.year for figures in series.values() for figure in figures})
    first = years[-YEARS_KEPT] if len(years) > YEARS_KEPT else None
    return {
        "key": indicator.pk,
        "source_key": indicator.source_key,
        "name": indicator.name,
        "definition": indicator.definition or None,
        "version": indicator.version,
        "unit": indicator.unit,
        "polarity": indicator.polarity,
        "is_closed": indicator.is_closed,
        "source": {
            "name": indicator.source.name,
            "attribution": indicator.source.attribution,
            "website": indicator.source.website or None,
        },
        "extraction": extraction
        and {
            "extracted_at": extraction.extracted_at.isoformat(),
            "released_at": extraction.released_at and extraction.released_at.isoformat(),
            "file": extraction.file_name,
        },
        "measure": indicator.measure,
        "similar": _similar(series, newest(series, areas[0]), around.similar)
        if around.similar and indicator.measure != Measure.CODE
        else None,
        "series": [
            _series(area, sex, [f for f in figures if first is None or f.year >= first])
            for area in areas
            for sex in Sex
            if (figures := series.get((area.pk, sex)))
        ],
    }


def _series(area: Area, sex: Sex, figures: Sequence[Any]) -> Content:
    """Three lists side by side: years, values, and why a value looks as it does."""
    return {
        "area": area.code,
        "sex": sex.value,
        "years": [figure.year for figure in figures],
        "values": [figure.value for figure in figures],
        "statuses": [ObservationStatus(figure.status).presence for figure in figures],
    }


def _similar(series: Series, now: Any, group: Group) -> Content | None:
    """The mean of the areas that are compared with, each counted once, as on the page of the indicator."""
    if now is None:
        return None
    found = [at(series, area, Sex.TOTAL, now.year) for area in group.members]
    values = [figure.value for figure in found if figure is not None and figure.value is not None]
    if not values:
        return None
    return {"name": group.name, "count": len(values), "year": now.year, "mean": fmean(values)}


def _note(note: Note) -> Content:
    return {
        "text": note.text,
        "kind": note.kind,
        "indicator": note.indicator_id,
        "focus": note.focus_area and note.focus_area.key,
        "source_name": note.source_name or None,
        "source_url": note.source_url or None,
        "from_year": note.from_year,
        "to_year": note.to_year,
        "is_public": note.is_public,
        "written_at": note.written_at.isoformat(),
        "written_by": note.written_by and str(note.written_by),
    }
