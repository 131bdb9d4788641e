"""What a joint report says, gathered once and kept for ever as plain data.

Figures have full precision; they are written in words only when the report is shown, by the same functions as the
screen. What is missing is null with its status. A change in the form of this data raises SCHEMA; what is published
keeps the form that it was published in.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

from samverka.agreements.queries import visible_to as agreements_visible_to
from samverka.collaborations.models import Collaboration, Party
from samverka.collaborations.queries import parties_of, seats_in
from samverka.financing.queries import visible_to as funding_visible_to
from samverka.followup.queries.texts import latest_submitted
from samverka.foundation.access.actors import Actor
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.queries import Line, Place, Progress, goals_of, progress_of_all
from samverka.plans.models import Measure
from samverka.plans.queries import visible_to as measures_visible_to
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Source
from samverka.statistics.queries import Figure
from samverka.territory.models import Area
from samverka_engine.series.verdict import Judgement, Reason, Standing, Verdict

SCHEMA = 1
LANGUAGE = "sv"
"""The language that people write in; figures and words of the report's own follow the reader."""

STATUS_WORDS = {status: status.name.lower() for status in ObservationStatus}
STATUS_OF = {word: status for status, word in STATUS_WORDS.items()}

Content = dict[str, Any]


def gather(
    *, actor: Actor, collaboration: Collaboration, title: str, number: int, is_public: bool, now: datetime
) -> Content:
    """The whole content of a report, from the queries behind the screens.

    A public report holds the goals and measures that are decided to be public, and no others; its status texts and
    own benefits become public with it. The caller has been let in to the collaboration.
    """
    reader = Actor() if is_public else actor
    parties = list(parties_of(collaboration))
    texts = latest_submitted(collaboration)
    measures = _measures(reader, collaboration, parties)
    return {
        "schema": SCHEMA,
        "language": LANGUAGE,
        "software": {"name": "Samverka", "version": version("samverka")},
        "report": {
            "title": title,
            "number": number,
            "is_public": is_public,
            "published_at": now.isoformat(),
            "published_by": _publisher(actor, collaboration, parties, is_public=is_public),
        },
        "collaboration": {
            "name": collaboration.name,
            "citizen_value": collaboration.citizen_value,
            "challenge": collaboration.challenge,
            "area": {"code": collaboration.area.code, "name": collaboration.area.name},
            "phase": collaboration.phase,
            "starts_on": collaboration.starts_on.isoformat(),
            "ends_on": _day(collaboration.ends_on),
        },
        "goals": [
            goal_content(progress, measures.get(progress.goal.pk, []))
            for progress in progress_of_all(goals_of(reader, collaboration))
        ],
        "parties": [
            {
                "name": str(party.organisation),
                "role": party.role,
                "own_benefit": party.own_benefit or None,
                "joined_on": party.joined_on.isoformat(),
                "left_on": _day(party.left_on),
            }
            for party in parties
        ],
        "agreements": [
            {
                "kind": agreement.kind,
                "title": agreement.title,
                "summary": agreement.summary,
                "starts_on": agreement.starts_on.isoformat(),
                "ends_on": _day(agreement.ends_on),
                "source": agreement.source or None,
            }
            for agreement in agreements_visible_to(actor).filter(collaboration=collaboration)
        ],
        "funding": [
            {
                "name": funding.name,
                # As text: kronor and öre are exact, and JSON's numbers are not.
                "amount": None if funding.amount is None else str(funding.amount),
                "is_temporary": funding.is_temporary,
                "ends_on": _day(funding.ends_on),
                "source": funding.source or None,
            }
            for funding in funding_visible_to(actor).filter(collaboration=collaboration)
        ],
        "statuses": [
            {
                "party": str(party.organisation),
                "text": texts[party.pk].text,
                "submitted_at": texts[party.pk].submitted_at.isoformat(),  # type: ignore[union-attr]  # submitted
            }
            for party in parties
            if party.pk in texts
        ],
        "unanswered": [str(party.organisation) for party in parties if not party.left_on and party.pk not in texts],
    }


def goal_content(progress: Progress, measures: Iterable[Measure] = ()) -> Content:
    """A goal and how it goes, as plain data."""
    goal, indicator = progress.goal, progress.goal.indicator
    return {
        "key": goal.pk,
        "name": goal.name,
        "vision": goal.vision or None,
        "source": goal.source or None,
        "note": goal.note or None,
        "adopted_on": _day(goal.adopted_on),
        "polarity": goal.polarity,
        "baseline_year": goal.baseline_year,
        "target_year": goal.target_year,
        "indicator": {
            "key": indicator.source_key,
            "name": indicator.name,
            "definition": indicator.definition or None,
            "unit": indicator.unit,
            "source": indicator.source.name,
            "attribution": indicator.source.attribution,
            "website": indicator.source.website or None,
        },
        "extraction": _extraction(progress.extraction),
        "years": progress.years,
        "verdict": progress.verdict,
        "places": [_place(place) for place in progress.places],
        "comparison": _line(progress.comparison),
        "measures": [
            {
                "title": measure.title,
                "party": str(measure.party.organisation),
                "description": measure.description or None,
                "responsible": measure.responsible,
                "starts_on": measure.starts_on.isoformat(),
                "ends_on": measure.ends_on.isoformat(),
                "state": measure.state,
                "state_note": measure.state_note or None,
            }
            for measure in measures
        ],
    }


