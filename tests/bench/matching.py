"""Placement of one seat each against OR-Tools' min-cost flow on the same instances, each in a process of its own.

Households are in `tests.bench.households`.

`python -m tests.bench.matching WHO INSTANCE NEEDS PLACES GAP REPETITIONS` is such a process: it makes the instance and
writes one line of JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from samverka_engine.matching.instances import Shape, seats
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solve import PREPARING
from tests.bench.rows import Row, peak_megabytes

ROOT = Path(__file__).resolve().parents[2]
NEEDS, PLACES = 100_000, 10_000
QUICK = 20
"""Times smaller when in a hurry."""
CERTIFIED = 3e-4
MEMORY_GOAL = 400
"""Megabytes, on the first instance, of the whole process: interpreter, libraries, instance and solver."""


@dataclass(frozen=True)
class Instance:
    name: str
    supply: float | tuple[float, float]
    step: float | None
    per_unit: float
    """What OR-Tools' whole-number costs are: scores times this. A millionth, or exact."""
    goal: float


INSTANCES = {
    "plain": Instance("one seat each", (1.05, 1.3), None, 1e6, 0.4),
    "ties": Instance("one seat each, scores rounded to 0.1", (1.05, 1.3), 0.1, 10, 0.25),
    "scarce": Instance("one seat each, places for 80 %", 0.8, None, 1e6, 0.7),
    "scarce-ties": Instance("one seat each, rounded, places for 80 %", 0.8, 0.1, 10, 0.7),
}


