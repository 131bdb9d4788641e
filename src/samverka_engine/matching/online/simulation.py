"""A season played from beginning to end, to see how far from hindsight a way of placing ends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from samverka_engine.matching.instances import Shape, households, seats
from samverka_engine.matching.problem import Problem

from .desk import EVERY, Desk
from .forecast import Forecast

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Season", "play", "season_of"]


@dataclass(frozen=True)
class Season:
    """Those who come, in order of row, and a sample of others drawn in the same way: of earlier years, say."""

    arriving: Problem
    forecast: Forecast


def season_of(shape: Shape, *, several: bool, years: int = 1) -> Season:
    """A made-up instance, of which the first arrive; the others, so many years of as many, are the forecast.

    Nobody is in both. Capacity is for those who arrive.
    """
    parts = 1 + years
    low, high = shape.supply if isinstance(shape.supply, tuple) else (shape.supply, shape.supply)
    drawn = Shape(
        needs=parts * shape.needs,
        places=shape.places,
        pairs_per_need=shape.pairs_per_need,
        supply=(low / parts, high / parts),
        step=shape.step,
        seed=shape.seed,
    )
    whole = households(drawn) if several else seats(drawn)
    return Season(_rows(whole, 0, shape.needs), Forecast(_rows(whole, shape.needs, parts * shape.needs), shape.needs))


def _rows(whole: Problem, begin: int, end: int) -> Problem:
    pairs = slice(whole.first[begin], whole.first[end])
    first: NDArray[np.int64] = whole.first[begin : end + 1] - whole.first[begin]
    return Problem(
        demand=whole.demand[begin:end],
        capacity=whole.capacity,
        first=first,
        place=whole.place[pairs],
        score=whole.score[pairs],
        resources=whole.resources,
    )


def play(season: Season, *, ahead: bool = True, together: bool = False, every: int = EVERY) -> Desk:
    """Everybody arrives, one by one or in batches of `every`; at the end what is left is offered to those waiting.

    Without looking ahead all prices are zero: greedy.
    """
    desk = Desk(season.arriving, season.forecast if ahead else None)
    needs = season.arriving.needs
    for begin in range(0, needs, every):
        end = min(needs, begin + every)
        rows = np.arange(begin, end)
        if together:
            for _ in range(begin, end, EVERY):  # as often as if they came one by one
                desk.reprice(needs - end)
            desk.arrive_together(rows)
        else:
            desk.reprice(needs - begin)
            desk.arrive(rows)
    desk.reprice(0)
    desk.offer_to_waiting(in_order=False)
    return desk
