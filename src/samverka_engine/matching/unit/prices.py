"""Prices that prove a placement best: the lowest and the highest that do, in whole ticks.

A placement is best exactly when there are prices, not negative and zero where a place is not full, at which every
need has what is worth most to it (Koopmans and Beckmann 1957; the dual of the transportation problem). They form a
lattice (Shapley and Shubik 1971): the lowest of all is what one more seat is worth, the highest what the last is.

Compiled functions call only those of their own file: what is kept compiled is thrown away when that file changes, and
no sooner.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["NO_LIMIT", "bound_of", "highest_prices", "lowest_prices", "price_the_closed", "seat_one_more"]

NO_LIMIT = 2**62
"""The price of a place without seats has no upper end."""


@njit(cache=True)
def _in_ticks(score: float, per_unit: float) -> int:
    """A score above zero in ticks; at a place without seats it may be out of all proportion, and is cut off."""
    return int(np.rint(min(score * per_unit, 2.0**61)))


@njit(cache=True)
def lowest_prices(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    per_unit: float,
    capacity: NDArray[np.int64],
    pair: NDArray[np.int64],
) -> tuple[NDArray[np.int64], bool]:
    """The least prices (P,) in ticks at which nobody would rather be elsewhere; False when there are none.

    Prices rise from zero, and only when somebody would otherwise rather be there: from those without a place, and
    from place to place through those who would move. When one rises above what a need pays for its own place, or
    above zero in a place with room, moving along that path gains, and the placement is not the best.
    """
    needs, places = len(first) - 1, len(capacity)
    begin = np.zeros(places + 1, dtype=np.int64)
    for need in range(needs):
        if pair[need] >= 0:
            begin[place[pair[need]] + 1] += 1
    most = np.empty(places, dtype=np.int64)
    for at in range(places):
        most[at] = NO_LIMIT if begin[at + 1] == capacity[at] else 0
        begin[at + 1] += begin[at]
    price = np.zeros(places, dtype=np.int64)
    member = np.empty(begin[places], dtype=np.int32)
    worth = np.empty(begin[places], dtype=np.int64)
    end = begin[:places].copy()
    for need in range(needs):
        own = pair[need]
        if own >= 0:
            at = place[own]
            ticks = _in_ticks(score[own], per_unit)
            member[end[at]], worth[end[at]] = need, ticks
            end[at] += 1
            most[at] = min(most[at], ticks)
        else:
            for edge in range(first[need], first[need + 1]):
                if score[edge] > 0:
                    price[place[edge]] = max(price[place[edge]], _in_ticks(score[edge], per_unit))
    queue, queued = np.empty(places, dtype=np.int32), np.zeros(places, dtype=np.bool_)
    head, waiting = 0, 0
    for at in range(places):
        if price[at] > most[at]:
            return price, False
        if begin[at + 1] > begin[at]:
            queue[waiting], queued[at] = at, True
            waiting += 1
    while waiting > 0:
        at = queue[head]
        head = head + 1 if head + 1 < places else 0
        waiting -= 1
        queued[at] = False
        for index in range(begin[at], begin[at + 1]):
            need, left = member[index], worth[index] - price[at]
            for edge in range(first[need], first[need + 1]):
                if score[edge] <= 0:
                    continue
                other = place[edge]
                wanted = _in_ticks(score[edge], per_unit) - left
                if wanted > price[other]:
                    if wanted > most[other]:
                        return price, False
                    price[other] = wanted
                    if not queued[other] and begin[other + 1] > begin[other]:
                        tail = head + waiting
                        queue[tail if tail < places else tail - places] = other
                        queued[other] = True
                        waiting += 1
    return price, True


@njit(cache=True)
def highest_prices(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    per_unit: float,
    capacity: NDArray[np.int64],
    pair: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The greatest prices (P,) in ticks that prove a best placement; NO_LIMIT for a place without seats.

    They fall from what the needs there are worth, and only when one of them would otherwise rather be elsewhere.
    """
    needs, places = len(first) - 1, len(capacity)
    used = np.zeros(places, dtype=np.int64)
    price = np.full(places, NO_LIMIT, dtype=np.int64)
    for need in range(needs):
        if pair[need] >= 0:
            at = place[pair[need]]
            used[at] += 1
            price[at] = min(price[at], _in_ticks(score[pair[need]], per_unit))
    for at in range(places):
        if used[at] < capacity[at]:
            price[at] = 0
    changed = True
    while changed:
        changed = False
        for need in range(needs):
            if pair[need] < 0:
                continue
            at = place[pair[need]]
            own = _in_ticks(score[pair[need]], per_unit)
            for edge in range(first[need], first[need + 1]):
                if score[edge] <= 0 or price[place[edge]] == NO_LIMIT:
                    continue
                allowed = own - _in_ticks(score[edge], per_unit) + price[place[edge]]
                if allowed < price[at]:
                    price[at] = allowed
                    changed = True
    return price