def measure(*, quick: bool = False) -> list[Row]:
    """A proven optimum of each instance; on the first also a certified gap, and memory."""
    needs, places, repetitions = (NEEDS // QUICK, PLACES // QUICK, 1) if quick else (NEEDS, PLACES, 3)
    rows = []
    for key, instance in INSTANCES.items():
        others = _run("ortools", key, needs, places, 0.0, 1 if instance.step else repetitions)
        ours = _run("engine", key, needs, places, 0.0, repetitions)
        rows.append(_row(f"{instance.name}: proven optimum", instance.goal, ours, others))
        if key == "plain":
            rows.append(_memory("the same: memory of the process at its most", ours["megabytes"], others))
            said = "the same from files, by samverka match: memory of the process at its most"
            rows.append(_memory(said, _megabytes_from_files(needs, places), others))
            near = _run("engine", key, needs, places, CERTIFIED, repetitions)
            rows.append(_row(f"{instance.name}: certified within 0.03 %", 0.08, near, others))
    return rows


def _row(work: str, goal: float, ours: dict[str, Any], others: dict[str, Any]) -> Row:
    baseline = median(others["seconds"])
    return Row(
        work=work,
        against=f"OR-Tools {version('ortools')}, min-cost flow",
        goal=goal,
        ratio_median=median(ours["seconds"]) / baseline,
        ratio_worst=max(ours["seconds"]) / baseline,
        seconds=median(ours["seconds"]),
        baseline_seconds=baseline,
        note=(
            f"{ours['needs']} × {ours['places']}, {ours['pairs']} pairs, {ours['status']}, gap {ours['gap']:.1e}, "
            f"total {ours['total'] / others['total'] - 1:+.1e} of theirs, "
            f"compiled code ready in {ours['compile']:.1f} s before"
        ),
    )


def _memory(work: str, megabytes: float, others: dict[str, Any]) -> Row:
    ratio = megabytes / others["megabytes"]
    return Row(
        work=work,
        against=f"OR-Tools {version('ortools')}, min-cost flow",
        goal=MEMORY_GOAL / others["megabytes"],
        ratio_median=ratio,
        ratio_worst=ratio,
        seconds=megabytes,
        baseline_seconds=others["megabytes"],
        unit="MB",
        note=f"at most {MEMORY_GOAL} MB",
    )


def _megabytes_from_files(needs: int, places: int) -> float:
    """Of the whole command on the first instance, with pairs in Parquet. Its code has been compiled before."""
    problem = seats(Shape(needs=needs, places=places, supply=INSTANCES["plain"].supply))
    with tempfile.TemporaryDirectory() as name:
        _matched(Path(name), seats(PREPARING))
    with tempfile.TemporaryDirectory() as name:
        return _matched(Path(name), problem)


def _matched(folder: Path, problem: Problem) -> float:
    """The memory that the command takes for a problem, as files in an empty folder."""
    need_ids = pl.Series("need_id", [f"need{number:06}" for number in range(problem.needs)])
    place_ids = pl.Series("place_id", [f"place{number:06}" for number in range(problem.places)])
    need_ids.to_frame().write_csv(folder / "needs.csv")
    place_ids.to_frame().with_columns(pl.Series("capacity:seats", problem.capacity[:, 0])).write_csv(
        folder / "places.csv"
    )
    pl.DataFrame(
        {
            "need_id": need_ids.gather(pl.Series(problem.need_of_pairs())),
            "place_id": place_ids.gather(pl.Series(problem.place)),
            "score": problem.score,
        }
    ).write_parquet(folder / "pairs.parquet")
    files = ("--needs", "needs.csv", "--places", "places.csv", "--pairs", "pairs.parquet", "--out", "answer")
    asked = [str(Path(sys.executable).with_name("samverka")), "match", *files]
    subprocess.run(asked, cwd=folder, check=True, capture_output=True)
    summary = json.loads((folder / "answer" / "summary.json").read_text(encoding="utf-8"))
    return float(summary["peak_memory_mb"])


def _run(who: str, key: str, needs: int, places: int, gap: float, repetitions: int) -> dict[str, Any]:
    asked = [sys.executable, "-m", "tests.bench.matching", who, key, str(needs), str(places), str(gap)]
    said = subprocess.run([*asked, str(repetitions)], cwd=ROOT, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(said.stdout)
    return answer


def _child(who: str, key: str, needs: int, places: int, gap: float, repetitions: int) -> dict[str, Any]:
    instance = INSTANCES[key]
    problem = seats(Shape(needs=needs, places=places, supply=instance.supply, step=instance.step))
    solver = _by_ortools if who == "ortools" else _by_engine
    answer = solver(problem, instance, gap, repetitions)
    return answer | {
        "needs": needs,
        "places": places,
        "pairs": len(problem.place),
        "megabytes": peak_megabytes(),
    }


def _by_engine(problem: Problem, instance: Instance, gap: float, repetitions: int) -> dict[str, Any]:
    from samverka_engine.matching.solve import prepare, solve

    begun = time.perf_counter()
    prepare(problem)
    compile_seconds = time.perf_counter() - begun
    seconds = []
    for _ in range(repetitions):
        begun = time.perf_counter()
        placement = solve(problem, Limits(gap=gap))
        seconds.append(time.perf_counter() - begun)
    return {
        "seconds": seconds,
        "compile": compile_seconds,
        "total": placement.total,
        "gap": placement.gap,
        "status": placement.status,
    }


def _by_ortools(problem: Problem, instance: Instance, gap: float, repetitions: int) -> dict[str, Any]:
    """Arcs are made outside the time; adding them, solving and reading the flow are in it."""
    from ortools.graph.python import min_cost_flow

    from samverka_engine.matching.solvers.flow import assignment_arcs

    value = np.rint(problem.score * instance.per_unit).astype(np.int64)
    tail, head, width, cost, supply = assignment_arcs(
        problem.need_of_pairs(), problem.place, value, problem.capacity[:, 0], problem.needs
    )
    del value
    seconds = []
    for _ in range(repetitions):
        begun = time.perf_counter()
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, width, cost)
        solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
        if solver.solve() != solver.OPTIMAL:
            raise ArithmeticError("OR-Tools found no optimum")
        flows = solver.flows(arcs)
        seconds.append(time.perf_counter() - begun)
    taken = np.flatnonzero(flows[: len(problem.place)])
    return {"seconds": seconds, "total": float(problem.score[taken].sum())}


if __name__ == "__main__":
    who, key, *numbers = sys.argv[1:]
    needs, places, repetitions = int(numbers[0]), int(numbers[1]), int(numbers[3])
    sys.stdout.write(json.dumps(_child(who, key, needs, places, float(numbers[2]), repetitions)))
