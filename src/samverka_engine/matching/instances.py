"""Made-up instances of any size, the same for the same seed: for tests, benchmarks and trying out a rule.

Needs and places lie in a square. A pair's score is the place's quality × how well they fit × how near it is × a bonus
where there are ties (family, a former job). Scores lie between 0 and about 10, most of them between 1 and 5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import Problem

__all__ = ["HOUSEHOLD_RESOURCES", "Shape", "households", "seats"]

HOUSEHOLD_RESOURCES = ("persons", "homes", "homes_of_three_rooms", "homes_of_five_rooms", "school", "language", "care")
"""The homes are nested: a home of five rooms is one of three rooms too, and a household that needs one takes both."""

CHUNK = 20_000
"""Needs made at a time, so that nothing but the result is large."""
TIE_SHARE, TIE_BONUS = 0.03, 1.5
HOUSEHOLD_SIZES = (0.36, 0.2, 0.14, 0.13, 0.08, 0.05, 0.04)
"""The share of households of one person, two and so on."""
SPREAD = 0.5
"""The standard deviation of the logarithm of places' sizes."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How large an instance is, and how tight."""

    needs: int
    places: int
    pairs_per_need: int = 50
    """On average; every place, when there are not so many."""
    supply: float | tuple[float, float] = (1.05, 1.3)
    """Capacity as a multiple of demand: for seats the middle of it, for households from the first resource on."""
    step: float | None = None
    """Scores are rounded to multiples of this, which makes many of them equal."""
    seed: int = 0


def seats(shape: Shape) -> Problem:
    """Needs of one seat each."""
    random = np.random.default_rng(shape.seed)
    demand = np.ones((shape.needs, 1), dtype=np.int32)
    size = random.lognormal(0.0, SPREAD, shape.places)
    low, high = _supply(shape)
    capacity = _shared_out(round(shape.needs * (low + high) / 2), size)[:, None]
    return _with_pairs(random, shape, demand, capacity, ("seats",))


def households(shape: Shape) -> Problem:
    """Households that need seven resources; every resource has its own supply, and places differ in what they have."""
    random = np.random.default_rng(shape.seed)
    demand = _household_demand(random, shape.needs)
    size = random.lognormal(0.0, SPREAD, shape.places)
    factors = np.linspace(*_supply(shape), num=len(HOUSEHOLD_RESOURCES))
    total = np.ceil(demand.sum(axis=0) * factors).astype(np.int64)
    capacity = np.zeros((shape.places, len(HOUSEHOLD_RESOURCES)), dtype=np.int64)
    for resource in (0, 4, 5, 6):
        capacity[:, resource] = _shared_out(int(total[resource]), size * random.lognormal(0.0, 0.3, shape.places))
    # Homes of each least size are shared out apart and added up, so that they are nested.
    at_least = np.append(total[1:4], 0)
    for smallest in (3, 2, 1):
        own = _shared_out(
            int(max(0, at_least[smallest - 1] - at_least[smallest])), size * random.lognormal(0.0, 0.3, shape.places)
        )
        capacity[:, 1 : smallest + 1] += own[:, None]
    return _with_pairs(random, shape, demand, capacity, HOUSEHOLD_RESOURCES)


def _supply(shape: Shape) -> tuple[float, float]:
    return shape.supply if isinstance(shape.supply, tuple) else (shape.supply, shape.supply)


def _household_demand(random: np.random.Generator, needs: int) -> NDArray[np.int32]:
    size = random.choice(np.arange(1, len(HOUSEHOLD_SIZES) + 1), p=HOUSEHOLD_SIZES, size=needs)
    adults = np.where(size == 1, 1, random.choice([1, 2], p=[0.25, 0.75], size=needs))
    children = size - adults
    demand = np.empty((needs, len(HOUSEHOLD_RESOURCES)), dtype=np.int32)
    demand[:, 0] = size
    demand[:, 1] = 1
    demand[:, 2] = size >= 3
    demand[:, 3] = size >= 5
    demand[:, 4] = random.binomial(children, 0.65)
    demand[:, 5] = random.binomial(adults, 0.8)
    demand[:, 6] = random.random(needs) < 0.08
    return demand


def _shared_out(total: int, weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole units by weight; the units that rounding leaves go to the largest remainders."""
    exact = total * weight / weight.sum()
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    largest: NDArray[np.int64] = np.argsort(whole - exact, kind="stable")[:left]
    whole[largest] += 1
    return whole


def _with_pairs(
    random: np.random.Generator,
    shape: Shape,
    demand: NDArray[np.int32],
    capacity: NDArray[np.int64],
    resources: tuple[str, ...],
) -> Problem:
    needs, places = shape.needs, shape.places
    quality = np.clip(random.lognormal(1.3, 0.25, places), 1.0, 8.0)
    where_needs, where_places = random.random((needs, 2)), random.random((places, 2))
    counts = np.zeros(needs, dtype=np.int64)
    chosen: list[NDArray[np.int32]] = []
    scores: list[NDArray[np.float64]] = []
    for begin in range(0, needs, CHUNK):
        end = min(needs, begin + CHUNK)
        row, place = _eligible(random, end - begin, places, shape.pairs_per_need)
        counts[begin:end] = np.bincount(row, minlength=end - begin)
        away = np.hypot(*(where_needs[begin:end][row] - where_places[place]).T)
        score = quality[place] * random.uniform(0.4, 1.0, len(place)) * (0.4 + 0.6 * np.exp(-3.0 * away))
        score *= np.where(random.random(len(place)) < TIE_SHARE, TIE_BONUS, 1.0)
        if shape.step is not None:
            score = np.round(score / shape.step) * shape.step
        chosen.append(place)
        scores.append(score)
    first = np.zeros(needs + 1, dtype=np.int64)
    np.cumsum(counts, out=first[1:])
    return Problem(
        demand=demand,
        capacity=capacity,
        first=first,
        place=np.concatenate(chosen) if chosen else np.empty(0, dtype=np.int32),
        score=np.concatenate(scores) if scores else np.empty(0),
        resources=resources,
    )


def _eligible(
    random: np.random.Generator, needs: int, places: int, pairs: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Rows and places of `pairs` different places a need on average, in order."""
    if pairs >= places:
        row = np.repeat(np.arange(needs), places)
        return row, np.tile(np.arange(places, dtype=np.int32), needs)
    # So many draws with replacement have that many different places on average.
    draws = max(1, round(np.log1p(-pairs / places) / np.log1p(-1 / places)))
    place = random.integers(0, places, size=(needs, draws), dtype=np.int32)
    place.sort(axis=1)
    new = np.ones_like(place, dtype=bool)
    new[:, 1:] = place[:, 1:] != place[:, :-1]
    row = np.nonzero(new)[0]
    return row, place[new]
