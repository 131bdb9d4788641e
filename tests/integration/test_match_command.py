"""`samverka match` as it is run: files in, a whole answer out, or a refusal that says what to do."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from samverka.cli.failures import Exit
from samverka.cli.main import main
from samverka.cli.placement import run
from samverka.cli.placement.words import ENGLISH, SWEDISH
from samverka_engine.matching.parts import parts_of
from samverka_engine.matching.placement import Limits, Placement, Progress, Status, bound_at
from samverka_engine.matching.problem import Problem
from tests.engine.matching.written import written

OUT = {"assignment.csv", "places.csv", "reasons.parquet", "summary.json", "report.html"}


def match(folder: Path, *options: str, pairs: str = "pairs.csv") -> Result:
    files = [f"--{name}={folder / file}" for name, file in (("needs", "needs.csv"), ("places", "places.csv"))]
    return CliRunner().invoke(main, ["match", *files, f"--pairs={folder / pairs}", f"--out={folder / 'out'}", *options])


def summary(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))
    return found


def test_files_become_an_answer(tmp_path: Path) -> None:
    written(tmp_path)
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.DONE, result.output
    assert "3 of 4 placed, total 13.0000, at most 0.0000 % from the best (proven best)." in result.output
    assert "One more of seats at north adds 2.0000." in result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == OUT
    said = summary(tmp_path)
    assert said["status"] == "optimal"
    assert said["objective"] == said["upper_bound"] == 13
    assert said["gap"] == 0
    assert set(said["seconds"]) == {"read", "check", "compile", "solve", "explain", "write"}  # type: ignore[call-overload]
    assert all(value >= 0 for value in said["seconds"].values())  # type: ignore[attr-defined]
    assert [group["name"] for group in said["groups"]] == ["sex: women", "sex: men"]  # type: ignore[attr-defined]
    assert {"needs", "places", "pairs"} == set(said["inputs"])  # type: ignore[call-overload]
    assert {"samverka", "numpy", "ortools", "highspy"} <= set(said["versions"])  # type: ignore[call-overload]


def test_the_same_files_in_another_order_give_the_same_answer(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    need, place = np.nonzero(rng.random((60, 12)) < 0.4)
    table = pl.DataFrame(
        {
            "need_id": [f"n{n:02}" for n in need],
            "place_id": [f"p{p:02}" for p in place],
            "score": rng.integers(0, 5, len(need)),  # many are equal
        }
    )
    needs, places = (
        pl.DataFrame({"need_id": [f"n{n:02}" for n in range(60)]}),
        pl.DataFrame({"place_id": [f"p{p:02}" for p in range(12)], "capacity:seats": rng.integers(1, 6, 12)}),
    )
    answers = []
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        for name, frame in (("needs", needs), ("places", places)):
            frame.sample(fraction=1, shuffle=True, seed=seed).write_csv(folder / f"{name}.csv")
        table.sample(fraction=1, shuffle=True, seed=seed).write_parquet(folder / "pairs.parquet")
        assert match(folder, pairs="pairs.parquet").exit_code == Exit.DONE
        answers.append([(folder / "out" / name).read_text() for name in ("assignment.csv", "places.csv")])
    assert answers[0] == answers[1]


def test_reasons_as_json_lines_and_a_comparison_with_an_earlier_run(tmp_path: Path) -> None:
    written(tmp_path)
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    (earlier / "assignment.csv").write_text("need_id,place_id,score,own_rank\nali,north,5,1\nbea,,,\neva,south,1,1\n")
    result = match(tmp_path, "--reasons=jsonl", f"--compare-with={earlier}", "--language=en")
    assert result.exit_code == Exit.DONE, result.output
    assert (tmp_path / "out" / "changes.csv").read_text() == (
        "need_id,change,before,after,gain,cause\n"
        "ali,moved,north,south,-1.0,needed\n"
        "bea,got_place,,north,6.0,\n"
        "cid,new,,south,,\n"
        "dua,waits,,,,\n"
        "eva,left,south,,,\n"
    )
    assert len((tmp_path / "out" / "reasons.jsonl").read_text().splitlines()) == 4
    assert ENGLISH.changes_title in (tmp_path / "out" / "report.html").read_text()


def test_a_comparison_with_nothing_is_refused_before_the_work(tmp_path: Path) -> None:
    written(tmp_path)
    result = match(tmp_path, f"--compare-with={tmp_path}", "--language=en")
    assert result.exit_code == Exit.FAILED
    assert "assignment.csv: cannot be read. Give the --out directory of the earlier run." in result.output


@pytest.mark.parametrize(("language", "title"), [("sv", "3 av 4 fick en plats"), ("en", "3 of 4 got a place")])
def test_the_report_speaks_the_language_and_needs_nothing_else(tmp_path: Path, language: str, title: str) -> None:
    written(tmp_path, places="place_id,capacity:seats\nnorth,1\n<b>&south,2\n", pairs=_renamed())
    assert match(tmp_path, f"--language={language}", "--unit=kr").exit_code == Exit.DONE
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    words = {"sv": SWEDISH, "en": ENGLISH}[language]
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    for heading in (words.choices_title, words.groups_title, words.seats_title, words.envy_title, words.trust_title):
        assert heading in page
    assert "2\u00a0kr" in page
    assert "<b>" not in page  # names are text, whatever they hold
    assert not re.search(r"(?:src|href|url|@import|<script|<link)\s*[=(]?\s*[\"']?(?:https?:)?//|<script|<link", page)
    pictures, tables = page.count('role="img"'), page.count("<table>")
    assert 4 <= pictures < tables
    assert page.count("aria-label=") >= pictures


def _renamed() -> str:
    from tests.engine.matching.written import PAIRS

    return PAIRS.replace("south", "<b>&south")


def _stopped_by(signals: int) -> Callable[..., Placement]:
    """A solver that has an answer, and is then interrupted from the keyboard."""

    def solve(problem: Problem, limits: Limits, told: Callable[[Progress], None]) -> Placement:
        price = np.zeros(problem.capacity.shape)
        pair = np.full(problem.needs, -1, dtype=np.int64)
        pair[0] = 0
        place = np.full(problem.needs, -1, dtype=np.int32)
        place[0] = problem.place[0]
        bound = bound_at(problem, price)
        told(Progress("first", 0.1, float(problem.score[0]), bound))
        for _ in range(signals):
            os.kill(os.getpid(), signal.SIGINT)
        assert limits.stop()
        return Placement(
            status=Status.STOPPED, place=place, pair=pair, price=price, total=float(problem.score[0]), bound=bound
        )

    return solve


def test_ctrl_c_ends_with_the_best_answer_so_far_marked_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path)
    monkeypatch.setattr(run, "_prepare_explanations", lambda: None)
    monkeypatch.setattr(run, "prepare", lambda problem: None)
    monkeypatch.setattr(run, "solve", _stopped_by(1))
    before = signal.getsignal(signal.SIGINT)
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.UNFINISHED, result.output
    assert "stopped before its time" in result.output
    assert summary(tmp_path)["status"] == "stopped"
    assert (tmp_path / "out" / "assignment.csv").read_text().splitlines()[1] == "ali,north,5.0,1"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    monkeypatch.setattr(run, "_prepare_explanations", lambda: None)
    monkeypatch.setattr(run, "prepare", lambda problem: None)
    monkeypatch.setattr(run, "solve", _stopped_by(2))
    assert match(tmp_path).exit_code == Exit.FAILED
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("gap", "code"), [((), Exit.DONE), (("--gap=0.01",), Exit.UNFINISHED)])
def test_time_that_runs_out_is_a_failure_only_of_an_asked_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gap: tuple[str, ...], code: Exit
) -> None:
    from dataclasses import replace

    from samverka_engine.matching.solve import solve

    def slow(problem: Problem, limits: Limits, told: Callable[[Progress], None]) -> Placement:
        return replace(solve(problem, limits, told), status=Status.TIME_LIMIT)

    written(tmp_path)
    monkeypatch.setattr(run, "solve", slow)
    assert match(tmp_path, *gap).exit_code == code
    assert (tmp_path / "out" / "summary.json").exists()


def test_no_answer_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from samverka_engine.matching.solve import solve

    def hopeless(problem: Problem, limits: Limits, told: Callable[[Progress], None]) -> Placement:
        return replace(solve(problem, limits, told), status=Status.INFEASIBLE)

    written(tmp_path)
    monkeypatch.setattr(run, "solve", hopeless)
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.IMPOSSIBLE
    assert "No placement keeps all the rules." in result.output
    assert not (tmp_path / "out").exists()


def _islands(folder: Path, count: int, needs: int, places: int) -> None:
    """Parts that are large enough to be sent away one by one."""
    rng = np.random.default_rng(0)
    rows = [
        (f"i{island}n{need:04}", f"i{island}p{place:03}", round(float(rng.random() * 10), 3))
        for island in range(count)
        for need in range(needs)
        for place in range(places)
    ]
    table = pl.DataFrame(rows, schema=["need_id", "place_id", "score"], orient="row")
    table.write_parquet(folder / "pairs.parquet")
    table.select(pl.col("need_id").unique()).write_csv(folder / "needs.csv")
    table.select(pl.col("place_id").unique(), pl.lit(needs // places).alias("capacity:seats")).write_csv(
        folder / "places.csv"
    )


@pytest.fixture(scope="module")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two parts, and the answer that one process gives."""
    folder = Path(tmp_path_factory.mktemp("islands"))
    _islands(folder, 2, 1_700, 30)
    return folder


