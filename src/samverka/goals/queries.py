"""Reading goals, and how they go: the same figures for screen, report and public page."""

from dataclasses import dataclass

from django.db.models import QuerySet

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Extraction
from samverka.statistics.queries import Figure, Series, latest_extraction, series_of
from samverka.territory.models import Area
from samverka.territory.queries import nation
from samverka_engine.series.verdict import Judgement, Observed, Polarity, Standing, Status, Target, judge

from .models import Goal, GoalTarget

STATUS = {
    ObservationStatus.OK: Status.OK,
    ObservationStatus.PRELIMINARY: Status.PRELIMINARY,
    ObservationStatus.MISSING: Status.MISSING,
    ObservationStatus.SUPPRESSED: Status.SUPPRESSED,
}
YEARS_BEFORE = 3
"""How many years before the baseline a goal shows: enough to see where it came from."""


def visible_to(actor: Actor) -> QuerySet[Goal]:
    """Goals that the actor may read."""
    return permitted(
        actor, Action.READ, Goal.objects.select_related("collaboration__area", "indicator__source")
    )


@dataclass(frozen=True)
class Line:
    """One area and one sex: what was promised, what happened, and what to think of it."""

    area: Area
    sex: Sex
    target: GoalTarget | None
    figures: list[Figure]
    judgement: Judgement

    @property
    def judged(self) -> Standing | None:
        return self.judgement.judged

    def at(self, year: int) -> Figure | None:
        """The figure of a year; None when the source has not reported it."""
        return next((figure for figure in self.figures if figure.year == year), None)


@dataclass(frozen=True)
class Place:
    """One area of a goal: total, women, men. A sex that the source does not publish here is None."""

    area: Area
    total: Line
    women: Line | None
    men: Line | None


@dataclass(frozen=True)
class Progress:
    """How a goal goes: the collaboration's whole area, its parts, and the nation to compare with."""

    goal: Goal
    whole: Place
    parts: list[Place]
    comparison: Line
    years: list[int]
    extraction: Extraction | None
    as_of_year: int | None

    @property
    def verdict(self) -> str:
        return self.whole.total.judgement.verdict.value

    @property
    def places(self) -> list[Place]:
        return [self.whole, *self.parts]


def progress_of(goal: Goal, *, as_of_year: int | None = None) -> Progress:
    """How a goal goes, as it could be seen in a year (None: with all figures there are). Four queries.

    The caller has been let in to the goal.
    """
    targets = {
        (target.area_id, target.sex): target for target in goal.targets.select_related("area").order_by("area__code")
    }
    areas = {target.area_id: target.area for target in targets.values()}
    country = nation()
    series = series_of(
        goal.indicator, area_ids={*areas, country.pk}, from_year=goal.baseline_year - YEARS_BEFORE
    )
    if as_of_year is not None:
        series = {key: [f for f in figures if f.year <= as_of_year] for key, figures in series.items()}

    def line(area: Area, sex: Sex) -> Line | None:
        if (area.pk, sex) not in series and (area.pk, sex) not in targets:
            return None
        return _line(goal, area, sex, targets.get((area.pk, sex)), series, as_of_year)

    def place(area: Area) -> Place:
        total = line(area, Sex.TOTAL) or _line(goal, area, Sex.TOTAL, None, series, as_of_year)
        return Place(area=area, total=total, women=line(area, Sex.WOMEN), men=line(area, Sex.MEN))

    whole = areas.pop(goal.collaboration.area_id, goal.collaboration.area)
    places = [place(area) for area in areas.values()]
    return Progress(
        goal=goal,
        whole=place(whole),
        parts=places,
        comparison=_line(goal, country, Sex.TOTAL, None, series, as_of_year),
        years=sorted({f.year for figures in series.values() for f in figures}),
        extraction=latest_extraction(goal.indicator),
        as_of_year=as_of_year,
    )


def goals_of(actor: Actor, collaboration: Collaboration) -> list[Goal]:
    """The goals of a collaboration that the actor may read."""
    return list(visible_to(actor).filter(collaboration=collaboration))


def _line(
    goal: Goal, area: Area, sex: Sex, target: GoalTarget | None, series: Series, as_of_year: int | None
) -> Line:
    figures = series.get((area.pk, sex), [])
    promise = (
        Target(goal.baseline_year, target.baseline_value, goal.target_year, target.target_value) if target else None
    )
    return Line(
        area=area,
        sex=sex,
        target=target,
        figures=figures,
        judgement=judge(
            promise,
            Polarity(goal.indicator.polarity),
            [Observed(figure.year, figure.value, STATUS[figure.status]) for figure in figures],
            as_of_year=as_of_year,
        ),
    )
