"""A placement from files to files, step by step, with the seconds of each."""

import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from samverka.cli.failures import Failure
from samverka.cli.placement.executors import executor_of
from samverka_engine.matching.explain.comparison import Change, changes_since
from samverka_engine.matching.explain.envy import Envy, envy_of
from samverka_engine.matching.explain.outcomes import Outcome, Worth, outcomes_of, worth_of
from samverka_engine.matching.explain.reasons import Reasons, reasons_of
from samverka_engine.matching.files.faults import Fault, Refused
from samverka_engine.matching.files.reading import Given, Inputs, check, hashes_of, read
from samverka_engine.matching.parts import solve_in_parts
from samverka_engine.matching.placement import Limits, Placement, Progress, Status
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.rules.clauses import Clause, Kind
from samverka_engine.matching.rules.costs import Cost, costs_of
from samverka_engine.matching.rules.model import Rules
from samverka_engine.matching.rules.solving import Inner, NotFound, Ruled, solve_with_rules
from samverka_engine.matching.solve import prepare, solve

RULES_SHARE = 0.7
"""Of the time, for the placement; the rest is for what each rule costs."""
STEPS = ("read", "check", "compile", "solve", "explain", "write")
LIBRARIES = ("samverka", "numpy", "numba", "ortools", "highspy", "polars", "scipy")


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
            self.seconds[step] = time.monotonic() - begun


@dataclass(frozen=True)
class Solved:
    """An answer, and what each rule took from it."""

    ruled: Ruled
    costs: tuple[Cost, ...] = ()

    @property
    def placement(self) -> Placement:
        return self.ruled.placement


