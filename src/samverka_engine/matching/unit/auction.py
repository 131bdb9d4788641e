"""A coarse auction of seats (Bertsekas and Castañon 1989): a near-optimal placement and near-optimal prices, fast."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .prices import price_the_closed

__all__ = ["Auctioned", "hold_auction"]

COARSENESS = 0.0025
"""The least raise of a bid, as a share of what needs' best pairs are worth in the middle."""
BIDS = 30
"""Bids per need before the raise is made coarser: a price war between equal places is not fought to its end."""
COARSER = 8.0
SLICE = 500_000
"""Bids between two questions whether to stop."""


@dataclass(frozen=True)
class Auctioned:
    """Where the auction ended. Every need in a place is within `raised` of its best choice at the prices."""

    pair: NDArray[np.int64]
    """(N,): each need's pair, -1 for none."""
    price: NDArray[np.float64]
    """(P,): zero where a place is not full."""
    raised: float
    finished: bool
    """False when it was stopped with needs still waiting to bid."""
    bids: int


def hold_auction(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    capacity: NDArray[np.int64],
    stop: Callable[[], bool],
) -> Auctioned:
    """Needs bid in turn for the place that is worth most to them above its price; capacity (P,)."""
    needs, places = len(first) - 1, len(capacity)
    room = np.minimum(capacity, needs)
    slots = np.zeros(places + 1, dtype=np.int64)
    np.cumsum(room, out=slots[1:])
    price = np.where(room > 0, 0.0, np.inf)
    filled = np.zeros(places, dtype=np.int64)
    bid, holder = np.empty(slots[-1]), np.empty(slots[-1], dtype=np.int32)
    pair = np.full(needs, -1, dtype=np.int64)
    queue = np.arange(needs, dtype=np.int32)
    best = _best_scores(first, place, score, price)
    wanted = best[best > 0]
    raised = COARSENESS * float(np.median(wanted)) if len(wanted) else 1.0
    head, waiting, bids, since, patience = 0, needs, 0, 0, BIDS * needs + 1_000
    finished = True
    while waiting:
        if bids and stop():
            finished = False
            break
        most = min(SLICE, patience - since)
        done, head, waiting = _bid(
            first, place, score, slots, price, filled, bid, holder, pair, queue, head, waiting, raised, most
        )
        bids, since = bids + done, since + done
        if since >= patience:
            raised, since = raised * COARSER, 0
    price_the_closed(first, place, score, room == 0, price)
    return Auctioned(pair=pair, price=price, raised=raised, finished=finished, bids=bids)


@njit(cache=True)
def _best_scores(
    first: NDArray[np.int64], place: NDArray[np.int32], score: NDArray[np.float64], price: NDArray[np.float64]
) -> NDArray[np.float64]:
    best = np.zeros(len(first) - 1)
    for need in range(len(best)):
        for edge in range(first[need], first[need + 1]):
            if score[edge] > best[need] and price[place[edge]] == 0.0:
                best[need] = score[edge]
    return best


@njit(cache=True)
def _bid(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    slots: NDArray[np.int64],
    price: NDArray[np.float64],
    filled: NDArray[np.int64],
    bid: NDArray[np.float64],
    holder: NDArray[np.int32],
    pair: NDArray[np.int64],
    queue: NDArray[np.int32],
    head: int,
    waiting: int,
    raised: float,
    most: int,
) -> tuple[int, int, int]:
    """At most so many bids. `queue` is a ring; a place's bids are a heap, the lowest first: its price when full."""
    done = 0
    while waiting > 0 and done < most:
        done += 1
        need = queue[head]
        head = head + 1 if head + 1 < len(queue) else 0
        waiting -= 1
        best, second, chosen = 0.0, 0.0, -1
        for edge in range(first[need], first[need + 1]):
            value = score[edge] - price[place[edge]]
            if value > best:
                second, best, chosen = best, value, edge
            elif value > second:
                second = value
        if chosen < 0:
            continue  # prices never fall: nothing will be worth it again
        at = place[chosen]
        offer = score[chosen] - second + raised
        base, room = slots[at], slots[at + 1] - slots[at]
        pair[need] = chosen
        if filled[at] < room:
            here = filled[at]
            filled[at] += 1
            while here > 0:
                above = (here - 1) // 2
                if bid[base + above] <= offer:
                    break
                bid[base + here], holder[base + here] = bid[base + above], holder[base + above]
                here = above
            bid[base + here], holder[base + here] = offer, need
            if filled[at] == room:
                price[at] = bid[base]
            continue
        outbid = holder[base]
        pair[outbid] = -1
        here = 0
        while 2 * here + 1 < room:
            below = 2 * here + 1
            if below + 1 < room and bid[base + below + 1] < bid[base + below]:
                below += 1
            if bid[base + below] >= offer:
                break
            bid[base + here], holder[base + here] = bid[base + below], holder[base + below]
            here = below
        bid[base + here], holder[base + here] = offer, need
        price[at] = bid[base]
        tail = head + waiting
        queue[tail if tail < len(queue) else tail - len(queue)] = outbid
        waiting += 1
    return done, head, waiting
