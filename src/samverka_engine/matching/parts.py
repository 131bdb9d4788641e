"""Parts of a problem that have nothing to do with each other, solved one by one or beside each other.

Two needs are connected when they could come to the same place. What is not connected is solved apart, wherever: each
part gives the same answer in this process, in another or on another machine, since it sees nothing but itself and its
share of the time.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from .placement import Limits, Placement, Progress, Status, bound_at, total_of
from .problem import NOWHERE, Problem

__all__ = ["BLOCK", "Part", "Solver", "parts_of", "solve_in_parts"]

BLOCK = 50_000
"""Small parts are put together until they have so many pairs: to send one away has its price."""

Solver = Callable[[Problem, Limits, Callable[[Progress], None]], Placement]
"""To be sent to another process it must be a function of a module."""

_ORDER = (Status.OPTIMAL, Status.WITHIN_GAP, Status.TIME_LIMIT, Status.STOPPED, Status.INFEASIBLE)
"""A whole is what its worst part is."""


@dataclass(frozen=True)
class Part:
    """A problem by itself, and the rows of the whole that it is made of."""

    problem: Problem
    needs: NDArray[np.int64]
    places: NDArray[np.int64]
    pairs: NDArray[np.int64]


def parts_of(problem: Problem, block: int = BLOCK) -> tuple[Part, ...]:
    """The connected parts in the order of their first need; needs without pairs and places without needs in none."""
    needs, places = problem.needs, problem.places
    if len(problem.place) == 0:
        return ()
    label = _labels(problem.first, problem.place, places)
    counts = np.diff(problem.first)
    having = np.flatnonzero(counts > 0)
    labels, first_seen, part_of = np.unique(label[having], return_index=True, return_inverse=True)
    if len(labels) == 1:
        everywhere = np.arange(places)
        if len(having) == needs:
            return (Part(problem, np.arange(needs), everywhere, np.arange(len(problem.place))),)
        return (_part(problem, having, everywhere),)
    order = np.argsort(first_seen)
    sizes = np.bincount(part_of, weights=counts[having])[order]
    block_of = np.empty(len(labels), dtype=np.int64)
    block_of[order] = _blocks(sizes, block)
    of_label = np.full(int(label.max()) + 1, -1, dtype=np.int64)
    of_label[labels] = block_of
    need_block, place_block = of_label[label[:needs]], of_label[label[needs:]]
    need_block[counts == 0] = -1
    return tuple(
        _part(problem, np.flatnonzero(need_block == number), np.flatnonzero(place_block == number))
        for number in range(int(block_of.max()) + 1)
    )


@numba.njit(cache=True)
def _labels(first, place, places):  # type: ignore[no-untyped-def]  # numba infers them
    """A number for each need and then each place, the same for those that are connected.

    Union-find with path halving: SciPy's connected_components takes eight bytes a pair for weights that nobody has.
    """
    needs = len(first) - 1
    parent = np.arange(needs + places)
    for need in range(needs):
        for pair in range(first[need], first[need + 1]):
            one, other = need, needs + place[pair]
            while parent[one] != one:
                parent[one] = parent[parent[one]]
                one = parent[one]
            while parent[other] != other:
                parent[other] = parent[parent[other]]
                other = parent[other]
            if one < other:
                parent[other] = one
            else:
                parent[one] = other
    for index in range(needs + places):
        parent[index] = parent[parent[index]]  # the root of what stands before is known
    return parent


def _blocks(sizes: NDArray[Any], block: int) -> NDArray[np.int64]:
    """The block of each part: a new one is begun when the last is large enough."""
    blocks = np.zeros(len(sizes), dtype=np.int64)
    number, held = 0, 0.0
    for index, size in enumerate(sizes):
        if held and held + size > block:
            number, held = number + 1, 0.0
        blocks[index] = number
        held += size
    return blocks


def _part(problem: Problem, needs: NDArray[np.int64], places: NDArray[np.int64]) -> Part:
    counts = np.diff(problem.first)[needs]
    first = np.concatenate([[0], counts.cumsum()])
    pairs = np.arange(first[-1]) + np.repeat(problem.first[needs] - first[:-1], counts)
    index = np.zeros(problem.places, dtype=np.int32)
    index[places] = np.arange(len(places), dtype=np.int32)
    inner = Problem(
        demand=problem.demand[needs],
        capacity=problem.capacity[places],
        first=first,
        place=index[problem.place[pairs]],
        score=problem.score[pairs],
        resources=problem.resources,
    )
    return Part(inner, needs, places, pairs)


def solve_in_parts(
    problem: Problem,
    limits: Limits,
    told: Callable[[Progress], None],
    *,
    solver: Solver,
    executor: Executor | None = None,
    block: int = BLOCK,
) -> Placement:
    """Solve each part and put the answers together. Without an executor, or with a single part, here.

    With an executor, `limits`, with its `stop` and `clock`, must be able to travel. A part that its executor gives up
    when somebody stops the work places nobody, and its bound is that of prices of zero.
    """
    parts = parts_of(problem, block)
    if len(parts) == 1:
        executor = None
        if parts[0].problem is problem:
            return solver(problem, limits, told)
    shares = [replace(limits, seconds=_share(limits.seconds, part, problem)) for part in parts]
    begun = limits.clock()
    bounds = [_free_bound(part.problem) for part in parts]
    totals = [0.0] * len(parts)

    def tell(index: int, step: str, total: float, bound: float) -> None:
        totals[index], bounds[index] = total, min(bound, bounds[index])
        told(Progress(step, limits.clock() - begun, sum(totals), sum(bounds)))

    answers: list[Placement] = []
    if executor is None:
        for index, (part, share) in enumerate(zip(parts, shares, strict=True)):

            def inner(progress: Progress, index: int = index) -> None:
                tell(index, progress.step, progress.total, progress.bound)

            answers.append(solver(part.problem, share, inner))
    else:
        waiting = [
            executor.submit(_alone, solver, part.problem, share) for part, share in zip(parts, shares, strict=True)
        ]
        for index, answer in enumerate(_answers(parts, waiting, limits)):
            answers.append(answer)
            tell(index, "parts", answer.total, answer.bound)
    return _together(problem, parts, answers)


def _share(seconds: float | None, part: Part, whole: Problem) -> float | None:
    return None if seconds is None else seconds * len(part.pairs) / len(whole.place)


def _free_bound(problem: Problem) -> float:
    return bound_at(problem, np.zeros(problem.capacity.shape))


def _alone(solver: Solver, problem: Problem, limits: Limits) -> Placement:
    return solver(problem, limits, _nobody)


def _nobody(_: Progress) -> None:
    """Nobody listens in another process."""


def _answers(parts: Iterable[Part], waiting: Iterable[Future[Placement]], limits: Limits) -> Iterable[Placement]:
    for part, future in zip(parts, waiting, strict=True):
        if limits.stop():
            future.cancel()
        try:
            yield future.result()
        except CancelledError:
            yield _nothing(part.problem)


def _nothing(problem: Problem) -> Placement:
    price = np.zeros(problem.capacity.shape)
    return Placement(
        status=Status.STOPPED,
        place=np.full(problem.needs, NOWHERE, dtype=np.int32),
        pair=np.full(problem.needs, -1, dtype=np.int64),
        price=price,
        total=0.0,
        bound=bound_at(problem, price),
    )


def _together(problem: Problem, parts: tuple[Part, ...], answers: list[Placement]) -> Placement:
    place = np.full(problem.needs, NOWHERE, dtype=np.int32)
    pair = np.full(problem.needs, -1, dtype=np.int64)
    price = np.zeros(problem.capacity.shape)
    diagnostics: dict[str, float] = {"parts": float(len(parts))}
    for part, answer in zip(parts, answers, strict=True):
        placed = answer.pair >= 0
        pair[part.needs[placed]] = part.pairs[answer.pair[placed]]
        place[part.needs[placed]] = problem.place[part.pairs[answer.pair[placed]]]
        price[part.places] = answer.price
        for name, value in answer.diagnostics.items():
            diagnostics[name] = diagnostics.get(name, 0.0) + value
    tighter = None
    if any(answer.tighter_bound is not None for answer in answers):
        tighter = sum(
            answer.bound if answer.tighter_bound is None else min(answer.bound, answer.tighter_bound)
            for answer in answers
        )
    return Placement(
        status=max((answer.status for answer in answers), key=_ORDER.index, default=Status.OPTIMAL),
        place=place,
        pair=pair,
        price=price,
        total=total_of(problem, pair),
        bound=bound_at(problem, price),
        tighter_bound=tighter,
        diagnostics=diagnostics,
    )
