"""The best packing of one place: a knapsack of several resources, whole households only.

A bounded simplex on the place's few resources finds the prices at which selling parts would be worth the least; they
bound what is left in a depth-first search. Households that ask for the same are taken from the most gainful on: who
goes without closes the place to all of the kind that come after.
"""

import numpy as np
from numba import njit

__all__ = ["packed", "priced"]

PIVOTS = 300
"""More are not made: any prices bound the search, the best only best."""
NUDGE = 1e-7
"""Capacities are told apart by so much while prices are sought, against circling."""
SMALL = 1e-9
ROUNDING = 1e-12


@njit(cache=True, nogil=True)
def priced(gain, demand, capacity, price):  # type: ignore[no-untyped-def]
    """Writes the prices that bound max gain @ x, x @ demand <= capacity, 0 <= x <= 1 best, by the primal simplex.

    `gain` (K,), `demand` (K, R), `capacity` (R,), `price` (R,).
    """
    items, resources = demand.shape
    inverse = np.eye(resources)
    basis = np.arange(items, items + resources)
    inside = np.zeros(items + resources, dtype=np.bool_)
    inside[items:] = True
    whole = np.zeros(items, dtype=np.bool_)
    level, column = np.empty(resources), np.empty(resources)
    for row in range(resources):
        level[row] = capacity[row] + NUDGE * (1 + row)
    for _ in range(PIVOTS):
        for resource in range(resources):
            value = 0.0
            for row in range(resources):
                if basis[row] < items:
                    value += gain[basis[row]] * inverse[row, resource]
            price[resource] = value
        best, entering = SMALL, -1
        for item in range(items):
            if inside[item]:
                continue
            left = gain[item]
            for resource in range(resources):
                left -= price[resource] * demand[item, resource]
            if whole[item]:
                left = -left
            if left > best:
                best, entering = left, item
        for resource in range(resources):
            if not inside[items + resource] and -price[resource] > best:
                best, entering = -price[resource], items + resource
        if entering < 0:
            break
        sign = -1.0 if entering < items and whole[entering] else 1.0
        for row in range(resources):
            value = 0.0
            if entering < items:
                for resource in range(resources):
                    value += inverse[row, resource] * demand[entering, resource]
            else:
                value = inverse[row, entering - items]
            column[row] = sign * value
        length, leaving, filled = 1.0 if entering < items else np.inf, -1, False
        for row in range(resources):
            if column[row] > SMALL and level[row] < length * column[row]:
                length, leaving, filled = level[row] / column[row], row, False
            elif column[row] < -SMALL and basis[row] < items and 1 - level[row] < -length * column[row]:
                length, leaving, filled = (level[row] - 1) / column[row], row, True
        length = max(0.0, length)
        if leaving < 0 and entering >= items:  # by rounding alone can a resource be sold without end
            break
        for row in range(resources):
            level[row] -= length * column[row]
        if leaving < 0:
            whole[entering] = not whole[entering]
            continue
        gone = basis[leaving]
        inside[gone] = False
        if gone < items:
            whole[gone] = filled
        basis[leaving] = entering
        inside[entering] = True
        level[leaving] = length if sign > 0 else 1 - length
        pivot = sign * column[leaving]
        for resource in range(resources):
            inverse[leaving, resource] /= pivot
        for row in range(resources):
            if row != leaving and column[row] != 0:
                factor = sign * column[row]
                for resource in range(resources):
                    inverse[row, resource] -= factor * inverse[leaving, resource]
    for resource in range(resources):
        price[resource] = max(0.0, price[resource])


@njit(cache=True, nogil=True)
def packed(gain, spare, demand, kind, capacity, sold, most_nodes, closed, taken):  # type: ignore[no-untyped-def]
    """A bound on the best packing, above what is found by no more than rounding unless nodes ran out.

    Items come in falling order of `spare` (K,), what their `gain` (K,) is above their price; `sold` is what the
    capacity (R,) is worth at the prices. Writes the packing into `taken` (K,). `closed` is False for every kind, before
    and after.
    """
    items, resources = demand.shape
    taken[:] = False
    # What later items of a kind are worth above their price, which is lost with the first that goes without.
    later, rest = np.zeros(items), np.empty(items + 1)
    total = 0.0
    for k in range(items - 1, -1, -1):
        if spare[k] > 0:
            total += spare[k]
            for other in range(k + 1, items):
                if spare[other] <= 0:
                    break
                if kind[other] == kind[k]:
                    later[k] = spare[other] + later[other]
                    break
    rest[0] = total
    tolerance = ROUNDING * (sold + total)
    # Of each item in order: 1 taken, 2 gone without and its kind with it, 0 of a kind that is closed.
    state = np.zeros(items, dtype=np.int8)
    room = capacity.copy()
    best, value, nodes, k = 0.0, 0.0, 0, 0
    missed = 0.0  # the most that a branch left unexplored may be worth
    while True:
        nodes += 1
        # When this item cannot pay, no later one can.
        if k < items and value + sold + rest[k] + min(0.0, spare[k]) > best + tolerance:
            if nodes > most_nodes:
                missed = max(missed, value + sold + rest[k] + min(0.0, spare[k]))
            else:
                rest[k + 1] = rest[k]
                state[k] = 0
                if not closed[kind[k]]:
                    fits = True
                    for resource in range(resources):
                        if demand[k, resource] > room[resource]:
                            fits = False
                            break
                    rest[k + 1] -= max(0.0, spare[k])
                    if fits:
                        state[k] = 1
                        value += gain[k]
                        sold -= gain[k] - spare[k]
                        for resource in range(resources):
                            room[resource] -= demand[k, resource]
                        if value > best:
                            best = value
                            for before in range(items):
                                taken[before] = before <= k and state[before] == 1
                    else:
                        state[k] = 2
                        closed[kind[k]] = True
                        rest[k + 1] -= later[k]
                k += 1
                continue
        # Back to the last item taken, and on without it and its kind.
        k -= 1
        while k >= 0 and state[k] != 1:
            if state[k] == 2:
                closed[kind[k]] = False
            k -= 1
        if k < 0:
            break
        value -= gain[k]
        sold += gain[k] - spare[k]
        for resource in range(resources):
            room[resource] += demand[k, resource]
        state[k] = 2
        closed[kind[k]] = True
        rest[k + 1] = rest[k] - max(0.0, spare[k]) - later[k]
        k += 1
    return max(best + tolerance, missed)
