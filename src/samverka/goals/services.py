"""Adopting joint goals."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from samverka.collaborations.models import Collaboration
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
    """A goal that nobody could follow up: the indicator has no direction, or the baseline no figure."""

    code = "goal_not_measurable"


@dataclass(frozen=True, kw_only=True)
class GoalDraft:
    """What is said about a goal when it is adopted."""

    name: str
    indicator: Indicator
    baseline_year: int
    target_year: int
    share_of_baseline: float
    vision: str = ""
    source: str = ""
    note: str = ""
    is_public: bool = False


def adopt_goal(
    *, actor: Actor, collaboration: Collaboration, draft: GoalDraft, adopted_on: date, now: datetime
) -> Goal:
    """Adopt a joint goal: for the whole area and each municipality, women, men and both, a share of the baseline.

    The baseline is copied as the source has it now, so that a later revision does not move the promise.

    Raises:
        Forbidden: the actor does not lead the collaboration.
        GoalNotMeasurable: there is no direction, or no baseline for the whole area.
    """
    check(actor, Action.ADOPT_GOAL, collaboration)
    if draft.indicator.polarity == Polarity.NONE:
        raise GoalNotMeasurable(f"{draft.indicator} has no direction: nobody could say what is better")
    areas = {collaboration.area_id, *municipalities_of(collaboration.area).values_list("pk", flat=True)}
    baselines = Observation.objects.filter(
        indicator=draft.indicator, year=draft.baseline_year, area_id__in=areas, value__isnull=False
    ).values_list("area_id", "sex", "value")
    if not any(area == collaboration.area_id and sex == Sex.TOTAL for area, sex, _ in baselines):
        raise GoalNotMeasurable(f"{draft.indicator} has no figure for {collaboration.area} in {draft.baseline_year}")
    with transaction.atomic():
        goal = Goal.objects.create(
            collaboration=collaboration,
            name=draft.name,
            vision=draft.vision,
            indicator=draft.indicator,
            baseline_year=draft.baseline_year,
            target_year=draft.target_year,
            source=draft.source,
            note=draft.note,
            adopted_on=adopted_on,
            is_public=draft.is_public,
        )
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
            organisation_id=None,
            collaboration_id=collaboration.pk,
            changes={"target_year": (None, goal.target_year), "share": (None, draft.share_of_baseline)},
        )
    return goal