def _answer_by(folder: Path, executor: str, name: str) -> tuple[str, str]:
    files = [f"--{kind}={folder / file}" for kind, file in (("needs", "needs.csv"), ("places", "places.csv"))]
    command = [
        "match",
        *files,
        f"--pairs={folder / 'pairs.parquet'}",
        f"--out={folder / name}",
        f"--executor={executor}",
    ]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == Exit.DONE, result.output
    said = json.loads((folder / name / "summary.json").read_text())
    assert said["diagnostics"]["parts"] == 2
    return (folder / name / "assignment.csv").read_text(), (folder / name / "places.csv").read_text()


def test_a_dask_cluster_gives_the_answer_of_one_machine(islands: Path) -> None:
    from distributed import LocalCluster

    alone = _answer_by(islands, "process", "alone")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:  # type: ignore[no-untyped-call]
        beside = _answer_by(islands, f"dask:{cluster.scheduler_address}", "beside")
    assert beside == alone


def test_a_scheduler_that_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    monkeypatch.setattr("samverka.cli.placement.executors.ANSWER_SECONDS", 1)
    result = match(tmp_path, "--executor=dask:tcp://127.0.0.1:9")
    assert result.exit_code == Exit.FAILED
    assert "Ingen schemaläggare för Dask svarar på tcp://127.0.0.1:9" in result.output


