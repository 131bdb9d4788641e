"""Placement of households, seven resources, against HiGHS on the whole integer program, given the same time.

`python -m tests.bench.households WHO NEEDS PLACES SECONDS` is a process of its own: it makes the instance and writes
one line of JSON. SECONDS of 0 asks for a proven optimum, however long it takes.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import Problem
from tests.bench.rows import Row, peak_megabytes

ROOT = Path(__file__).resolve().parents[2]
MEMORY_GOAL = 500
"""Megabytes, on the largest instance, of the whole process: interpreter, libraries, instance and solver."""
SMALL = (500, 21)
"""Needs and places of a resettlement agency."""
PROVEN_SECONDS = 1.0
LONGEST = 60.0
"""Seconds after which a proof is given up."""
PATIENCE = 60.0
"""Seconds that a process may take to make its instance and to overrun its limit."""


@dataclass(frozen=True)
class Instance:
    needs: int
    places: int
    seconds: float
    goal: float
    """Per cent."""


INSTANCES = (
    Instance(1_000, 100, 1, 0.25),
    Instance(1_000, 100, 10, 0.1),
    Instance(4_000, 290, 5, 0.35),
    Instance(4_000, 290, 30, 0.2),
    Instance(10_000, 1_000, 12, 0.5),
    Instance(10_000, 1_000, 60, 0.3),
    Instance(100_000, 10_000, 90, 0.6),
)
QUICK = (Instance(1_000, 100, 1, 0.25),)


def measure(*, quick: bool = False) -> list[Row]:
    """The gap after so many seconds, memory of the largest, and the seconds to a proof of the smallest."""
    rows = []
    for instance in QUICK if quick else INSTANCES:
        size = (instance.needs, instance.places, instance.seconds)
        ours, others = _run("engine", *size), _run("highs", *size)
        rows.append(_gap_row(instance, ours, others))
    if not quick:
        rows += [_memory_row(ours, others), _proof_row()]
    return rows


def _gap_row(instance: Instance, ours: dict[str, Any], others: dict[str, Any]) -> Row:
    size = f"{instance.needs} × {instance.places}"
    return Row(
        work=f"households, {size}: gap after {instance.seconds:g} s",
        against=_highs(),
        goal=instance.goal / others["gap"],
        ratio_median=ours["gap"] / others["gap"],
        ratio_worst=ours["gap"] / others["gap"],
        seconds=ours["gap"],
        baseline_seconds=others["gap"],
        unit="%",
        note=(
            f"goal {instance.goal:g} %; by the prices alone {ours['price_gap']:.3f} %; {ours['pairs']} pairs, "
            f"took {ours['seconds']:.1f} s ({ours['cpu']:.1f} s of processor), {ours['megabytes']:.0f} MB; HiGHS took "
            f"{others['seconds']:.1f} s{others['note']}; compiled code ready in {ours['compile']:.1f} s before"
        ),
    )


def _memory_row(ours: dict[str, Any], others: dict[str, Any]) -> Row:
    ratio = ours["megabytes"] / others["megabytes"]
    return Row(
        work="the same: memory of the process at its most",
        against=_highs(),
        goal=MEMORY_GOAL / others["megabytes"],
        ratio_median=ratio,
        ratio_worst=ratio,
        seconds=ours["megabytes"],
        baseline_seconds=others["megabytes"],
        unit="MB",
        note=f"at most {MEMORY_GOAL} MB",
    )


def _proof_row() -> Row:
    ours, others = _run("engine", *SMALL, 0.0), _run("highs", *SMALL, 0.0)
    ratio = ours["seconds"] / others["seconds"]
    return Row(
        work=f"households, {SMALL[0]} × {SMALL[1]}: proven optimum",
        against=_highs(),
        goal=PROVEN_SECONDS / others["seconds"],
        ratio_median=ratio,
        ratio_worst=ratio,
        seconds=ours["seconds"],
        baseline_seconds=others["seconds"],
        note=f"at most {PROVEN_SECONDS:g} s; gap {ours['gap']:.1e} %, HiGHS {others['gap']:.1e} %",
    )


def _highs() -> str:
    return f"HiGHS {version('highspy')}, one thread"


def _run(who: str, needs: int, places: int, seconds: float) -> dict[str, Any]:
    asked = [sys.executable, "-m", "tests.bench.households", who, str(needs), str(places), str(seconds)]
    longest = 2 * (seconds or LONGEST) + PATIENCE
    with subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, _ = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            if who == "engine":
                raise
            megabytes = peak_megabytes(process.pid)
            process.kill()
            return {
                "gap": 100.0,
                "seconds": longest,
                "megabytes": megabytes,
                "note": " and was ended without an answer",
            }
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, asked)
    answer: dict[str, Any] = json.loads(said)
    return answer


def _child(who: str, needs: int, places: int, seconds: float) -> dict[str, Any]:
    problem = households(Shape(needs=needs, places=places))
    solver = _by_highs if who == "highs" else _by_engine
    return solver(problem, seconds) | {
        "pairs": len(problem.place),
        "megabytes": peak_megabytes(),
    }


def _by_engine(problem: Problem, seconds: float) -> dict[str, Any]:
    from samverka_engine.matching.solve import prepare, solve

    begun = time.perf_counter()
    prepare(problem)
    compile_seconds = time.perf_counter() - begun
    begun, begun_cpu = time.perf_counter(), time.process_time()
    placement = solve(problem, Limits(seconds=seconds or LONGEST, clock=time.perf_counter))
    return {
        "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - begun_cpu,
        "compile": compile_seconds,
        "gap": 100 * placement.gap,
        "price_gap": 100 * (placement.bound - placement.total) / placement.bound,
    }


def _by_highs(problem: Problem, seconds: float) -> dict[str, Any]:
    """The program is made outside the time; handing it over and solving are in it."""
    from samverka_engine.matching.solvers import solve_program

    program = _program(problem)
    begun = time.perf_counter()
    solution = solve_program(program, seconds=seconds or LONGEST)
    taken = time.perf_counter() - begun
    if solution.x is None or not np.isfinite(solution.bound):
        return {"seconds": taken, "gap": 100.0, "note": " without a placement"}
    return {"seconds": taken, "gap": 100 * max(0.0, solution.bound - solution.total) / solution.bound, "note": ""}


def _program(problem: Problem) -> Any:
    from samverka_engine.matching.solvers import Program

    need, pairs = problem.need_of_pairs(), np.arange(len(problem.place))
    resources = problem.capacity.shape[1]
    rows, columns, amounts = [need.astype(np.int64)], [pairs], [np.ones(len(pairs))]
    for index in range(resources):
        amount = problem.demand[need, index]
        some = np.flatnonzero(amount)
        rows.append(problem.needs + problem.place[some].astype(np.int64) * resources + index)
        columns.append(some)
        amounts.append(amount[some].astype(np.float64))
    upper = np.concatenate([np.ones(problem.needs), problem.capacity.ravel().astype(np.float64)])
    matrix = sparse.csc_array(
        (np.concatenate(amounts), (np.concatenate(rows), np.concatenate(columns))), shape=(len(upper), len(pairs))
    )
    return Program(
        value=problem.score,
        matrix=matrix,
        row_lower=np.full(len(upper), -np.inf),
        row_upper=upper,
        lower=np.zeros(len(pairs)),
        upper=np.ones(len(pairs)),
        integer=np.ones(len(pairs), dtype=bool),
    )


if __name__ == "__main__":
    who, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps(_child(who, int(numbers[0]), int(numbers[1]), float(numbers[2]))))
