"""Answers as files: their columns, and that there is a whole answer or none."""

import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from samverka_engine.matching.explain.outcomes import worth_of
from samverka_engine.matching.explain.reasons import reasons_of
from samverka_engine.matching.files import writing
from samverka_engine.matching.files.reading import Given, check, read
from samverka_engine.matching.placement import Limits, Placement
from samverka_engine.matching.solve import solve
from tests.engine.matching.written import written


@pytest.fixture
def answered(tmp_path: Path) -> tuple[Given, Placement]:
    given = check(read(written(tmp_path)))
    return given, solve(given.problem, Limits())


def test_the_columns_are_those_that_are_promised(tmp_path: Path, answered: tuple[Given, Placement]) -> None:
    given, placement = answered
    reasons = reasons_of(given.problem, given.rules, placement)
    writing.write_csv(writing.assignment_table(given, placement, reasons.rank), tmp_path / "assignment.csv")
    writing.write_csv(writing.places_table(given, placement), tmp_path / "out.csv")
    assert (tmp_path / "assignment.csv").read_text() == (
        "need_id,place_id,score,own_rank\nali,south,4.0,2\nbea,north,6.0,1\ncid,south,3.0,1\ndua,,,\n"
    )
    assert (tmp_path / "out.csv").read_text() == (
        "place_id,used:seats,capacity:seats,price:seats\nnorth,1,1,2.0\nsouth,2,2,0.0\n"
    )
    assert [(given.place_ids[w.place], w.price) for w in worth_of(placement)] == [("north", 2.0)]


def test_the_bound_is_recomputed_from_the_files_alone(tmp_path: Path, answered: tuple[Given, Placement]) -> None:
    given, placement = answered
    writing.write_csv(writing.places_table(given, placement), tmp_path / "out.csv")
    places = pl.read_csv(tmp_path / "out.csv")
    pairs = pl.read_csv(tmp_path / "pairs.csv").join(places, on="place_id")
    best = pairs.with_columns(left=pl.col("score") - pl.col("price:seats")).group_by("need_id").agg(pl.max("left"))
    paid = float(places["capacity:seats"].to_numpy() @ places["price:seats"].to_numpy())
    bound = paid + float(best["left"].clip(lower_bound=0).to_numpy().sum())
    assert bound == pytest.approx(placement.bound)
    assert bound == pytest.approx(placement.total)


@pytest.mark.parametrize("name", ["reasons.parquet", "reasons.jsonl"])
def test_reasons_are_read_back_in_either_format(tmp_path: Path, answered: tuple[Given, Placement], name: str) -> None:
    given, placement = answered
    reasons = reasons_of(given.problem, given.rules, placement)
    writing.write_reasons(writing.reasons_table(given, placement, reasons), tmp_path / name)
    back = (
        pl.read_parquet(tmp_path / name).to_dicts()
        if name.endswith("parquet")
        else [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
    )
    ali, bea, cid, dua = back
    assert (ali["place_id"], ali["own_rank"], ali["criterion:language"]) == ("south", 2, 3)
    [other] = ali["alternatives"]
    assert (other["place_id"], other["why_not"], other["cost_to_others"], other["resource"]) == (
        "north",
        "full",
        2.0,
        "seats",
    )
    assert bea["alternatives"][0]["why_not"] == "lower_score"
    assert cid["alternatives"] is None
    assert (dua["obstacle"], dua["obstacle_resource"], dua["change_place_id"], dua["change:seats"]) == (
        "full",
        "seats",
        "north",
        1,
    )
    assert dua["criterion:language"] is None


def test_the_directory_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "answer"
    with writing.finished_whole(out) as folder:
        writing.write_json({"å": 1}, folder / "summary.json")
        assert not out.exists()
        assert folder.name.startswith(".answer.")
        assert folder.name.endswith(writing.UNFINISHED)
    assert json.loads((out / "summary.json").read_text()) == {"å": 1}
    assert [path.name for path in out.parent.iterdir()] == ["answer"]
    assert out.stat().st_mode & 0o777 == 0o755


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with writing.finished_whole(tmp_path / "answer") as folder:
            (folder / "assignment.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_stands_there_is_never_touched(tmp_path: Path) -> None:
    out = tmp_path / "answer"
    out.mkdir()
    with writing.finished_whole(out) as folder:  # an empty directory is free
        (folder / "a").write_text("1")
    with pytest.raises(writing.Occupied):
        writing.require_free(out)
    with pytest.raises(writing.Occupied), writing.finished_whole(out):
        pytest.fail("not reached")
    assert (out / "a").read_text() == "1"
    (tmp_path / "file").write_text("x")
    with pytest.raises(writing.Occupied):
        writing.require_free(tmp_path / "file")


def test_somebody_who_comes_meanwhile_keeps_the_place(tmp_path: Path) -> None:
    out = tmp_path / "answer"

    def write() -> None:
        with writing.finished_whole(out) as folder:
            (folder / "a").write_text("mine")
            out.mkdir()
            (out / "a").write_text("theirs")

    with pytest.raises(writing.Occupied):
        write()
    assert (out / "a").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


def test_numbers_that_json_does_not_know_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        writing.write_json({"gap": float("nan")}, tmp_path / "summary.json")


def _child(code: str, limit: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=limit)


def test_kill_while_writing_leaves_what_cannot_be_taken_for_an_answer(tmp_path: Path) -> None:
    code = f"""
        import time
        from pathlib import Path
        from samverka_engine.matching.files.writing import finished_whole
        with finished_whole(Path({str(tmp_path / "answer")!r})) as folder:
            (folder / "assignment.csv").write_text("need_id,place_id")
            print("writing", flush=True)
            time.sleep(60)
    """
    child = _child(code)
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    [left] = tmp_path.iterdir()
    assert left.name.startswith(".answer.")
    assert left.name.endswith(writing.UNFINISHED)
    assert not (left / "summary.json").exists()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    code = f"""
        import polars as pl
        from pathlib import Path
        from samverka_engine.matching.files import writing
        table = pl.DataFrame({{"need_id": [str(number) * 9 for number in range(20_000)]}})
        for name, write in (("a.csv", writing.write_csv), ("a.parquet", writing.write_reasons),
                            ("a.jsonl", writing.write_reasons)):
            try:
                with writing.finished_whole(Path({str(tmp_path / "answer")!r})) as folder:
                    write(table if name == "a.csv" else table.lazy(), folder / name)
            except OSError as error:
                print(type(error).__name__)
    """
    child = _child(code, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)))
    told, _ = child.communicate(timeout=120)
    assert told.split() == ["OSError"] * 3
    assert list(tmp_path.iterdir()) == []


def test_an_answer_for_many_is_written(tmp_path: Path) -> None:
    count = 3_000
    needs = "need_id\n" + "".join(f"n{number:05}\n" for number in range(count))
    pairs = "need_id,place_id,score\n" + "".join(f"n{number:05},p,{number + 1}\n" for number in range(count))
    given = check(read(written(tmp_path, needs=needs, places="place_id,capacity:s\np,1000\n", pairs=pairs)))
    placement = solve(given.problem, Limits())
    reasons = reasons_of(given.problem, given.rules, placement)
    table = writing.assignment_table(given, placement, reasons.rank)
    assert table["place_id"].drop_nulls().len() == 1000
    assert np.array_equal(table["score"].drop_nulls().to_numpy(), np.arange(2001, 3001))
    assert set(writing.reasons_table(given, placement, reasons).collect()["obstacle"].drop_nulls()) == {"full"}
