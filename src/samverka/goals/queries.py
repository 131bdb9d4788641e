"""Reading goals, and how they go: the same figures for screen, report and public page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted
from samverka.statistics.enums import ENGINE_STATUS, Sex
from samverka.statistics.models import Extraction
from samverka.statistics.queries import Figure, Series, figures_states, latest_extractions, series_of_many
from samverka.territory.models import Area
from samverka.territory.queries import nation
from samverka_engine.series.verdict import (
    Judgement,
    Observed,
    Polarity,
    Standing,
    Status,
    Target,
    Verdict,
    judge,
)

from .models import Goal, GoalTarget

NOT_REPORTED = "not_reported"
"""What a year is when the source has no row for it."""
YEARS_BEFORE = 3
"""How many years before the baseline a goal shows: enough to see where it came from."""


def visible_to(actor: Actor) -> QuerySet[Goal]:
    """Goals that the actor may read."""
    return permitted(actor, Action.READ, Goal.objects.select_related("collaboration__area", "indicator__source"))


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

    @property
    def lines(self) -> list[Line]:
        return [line for line in (self.total, self.women, self.men) if line is not None]


@dataclass(frozen=True)
class Cell:
    """One figure of a table: a value, or the status that says why there is none."""

    value: float | None
    status: str


@dataclass(frozen=True)
class Glimpse:
    """The whole area in one year, as it could be seen then."""

    year: int
    cell: Cell
    judgement: Judgement

    @property
    def at_target(self) -> bool:
        """The year's own figure is at the target or better, whatever the target year said."""
        latest = self.judgement.latest
        return latest is not None and latest.year == self.year and latest.at_target


@dataclass(frozen=True)
class Progress:
    """How a goal goes: the collaboration's whole area, its parts, and the nation to compare with.

    years: those that are shown, in order; none after `as_of_year`.
    history: the whole as it could be seen in each year, from the baseline year to the newest that the source has
        reported, also years after `as_of_year`.
    """

    goal: Goal
    whole: Place
    parts: list[Place]
    comparison: Line
    years: list[int]
    history: list[Glimpse]
    extraction: Extraction | None
    as_of_year: int | None

    @property
    def verdict(self) -> str:
        return self.whole.total.judgement.verdict.value

    @property
    def newest_year(self) -> int:
        return self.history[-1].year

    @property
    def places(self) -> list[Place]:
        return [self.whole, *self.parts]


@dataclass(frozen=True)
class Headline:
    """The one figure that a goal's page is about."""

    year: int
    cell: Cell
    verdict: Verdict
    target: GoalTarget | None


@dataclass(frozen=True)
class Outcome:
    """One area and one sex in a table: where it began, how it was in the table's year, where it is now."""

    baseline: Cell
    now: Cell
    target: float | None
    judgement: Judgement
    judged_year: int | None
    latest: Cell


@dataclass(frozen=True)
class Row:
    """One area of a table. A sex that the source does not publish there is None."""

    area: Area
    total: Outcome
    women: Outcome | None
    men: Outcome | None


@dataclass(frozen=True)
class Table:
    """A goal as a table: the parts, then the whole, then the nation.

    year: the year that is judged: the target year, or before it the newest; None before the first outcome.
    latest_year: the newest year, when it is later than `year`.
    """

    year: int | None
    latest_year: int | None
    rows: list[Row]
    whole: Row
    comparison: Row


def progress_of(goal: Goal, *, as_of_year: int | None = None) -> Progress:
    """How a goal goes, as it could be seen in a year (None: with all figures there are). Four queries.

    The caller has been let in to the goal.
    """
    return progress_of_all([goal], as_of_year=as_of_year)[0]


def progress_of_all(
    goals: Sequence[Goal], *, as_of_year: int | None = None, in_areas: Collection[int] | None = None
) -> list[Progress]:
    """How several goals go, in their order. Four queries, whatever their number.

    The caller has been let in to the goals.

    Args:
        in_areas: keys of areas; only they are read and judged. None: every area that has a target.
    """
    if not goals:
        return []
    targets: dict[int, list[GoalTarget]] = {goal.pk: [] for goal in goals}
    promised = GoalTarget.objects.filter(goal__in=goals).select_related("area").order_by("area__code")
    if in_areas is not None:
        promised = promised.filter(area__in=in_areas)
    for target in promised:
        targets[target.goal_id].append(target)
    country = nation()
    indicators = {goal.indicator_id: goal.indicator for goal in goals}.values()
    series = series_of_many(
        indicators,
        area_ids={country.pk, *(target.area_id for own in targets.values() for target in own)},
        from_year=min(goal.baseline_year for goal in goals) - YEARS_BEFORE,
    )
    extractions = latest_extractions(indicators)
    return [
        _progress(
            goal,
            targets[goal.pk],
            country,
            series[goal.indicator_id],
            extractions.get(goal.indicator_id),
            as_of_year,
        )
        for goal in goals
    ]


def goals_of(actor: Actor, collaboration: Collaboration) -> list[Goal]:
    """The goals of a collaboration, which comes with its area, that the actor may read."""
    found = list(Goal.objects.filter(collaboration=collaboration).select_related("indicator__source"))
    for goal in found:
        goal.collaboration = collaboration  # the same for all, and its area has been read already
    return [goal for goal in found if allows(actor, Action.READ, goal)]