@njit(cache=True)
def price_the_closed(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    closed: NDArray[np.bool_],
    price: NDArray[np.float64],
) -> None:
    """Places without seats cost just so much that nobody would rather be there, whatever `price` (P,) said of them.

    They count for nothing in the bound themselves, but with a price too low everybody would seem to do better there.
    """
    if not closed.any():
        return
    price[closed] = 0.0
    for need in range(len(first) - 1):
        best = 0.0
        for edge in range(first[need], first[need + 1]):
            if not closed[place[edge]]:
                best = max(best, score[edge] - price[place[edge]])
        for edge in range(first[need], first[need + 1]):
            if closed[place[edge]]:
                price[place[edge]] = max(price[place[edge]], score[edge] - best)


@njit(cache=True)
def bound_of(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    capacity: NDArray[np.int64],
    price: NDArray[np.float64],
) -> float:
    """What `placement.bound_at` says for one seat each, without anything as long as the pairs."""
    total = 0.0
    for at in range(len(capacity)):
        total += capacity[at] * price[at]
    for need in range(len(first) - 1):
        best = 0.0
        for edge in range(first[need], first[need + 1]):
            best = max(best, score[edge] - price[place[edge]])
        total += best
    return total


@njit(cache=True)
def seat_one_more(
    target: int,
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    per_unit: float,
    price: NDArray[np.int64],
    pair: NDArray[np.int64],
    by_place: NDArray[np.int32],
    begin: NDArray[np.int64],
    need_of: NDArray[np.int32],
) -> bool:
    """Carries out a chain into one more seat at the target, in `pair`, when one is worth the price."""
    places = len(price)
    through = np.full(places, -1, dtype=np.int64)  # the pair by which the need that leaves a place moves on
    reached = np.zeros(places, dtype=np.bool_)
    queue = np.empty(places, dtype=np.int32)
    queue[0], reached[target] = target, True
    head, tail = 0, 1
    while head < tail:
        at = queue[head]
        head += 1
        for index in range(begin[at], begin[at + 1]):
            edge = by_place[index]
            if score[edge] <= 0:
                continue
            need = need_of[edge]
            own = pair[need]
            worth = _in_ticks(score[edge], per_unit) - price[at]
            if own < 0:
                if worth != 0:
                    continue
                _move_along(edge, target, place, pair, through, need_of)
                return True
            source = place[own]
            if reached[source] or worth != _in_ticks(score[own], per_unit) - price[source]:
                continue
            if price[source] == 0:
                _move_along(edge, target, place, pair, through, need_of)
                return True
            reached[source], through[source] = True, edge
            queue[tail] = source
            tail += 1
    return False


@njit(cache=True)
def _move_along(
    edge: int,
    target: int,
    place: NDArray[np.int32],
    pair: NDArray[np.int64],
    through: NDArray[np.int64],
    need_of: NDArray[np.int32],
) -> None:
    """The chain's first need takes its pair, the next the seat's that it opens, up to the target."""
    while True:
        at = place[edge]
        pair[need_of[edge]] = edge
        if at == target:
            return
        edge = through[at]
