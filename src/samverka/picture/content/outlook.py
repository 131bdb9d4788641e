"""How many will live in an area, with and without the reception that is planned: from a few stated assumptions."""

from dataclasses import dataclass

import numpy as np

from samverka.picture.queries.population import ByAge
from samverka_engine.scenarios.assumptions import ArrivalCounts, Assumptions, Population, Reception, nobody
from samverka_engine.scenarios.projection import Projection, WithAndWithout, with_and_without
from samverka_engine.scenarios.schedules import AGES, fertility, life_table, migration_profile
from samverka_engine.scenarios.step import aged

from .moves import Moves, moves_of

STEP = 5
"""Years between the rows of the table."""
MOST_LEAVE = 0.9
"""Of those of an age, in one year: somebody is left, whatever is assumed."""


@dataclass(frozen=True)
class Choices:
    """What the reader assumes. Rates hold for all years; moves and reception are persons a year.

    moves: net; at zero nobody moves at all.
    """

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


def outlook_of(code: str, base: ByAge, choices: Choices, usual: Moves | None = None) -> Outlook:
    """Both runs of an area.

    Where more move in than out of an age, they come as persons. Where more move out, they leave at a rate that gives
    the stated number in the first year, so that nobody leaves who is not there.

    Args:
        usual: moves as they have been; what the reader adds to them or takes away has the movers' usual ages.
    """
    profile = migration_profile()
    net = moves_of(choices.moves, usual)
    survival = life_table(choices.women_live, choices.men_live).survival
    there = aged(base.persons) * survival
    there[..., 0] = base.persons[..., 0]  # about as many are born as live here in their first year
    leaving = np.divide(np.maximum(-net, 0), there, out=np.zeros_like(there), where=there > 0)
    assumptions = Assumptions(
        fertility=fertility(choices.children),
        survival=survival,
        departures=-np.log1p(-np.minimum(leaving, MOST_LEAVE)),
        emigration=nobody(AGES),
        arrivals=ArrivalCounts(np.maximum(net, 0)),
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
