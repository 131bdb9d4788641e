"""summary.json: figures of a run for machines. Names of rules are in English."""

import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from samverka.cli.placement.answers import Explained
from samverka.cli.placement.naming import cost_said
from samverka.cli.placement.run import STEPS, Clock
from samverka.cli.placement.words import ENGLISH
from samverka_engine.matching.files.reading import Inputs
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.sensitivity import SURVIVES

__all__ = ["summary_of"]

LIBRARIES = ("samverka", "numpy", "numba", "ortools", "highspy", "polars", "scipy")
LISTED = 100
"""Of what one more unit would add."""


def versions() -> dict[str, str]:
    """What an answer can depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def peak_memory_mb() -> float | None:
    """The most memory that this process has held; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not what getrusage says on Linux: that is the starting process's, if it held more.
        return float(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 2**10
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
                "rule": cost_said(cost, found.given, ENGLISH),
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
        "one_more_would_add": _one_more(found),
        **_asked(found),
        "limits": {"gap": limits.gap, "seconds": limits.seconds, "seed": limits.seed},
        "seconds": {step: round(clock.seconds.get(step, 0.0), 4) for step in STEPS},
        "peak_memory_mb": peak_memory_mb(),
        "diagnostics": {name: value for name, value in placement.diagnostics.items() if value == value},
        "versions": versions(),
        "inputs": {name: {"file": path.name, "sha256": hashes[name]} for name, path in names.items() if path},
    }


def _one_more(found: Explained) -> list[dict[str, Any]]:
    """The dearest by the prices of the proof, and what was found for the first of them by placing again."""
    given = found.given
    solved = {(one.place, one.resource): one for one in found.asked.one_more}
    listed = []
    for worth in found.worth[:LISTED]:
        row: dict[str, Any] = {
            "place_id": given.place_ids[worth.place],
            "resource": given.problem.resources[worth.resource],
            "price": worth.price,
        }
        one = solved.get((worth.place, worth.resource))
        if one is not None and one.least is not None:
            row |= {"adds_at_least": one.least, "adds_at_most": one.most}
        if one is not None and one.holds_for is not None:
            row |= {"holds_for": one.holds_for, "holds_for_more": one.at_least, "last_is_worth": one.last}
        listed.append(row)
    return listed


def _asked(found: Explained) -> dict[str, Any]:
    asked, placement, questions = found.asked, found.placement, found.given.questions
    summary: dict[str, Any] = {}
    if asked.fairness is not None:
        fair = asked.fairness
        summary["fairness"] = {
            "measure": found.given.rules.fairness.measure.value,
            "costs_at_least": fair.least,
            "costs_at_most": fair.most,
            "largest_difference": fair.difference[0],
            "largest_difference_without": fair.difference[1],
            "groups": [{"name": g.name, "outcome": g.fair, "outcome_without": g.free} for g in fair.groups],
        }
    if asked.sensitivity is not None:
        sure = asked.sensitivity
        summary["sensitivity"] = {
            "draws": sure.draws,
            "mean_survival": float(sure.survival.mean()),
            "survive": int((sure.survival >= SURVIVES).sum()),
            "shortlists": len(sure.shortlists),
            "mean_regret": float(sure.regret.mean()),
        }
    if asked.stable is not None:
        stable = asked.stable
        summary["stable"] = {
            "objective": stable.total,
            "difference": placement.total - stable.total,
            "placed": int((stable.place != NOWHERE).sum()),
            "same_place": int((stable.place == placement.place).sum()),
            "is_stable": stable.is_stable,
            "blocking_pairs": len(stable.blocking),
        }
    if questions.later is not None:
        without = asked.without_later
        summary["later"] = {
            "expected": questions.later.expected,
            "sample": questions.later.sample,
            "objective_without": None if without is None else without.placement.total,
            "placed_without": None if without is None else int((without.placement.place != NOWHERE).sum()),
        }
    return summary
