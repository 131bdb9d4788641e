"""What a population projection assumes: fertility, mortality, moves and the planned reception.

Every array broadcasts to (years, areas, 2, ages): a schedule of shape (2, ages) holds for all areas and years,
one of shape (years, 1, 2, ages) changes over time. Women come before men. Flows and rates of moving are given
by the age group at the END of the year, as Statistics Sweden publishes them: group 0 are those who were born in
the year, the last group is open. An absent number is NaN and refused; nothing is ever taken to be zero.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samverka_engine.scenarios.mortality import Array

__all__ = [
    "ArrivalCounts",
    "ArrivalRates",
    "ArrivalShares",
    "Assumptions",
    "DomesticArrivals",
    "Population",
    "Reception",
    "nobody",
]

# Boys by girl born: about 106 boys by 100 girls in Sweden, year after year. An assumption to edit like the others.
SEX_RATIO_AT_BIRTH = 1.06
FERTILE_FROM, FERTILE_BELOW = 15, 50


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Who lives where at the end of a year.

    counts: persons, shape (areas, 2, ages), women first, in age groups of `width` years, the last one open.
    areas: one code for each area, in the order of `counts`.

    Raises ValueError, naming the area, for a count that is missing or negative.
    """

    year: int
    areas: tuple[str, ...]
    counts: Array
    width: int = 1

    def __post_init__(self) -> None:
        if len(set(self.areas)) != len(self.areas) or not self.areas:
            raise ValueError("The areas of a projection need codes, and each code once.")
        if self.width < 1:
            raise ValueError(f"The width of an age group is at least one year; got {self.width}.")
        if self.counts.ndim != 3 or self.counts.shape[:2] != (len(self.areas), 2) or self.counts.shape[2] < 3:
            raise ValueError(
                f"The population needs the shape (areas, 2, ages) with {len(self.areas)} areas and at least three "
                f"age groups; got {self.counts.shape}."
            )
        for wrong, what in ((~np.isfinite(self.counts), "is missing"), (self.counts < 0, "is negative")):
            if wrong.any():
                area, sex, group = (int(i) for i in np.argwhere(wrong)[0])
                raise ValueError(
                    f"The population of area {self.areas[area]} {what}: {_sex(sex)}, {self.width * group} years, "
                    f"{self.year}."
                )

    @property
    def ages(self) -> int:
        """The number of age groups."""
        return int(self.counts.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalCounts:
    """Domestic in-migration as persons by year: an assumption about the rest of the country's moves."""

    persons: Array


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalRates:
    """Domestic in-migration by resident of the same cohort at the start of the year.

    Simple, and wrong in the long run: those who may move in do not live here, so a growing area draws ever
    more people. Group 0 (born in the year) is by birth.
    """

    rates: Array


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalShares:
    """Domestic in-migration as each area's share of all who leave an area of this run.

    The shares of the areas sum to one for every year, sex and age, so that everybody who leaves one area
    arrives in another: the areas are the whole country.
    """

    shares: Array


DomesticArrivals = ArrivalCounts | ArrivalRates | ArrivalShares


@dataclass(frozen=True, slots=True, eq=False)
class Assumptions:
    """Everything that the future is made of, except the planned reception.

    fertility: children by woman and year in each age group, (…, ages); zero outside 15–49.
    survival: ratios by age at the end of the period (`LifeTable.survival`), above 0 and at most 1.
    departures: rate of moving to another area of the country, by person and year.
    emigration: rate of leaving the country, by person and year.
    arrivals: domestic in-migration: counts, rates or shares.
    immigration: persons by period, without those who come through the planned reception.
    sex_ratio_at_birth: boys by girl born.

    A closed population says so: `nobody(ages)` for rates, counts and immigration.
    """

    fertility: Array
    survival: Array
    departures: Array
    emigration: Array
    arrivals: DomesticArrivals
    immigration: Array
    sex_ratio_at_birth: float = SEX_RATIO_AT_BIRTH


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """Newcomers whose reception is planned, beside all other moves.

    persons: by year and area, shape (years, areas).
    profile: their shares by sex and age at the end of the year of reception, summing to one; broadcasts to
        (years, areas, 2, ages).
    name: which plan, for the list of assumptions.
    """

    name: str
    persons: Array
    profile: Array


def nobody(ages: int) -> Array:
    """The statement that nobody does this, at any age."""
    return np.zeros((2, ages))


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """Assumptions spread over all years and areas, and found whole."""

    fertility: Array  # (years, areas, ages)
    survival: Array
    departures: Array
    emigration: Array
    arrivals: Array
    immigration: Array
    reception: Array  # persons by sex and age
    sex_ratio_at_birth: float


def checked(base: Population, assumptions: Assumptions, reception: Reception | None, years: int) -> Checked:
    """Raises ValueError, saying which and where, for an assumption that is missing, impossible or misshapen."""
    shape = (years, len(base.areas), 2, base.ages)
    ratio = assumptions.sex_ratio_at_birth
    if not math.isfinite(ratio) or ratio <= 0:
        raise ValueError(f"The sex ratio at birth is boys by girl born and above zero; got {ratio}.")
    fertility = _whole(base, "fertility", assumptions.fertility, (years, len(base.areas), base.ages))
    starts = np.arange(base.ages) * base.width
    barren = (starts + base.width <= FERTILE_FROM) | (starts >= FERTILE_BELOW)
    barren[0] = True
    if (fertility[..., barren] != 0).any():
        raise ValueError(
            "Fertility is given for the ages 15 to 49, and not for the youngest group; another age has a rate that "
            "is not zero."
        )
    survival = _whole(base, "survival", assumptions.survival, shape)
    if (survival <= 0).any() or (survival > 1).any():
        raise ValueError("A survival ratio is above 0 and at most 1; use LifeTable.survival.")
    return Checked(
        fertility=fertility,
        survival=survival,
        departures=_whole(base, "domestic out-migration", assumptions.departures, shape),
        emigration=_whole(base, "emigration", assumptions.emigration, shape),
        arrivals=_arrivals(base, assumptions.arrivals, shape),
        immigration=_whole(base, "immigration", assumptions.immigration, shape),
        reception=np.zeros(shape) if reception is None else _received(base, reception, shape),
        sex_ratio_at_birth=ratio,
    )


def _arrivals(base: Population, arrivals: DomesticArrivals, shape: tuple[int, ...]) -> Array:
    match arrivals:
        case ArrivalCounts(persons):
            return _whole(base, "domestic in-migration", persons, shape)
        case ArrivalRates(rates):
            return _whole(base, "rate of domestic in-migration", rates, shape)
        case ArrivalShares(shares):
            whole = _whole(base, "share of domestic in-migration", shares, shape)
            if not np.allclose(whole.sum(axis=1), 1.0, rtol=0, atol=1e-9):
                raise ValueError(
                    "The areas' shares of domestic in-migration must sum to one for every year, sex and age: "
                    "everybody who leaves one area arrives in another."
                )
            return whole


def _received(base: Population, reception: Reception, shape: tuple[int, ...]) -> Array:
    persons = _whole(base, f"reception ({reception.name})", reception.persons, shape[:2], sexes=False)
    profile = _whole(base, f"profile of the reception ({reception.name})", reception.profile, shape)
    if not np.allclose(profile.sum(axis=(-1, -2)), 1.0, rtol=0, atol=1e-9):
        raise ValueError(f"The profile of the reception ({reception.name}) must sum to one over sexes and ages.")
    return persons[:, :, np.newaxis, np.newaxis] * profile


def _whole(base: Population, what: str, given: Array, shape: tuple[int, ...], *, sexes: bool = True) -> Array:
    numbers: npt.NDArray[np.float64] = np.asarray(given, dtype=np.float64)
    if sexes and numbers.shape[-1:] != shape[-1:]:
        raise ValueError(f"The {what} needs {shape[-1]} age groups; got the shape {numbers.shape}.")
    if len(shape) == 4 and numbers.shape[-2:-1] != (2,):
        raise ValueError(f"The {what} needs women and men; got the shape {numbers.shape}.")
    try:
        whole = np.broadcast_to(numbers, shape)
    except ValueError:
        raise ValueError(f"The {what} of shape {numbers.shape} does not fit {shape}.") from None
    for wrong, how in ((~np.isfinite(whole), "is missing"), (whole < 0, "is negative")):
        if wrong.any():
            raise ValueError(f"The {what} {how}: {_where(base, np.argwhere(wrong)[0].tolist())}.")
    return whole


def _where(base: Population, place: Sequence[int]) -> str:
    """A place of (years, areas, sexes, ages), (years, areas, ages) or (years, areas) in words."""
    words = [str(base.year + base.width * (place[0] + 1)), f"area {base.areas[place[1]]}"]
    if len(place) == 4:
        words.append(_sex(place[2]))
    if len(place) > 2:
        words.append(f"{base.width * place[-1]} years")
    return ", ".join(words)


def _sex(place: int) -> str:
    return ("women", "men")[place]
