"""What a party gets back: its own figures beside the target, the county and the nation, women and men."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from samverka.collaborations.models import Party
from samverka.foundation.ui.figures import number_text
from samverka.goals.models import Goal
from samverka.goals.queries import Cell, Line, Place, Progress, cell_of, progress_of_all
from samverka.statistics.enums import Sex
from samverka.statistics.queries import Series, series_of_many
from samverka_engine.series.verdict import Standing, Status

DECIMALS = 1
MOST_DECIMALS = 4
NOTHING = Cell(None, Status.MISSING.value)


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
    word: str
    is_own: bool


@dataclass(frozen=True)
class Comparison:
    """A goal as seen from one party: its own area, or the whole area when the party has none of its own there."""

    progress: Progress
    own: Place
    nation: Series

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
    def word(self) -> str:
        return _word(self.line)

    @property
    def latest_year(self) -> int | None:
        """A later year than the compared one, when there are figures for it."""
        latest = self.line.judgement.latest
        return latest.year if latest and latest.year > self.year else None

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
            *(self._row(place.total, self._at(place.women), self._at(place.men)) for place in places),
            self._row(self.progress.comparison, self._nation(Sex.WOMEN), self._nation(Sex.MEN)),
        ]

    def _row(self, line: Line, women: Cell, men: Cell) -> Row:
        promise = line.target
        return Row(
            name=line.area.name,
            baseline=Cell(promise.baseline_value, Status.OK.value)
            if promise
            else cell_of(line, self.goal.baseline_year),
            now=self._at(line),
            women=women,
            men=men,
            latest=cell_of(line, self.latest_year) if self.latest_year else NOTHING,
            target=promise.target_value if promise else None,
            verdict=line.judgement.verdict.value if promise else None,
            word=_word(line),
            is_own=line is self.line,
        )

    def _at(self, line: Line | None) -> Cell:
        return cell_of(line, self.year) if line else NOTHING

    def _nation(self, sex: Sex) -> Cell:
        figures = self.nation.get((self.progress.comparison.area.pk, sex), [])
        found = next((figure for figure in figures if figure.year == self.year), None)
        return Cell(found.value, found.status.name.lower()) if found else NOTHING


def _word(line: Line) -> str:
    """Once the target year is reported a promise is kept or not; before that the verdict's own word will do."""
    met = line.judgement.target_met
    return "" if met is None else _("nådde målet") if met else _("nådde inte målet")


def comparisons_for(party: Party, goals: Sequence[Goal]) -> list[Comparison]:
    """Goals of the party's collaboration, seen from the party's own area. The caller has been let in to them.

    Only that area and the whole one are judged. Five queries, whatever their number.
    """
    seen = [key for key in (party.collaboration.area_id, party.organisation.area_id) if key is not None]
    everything = progress_of_all(goals, in_areas=seen)
    nation = series_of_many(
        {progress.goal.indicator for progress in everything},
        area_ids={progress.comparison.area.pk for progress in everything},
    )
    return [
        Comparison(
            progress=progress,
            own=next((p for p in progress.places if p.area.pk == party.organisation.area_id), progress.whole),
            nation=nation[progress.goal.indicator_id],
        )
        for progress in everything
    ]
