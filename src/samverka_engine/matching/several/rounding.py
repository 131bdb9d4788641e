"""A placement from prices: those who hardly hesitate are placed, the rest is priced anew, and so on.

The first placement is made so of everybody. Later ones are made of the best one, group of places by group, to be merged
with it: a large neighbourhood (Shaw 1998) that is searched by pricing it.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market, Pairs
from .prices import Dual
from .threads import Threads

__all__ = ["emptied", "fill", "renewed", "rounded"]

ROUNDS = 70
SHARE = 0.08
"""At least so large a share of those left is placed in a round."""
SURE = 0.9
STEPS = 8
ENOUGH = 1e-5
TEMPERATURES = (0.015, 0.035)
"""Of renewing, in typical scores."""
GROUP = 1_000
"""Needs that are placed anew together, about; at most half of them all."""
MOST_GROUPS = 16
"""So many groups are placed anew, and the rest another time."""
SLACK = 0.99
"""What comes of a group is kept when it is worth this share of what was there: different, and not much worse."""


def rounded(
    market: Market,
    near: Pairs,
    near_index: NDArray[np.int64],
    price: NDArray[np.float64],
    temperature: float,
    threads: Threads,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """(N,): the number of each need's pair in the market, -1 for none; every capacity is kept.

    The temperature is in typical scores: warm enough for the prices to see that places fill up.
    Only pairs that are near at the prices are used, until the last step, which takes what there is.
    """
    edge = np.full(market.needs, -1, dtype=np.int64)
    room = market.capacity.copy()
    _place_all(
        near,
        near_index,
        np.arange(market.needs),
        market.demand,
        room,
        price,
        temperature * market.typical,
        edge,
        threads,
        stop,
    )
    fill(
        np.flatnonzero(edge < 0),
        market.pairs.first,
        market.pairs.place,
        market.pairs.score,
        market.demand,
        price,
        room,
        edge,
    )
    return edge


def emptied(
    market: Market, near: Pairs, edge: NDArray[np.int64], random: np.random.Generator, groups: int
) -> NDArray[np.int64]:
    """The placement (N,) without those who live in one of so many random groups of places."""
    group = _grown(market, near, random, groups)
    placed = np.flatnonzero(edge >= 0)
    left = edge.copy()
    left[placed[group[market.pairs.place[edge[placed]]] == 0]] = -1
    return left


def renewed(
    market: Market,
    near: Pairs,
    near_index: NDArray[np.int64],
    price: NDArray[np.float64],
    edge: NDArray[np.int64],
    seed: int,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """Another placement (N,), often worse: places in random groups are emptied and filled again in turn.

    Only the pairs that are `near` are used.
    """
    random = np.random.default_rng(seed)
    edge = edge.copy()
    groups = max(2, round(market.needs / GROUP))
    group = _grown(market, near, random, groups)
    room = market.capacity.copy()
    placed = np.flatnonzero(edge >= 0)
    np.subtract.at(room, market.pairs.place[edge[placed]], market.demand[placed])
    alone = Threads(1)
    for number in range(min(groups, MOST_GROUPS)):
        temperature = random.uniform(*TEMPERATURES) * market.typical
        if stop():
            break
        of_group = np.zeros(market.needs, dtype=bool)
        placed = np.flatnonzero(edge >= 0)
        of_group[placed] = group[market.pairs.place[edge[placed]]] == number
        # Those without a place may come in.
        unplaced = np.flatnonzero(edge < 0)
        chance, first = _pairs_of(near, unplaced)
        owner = np.repeat(unplaced, np.diff(first))
        of_group[owner[group[near.place[chance]] == number]] = True
        left = np.flatnonzero(of_group)
        if not len(left):
            continue
        held = edge[left].copy()
        was = held >= 0
        free = room.copy()
        np.add.at(free, market.pairs.place[held[was]], market.demand[left[was]])
        mine, first = _pairs_of(near, left)
        places, local = np.unique(near.place[mine], return_inverse=True)
        pairs = Pairs(first, local.astype(np.int32), near.score[mine])
        local_room = free[places]
        found = np.full(len(left), -1, dtype=np.int64)
        there = _place_all(
            pairs,
            np.arange(len(pairs.place)),
            np.arange(len(left)),
            market.demand[left],
            local_room,
            price[places],
            temperature,
            found,
            alone,
            stop,
        )
        fill(
            np.flatnonzero(found < 0),
            pairs.first,
            pairs.place,
            pairs.score,
            market.demand[left],
            there,
            local_room,
            found,
        )
        got = found >= 0
        new = np.full(len(left), -1, dtype=np.int64)
        new[got] = near_index[mine][found[got]]
        score = market.pairs.score
        if score[new[got]].sum() > SLACK * score[held[was]].sum():
            edge[left] = new
            room = free
            room[places] = local_room
    return edge


def _place_all(
    pairs: Pairs,
    index: NDArray[np.int64],
    left: NDArray[np.int64],
    demand: NDArray[np.float64],
    room: NDArray[np.float64],
    price: NDArray[np.float64],
    temperature: float,
    edge: NDArray[np.int64],
    threads: Threads,
    stop: Callable[[], bool],
) -> NDArray[np.float64]:
    """Writes into `edge` and `room`; the prices at the end."""
    placed = np.zeros(len(left), dtype=bool)
    for count in range(ROUNDS):
        pairs, index, left, demand = _possible(pairs, index, left, demand, room, placed)
        if not len(left) or stop():
            break
        if count:
            dual = Dual(demand, room, pairs, threads)
            price = dual.minimise(price, temperature, STEPS, stop, ENOUGH)
        sure, best = _sureness(pairs.first, pairs.place, pairs.score, demand, price, temperature)
        order = np.argsort(-sure, kind="stable")
        limit = min(SURE, float(sure[order[max(0, int(SHARE * len(order)) - 1)]]))
        now = _place(order, sure, best, limit, pairs.place, demand, room)
        edge[left[now]] = index[best[now]]
        placed = np.zeros(len(left), dtype=bool)
        placed[now] = True
    return price


def _pairs_of(pairs: Pairs, needs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of these needs' pairs, and where each need's begin among them."""
    counts = pairs.first[needs + 1] - pairs.first[needs]
    first = np.zeros(len(needs) + 1, dtype=np.int64)
    np.cumsum(counts, out=first[1:])
    return np.repeat(pairs.first[needs] - first[:-1], counts) + np.arange(first[-1]), first


