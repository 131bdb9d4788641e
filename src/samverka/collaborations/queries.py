"""Reading collaborations and parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor, remembered_of
from samverka.foundation.access.rules import permitted
from samverka.organisations.enums import OrganisationKind
from samverka.statistics.enums import Sex
from samverka.statistics.models import Extraction, Indicator
from samverka.statistics.queries import Figure, Latest, figures_state, latest_extractions, latest_of
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import municipalities_of, nation

from .enums import PartyRole, Tab
from .models import ChosenIndicator, Collaboration, Party
from .rules import Seat, seats


def visible_to(actor: Actor) -> QuerySet[Collaboration]:
    """Collaborations that the actor may read."""
    return permitted(actor, Action.READ, Collaboration.objects.select_related("area"))


def parties_visible_to(actor: Actor) -> QuerySet[Party]:
    """Parties of collaborations that the actor may read."""
    return permitted(actor, Action.READ, Party.objects.select_related("organisation__area", "collaboration__area"))


def parties_of(collaboration: Collaboration) -> QuerySet[Party]:
    """The parties of a collaboration that the caller has already been let into; the leading one first."""
    return (
        collaboration.parties.select_related("organisation__area")
        .alias(leads=ExpressionWrapper(Q(role=PartyRole.LEAD), BooleanField()))
        .order_by("-leads", "organisation__area__code", "organisation__name")
    )


def not_joined(collaboration: Collaboration) -> list[Area]:
    """The municipalities of the collaboration's area that are not parties of it: it may begin with those who want to.

    None when it is about one municipality.
    """
    joined = collaboration.parties.filter(left_on=None, organisation__kind=OrganisationKind.MUNICIPALITY)
    if collaboration.area.kind == AreaKind.MUNICIPALITY or not joined.exists():
        return []
    return list(
        municipalities_of(collaboration.area).exclude(pk__in=joined.values("organisation__area")).order_by("code")
    )


def seats_in(actor: Actor, collaboration: Collaboration) -> list[Seat]:
    """The actor's own seats in a collaboration; empty for those who only read what is public."""
    return [seat for seat in seats(actor) if seat.collaboration_id == collaboration.pk]


def lead_of(collaboration: Collaboration) -> int | None:
    """The key of the leading organisation, whose coordinator reads what was done to the collaboration."""
    return (
        collaboration.parties.filter(role=PartyRole.LEAD, left_on=None)
        .values_list("organisation_id", flat=True)
        .first()
    )


def listed_for(actor: Actor, *, search: str = "") -> QuerySet[Collaboration]:
    """Collaborations that the actor may read, their own first, each with `party_count` and `is_mine`.

    `search` is found anywhere in the name, the value for citizens or the area's name.
    """
    found = visible_to(actor)
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(citizen_value__icontains=search) | Q(area__name__icontains=search)
        )
    # A subquery, not a join: it is asked only for the rows of the page.
    parties = Party.objects.filter(collaboration=OuterRef("pk"), left_on=None).order_by().values("collaboration")
    return found.annotate(
        is_mine=Case(When(pk__in={seat.collaboration_id for seat in seats(actor)}, then=True), default=False),
        party_count=Coalesce(Subquery(parties.values(count=Count("*"))), 0),
    ).order_by("-is_mine", "name", "pk")


def page_context(actor: Actor, collaboration: Collaboration, current: Tab, *, below: bool = False) -> dict[str, Any]:
    """What every page of a collaboration shows above its own content."""
    mine = seats_in(actor, collaboration)
    return {
        "collaboration": collaboration,
        "collaboration_status": f"{collaboration.get_phase_display()} {_years(collaboration)}",
        "party_count": collaboration.parties.filter(left_on=None).count(),
        "is_party": bool(mine),
        "question": current.question,
        "tab": current,
        "tabs": [
            {
                "label": tab.label,
                "url": reverse("collaborations:tab", args=[collaboration.slug, tab.value]),
                "current": (True if below else "page") if tab == current else False,
            }
            for tab in Tab
        ],
    }


@dataclass(frozen=True)
class Standing:
    """How one area is in an indicator's newest year: all, women, men, and the change for all.

    A figure is None when the source has no row for the year; change is None unless both years have a value.
    """

    area: Area
    total: Figure | None
    women: Figure | None
    men: Figure | None
    change: float | None

    @property
    def direction(self) -> int:
        """-1, 0 or 1: which way the change goes, when it is written with one decimal."""
        rounded = round(self.change or 0.0, 1)
        return (rounded > 0) - (rounded < 0)


@dataclass(frozen=True)
class Followed:
    """A chosen indicator in the situation picture. Without any figure for the whole area, `year` is None."""

    indicator: Indicator
    year: int | None
    before_year: int | None
    whole: Standing
    nation: Standing
    parts: list[Standing]
    extraction: Extraction | None


def chosen_of(collaboration: Collaboration) -> QuerySet[ChosenIndicator]:
    """The indicators of the situation picture in their order, with their sources."""
    return collaboration.chosen_indicators.select_related("indicator__source").order_by("order", "pk")


@remembered_of
def followed_by(actor: Actor, collaboration: Collaboration) -> tuple[Indicator, ...]:
    """The chosen indicators in their order, those that the actor may read: a party may keep one to itself.

    One query, once per request.
    """
    readable = indicators_visible_to(actor).values("pk")
    return tuple(row.indicator for row in chosen_of(collaboration).filter(indicator__in=readable))


@remembered_of
def followed_state(actor: Actor, collaboration: Collaboration) -> tuple[object, ...]:
    """Tells one state of the chosen indicators and their figures from another. One query, once per request."""
    indicators = followed_by(actor, collaboration)
    return (*(part for one in indicators for part in (one, one.source)), *figures_state(indicators))


def situation_of(collaboration: Collaboration, chosen: Sequence[Indicator]) -> list[Followed]:
    """Chosen indicators of a collaboration in its area, its municipalities and the nation. Five queries.

    The caller has let the reader in to the collaboration and to the indicators.
    """
    parts = [area for area in municipalities_of(collaboration.area) if area.pk != collaboration.area_id]
    country = nation()
    latest = latest_of(chosen, main_area_id=collaboration.area_id, area_ids=[country.pk, *(area.pk for area in parts)])
    extractions = latest_extractions(chosen)
    return [
        Followed(
            indicator=indicator,
            year=found.year if found else None,
            before_year=found.before_year if found else None,
            whole=_standing(collaboration.area, found),
            nation=_standing(country, found),
            parts=[_standing(area, found) for area in parts],
            extraction=extractions.get(indicator.pk),
        )
        for indicator in chosen
        for found in [latest.get(indicator.pk)]
    ]


def _standing(area: Area, found: Latest | None) -> Standing:
    if found is None:
        return Standing(area, None, None, None, None)
    now, before = found.now.get((area.pk, Sex.TOTAL)), found.before.get((area.pk, Sex.TOTAL))
    return Standing(
        area=area,
        total=now,
        women=found.now.get((area.pk, Sex.WOMEN)),
        men=found.now.get((area.pk, Sex.MEN)),
        change=_difference(now, before),
    )


def _difference(now: Figure | None, before: Figure | None) -> float | None:
    if now is None or before is None or now.value is None or before.value is None:
        return None
    return now.value - before.value


def _years(collaboration: Collaboration) -> str:
    ends = collaboration.ends_on
    return f"{collaboration.starts_on.year}–{ends.year if ends else ''}"
