"""Life tables: from death rates or person-years to the survival ratios of a projection, and level adjustment.

Arrays end in an age axis: `ages` groups of `width` years, the last one open ("100 and older"). Any axes may
stand before it (areas, sexes). Formulas: Preston, Heuveline & Guillot, Demography (2001), ch. 3 and 6; see
docs/algorithms/projection.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MEN", "WOMEN", "LifeTable", "fertility_from_15", "scaled", "scaled_to_total", "standardised_ratio"]

Array = npt.NDArray[np.float64]

WOMEN, MEN = 0, 1  # places on the axis of sexes, in this order everywhere

# Years lived in the first year of life by those who die in it, at low mortality (Coale and Demeny; Preston et
# al. table 3.3): (constant, slope) and the value from a death rate of 0.107 and up. Women, men.
_INFANT_YEARS = (((0.053, 2.800), 0.350), ((0.045, 2.684), 0.330))


@dataclass(frozen=True, slots=True, eq=False)
class LifeTable:
    """Person-years lived in each age group by one birth (radix 1); the last group is open.

    person_years: nLx, shape (..., ages).
    width: years in every age group but the last.

    Raises ValueError for a number that is missing, negative or zero, and for a group in which more is lived
    than in the one before it, or than one birth can live.
    """

    person_years: Array
    width: int = 1

    def __post_init__(self) -> None:
        lived = self.person_years
        if self.width < 1:
            raise ValueError(f"The width of an age group is at least one year; got {self.width}.")
        if lived.shape[-1] < 3:
            raise ValueError(f"A life table needs at least three age groups; got {lived.shape[-1]}.")
        if not np.isfinite(lived).all():
            raise ValueError(f"The life table lacks person-years at {_first(~np.isfinite(lived))}.")
        if (lived <= 0).any():
            raise ValueError(f"Somebody must live in every age group; nobody does at {_first(lived <= 0)}.")
        if (lived[..., 0] > self.width * (1 + 1e-12)).any():
            raise ValueError("One birth cannot live longer in the first age group than the group lasts.")
        rising = np.diff(lived[..., :-1], axis=-1) > 1e-12
        if rising.any():
            raise ValueError(f"More is lived in an age group than in the one before it, after {_first(rising)}.")

    @classmethod
    def from_death_rates(cls, rates: npt.ArrayLike) -> "LifeTable":
        """A life table in single years from death rates: deaths by mean population, by age and sex.

        rates: shape (..., 2, ages), women first. The last age is open, and its rate closes the table.

        Formulas (Preston et al. 3.1 and box 3.1): q = m / (1 + (1 - a) m), L = l - (1 - a) d, open L = l / m;
        a is 0.5, and in the first year of life what Coale and Demeny found.
        Raises ValueError for rates that are missing or negative, so high that nobody survives a year, or zero
        in the open age group, which nobody then ever leaves.
        """
        m = np.asarray(rates, dtype=np.float64)
        _require_sexes(m)
        if not np.isfinite(m).all():
            raise ValueError(f"A death rate is missing at {_first(~np.isfinite(m))}.")
        if (m < 0).any():
            raise ValueError(f"A death rate cannot be negative; it is at {_first(m < 0)}.")
        if (m[..., -1] <= 0).any():
            raise ValueError("The open age group needs a death rate above zero, or nobody ever leaves it.")
        a = np.full(m.shape, 0.5)
        for sex, ((constant, slope), high) in enumerate(_INFANT_YEARS):
            infant = m[..., sex, 0]
            a[..., sex, 0] = np.where(infant < 0.107, constant + slope * infant, high)
        q = m / (1 + (1 - a) * m)
        if (q[..., :-1] >= 1).any():
            raise ValueError(f"With the death rate at {_first(q[..., :-1] >= 1)} nobody survives the year.")
        alive = np.ones(m.shape)
        alive[..., 1:] = np.cumprod(1 - q[..., :-1], axis=-1)
        lived = alive * (1 - (1 - a) * q)
        lived[..., -1] = alive[..., -1] / m[..., -1]
        return cls(lived)

    @property
    def life_expectancy(self) -> Array:
        """Years from birth, shape (...)."""
        return np.asarray(self.person_years.sum(axis=-1))

    @property
    def survival(self) -> Array:
        """Survival ratios by the age group at the END of a period as long as a group is wide; shape (..., ages).

        First: of the births in the period, L0 / width. Then from the group below, Lx / Lx-1. Last: of the two
        oldest groups together, T of the last / T of the last but one (Preston et al. box 6.1).
        """
        lived = self.person_years
        ratios = np.empty(lived.shape)
        ratios[..., 0] = np.minimum(lived[..., 0] / self.width, 1.0)
        ratios[..., 1:-1] = np.minimum(lived[..., 1:-1] / lived[..., :-2], 1.0)
        ratios[..., -1] = lived[..., -1] / (lived[..., -2] + lived[..., -1])
        return ratios


def standardised_ratio(events: npt.ArrayLike, rates: npt.ArrayLike, population: npt.ArrayLike) -> Array:
    """An area's level against a schedule: observed events by those expected with the schedule's rates.

    events: what happened, shape (...), in the period to which the population's person-years belong.
    rates, population: shapes that broadcast to (..., groups); the last axis is summed.

    The indirect standardisation of Preston et al. 2.3: the way to carry a nation's schedule to an area that is
    too small for one of its own. Raises ValueError for what is missing or negative, and when no event was to
    be expected, because then there is no level.
    """
    observed, schedule, people = (np.asarray(x, dtype=np.float64) for x in (events, rates, population))
    for what, numbers in (("events", observed), ("rates", schedule), ("population", people)):
        if not np.isfinite(numbers).all():
            raise ValueError(f"The {what} of the standardised ratio are missing at {_first(~np.isfinite(numbers))}.")
        if (numbers < 0).any():
            raise ValueError(f"The {what} of the standardised ratio cannot be negative.")
    expected = np.asarray((schedule * people).sum(axis=-1))
    if (expected <= 0).any():
        raise ValueError("No event is expected with this schedule and population, so there is no level.")
    return np.asarray(observed / expected)


def scaled(rates: npt.ArrayLike, ratio: npt.ArrayLike) -> Array:
    """The schedule moved to an area's level: the same shape over ages, every rate times `ratio` (shape (...)).

    Raises ValueError for a ratio that is missing or negative.
    """
    factor = np.asarray(ratio, dtype=np.float64)
    if not np.isfinite(factor).all() or (factor < 0).any():
        raise ValueError("The level to scale by must be a number that is not negative.")
    return np.asarray(np.asarray(rates, dtype=np.float64) * factor[..., np.newaxis])


def scaled_to_total(rates: npt.ArrayLike, total: npt.ArrayLike) -> Array:
    """The fertility schedule with another total fertility rate (children by woman), the same shape over ages.

    Single years of age. Raises ValueError for a schedule without births.
    """
    schedule = np.asarray(rates, dtype=np.float64)
    sums = schedule.sum(axis=-1)
    if not np.isfinite(sums).all() or (sums <= 0).any():
        raise ValueError("A schedule without births, or with a missing rate, cannot be scaled to a total.")
    return scaled(schedule, np.asarray(total, dtype=np.float64) / sums)


def fertility_from_15(rates: npt.ArrayLike, ages: int = 101) -> Array:
    """Rates for the single ages 15 to 49, shape (..., 35), on the whole age axis: no births before or after."""
    given = np.asarray(rates, dtype=np.float64)
    if given.shape[-1] != 35:
        raise ValueError(f"Fertility is given for the 35 ages 15 to 49; got {given.shape[-1]}.")
    whole = np.zeros((*given.shape[:-1], ages))
    whole[..., 15:50] = given
    return whole


def _require_sexes(numbers: Array) -> None:
    if numbers.ndim < 2 or numbers.shape[-2] != 2:
        raise ValueError(f"Women and men are given on the second axis from the end; got the shape {numbers.shape}.")


def _first(mask: npt.NDArray[Any]) -> str:
    """The first place where the mask is true, in words; the last axis is the age group."""
    *before, age = (int(i) for i in np.argwhere(mask)[0]) if mask.ndim else (0,)
    where = f"age group {age}"
    return f"{where}, row {tuple(before)}" if before else where
