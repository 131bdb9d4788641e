"""Moves and one-ejections, now and then for the worse (simulated annealing, Kirkpatrick, Gelatt and Vecchi 1983).

A need moves to another place. Where there is no room, one who lives there makes room and goes to the best place that
has room for it, which may be the one just left, or goes without.
"""

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market, Pairs

__all__ = ["annealed"]

SLICE = 400_000
"""Steps between two questions whether to stop."""
COLDEST = 0.001
WINDOW = 24
"""So many of those who live in a place are asked to make room."""


def annealed(
    market: Market,
    near: Pairs,
    near_index: NDArray[np.int64],
    edge: NDArray[np.int64],
    warmth: float,
    steps: int,
    seed: int,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """Where a walk ends that begins at `edge` (N,), pairs of the market, and cools down from `warmth`.

    `near` are the pairs that are tried; `warmth` is in typical scores. Keeps every capacity.
    """
    place = np.full(market.needs, -1, dtype=np.int64)
    placed = edge >= 0
    place[placed] = market.pairs.place[edge[placed]]
    value = np.zeros(market.needs)
    value[placed] = market.pairs.score[edge[placed]]
    room = market.capacity.copy()
    np.subtract.at(room, place[placed], market.demand[placed])
    most = np.bincount(near.place, minlength=market.places) + np.bincount(place[placed], minlength=market.places)
    begin = np.zeros(market.places + 1, dtype=np.int64)
    np.cumsum(most, out=begin[1:])
    living = np.zeros(begin[-1], dtype=np.int32)
    number = np.zeros(market.places, dtype=np.int64)
    position = np.zeros(market.needs, dtype=np.int64)
    _move_in(np.flatnonzero(placed), place, begin, living, number, position)
    chosen = edge.copy()
    slices = max(1, math.ceil(steps / SLICE))
    ratio = min(1.0, COLDEST / warmth)
    for part in range(slices):
        if stop():
            break
        _walk(
            near.first,
            near.place,
            near.score,
            near_index,
            market.demand,
            place,
            value,
            chosen,
            room,
            begin,
            living,
            number,
            position,
            warmth * market.typical * ratio ** (part / slices),
            warmth * market.typical * ratio ** ((part + 1) / slices),
            steps // slices,
            (seed * 1_000_003 + part) % 2**32,
        )
    return chosen


@njit(cache=True, nogil=True)
def _move_in(needs, place, begin, living, number, position):  # type: ignore[no-untyped-def]
    for need in needs:
        at = place[need]
        living[begin[at] + number[at]] = need
        position[need] = number[at]
        number[at] += 1


@njit(cache=True, nogil=True)
def _leave(need, at, begin, living, number, position, demand, room):  # type: ignore[no-untyped-def]
    for resource in range(demand.shape[1]):
        room[at, resource] += demand[need, resource]
    last = living[begin[at] + number[at] - 1]
    living[begin[at] + position[need]] = last
    position[last] = position[need]
    number[at] -= 1


@njit(cache=True, nogil=True)
def _enter(need, at, begin, living, number, position, demand, room):  # type: ignore[no-untyped-def]
    for resource in range(demand.shape[1]):
        room[at, resource] -= demand[need, resource]
    living[begin[at] + number[at]] = need
    position[need] = number[at]
    number[at] += 1


@njit(cache=True, nogil=True)
def _walk(  # type: ignore[no-untyped-def]
    first,
    near_place,
    near_score,
    near_index,
    demand,
    place,
    value,
    chosen,
    room,
    begin,
    living,
    number,
    position,
    warm,
    cold,
    steps,
    seed,
):
    np.random.seed(seed)
    needs, resources = demand.shape
    temperature = warm
    ratio = (cold / warm) ** (1.0 / max(1, steps))
    for _ in range(steps):
        temperature *= ratio
        need = np.random.randint(needs)
        options = first[need + 1] - first[need]
        if options == 0:
            continue
        option = first[need] + np.random.randint(options)
        edge = near_index[option]
        old = place[need]
        if edge == chosen[need]:
            continue
        at = near_place[option]
        gain = near_score[option] - value[need]
        least = temperature * math.log(np.random.random() + 1e-300)
        fits = True
        for resource in range(resources):
            if demand[need, resource] > room[at, resource]:
                fits = False
                break
        if fits:
            if gain < least:
                continue
            if old >= 0:
                _leave(need, old, begin, living, number, position, demand, room)
            _enter(need, at, begin, living, number, position, demand, room)
            place[need], value[need], chosen[need] = at, near_score[option], edge
            continue
        # Somebody makes room: the one for whom that costs the least.
        ejected, to, least_loss = -1, -1, -1e300
        start, count = 0, number[at]
        if count > WINDOW:
            start, count = np.random.randint(count), WINDOW
        for k in range(count):
            other = living[begin[at] + (start + k) % number[at]]
            enough = True
            for resource in range(resources):
                if demand[need, resource] > room[at, resource] + demand[other, resource]:
                    enough = False
                    break
            if not enough:
                continue
            base = gain - value[other]
            if base > least_loss:
                ejected, to, least_loss = other, -1, base
            for way in range(first[other], first[other + 1]):
                there = near_place[way]
                if there == at or base + near_score[way] <= least_loss:
                    continue
                enough = True
                for resource in range(resources):
                    free = room[there, resource]
                    if there == old:
                        free += demand[need, resource]
                    if demand[other, resource] > free:
                        enough = False
                        break
                if enough:
                    ejected, to, least_loss = other, way, base + near_score[way]
        if ejected < 0 or least_loss < least:
            continue
        _leave(ejected, at, begin, living, number, position, demand, room)
        if old >= 0:
            _leave(need, old, begin, living, number, position, demand, room)
        _enter(need, at, begin, living, number, position, demand, room)
        place[need], value[need], chosen[need] = at, near_score[option], edge
        if to >= 0:
            _enter(ejected, near_place[to], begin, living, number, position, demand, room)
            place[ejected], value[ejected], chosen[ejected] = near_place[to], near_score[to], near_index[to]
        else:
            place[ejected], value[ejected], chosen[ejected] = -1, 0.0, -1
