"""Adopting joint goals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.statistics.enums import Polarity, Sex
from samverka.statistics.models import Indicator, Observation
from samverka.territory.queries import municipalities_of
from samverka_engine.series.path import target_from_share

from .models import Goal, GoalTarget


class GoalNotMeasurable(Exception):
    """A goal that nobody could follow up, and why. Nothing is adopted."""

    code = "goal_not_measurable"

    def __init__(self, reason: "Unmeasurable") -> None:
        super().__init__(reason)
        self.reason = reason


class Unmeasurable(StrEnum):
    """Why a goal cannot be followed up."""

    NO_DIRECTION = "no_direction"
    OTHER_DIRECTION = "other_direction"
    TARGET_IS_WORSE = "target_is_worse"
    NO_BASELINE = "no_baseline"
    NOT_FOR_ALL = "not_for_all"


@dataclass(frozen=True, kw_only=True)
class GoalDraft:
    """What is said about a goal when it is adopted."""

    name: str
    indicator: Indicator
    baseline_year: int
    target_year: int
    share_of_baseline: float
    """Above 0; 0.5 halves, 1 keeps the level, 1.1 adds a tenth."""
    polarity: Polarity
    vision: str = ""
    source: str = ""
    note: str = ""
    is_public: bool = False


def adopt_goal(
    *, actor: Actor, collaboration: Collaboration, draft: GoalDraft, adopted_on: date, now: datetime
) -> Goal:
    """Adopt a joint goal: for the whole area and each municipality, women, men and both, a share of the baseline.

    Adopting the same goal twice adopts it once. The baseline is copied as the source has it now, so that a later
    revision does not move the promise.

    Raises:
        Forbidden: the actor does not lead the collaboration.
        GoalNotMeasurable: the direction and the target contradict each other or the indicator, or there is no baseline
            for the whole area, or an organisation keeps the figures to itself.
    """
    check(actor, Action.ADOPT_GOAL, collaboration)
    if not draft.indicator.is_public:
        raise GoalNotMeasurable(Unmeasurable.NOT_FOR_ALL)
    _check_direction(draft)
    areas = {collaboration.area_id, *municipalities_of(collaboration.area).values_list("pk", flat=True)}
    baselines = Observation.objects.filter(
        indicator=draft.indicator, year=draft.baseline_year, area_id__in=areas, value__isnull=False
    ).values_list("area_id", "sex", "value")
    whole = next((v for area, sex, v in baselines if area == collaboration.area_id and sex == Sex.TOTAL), None)
    if whole is None:
        raise GoalNotMeasurable(Unmeasurable.NO_BASELINE)
    said = {
        "collaboration": collaboration,
        "name": draft.name,
        "vision": draft.vision,
        "indicator": draft.indicator,
        "polarity": draft.polarity,
        "baseline_year": draft.baseline_year,
        "target_year": draft.target_year,
        "source": draft.source,
        "note": draft.note,
        "adopted_on": adopted_on,
        "is_public": draft.is_public,
    }
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds what the first adopted.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        known = Goal.objects.filter(
            **said,
            targets__area=collaboration.area_id,
            targets__sex=Sex.TOTAL,
            targets__target_value=target_from_share(whole, draft.share_of_baseline),
        ).first()
        if known is not None:
            return known
        goal = Goal.objects.create(**said)
        GoalTarget.objects.bulk_create(
            GoalTarget(
                goal=goal,
                area_id=area,
                sex=sex,
                baseline_value=value,
                target_value=target_from_share(value, draft.share_of_baseline),
            )
            for area, sex, value in baselines
            if value is not None
        )
        record(
            actor=actor,
            action="adopt_goal",
            obj=goal,
            now=now,
            organisation_id=lead_of(collaboration),
            collaboration_id=collaboration.pk,
            changes={"target_year": (None, goal.target_year), "share": (None, draft.share_of_baseline)},
        )
    return goal


def _check_direction(draft: GoalDraft) -> None:
    """The parties say which way is good; it must agree with the indicator, where that is known, and with the target."""
    if draft.polarity == Polarity.NONE:
        raise GoalNotMeasurable(Unmeasurable.NO_DIRECTION)
    if draft.indicator.polarity not in {Polarity.NONE, draft.polarity}:
        raise GoalNotMeasurable(Unmeasurable.OTHER_DIRECTION)
    is_worse = draft.share_of_baseline > 1 if draft.polarity == Polarity.LOWER else draft.share_of_baseline < 1
    if is_worse:
        raise GoalNotMeasurable(Unmeasurable.TARGET_IS_WORSE)