def _grown(market: Market, near: Pairs, random: np.random.Generator, groups: int) -> NDArray[np.int64]:
    """(P,): a group for each place: that of the nearest of so many random places, in steps from need to need."""
    roots = random.permutation(market.places)[:groups]
    group = np.full(market.places, -1, dtype=np.int64)
    group[roots] = np.arange(len(roots))
    row = np.repeat(np.arange(market.needs, dtype=np.int32), np.diff(near.first))
    pairs = random.permutation(np.arange(len(row), dtype=np.int32))
    _spread(pairs, row, near.place, group, np.full(market.needs, -1, dtype=np.int32))
    lonely = group < 0
    group[lonely] = random.integers(0, len(roots), int(lonely.sum()))
    return group


def _possible(
    pairs: Pairs,
    index: NDArray[np.int64],
    left: NDArray[np.int64],
    demand: NDArray[np.float64],
    room: NDArray[np.float64],
    placed: NDArray[np.bool_],
) -> tuple[Pairs, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Only pairs of needs not yet placed that the room is enough for, and only needs that have one."""
    first, having, kept = _kept(pairs.first, pairs.place, demand, room, placed)
    return Pairs(first, pairs.place[kept], pairs.score[kept]), index[kept], left[having], demand[having]


@njit(cache=True, nogil=True)
def _kept(first, place, demand, room, placed):  # type: ignore[no-untyped-def]
    needs, resources = demand.shape
    begin, having = np.zeros(needs + 1, dtype=np.int64), np.empty(needs, dtype=np.int64)
    kept = np.empty(len(place), dtype=np.int32)
    number, count = 0, 0
    for need in range(needs):
        if placed[need]:
            continue
        before = count
        for edge in range(first[need], first[need + 1]):
            fits = True
            for resource in range(resources):
                if demand[need, resource] > room[place[edge], resource]:
                    fits = False
                    break
            if fits:
                kept[count] = edge
                count += 1
        if count > before:
            having[number] = need
            number += 1
            begin[number] = count
    return begin[: number + 1], having[:number], kept[:count]


@njit(cache=True, nogil=True)
def _sureness(first, place, score, demand, price, temperature):  # type: ignore[no-untyped-def]
    """How large a share of its soft maximum each need's best pair has, and that pair; -1 where none beats nothing."""
    needs, resources = demand.shape
    sure, best_edge = np.zeros(needs), np.full(needs, -1, dtype=np.int64)
    for need in range(needs):
        best, weights = -1e300, 0.0
        for edge in range(first[need], first[need + 1]):
            value = score[edge]
            for resource in range(resources):
                value -= demand[need, resource] * price[place[edge], resource]
            if value > best:
                weights = weights * np.exp((best - value) / temperature) + 1.0
                best = value
                best_edge[need] = edge
            else:
                weights += np.exp((value - best) / temperature)
        sure[need] = 1.0 / (weights + np.exp(min(700.0, -best / temperature)))
    return sure, best_edge


@njit(cache=True, nogil=True)
def _place(order, sure, best, limit, place, demand, room):  # type: ignore[no-untyped-def]
    """Places in order those as sure as the limit, as long as there is room; at least the first."""
    resources = demand.shape[1]
    placed = np.empty(len(order), dtype=np.int64)
    count = 0
    for need in order:
        if sure[need] < limit and count:
            break
        if best[need] < 0:
            continue
        at = place[best[need]]
        fits = True
        for resource in range(resources):
            if demand[need, resource] > room[at, resource]:
                fits = False
                break
        if fits:
            for resource in range(resources):
                room[at, resource] -= demand[need, resource]
            placed[count] = need
            count += 1
    return placed[:count]


@njit(cache=True, nogil=True)
def fill(needs, first, place, score, demand, price, room, edge):  # type: ignore[no-untyped-def]
    """Gives each of the needs its best pair that there is room for."""
    resources = demand.shape[1]
    for need in needs:
        best, chosen = -1e300, -1
        for candidate in range(first[need], first[need + 1]):
            at = place[candidate]
            value = score[candidate]
            fits = True
            for resource in range(resources):
                value -= demand[need, resource] * price[at, resource]
                if demand[need, resource] > room[at, resource]:
                    fits = False
                    break
            if fits and value > best:
                best, chosen = value, candidate
        if chosen >= 0:
            edge[need] = chosen
            for resource in range(resources):
                room[place[chosen], resource] -= demand[need, resource]


@njit(cache=True, nogil=True)
def _spread(pairs, row, place, group, of_need):  # type: ignore[no-untyped-def]
    """Groups of places spread over needs that might live in both, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for pair in pairs:
            need, at = row[pair], place[pair]
            if group[at] >= 0 and of_need[need] < 0:
                of_need[need] = group[at]
                changed = True
            elif group[at] < 0 and of_need[need] >= 0:
                group[at] = of_need[need]
                changed = True
