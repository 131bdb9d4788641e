"""Min-cost flow by OR-Tools (cost-scaling push-relabel, Goldberg 1997), on whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

__all__ = ["Flow", "assignment_arcs", "least_cost_flow", "most_valuable_assignment"]


@dataclass(frozen=True)
class Flow:
    """What flows through each arc, and what that costs."""

    amount: NDArray[np.int64]
    """(A,)"""
    cost: int


def least_cost_flow(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    capacity: NDArray[np.int64],
    cost: NDArray[np.int64],
    supply: NDArray[np.int64],
) -> Flow | None:
    """The cheapest flow from nodes with positive supply (V,) to those with negative; None when there is none.

    Raises:
        ArithmeticError: the solver refused the numbers (costs that overflow), or its answer breaks a capacity, loses
            something at a node, or costs something else than it said.
    """
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow solver gave up: {status.name}")
    amount = np.asarray(solver.flows(arcs), dtype=np.int64)
    balance = np.bincount(tail, amount, len(supply)) - np.bincount(head, amount, len(supply))
    if (amount < 0).any() or (amount > capacity).any() or (balance != supply).any():
        raise ArithmeticError("the flow solver's answer is no flow")
    total = int((amount * cost).sum())
    if total != solver.optimal_cost():
        raise ArithmeticError("the flow solver's answer does not cost what it says")
    return Flow(amount, total)


def assignment_arcs(
    need: NDArray[np.int32], place: NDArray[np.int32], value: NDArray[np.int64], capacity: NDArray[np.int64], needs: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Tail, head, capacity, cost and supply of an assignment where everybody may also go without.

    Nodes are the needs, then the places, then the sink. Arcs are the pairs (E,), then each need to the sink, then each
    place to it.
    """
    places = len(capacity)
    sink = needs + places
    everybody = np.arange(needs, dtype=np.int32)
    everywhere = np.arange(needs, sink, dtype=np.int32)
    tail = np.concatenate([need, everybody, everywhere], dtype=np.int32)
    head = np.concatenate([place + np.int32(needs), np.full(needs + places, sink, dtype=np.int32)], dtype=np.int32)
    width = np.ones(len(tail), dtype=np.int64)
    width[len(need) + needs :] = np.minimum(capacity, needs)
    cost = np.zeros(len(tail), dtype=np.int64)
    np.negative(value, out=cost[: len(need)])
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:needs] = 1
    supply[sink] = -needs
    return tail, head, width, cost, supply


def most_valuable_assignment(
    need: NDArray[np.int32], place: NDArray[np.int32], value: NDArray[np.int64], capacity: NDArray[np.int64], needs: int
) -> NDArray[np.int64]:
    """(needs,): which of the pairs (E,) each need takes, -1 for none, so that the values' sum is the greatest.

    Every pair takes one unit of its place's capacity (P,). Values are whole numbers; a negative one is never taken.
    """
    flow = least_cost_flow(*assignment_arcs(need, place, value, capacity, needs))
    if flow is None:  # everybody may go without
        raise ArithmeticError("the flow solver found no assignment where there always is one")
    taken = np.flatnonzero(flow.amount[: len(need)])
    pair = np.full(needs, -1, dtype=np.int64)
    pair[need[taken]] = taken
    return pair