def made_of(goals: Sequence[Goal]) -> dict[int, tuple[object, ...]]:
    """What tells one state of how a goal goes from another, by the goal's key: for what is kept. One query.

    Its targets are those it was adopted with, and never change.
    """
    figures = figures_states(goal.indicator for goal in goals)
    return {
        goal.pk: (
            *(goal, goal.collaboration.area, goal.indicator, goal.indicator.source),
            figures.get(goal.indicator_id),
        )
        for goal in goals
    }


def table_of(progress: Progress) -> Table:
    """The figures of a goal as a table. No query."""
    goal = progress.goal
    reported = [f.year for place in progress.places for line in place.lines for f in line.figures]
    newest = max(reported, default=goal.baseline_year)
    year = min(newest, goal.target_year)
    latest = newest if newest > year else None

    def outcome(line: Line | None) -> Outcome | None:
        return None if line is None else _outcome(line, goal.baseline_year, year, newest)

    def row(place: Place) -> Row:
        return Row(
            area=place.area,
            total=_outcome(place.total, goal.baseline_year, year, newest),
            women=outcome(place.women),
            men=outcome(place.men),
        )

    return Table(
        year=year if year > goal.baseline_year else None,
        latest_year=latest,
        rows=[row(place) for place in progress.parts],
        whole=row(progress.whole),
        comparison=Row(
            area=progress.comparison.area,
            total=_outcome(progress.comparison, goal.baseline_year, year, newest),
            women=None,
            men=None,
        ),
    )


def _progress(
    goal: Goal,
    own: list[GoalTarget],
    country: Area,
    everything: Series,
    extraction: Extraction | None,
    as_of_year: int | None,
) -> Progress:
    targets = {(target.area_id, target.sex): target for target in own}
    areas = {target.area_id: target.area for target in own}
    shown = {*areas, country.pk}
    first = goal.baseline_year - YEARS_BEFORE
    series = {
        (area, sex): [f for f in figures if f.year >= first and (as_of_year is None or f.year <= as_of_year)]
        for (area, sex), figures in everything.items()
        if area in shown
    }

    def line(area: Area, sex: Sex) -> Line | None:
        if (area.pk, sex) not in series and (area.pk, sex) not in targets:
            return None
        return _line(goal, area, sex, targets.get((area.pk, sex)), series, as_of_year)

    def place(area: Area) -> Place:
        total = line(area, Sex.TOTAL) or _line(goal, area, Sex.TOTAL, None, series, as_of_year)
        return Place(area=area, total=total, women=line(area, Sex.WOMEN), men=line(area, Sex.MEN))

    whole = areas.pop(goal.collaboration.area_id, goal.collaboration.area)
    return Progress(
        goal=goal,
        whole=place(whole),
        parts=[place(area) for area in areas.values()],
        comparison=_line(goal, country, Sex.TOTAL, None, series, as_of_year),
        years=sorted({f.year for figures in series.values() for f in figures}),
        history=_history(goal, whole, targets, everything),
        extraction=extraction,
        as_of_year=as_of_year,
    )


def _history(goal: Goal, whole: Area, targets: dict[tuple[int, str], GoalTarget], everything: Series) -> list[Glimpse]:
    newest = max(
        (figure.year for (area, _sex), figures in everything.items() if area == whole.pk for figure in figures),
        default=goal.baseline_year,
    )
    target = targets.get((whole.pk, Sex.TOTAL))
    seen = []
    for year in range(goal.baseline_year, max(newest, goal.baseline_year) + 1):
        line = _line(goal, whole, Sex.TOTAL, target, everything, year)
        seen.append(Glimpse(year, cell_of(line, year), line.judgement))
    return seen


def headline_of(progress: Progress) -> Headline:
    """The one figure that a goal's page is about: the judged one, or the newest there is when nobody can judge."""
    line = progress.whole.total
    year = line.judged.year if line.judged else min(progress.years[-1:] or [progress.goal.baseline_year])
    cell = cell_of(line, year)
    return Headline(year, cell, line.judgement.verdict, line.target)


def series_table_of(progress: Progress) -> list[tuple[Line, list[Cell]]]:
    """Every line that the chart of the whole draws, with a cell for each year that is shown."""
    lines = [*progress.whole.lines, progress.comparison]
    return [(line, [cell_of(line, year) for year in progress.years]) for line in lines]


def cell_of(line: Line, year: int) -> Cell:
    """The figure of a year, or why there is none."""
    figure = line.at(year)
    return Cell(None, NOT_REPORTED) if figure is None else Cell(figure.value, ENGINE_STATUS[figure.status].value)


def _outcome(line: Line, baseline_year: int, year: int, newest: int) -> Outcome:
    promised = line.target
    return Outcome(
        baseline=Cell(promised.baseline_value, Status.OK.value) if promised else cell_of(line, baseline_year),
        now=cell_of(line, year),
        target=promised.target_value if promised else None,
        judgement=line.judgement,
        judged_year=line.judged.year if line.judged and line.judged.year != year else None,
        latest=cell_of(line, newest),
    )


def _line(goal: Goal, area: Area, sex: Sex, target: GoalTarget | None, series: Series, as_of_year: int | None) -> Line:
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
            Polarity(goal.polarity),
            [Observed(figure.year, figure.value, ENGINE_STATUS[figure.status]) for figure in figures],
            as_of_year=as_of_year,
        ),
    )