def _command(folder: Path, out: str) -> list[str]:
    files = [f"--{kind}={folder / file}" for kind, file in (("needs", "needs.csv"), ("places", "places.csv"))]
    code = "from samverka.cli.main import main; main()"
    return [sys.executable, "-c", code, "match", *files, f"--pairs={folder / 'pairs.csv'}", f"--out={folder / out}"]


def _unfinished(folder: Path) -> Iterator[Path]:
    return folder.glob(".out*.unfinished")


def test_kill_while_writing_leaves_no_answer_and_the_next_run_is_whole(tmp_path: Path) -> None:
    written(tmp_path)
    child = subprocess.Popen(_command(tmp_path, "out"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None and not list(_unfinished(tmp_path)):
        time.sleep(0.0005)
    child.kill()
    child.wait()
    out = tmp_path / "out"
    if out.exists():  # it was quicker than the kill
        assert {path.name for path in out.iterdir()} == OUT
    else:
        [left] = _unfinished(tmp_path)
        assert left.name.startswith(".out.")
        assert match(tmp_path).exit_code == Exit.DONE
    assert summary(tmp_path)["objective"] == 13


def test_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from samverka_engine.matching.files import writing

    def full(text: str, path: Path) -> None:
        path.write_text(text[:100])
        raise OSError(28, "No space left on device")

    written(tmp_path)
    monkeypatch.setattr(writing, "write_text", full)
    result = match(tmp_path)
    assert result.exit_code == Exit.FAILED
    assert "No space left on device" in result.output
    assert not (tmp_path / "out").exists()
    assert list(_unfinished(tmp_path)) == []


def test_the_islands_of_the_tests_are_two_parts(islands: Path) -> None:
    from samverka_engine.matching.files.reading import Inputs, check, read

    given = check(read(Inputs(islands / "needs.csv", islands / "places.csv", islands / "pairs.parquet")))
    assert len(parts_of(given.problem)) == 2


RULES = """\
objectives = ["score", "placed"]
fixed = [{ need = "ali", place = "north" }]

[[quotas]]
name = "the south"
places = ["south"]
most = 1
"""


def test_rules_are_kept_and_what_each_costs_is_told(tmp_path: Path) -> None:
    written(tmp_path, rules=RULES)
    result = match(tmp_path, f"--rules={tmp_path / 'rules.toml'}", "--language=en")
    assert result.exit_code == Exit.DONE, result.output
    # Ali 5 at the north, Cid 3 at the south. Free to choose, Bea's 6 and Ali's 4; with two seats south also Bea's 1.
    assert "total 8.0000" in result.output
    assert "The rule costs 2.0000 of the total: ali is fixed at north." in result.output
    said = summary(tmp_path)
    assert said["objective"] == 8
    assert [goal["name"] for goal in said["goals"]] == ["score", "placed"]  # type: ignore[attr-defined]
    costs = {cost["rule"]: cost["costs_at_most"] for cost in said["rules"]}  # type: ignore[attr-defined]
    assert costs == pytest.approx({"ali is fixed at north": 2.0, "the quota the south": 1.0})
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert ENGLISH.rules_title in page
    assert "ali is fixed at north" in page


def test_priority_alone_decides_between_equals(tmp_path: Path) -> None:
    written(
        tmp_path,
        needs="need_id,priority\nali,1\nbea,2\ncid,1\ndua,1\n",
        places="place_id,capacity:seats\nnorth,1\n",
        pairs="need_id,place_id,score\nali,north,5\nbea,north,5\n",
    )
    result = match(tmp_path)
    assert result.exit_code == Exit.DONE, result.output
    assert "bea,north" in (tmp_path / "out" / "assignment.csv").read_text()


def test_rules_that_leave_no_placement_are_an_answer_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As when the files are so large that nobody looks beforehand.
    monkeypatch.setattr("samverka_engine.matching.files.reading.contradiction", lambda problem, rules: ())
    written(tmp_path, rules='quotas = [{ name = "all four", places = ["north", "south"], least = 4 }]\n')
    for language, said in (
        ("en", "Error: No placement keeps all the rules: the quota all four."),
        ("sv", "Fel: Ingen fördelning följer alla regler: kvoten all four."),
    ):
        result = match(tmp_path, f"--rules={tmp_path / 'rules.toml'}", f"--language={language}")
        assert result.exit_code == Exit.IMPOSSIBLE
        assert said in result.output
    assert not (tmp_path / "out").exists()
