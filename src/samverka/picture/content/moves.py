"""How many have moved in and out: what is left of the population's change when births and deaths are taken away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samverka.picture.queries.population import ByAge, Past
from samverka_engine.scenarios.mortality import LifeTable
from samverka_engine.scenarios.residual import ages_before, net_moves
from samverka_engine.scenarios.schedules import migration_profile


@dataclass(frozen=True)
class Moves:
    """Net moves of a year, the mean of the changes from `first` to `last`.

    net: persons by sex and age at the end of the year, shape (2, 101). by_age: the ages are the area's own; else
    women and men are its own, and their ages the movers' usual ones.
    """

    first: int
    last: int
    net: NDArray[np.float64]
    by_age: bool
    source: str

    @property
    def persons(self) -> int:
        """Of all ages, rounded: what a form begins with."""
        return round(float(self.net.sum()))


def usual_moves(base: ByAge, past: Past, table: LifeTable) -> Moves:
    """Moves as they have been, by the residual method.

    Where the past is known for women and men only, its ages are today's, taken back in time.
    """
    by_age = past.persons.ndim == 3
    history = past.persons if by_age else _with_ages(base, past, table)
    net = net_moves(history, table.survival).mean(axis=0)
    if not by_age:
        net = net.sum(axis=-1, keepdims=True) * 2 * migration_profile()
    return Moves(past.years[0], past.years[-1], net, by_age, past.indicator.source.name)


def _with_ages(base: ByAge, past: Past, table: LifeTable) -> NDArray[np.float64]:
    """Every year's women and men, with the ages that those who are here now had then."""
    history = np.stack([ages_before(base.persons, table, base.year - year) for year in past.years])
    whole = history.sum(axis=-1)
    factor = np.divide(past.persons, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(history * factor[..., np.newaxis])


def moves_of(persons: int, usual: Moves | None) -> NDArray[np.float64]:
    """Net moves of so many persons by sex and age: as they have been, and the rest of the movers' usual ages.

    Nobody moves when there are none.
    """
    if persons == 0:
        return np.zeros_like(migration_profile())
    if usual is None:
        return persons * migration_profile()
    return usual.net + (persons - usual.persons) * migration_profile()
