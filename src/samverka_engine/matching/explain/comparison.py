"""Two answers beside each other: who moved, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka_engine.matching.placement import Placement, used_by
from samverka_engine.matching.problem import NOWHERE, Problem

__all__ = ["Cause", "Change", "Move", "changes_since"]


class Move(StrEnum):
    """What became of a need since the earlier answer."""

    NEW = "new"  # was not there before, and has a place
    WAITS = "waits"  # was not there before, and has none
    GOT_PLACE = "got_place"
    LOST_PLACE = "lost_place"
    MOVED = "moved"
    LEFT = "left"  # is not among the needs any more


class Cause(StrEnum):
    """Why somebody did not stay."""

    GONE = "gone"  # the earlier place, or the pair, is not possible any more
    BETTER = "better"  # the new place has a higher score for the need itself
    NEEDED = "needed"  # the earlier place is full, and others there give the total more
    TOTAL = "total"  # the earlier place has room; the total, or a rule, asks for the move


@dataclass(frozen=True)
class Change:
    """One need whose place is not what it was."""

    need: str
    move: Move
    before: str | None
    after: str | None
    gain: float | None
    """Score now less the score that the earlier place would have now; None when either is unknown."""
    cause: Cause | None


def changes_since(
    earlier: Mapping[str, str | None],
    problem: Problem,
    placement: Placement,
    need_ids: pl.Series,
    place_ids: pl.Series,
) -> tuple[Change, ...]:
    """The differences to an earlier answer (need → place, None for no place), in the order of the ids."""
    free = problem.capacity - used_by(problem, placement.place)
    places = {name: index for index, name in enumerate(place_ids)}
    found = []
    known = set()
    for need, name in enumerate(need_ids):
        known.add(name)
        index = int(placement.place[need])
        after = None if index == NOWHERE else str(place_ids[index])
        if name not in earlier:
            found.append(Change(name, Move.WAITS if after is None else Move.NEW, None, after, None, None))
            continue
        before = earlier[name]
        if before == after:
            continue
        if before is None:
            found.append(Change(name, Move.GOT_PLACE, None, after, float(problem.score[placement.pair[need]]), None))
            continue
        old = _pair(problem, need, places.get(before, NOWHERE))
        now = float(problem.score[placement.pair[need]]) if after is not None else 0.0
        gain = now - float(problem.score[old]) if old >= 0 else None
        move = Move.LOST_PLACE if after is None else Move.MOVED
        found.append(Change(name, move, before, after, gain, _cause(problem, free, need, old, gain)))
    left = (Change(name, Move.LEFT, place, None, None, None) for name, place in earlier.items() if name not in known)
    return tuple(sorted((*found, *left), key=lambda change: change.need))


def _cause(problem: Problem, free: NDArray[np.int64], need: int, old: int, gain: float | None) -> Cause:
    if old < 0:
        return Cause.GONE
    if gain is not None and gain > 0:
        return Cause.BETTER
    if (problem.demand[need] > free[problem.place[old]]).any():
        return Cause.NEEDED
    return Cause.TOTAL


def _pair(problem: Problem, need: int, place: int) -> int:
    begin, end = int(problem.first[need]), int(problem.first[need + 1])
    at = np.flatnonzero(problem.place[begin:end] == place)
    return begin + int(at[0]) if len(at) else -1
