"""The best of several placements together: what they agree on stays, and the rest is an integer program.

Placements of one market that were improved in different ways mostly agree. Where they do not, the program may combine
their choices anew (tour merging, Cook and Seymour 2003; relaxation induced neighbourhoods, Danna, Rothberg and
Le Pape 2005). It falls into groups of places small enough to be solved at once and side by side: a need chooses among
the places of its own place's group, and what it leaves in other groups only makes more room there.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from samverka_engine.matching.solvers import Program, solve_program

from .market import Market
from .threads import Threads

__all__ = ["merged", "placed_anew", "program_of"]

QUESTIONS = 4_000
"""HiGHS asks so many times whether to stop before it is told to: a limit on work that does not depend on the clock."""
SLOWEST = 20.0
"""Seconds for one program, should it ask nothing."""

Edges = NDArray[np.int64]


def merged(
    market: Market,
    placements: list[Edges],
    group_size: int,
    seed: int,
    threads: Threads,
    stop: Callable[[], bool],
) -> Edges:
    """A placement (N,) at least as good as the first of the placements; at most about `group_size` needs a program."""
    edge = placements[0].copy()
    every = np.stack(placements)
    open_needs = np.flatnonzero((every != every[0]).any(axis=0))
    if not len(open_needs):
        return edge
    options, owners = _options(market, every, open_needs)
    group = _groups(market, edge, options, owners, group_size, np.random.default_rng(seed))
    room = market.capacity.copy()
    placed = np.flatnonzero(edge >= 0)
    np.subtract.at(room, market.pairs.place[edge[placed]], market.demand[placed])
    own = _own_group(market, edge, options, owners, group)
    inside = group[market.pairs.place[options]] == own[owners]
    options, owners = options[inside], owners[inside]
    order = np.argsort(own[owners], kind="stable")
    options, owners = options[order], owners[order]
    cuts = np.flatnonzero(np.diff(own[owners])) + 1
    jobs = list(zip(np.split(options, cuts), np.split(owners, cuts), strict=True)) if len(options) else []

    def best(job: tuple[Edges, Edges]) -> tuple[Edges, Edges] | None:
        if stop():
            return None
        chosen, who = job
        needs = np.unique(who)
        return placed_anew(market, edge, room, chosen, who, needs, stop)

    for answer in threads.each(best, jobs):
        if answer is not None:
            needs, found = answer
            edge[needs] = found
    return edge


def _options(market: Market, every: NDArray[np.int64], open_needs: Edges) -> tuple[Edges, Edges]:
    """Every pair that some placement has for an open need, once, and that need."""
    pairs = every[:, open_needs]
    owner = np.broadcast_to(open_needs, pairs.shape)
    taken = pairs >= 0
    options, where = np.unique(pairs[taken], return_index=True)
    return options, owner[taken][where]


def _groups(
    market: Market, edge: Edges, options: Edges, owners: Edges, size: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """(P,): a group for each place, grown from random places along needs that hesitate between two."""
    places = market.places
    now = np.where(edge[owners] >= 0, market.pairs.place[edge[owners]], -1)
    there = market.pairs.place[options]
    linked = (now >= 0) & (now != there)
    graph = sparse.coo_array((np.ones(int(linked.sum())), (now[linked], there[linked])), shape=(places, places)).tocsr()
    graph = (graph + graph.T).tocsr()
    weight = np.bincount(now[now >= 0], minlength=places)  # options of those who live there
    group = np.full(places, -1, dtype=np.int64)
    number = 0
    for root in random.permutation(places).tolist():
        if group[root] >= 0:
            continue
        load, reach = 0, {root: 1.0}
        while reach:
            # The place with the most links to the group, of equals the first.
            at = max(reach, key=lambda place: (reach[place], -place))
            del reach[at]
            group[at] = number
            load += int(weight[at])
            if load >= 2 * size:
                break
            for k in range(graph.indptr[at], graph.indptr[at + 1]):
                other = int(graph.indices[k])
                if group[other] < 0:
                    reach[other] = reach.get(other, 0.0) + float(graph.data[k])
        number += 1
    return group


def _own_group(
    market: Market, edge: Edges, options: Edges, owners: Edges, group: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(N,): the group of each need's place; of an open need without one, that of its best option."""
    own = np.full(market.needs, -1, dtype=np.int64)
    order = np.argsort(market.pairs.score[options], kind="stable")
    own[owners[order]] = group[market.pairs.place[options[order]]]
    placed = edge >= 0
    own[placed] = group[market.pairs.place[edge[placed]]]
    return own


def placed_anew(
    market: Market,
    edge: Edges,
    room: NDArray[np.float64],
    options: Edges,
    owners: Edges,
    needs: Edges,
    stop: Callable[[], bool],
    questions: int = QUESTIONS,
) -> tuple[Edges, Edges] | None:
    """The needs and their best pairs among the options, or None when nothing better was found.

    Args:
        edge: (N,) the pair that each need holds, -1 for none.
        room: (P, R) what the places have left.
        options: the pairs that may be chosen, those that are held among them, in order; `owners` are their needs.
        needs: whose pairs are chosen anew, in order.
        questions: the limit on work.
    """
    held = edge[needs]
    places = np.unique(market.pairs.place[options])
    free = room[places].copy()
    living = needs[held >= 0]
    np.add.at(free, np.searchsorted(places, market.pairs.place[edge[living]]), market.demand[living])
    start = (options == edge[owners]).astype(np.float64)
    program = program_of(market, options, owners, places, free)
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > questions or stop()

    try:
        solution = solve_program(program, start=start, seconds=SLOWEST, stop=enough)
    except ArithmeticError:  # the door believes no answer that breaks the program; we stay where we are
        return None
    if solution.x is None or solution.total <= float(program.value @ start) * (1 + 1e-12):
        return None
    taken = solution.x > 0.5
    found = np.full(len(needs), -1, dtype=np.int64)
    found[np.searchsorted(needs, owners[taken])] = options[taken]
    return needs, found


def program_of(
    market: Market, options: Edges, owners: Edges, places: NDArray[np.int32], free: NDArray[np.float64]
) -> Program:
    """Which of the options to take: at most one for each owner, and within what is free (len(places), R).

    Rows that no choice can break are left out.
    """
    resources = market.demand.shape[1]
    needs, who = np.unique(owners, return_inverse=True)
    where = np.searchsorted(places, market.pairs.place[options])
    column = np.arange(len(options))
    rows, columns, amounts = [who], [column], [np.ones(len(options))]
    for resource in range(resources):
        amount = market.demand[owners, resource]
        some = np.flatnonzero(amount > 0)
        rows.append(len(needs) + where[some] * resources + resource)
        columns.append(some)
        amounts.append(amount[some])
    row, amount = np.concatenate(rows), np.concatenate(amounts)
    upper = np.concatenate([np.ones(len(needs)), free.ravel()])
    binding = np.bincount(row, amount, len(upper)) > upper
    number = np.cumsum(binding) - 1
    keep = binding[row]
    matrix = sparse.csc_array(
        (amount[keep], (number[row[keep]], np.concatenate(columns)[keep])),
        shape=(int(binding.sum()), len(options)),
    )
    return Program(
        value=market.pairs.score[options],
        matrix=matrix,
        row_lower=np.full(int(binding.sum()), -np.inf),
        row_upper=upper[binding],
        lower=np.zeros(len(options)),
        upper=np.ones(len(options)),
        integer=np.ones(len(options), dtype=bool),
    )
