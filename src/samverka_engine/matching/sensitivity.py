"""How sure a placement is when the scores are not: solved again on scores drawn within their uncertainty.

The survival rate of a need's place is the share of the draws in which it is placed there again. Where that is low the
scores do not decide, and a shortlist says between which places a human chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .placement import Limits, Placement, Progress, Status
from .problem import NOWHERE, Problem
from .rules.later import LATER
from .rules.model import Rules
from .rules.solving import Inner, NotFound, solve_with_rules
from .solve import solve

__all__ = ["SHORTLIST", "SURVIVES", "Sensitivity", "sensitivity_of"]

SURVIVES = 0.5
"""A place that comes again in at least this share of the draws is said to survive."""
SHORTLIST = 5
"""Places of a shortlist, at most."""
COVERED = 0.9
"""A shortlist is as short as it may be with this share of the draws in it."""


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """What became of each need in the draws."""

    draws: int
    """Less than asked for when time ran out, or where no placement kept the rules with the scores that were drawn."""
    survival: NDArray[np.float64]
    """(N,): the share of the draws in which a need was where it is now; of those without a place, without one again."""
    shortlists: dict[int, tuple[tuple[int, float], ...]]
    """Need → places with their shares, the most frequent first, where what it has now does not survive. NOWHERE is a
    place among them."""
    totals: NDArray[np.float64]
    """(draws,): the best total of each draw by its own scores."""
    regret: NDArray[np.float64]
    """(draws,): how much more than the present placement, by the scores of the draw."""


def sensitivity_of(
    problem: Problem,
    placement: Placement,
    spread: NDArray[np.float64] | float,
    limits: Limits,
    *,
    draws: int = 100,
    rules: Rules | None = None,
    told: Callable[[Progress], None] = lambda progress: None,
    inner: Inner = solve,
) -> Sensitivity:
    """Draw scores, seeded by the limits, and place anew by each.

    `spread` is the standard deviation of a score's error, one for all pairs or (E,) one each; errors are normal and
    independent. A score that was below zero stays below, and one above stays above: eligibility is not uncertain.

    Raises:
        ValueError: a spread is negative, or nothing could be drawn in the time.
    """
    width = np.broadcast_to(np.asarray(spread, dtype=np.float64), problem.score.shape)
    if (width < 0).any():
        raise ValueError("a spread is negative")
    random = np.random.default_rng(limits.seed)
    begun = limits.clock()
    share = None if limits.seconds is None else limits.seconds / draws
    places: list[NDArray[np.int32]] = []
    totals, regret = [], []
    now = placement.pair[placement.pair >= 0]
    for number in range(draws):
        if limits.stop() or (limits.seconds is not None and limits.clock() - begun >= limits.seconds):
            break
        error = random.standard_normal(len(problem.score)) * width
        drawn = np.where(problem.score > 0, np.maximum(problem.score + error, 1e-12), problem.score)
        answer = _placed(problem, drawn, rules, replace(limits, seconds=share), inner)
        if answer is None:
            continue
        places.append(answer.place)
        totals.append(answer.total)
        regret.append(answer.total - float(drawn[now].sum()))
        told(Progress("draws", limits.clock() - begun, float(number + 1), float(draws)))
    if not places:
        raise ValueError("no scores could be drawn in the time")
    drawn_places = np.stack(places)
    survival = (drawn_places == placement.place).mean(axis=0)
    return Sensitivity(
        draws=len(places),
        survival=survival,
        shortlists={int(need): _shortlist(drawn_places[:, need]) for need in np.flatnonzero(survival < SURVIVES)},
        totals=np.array(totals),
        regret=np.array(regret),
    )


def _placed(
    problem: Problem, drawn: NDArray[np.float64], rules: Rules | None, limits: Limits, inner: Inner
) -> Placement | None:
    """The placement by drawn scores; None when no placement keeps the rules with them, or none was found."""
    other = replace(problem, score=drawn)
    if rules is None or not rules.binds:
        return inner(other, limits, lambda progress: None)
    # Goals that hold the score hold its error too.
    goals = tuple(
        replace(goal, value=goal.value + (drawn - problem.score)) if goal.name in ("score", LATER) else goal
        for goal in rules.objectives
    )
    try:
        found = solve_with_rules(other, replace(rules, objectives=goals), limits, inner=inner).placement
    except NotFound:
        return None
    return None if found.status is Status.INFEASIBLE else found


def _shortlist(drawn: NDArray[np.int32]) -> tuple[tuple[int, float], ...]:
    place, count = np.unique(drawn, return_counts=True)
    order = np.lexsort((np.where(place == NOWHERE, np.iinfo(np.int32).max, place), -count))
    found: list[tuple[int, float]] = []
    for at in order[:SHORTLIST]:
        if sum(share for _, share in found) >= COVERED:
            break
        found.append((int(place[at]), float(count[at] / len(drawn))))
    return tuple(found)
