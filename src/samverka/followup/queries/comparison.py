"""What a party gets back: its own figures beside the target, the county and the nation, women and men."""

from dataclasses import dataclass

from samverka.collaborations.models import Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.ui.figures import number_text
from samverka.goals.models import Goal
from samverka.goals.queries import Line, Place, Progress, goals_of, progress_of
from samverka.statistics.enums import ObservationStatus
from samverka_engine.series.verdict import Standing

DECIMALS = 1
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Cell:
    """One value, or the reason why there is none, as the `figure` tag takes them."""

    value: float | None
    presence: str = ""


@dataclass(frozen=True)
class Row:
    """One area in one year, beside where it started and what was promised."""

    name: str
    baseline: Cell
    now: Cell
    women: Cell
    men: Cell
    latest: Cell
    target: float | None
    verdict: str | None
    is_own: bool


@dataclass(frozen=True)
class Comparison:
    """A goal as seen from one party: its own area, or the whole area when the party has none of its own there."""

    progress: Progress
    own: Place

    @property
    def goal(self) -> Goal:
        return self.progress.goal

    @property
    def line(self) -> Line:
        return self.own.total

    @property
    def standing(self) -> Standing | None:
        """Where the area stood in the year that the verdict rests on; in the latest when nobody can tell."""
        return self.line.judgement.judged or self.line.judgement.latest

    @property
    def year(self) -> int:
        """The year that is compared."""
        return self.standing.year if self.standing else self.goal.target_year

    @property
    def decimals(self) -> int:
        """One, or as many as it takes for a missed target not to read as a met one: 8,93 against 8,90."""
        standing, promise = self.standing, self.line.target
        if standing is None or promise is None or standing.value == promise.target_value:
            return DECIMALS
        for decimals in range(DECIMALS, MOST_DECIMALS):
            if number_text(standing.value, decimals) != number_text(promise.target_value, decimals):
                return decimals
        return MOST_DECIMALS

    @property
    def latest_year(self) -> int | None:
        """A later year than the compared one, when there are figures for it."""
        latest = self.line.judgement.latest
        return latest.year if latest and latest.year > self.year else None

    @property
    def around(self) -> list[Line]:
        """What the own area is compared with: the whole area, unless that is its own, and the nation."""
        whole = [] if self.own is self.progress.whole else [self.progress.whole.total]
        return [*whole, self.progress.comparison]

    @property
    def source(self) -> str:
        indicator = self.goal.indicator
        return f"{indicator.source.name} {indicator.source_key}"

    @property
    def rows(self) -> list[Row]:
        whole = self.progress.whole
        places = [self.own] if self.own is whole else [self.own, whole]
        return [
            *(self._row(p.total, women=p.women, men=p.men, is_own=p is self.own) for p in places),
            self._row(self.progress.comparison, women=None, men=None, is_own=False),
        ]

    def _row(self, line: Line, *, women: Line | None, men: Line | None, is_own: bool) -> Row:
        promise = line.target
        return Row(
            name=line.area.name,
            baseline=Cell(promise.baseline_value) if promise else _cell(line, self.goal.baseline_year),
            now=_cell(line, self.year),
            women=_cell(women, self.year),
            men=_cell(men, self.year),
            latest=_cell(line, self.latest_year),
            target=promise.target_value if promise else None,
            verdict=line.judgement.verdict.value if promise else None,
            is_own=is_own,
        )


def comparisons_for(actor: Actor, party: Party) -> list[Comparison]:
    """Every goal of the party's collaboration that the actor may read, seen from the party's own area."""
    found = []
    for goal in goals_of(actor, party.collaboration):
        progress = progress_of(goal)
        own = next((p for p in progress.places if p.area.pk == party.organisation.area_id), progress.whole)
        found.append(Comparison(progress=progress, own=own))
    return found


def _cell(line: Line | None, year: int | None) -> Cell:
    figure = line.at(year) if line and year else None
    return Cell(figure.value, ObservationStatus(figure.status).name.lower()) if figure else Cell(None)
