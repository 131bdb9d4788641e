"""A placement from files to files, step by step, with the seconds of each."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from samverka.cli.failures import Failure
from samverka.cli.placement.answers import Explained, Solved
from samverka.cli.placement.asking import asked_of, asks
from samverka.cli.placement.executors import executor_of
from samverka_engine.matching.explain.comparison import changes_since
from samverka_engine.matching.explain.envy import envy_of
from samverka_engine.matching.explain.outcomes import outcomes_of, worth_of
from samverka_engine.matching.explain.reasons import reasons_of
from samverka_engine.matching.files.reading import Given, Inputs, check, hashes_of, read
from samverka_engine.matching.parts import solve_in_parts
from samverka_engine.matching.placement import Limits, Progress, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.costs import costs_of
from samverka_engine.matching.rules.model import Rules
from samverka_engine.matching.rules.solving import Inner, NotFound, Ruled, solve_with_rules
from samverka_engine.matching.solve import prepare, solve

ANSWER_SHARE = 0.7
"""Of the time, for the placement, when more is asked than that."""
STEPS = ("read", "check", "compile", "solve", "explain", "write")


@dataclass
class Clock:
    """The seconds of each step, on a clock that is never set back."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.monotonic() - begun


def taken_in(files: Inputs, clock: Clock) -> tuple[Given, dict[str, str]]:
    """The files checked, and their hashes.

    Raises:
        Refused: a file does not hold what it should.
    """
    with clock.of("read"):
        found = read(files)
        hashes = hashes_of(files)
    with clock.of("check"):
        given = check(found)
    return given, hashes


def solved(given: Given, limits: Limits, told: Callable[[Progress], None], where: str, clock: Clock) -> Solved:
    """The placement. Parts that have nothing to do with each other are solved beside each other.

    What each rule costs, and what else is asked, is worked out in the time that the placement leaves.

    Raises:
        Failure: the rules are of a kind or the files of a size for which no placement was found.
    """
    with clock.of("compile"):
        prepare(given.problem)
        _prepare_explanations()
    begun = limits.clock()
    with executor_of(where) as executor:
        inner = partial(solve_in_parts, solver=solve, executor=executor)
        with clock.of("solve"):
            ruled = _placed(given, limits, told, inner)
        if ruled.placement.status is Status.INFEASIBLE:
            return Solved(ruled)
        with clock.of("explain"):
            left = limits
            if limits.seconds is not None:
                left = replace(limits, seconds=max(0.0, limits.seconds - (limits.clock() - begun)))
            half = replace(left, seconds=None if left.seconds is None else left.seconds / 2)
            costs = costs_of(given.problem, given.rules, ruled, half, inner=inner)
            if limits.seconds is not None:
                left = replace(limits, seconds=max(0.0, limits.seconds - (limits.clock() - begun)))
            return Solved(ruled, costs, asked_of(given, ruled, left, told, inner))


def _placed(given: Given, limits: Limits, told: Callable[[Progress], None], inner: Inner) -> Ruled:
    if asks(given) and limits.seconds is not None:
        limits = replace(limits, seconds=ANSWER_SHARE * limits.seconds)
    if not given.rules.binds:
        return Ruled(placement=inner(given.problem, limits, told), goals=())
    try:
        return solve_with_rules(given.problem, given.rules, limits, told, inner=inner)
    except NotFound as error:
        raise Failure(
            str(error), kept="Nothing was written.", remedy="Loosen or remove a rule, or give more time."
        ) from None


def _prepare_explanations() -> None:
    """Compile what explains, or load it compiled, on the smallest problem there is."""
    problem = Problem(
        demand=np.ones((1, 1), dtype=np.int32),
        capacity=np.ones((1, 1), dtype=np.int64),
        first=np.array([0, 1]),
        place=np.zeros(1, dtype=np.int32),
        score=np.ones(1),
    )
    placement = solve_in_parts(problem, Limits(), lambda progress: None, solver=solve)
    reasons_of(problem, Rules(), placement)
    envy_of(problem, placement)


def explained(given: Given, solved: Solved, earlier: Mapping[str, str | None] | None, clock: Clock) -> Explained:
    """What is to be said of an answer."""
    placement = solved.placement
    with clock.of("explain"):
        problem, rules = given.problem, given.rules
        reasons = reasons_of(problem, rules, placement, held=_held(given))
        changes = None
        if earlier is None:
            earlier = given.questions.earlier
        if earlier is not None:
            changes = changes_since(earlier, problem, placement, given.need_ids, given.place_ids)
        return Explained(
            given=given,
            solved=solved,
            reasons=reasons,
            outcomes=outcomes_of(problem, placement, reasons.rank, rules.groups),
            worth=worth_of(placement),
            envy=envy_of(problem, placement, given.priority),
            changes=changes,
        )


def _held(given: Given) -> NDArray[np.float64] | None:
    later = given.questions.later
    return None if later is None else later.price