@dataclass(frozen=True)
class Explained:
    """An answer with all that is said of it."""

    given: Given
    solved: Solved
    reasons: Reasons
    outcomes: tuple[Outcome, ...]
    worth: tuple[Worth, ...]
    envy: Envy
    changes: tuple[Change, ...] | None
    """None when it was not compared with anything."""

    @property
    def placement(self) -> Placement:
        return self.solved.placement

    @property
    def placed(self) -> int:
        return int((self.placement.place != NOWHERE).sum())


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

    With rules, what each of them costs is worked out in the time that they leave.

    Raises:
        Failure: the rules are of a kind or the files of a size for which no placement was found.
    """
    with clock.of("compile"):
        prepare(given.problem)
        _prepare_explanations()
    with clock.of("solve"), executor_of(where) as executor:
        inner = partial(solve_in_parts, solver=solve, executor=executor)
        if not given.rules.binds:
            return Solved(Ruled(placement=inner(given.problem, limits, told), goals=()))
        return _under_rules(given, limits, told, inner)


def _under_rules(given: Given, limits: Limits, told: Callable[[Progress], None], inner: Inner) -> Solved:
    begun = limits.clock()
    share = None if limits.seconds is None else RULES_SHARE * limits.seconds
    try:
        ruled = solve_with_rules(given.problem, given.rules, replace(limits, seconds=share), told, inner=inner)
    except NotFound as error:
        raise Failure(
            str(error), kept="Nothing was written.", remedy="Loosen or remove a rule, or give more time."
        ) from None
    if ruled.placement.status is Status.INFEASIBLE:
        return Solved(ruled)
    left = None if limits.seconds is None else max(0.0, limits.seconds - (limits.clock() - begun))
    return Solved(ruled, costs_of(given.problem, given.rules, ruled, replace(limits, seconds=left), inner=inner))


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


def explained(given: Given, solved: Solved, earlier: dict[str, str | None] | None, clock: Clock) -> Explained:
    """What is to be said of an answer."""
    placement = solved.placement
    with clock.of("explain"):
        problem, rules = given.problem, given.rules
        reasons = reasons_of(problem, rules, placement)
        changes = None
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


def cost_name(cost: Cost, given: Given) -> str:
    """The rule in words, with the names of the files."""
    rules = given.rules
    if cost.kind is None:
        return "best for the worst-off group"
    if cost.index < 0:
        return {
            Kind.FIXED: "all that is fixed",
            Kind.FORBIDDEN: "all that is forbidden",
            Kind.TOGETHER: "all that belong together",
            Kind.MINIMUM: "places that open from a number",
            Kind.DIFFERENCE: "the largest difference between groups",
            Kind.CHANGES: "stability since the earlier run",
        }[cost.kind]
    need = place = -1
    if cost.kind in (Kind.FIXED, Kind.FORBIDDEN):
        fixed = cost.kind is Kind.FIXED
        need = int((rules.fixed_need if fixed else rules.forbidden_need)[cost.index])
        place = int((rules.fixed_place if fixed else rules.forbidden_place)[cost.index])
    clause = Clause(cost.kind, need=need, place=place, index=cost.index, text=cost.name)
    return clause.says(given.need_ids.to_list(), given.place_ids.to_list(), given.problem.resources)


def earlier_places(directory: Path) -> dict[str, str | None]:
    """Where everybody was in the answer of an earlier run.

    Raises:
        Refused: there is no such answer.
    """
    path = directory / "assignment.csv"
    try:
        table = pl.read_csv(path, infer_schema=False, columns=["need_id", "place_id"])
    except (OSError, pl.exceptions.PolarsError):
        raise Refused(
            [Fault(str(path), None, None, "cannot be read.", "Give the --out directory of the earlier run.")]
        ) from None
    return dict(table.iter_rows())


def versions() -> dict[str, str]:
    """What an answer can depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def peak_memory_mb() -> float | None:
    """The most memory that this process has held; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None  # Windows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def summary_of(
    found: Explained, *, limits: Limits, hashes: dict[str, str], files: Inputs, clock: Clock, unit: str | None
) -> dict[str, Any]:
    """summary.json, without the seconds of writing."""
    problem, placement = found.given.problem, found.placement
    everybody = found.outcomes[0]
    names = {"needs": files.needs, "places": files.places, "pairs": files.pairs, "rules": files.rules}
    return {
        "status": placement.status.value,
        "objective": placement.total,
        "upper_bound": placement.bound,
        "tighter_bound": placement.tighter_bound,
        "gap": placement.gap,
        "unit": unit,
        "penalty": found.solved.ruled.penalty,
        "stay_bonus": found.solved.ruled.bonus,
        "goals": [
            {"name": goal.name, "value": goal.value, "bound": goal.bound, "may_give": goal.give}
            for goal in found.solved.ruled.goals
        ],
        "rules": [
            {
                "rule": cost_name(cost, found.given),
                "costs_at_least": cost.least,
                "costs_at_most": cost.most,
                "more_placed_without": cost.placed,
            }
            for cost in found.solved.costs
        ],
        "counts": {
            "needs": problem.needs,
            "places": problem.places,
            "pairs": len(problem.place),
            "resources": len(problem.resources),
            "placed": found.placed,
            "unplaced": problem.needs - found.placed,
            "first_choice": everybody.first,
            "second_choice": everybody.second,
            "third_choice": everybody.third,
            "later_choice": everybody.later,
            "justified_envy": found.envy.needs,
            "would_rather_be_where_there_is_room": found.envy.unused,
        },
        "groups": [
            {
                "name": outcome.name,
                "members": outcome.members,
                "placed": outcome.placed,
                "share_placed": outcome.share,
                "mean_score": outcome.score,
                "first_choice": outcome.first,
                "second_choice": outcome.second,
                "third_choice": outcome.third,
                "later_choice": outcome.later,
            }
            for outcome in found.outcomes[1:]
        ],
        "one_more_would_add": [
            {
                "place_id": found.given.place_ids[worth.place],
                "resource": problem.resources[worth.resource],
                "price": worth.price,
            }
            for worth in found.worth[:100]
        ],
        "limits": {"gap": limits.gap, "seconds": limits.seconds, "seed": limits.seed},
        "seconds": {step: round(clock.seconds.get(step, 0.0), 4) for step in STEPS},
        "peak_memory_mb": peak_memory_mb(),
        "diagnostics": {name: value for name, value in placement.diagnostics.items() if value == value},
        "versions": versions(),
        "inputs": {name: {"file": path.name, "sha256": hashes[name]} for name, path in names.items() if path},
    }
