"""How many will live in an area, with and without the reception that is planned: from a few stated assumptions."""

from dataclasses import dataclass

import numpy as np

from samverka.picture.queries.population import ByAge
from samverka_engine.scenarios.assumptions import ArrivalCounts, Assumptions, Population, Reception, nobody
from samverka_engine.scenarios.projection import Projection, WithAndWithout, with_and_without
from samverka_engine.scenarios.schedules import AGES, fertility, life_table, migration_profile

STEP = 5
"""Years between the rows of the table."""


@dataclass(frozen=True)
class Choices:
    """What the reader assumes. Rates hold for all years; moves and reception are persons a year."""

    years: int
    children: float
    women_live: float
    men_live: float
    moves: int
    immigration: int
    reception: int
    reception_years: int


DEFAULTS = Choices(
    years=20,
    # Statistics Sweden, 2023: children by woman, and life expectancy at birth.
    children=1.45,
    women_live=84.9,
    men_live=81.6,
    moves=0,
    immigration=0,
    reception=0,
    reception_years=5,
)


@dataclass(frozen=True)
class Row:
    """A year: persons in all, by age, and how many others each hundred of working age support."""

    year: int
    total: float
    children: float
    working: float
    older: float
    oldest: float
    support: float | None
    without: float

    @property
    def added(self) -> float:
        """What the reception adds, with children and later moves."""
        return self.total - self.without


@dataclass(frozen=True)
class Outlook:
    """Both runs, year by year, and whether anybody is received at all."""

    base: ByAge
    choices: Choices
    runs: WithAndWithout

    @property
    def years(self) -> tuple[int, ...]:
        return self.runs.with_reception.years

    @property
    def rows(self) -> list[Row]:
        """Every fifth year, and the last."""
        chosen = [index for index in range(len(self.years)) if index % STEP == 0 or index == len(self.years) - 1]
        run, without = self.runs.with_reception, self.runs.without_reception
        support = run.dependency_ratio()
        return [
            Row(
                year=run.years[index],
                total=float(run.total[index, 0]),
                children=_persons(run, index, 0, 19),
                working=_persons(run, index, 20, 64),
                older=_persons(run, index, 65, 79),
                oldest=_persons(run, index, 80, None),
                support=None if np.isnan(support[index, 0]) else float(support[index, 0]),
                without=float(without.total[index, 0]),
            )
            for index in chosen
        ]

    @property
    def totals(self) -> tuple[list[float], list[float]]:
        """Persons each year, with and without the reception."""
        return self.runs.with_reception.total[:, 0].tolist(), self.runs.without_reception.total[:, 0].tolist()


def _persons(run: Projection, index: int, first: int, last: int | None) -> float:
    return float(run.persons(first, last)[index, 0].sum())


def outlook_of(code: str, base: ByAge, choices: Choices) -> Outlook:
    """Both runs of an area.

    More people moving in than out come as persons of the movers' ages. More moving out leave at a rate that gives
    the stated number in the first year, so that nobody leaves who is not there.
    """
    profile = migration_profile()
    leaving = max(0, -choices.moves) * profile
    departures = np.divide(leaving, base.persons, out=np.zeros_like(base.persons), where=base.persons > 0)
    assumptions = Assumptions(
        fertility=fertility(choices.children),
        survival=life_table(choices.women_live, choices.men_live).survival,
        departures=np.minimum(departures, 1.0),
        emigration=nobody(AGES),
        arrivals=ArrivalCounts(max(0, choices.moves) * profile),
        immigration=choices.immigration * profile,
    )
    received = np.zeros((choices.years, 1))
    received[: choices.reception_years] = choices.reception
    runs = with_and_without(
        Population(base.year, (code,), base.persons[np.newaxis]),
        assumptions,
        years=choices.years,
        reception=Reception("plan", received, profile),
    )
    return Outlook(base, choices, runs)