def checksum(content: Content) -> str:
    """SHA-256 of the content, whatever the order of its keys."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def thawed(content: Content) -> list[Progress]:
    """The goals of a report as they were, in the form that charts, tables and sentences are made from.

    Nothing is read and nothing judged anew: verdicts are those of the report.
    """
    return [_progress(goal) for goal in content["goals"]]


def revised_since(content: Content, now: Iterable[Progress]) -> list[Goal]:
    """The goals whose figures are no longer those of the report, among those given as they are now."""
    then = {goal["key"]: _figures(goal) for goal in content["goals"]}
    return [
        progress.goal
        for progress in now
        if progress.goal.pk in then and then[progress.goal.pk] != _figures(goal_content(progress))
    ]


def _figures(goal: Content) -> Any:
    return [goal["places"], goal["comparison"]]


# --- freezing -----------------------------------------------------------------------------------------------------


def _place(place: Place) -> Content:
    return {
        "total": _line(place.total),
        "women": _line(place.women) if place.women else None,
        "men": _line(place.men) if place.men else None,
    }


def _line(line: Line) -> Content:
    judgement = line.judgement
    return {
        "area": {"code": line.area.code, "name": line.area.name},
        "sex": line.sex.value,
        "baseline": line.target.baseline_value if line.target else None,
        "target": line.target.target_value if line.target else None,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason.value,
        "judged": asdict(judgement.judged) if judgement.judged else None,
        "latest": asdict(judgement.latest) if judgement.latest else None,
        "target_met": judgement.target_met,
        "first_year_met": judgement.first_year_met,
        "band": judgement.band,
        "years_without_value": list(judgement.years_without_value),
        "revised_baseline": judgement.revised_baseline,
        "assumptions": list(judgement.assumptions),
        "figures": [
            {"year": figure.year, "value": figure.value, "status": STATUS_WORDS[figure.status]}
            for figure in line.figures
        ],
    }


def _measures(reader: Actor, collaboration: Collaboration, parties: list[Party]) -> dict[int, list[Measure]]:
    """Measures by goal, in the order of the parties."""
    order = {party.pk: place for place, party in enumerate(parties)}
    rows = measures_visible_to(reader).filter(goal__collaboration=collaboration)
    found: dict[int, list[Measure]] = {}
    for measure in sorted(rows, key=lambda measure: (order[measure.party_id], measure.pk)):
        found.setdefault(measure.goal_id, []).append(measure)
    return found


def _publisher(actor: Actor, collaboration: Collaboration, parties: list[Party], *, is_public: bool) -> Content:
    """Who publishes, and for which organisation: the leading one before others.

    Names of people are for those who work together; in a public report the organisation speaks.
    """
    mine = {seat.party_id for seat in seats_in(actor, collaboration)}
    organisation = next((str(party.organisation) for party in parties if party.pk in mine), None)
    return {"name": None if is_public and organisation else actor.name, "organisation": organisation}


def _extraction(extraction: Extraction | None) -> Content | None:
    if extraction is None:
        return None
    return {
        "extracted_at": extraction.extracted_at.isoformat(),
        "file_name": extraction.file_name,
        "file_sha256": extraction.file_sha256,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- thawing ------------------------------------------------------------------------------------------------------


def _progress(goal: Content) -> Progress:
    whole, *parts = [_thawed_place(place) for place in goal["places"]]
    taken = goal["extraction"]
    return Progress(
        goal=Goal(
            pk=goal["key"],
            name=goal["name"],
            vision=goal["vision"] or "",
            source=goal["source"] or "",
            note=goal["note"] or "",
            polarity=goal["polarity"],
            baseline_year=goal["baseline_year"],
            target_year=goal["target_year"],
            indicator=_indicator(goal["indicator"]),
        ),
        whole=whole,
        parts=parts,
        comparison=_thawed_line(goal["comparison"]),
        years=goal["years"],
        history=[],  # a report tells of one moment; earlier ones are looked at on the goal's own page
        extraction=Extraction(extracted_at=datetime.fromisoformat(taken["extracted_at"])) if taken else None,
        as_of_year=None,
    )


def _indicator(indicator: Content) -> Indicator:
    return Indicator(
        source_key=indicator["key"],
        name=indicator["name"],
        definition=indicator["definition"] or "",
        unit=indicator["unit"],
        source=Source(
            name=indicator["source"], attribution=indicator["attribution"], website=indicator["website"] or ""
        ),
    )


def _thawed_place(place: Content) -> Place:
    total = _thawed_line(place["total"])
    women, men = (_thawed_line(place[sex]) if place[sex] else None for sex in ("women", "men"))
    return Place(area=total.area, total=total, women=women, men=men)


def _thawed_line(line: Content) -> Line:
    return Line(
        # The code tells areas apart; the database's key of that day says nothing any longer.
        area=Area(pk=int(line["area"]["code"]), code=line["area"]["code"], name=line["area"]["name"]),
        sex=Sex(line["sex"]),
        target=None
        if line["target"] is None
        else GoalTarget(baseline_value=line["baseline"], target_value=line["target"]),
        figures=[Figure(f["year"], f["value"], STATUS_OF[f["status"]]) for f in line["figures"]],
        judgement=Judgement(
            verdict=Verdict(line["verdict"]),
            reason=Reason(line["reason"]),
            judged=Standing(**line["judged"]) if line["judged"] else None,
            latest=Standing(**line["latest"]) if line["latest"] else None,
            target_met=line["target_met"],
            first_year_met=line["first_year_met"],
            band=line["band"],
            years_without_value=tuple(line["years_without_value"]),
            revised_baseline=line["revised_baseline"],
            assumptions=tuple(line["assumptions"]),
        ),
    )
