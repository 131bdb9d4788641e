"""Schedules by single year of age from a few numbers that people can discuss: levels, not tables.

Mortality by Gompertz from a life expectancy, fertility by a normal curve from a total and a mean age, moves by
Rogers and Castro's standard shape, and ages within published groups by a monotone curve. Each is an assumption
about the shape; the level is the user's. Formulas and sources: docs/algorithms/projection.md.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from samverka_engine.scenarios.mortality import Array, LifeTable

__all__ = ["AGES", "fertility", "life_table", "migration_profile", "single_years"]

AGES = 101
"""Single years 0–99 and 100 and older."""

# How fast the risk of death rises by year of age: about 0.1 in every population with low mortality (Gompertz 1825;
# Preston et al. 9.1), a little faster for women than for men.
_ACCELERATION = (0.112, 0.100)
_INFANT = 0.002  # about two of a thousand die in their first year in Sweden
_LOWEST, _HIGHEST = 60.0, 100.0


def life_table(women: float, men: float) -> LifeTable:
    """A life table in single years with these life expectancies at birth, in years.

    Death rates are m(x) = a·exp(b·x), with b fixed and a solved for by halving. Raises ValueError for a life
    expectancy outside 60–100.
    """
    rates = np.empty((2, AGES))
    for sex, wanted in enumerate((women, men)):
        if not math.isfinite(wanted) or not _LOWEST <= wanted <= _HIGHEST:
            raise ValueError(f"A life expectancy is between {_LOWEST:g} and {_HIGHEST:g} years; got {wanted}.")
        low, high = math.log(1e-7), math.log(1e-2)
        for _ in range(60):
            middle = (low + high) / 2
            rates[sex] = _gompertz(middle, _ACCELERATION[sex])
            reached = float(LifeTable.from_death_rates(np.stack([rates[sex], rates[sex]])).life_expectancy[sex])
            low, high = (middle, high) if reached > wanted else (low, middle)
    return LifeTable.from_death_rates(rates)


def _gompertz(level: float, acceleration: float) -> Array:
    rates = np.exp(level + acceleration * (np.arange(AGES) + 0.5))
    rates[0] = _INFANT
    # A year of life is never lost for certain: the table needs somebody alive in every group.
    return np.asarray(np.minimum(rates, 1.5))


def fertility(total: float, *, mean_age: float = 31.5, spread: float = 5.3) -> Array:
    """Children by woman and year of age, shape (101,), summing to `total` children by woman over 15–49.

    A normal curve around the mean age, cut at 15 and 50. Raises ValueError for a total that is negative.
    """
    if not math.isfinite(total) or total < 0:
        raise ValueError(f"Children by woman cannot be negative; got {total}.")
    middles = np.arange(AGES) + 0.5
    shape = np.exp(-((middles - mean_age) ** 2) / (2 * spread**2))
    shape[(middles < 15) | (middles > 50)] = 0.0
    return np.asarray(total * shape / shape.sum())


def migration_profile() -> Array:
    """The shares of those who move by sex and age, shape (2, 101), summing to one.

    Rogers and Castro's standard schedule (1981): children with their parents, a peak in the early twenties, and a
    level. The same for women and men.
    """
    x = np.arange(AGES) + 0.5
    children = 0.02 * np.exp(-0.10 * x)
    labour = 0.06 * np.exp(-0.10 * (x - 20.0) - np.exp(-0.40 * (x - 20.0)))
    shape = children + labour + 0.003
    shape[80:] *= np.exp(-0.15 * (x[80:] - 80.0))  # few move at the highest ages, where few live
    return np.asarray(np.stack([shape, shape]) / (2 * shape.sum()))


def single_years(starts: Sequence[int], persons: npt.ArrayLike) -> Array:
    """Persons by single year from persons by age group, shape (..., groups) to (..., 101).

    starts: the first age of each group, the first 0 and the last 100, which is open. Every group keeps its sum:
    the cumulated persons are interpolated by a monotone cubic (Fritsch and Carlson 1980). An approximation.

    Raises ValueError for starts that are not such, and for persons that are missing or negative.
    """
    groups = np.asarray(persons, dtype=np.float64)
    edges = list(starts)
    if not edges or edges[0] != 0 or edges[-1] != AGES - 1 or edges != sorted(set(edges)):
        raise ValueError(f"The age groups start at 0, rise, and end with 100 and older; got {edges}.")
    if groups.shape[-1] != len(edges):
        raise ValueError(f"{len(edges)} age groups need as many numbers; got the shape {groups.shape}.")
    if not np.isfinite(groups).all() or (groups < 0).any():
        raise ValueError("The persons of an age group are missing or negative.")
    from scipy.interpolate import PchipInterpolator  # takes a second to load, which every process would pay

    cumulated = np.concatenate([np.zeros((*groups.shape[:-1], 1)), np.cumsum(groups[..., :-1], axis=-1)], axis=-1)
    curve = PchipInterpolator(edges, cumulated, axis=-1)
    below = np.diff(curve(np.arange(AGES)), axis=-1)
    return np.asarray(np.concatenate([np.maximum(below, 0.0), groups[..., -1:]], axis=-1))
