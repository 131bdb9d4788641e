"""What is read from files, in which order, and what is refused with its place and its remedy."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from samverka_engine.matching.files.faults import SHOWN, Refused
from samverka_engine.matching.files.reading import Given, Inputs, check, hashes_of, read
from tests.engine.matching.written import NEEDS, PAIRS, PLACES, written


def given(files: Inputs) -> Given:
    return check(read(files))


def refused(files: Inputs) -> list[str]:
    with pytest.raises(Refused) as caught:
        given(files)
    return [str(fault) for fault in caught.value.faults]


def test_files_become_the_arrays_of_a_problem(tmp_path: Path) -> None:
    found = given(written(tmp_path))
    problem = found.problem
    assert found.need_ids.to_list() == ["ali", "bea", "cid", "dua"]
    assert found.place_ids.to_list() == ["north", "south"]
    assert problem.is_unit
    assert problem.resources == ("seats",)
    assert problem.capacity.tolist() == [[1], [2]]
    assert problem.first.tolist() == [0, 2, 4, 5, 6]
    assert problem.place.tolist() == [0, 1, 0, 1, 1, 0]
    assert problem.score.tolist() == [5, 4, 6, 1, 3, 2]
    assert found.criteria["language"].tolist() == [3, 3, 4, 1, 2, 1]
    assert [(group.name, group.members.tolist()) for group in found.rules.groups] == [
        ("sex: men", [0, 2]),
        ("sex: women", [1, 3]),
    ]


def test_the_order_of_rows_means_nothing(tmp_path: Path) -> None:
    def turned(text: str) -> str:
        head, *rows = text.splitlines()
        return "\n".join([head, *reversed(rows)]) + "\n"

    (tmp_path / "other").mkdir()
    one = given(written(tmp_path))
    other = given(written(tmp_path / "other", needs=turned(NEEDS), places=turned(PLACES), pairs=turned(PAIRS)))
    for name in ("demand", "capacity", "first", "place", "score"):
        assert np.array_equal(getattr(one.problem, name), getattr(other.problem, name)), name
    assert np.array_equal(one.criteria["distance"], other.criteria["distance"])


@pytest.mark.parametrize("score", [pl.Float64, pl.Float32, pl.Int64])
def test_parquet_gives_the_same_as_csv(tmp_path: Path, score: type[pl.DataType]) -> None:
    files = written(tmp_path)
    table = pl.read_csv(files.pairs).with_columns(pl.col("score").cast(score), pl.col("need_id").cast(pl.Categorical))
    table.write_parquet(tmp_path / "pairs.parquet")
    one = given(files).problem
    other = given(Inputs(files.needs, files.places, tmp_path / "pairs.parquet")).problem
    assert np.array_equal(one.score, other.score)
    assert np.array_equal(one.place, other.place)
    assert other.score.flags.writeable  # compiled code tells arrays that may not be written apart


def test_several_resources_sizes_and_blank_lines(tmp_path: Path) -> None:
    files = written(
        tmp_path,
        needs="need_id,size,demand:care,demand:persons\na,3,1,3\n\nb,1,0,1\n",
        places="place_id,minimum,capacity:persons,capacity:care\np,2,4,1\n",
        pairs="need_id,place_id,score\n\na,p,1\nb,p,2\n\n",
    )
    found = given(files)
    assert found.problem.resources == ("persons", "care")
    assert found.problem.demand.tolist() == [[3, 1], [1, 0]]
    assert found.rules.size is not None
    assert found.rules.size.tolist() == [3, 1]
    assert found.rules.minimum is not None
    assert found.rules.minimum.tolist() == [2]


@pytest.mark.parametrize("block", [1, 20, 45])
def test_a_large_csv_is_read_some_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    broken = "be\na"  # a line may break between quotes
    needs, rows = (
        text.replace("bea", f'"{broken}"') for text in (NEEDS, PAIRS.replace("\nbea,south", "\n\nbea,south"))
    )
    (tmp_path / "other").mkdir()
    whole = given(written(tmp_path, needs=needs, pairs=rows)).problem
    monkeypatch.setattr("samverka_engine.matching.files.pairs.BLOCK", block)
    for pairs in (rows, rows.rstrip("\n"), rows.replace("\n", "\r\n").replace("be\r\na", broken)):
        found = given(written(tmp_path / "other", needs=needs, pairs=pairs))
        assert broken in found.need_ids.to_list()
        assert found.problem.first.tolist() == whole.first.tolist()
        assert found.problem.place.tolist() == whole.place.tolist()
        assert found.problem.score.tolist() == whole.score.tolist() == [5, 4, 6, 1, 3, 2]


def test_a_file_with_byte_order_mark_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    files = written(tmp_path, needs="\ufeff" + NEEDS.replace("\n", "\r\n"))
    assert given(files).problem.needs == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"needs": ""}, r"needs\.csv: is empty\. The first line"),
        ({"needs": "need_id\n"}, r"needs\.csv: has no rows"),
        ({"needs": "id\na\n"}, r"needs\.csv, line 1, column need_id: is missing"),
        ({"needs": "need_id;size\na;1\n"}, r"needs\.csv, line 1: is divided by semicolons\. Save it as CSV"),
        ({"needs": NEEDS + "ali,men\n"}, r"needs\.csv, line 6, column need_id: ali stands twice\. Keep one"),
        ({"needs": NEEDS + ",men\n"}, r"needs\.csv, line 6, column need_id: is empty"),
        ({"needs": "need_id,size,size\na,1,2\n"}, r"line 1, column size: stands twice"),
        ({"needs": "need_id,demnd:seats\nali,1\n"}, r"column demnd:seats: is not a column of this file"),
        ({"needs": "need_id,demand:seats\nali,-1\n"}, r"needs\.csv, line 2, column demand:seats: -1 is less than 0"),
        ({"needs": "need_id,demand:seats\nali,0.5\n"}, r"line 2, column demand:seats: 0\.5 is not a whole number"),
        ({"needs": "need_id,demand:seats\nali,NaN\n"}, r"line 2, column demand:seats: NaN is not a finite number"),
        ({"needs": "need_id,demand:seats\nali,\n"}, r"line 2, column demand:seats: is empty"),
        ({"needs": "need_id,demand:seats\nali,9999999999\n"}, r"line 2, column demand:seats: 9999999999 is too large"),
        ({"needs": "need_id,demand:beds\nali,1\n"}, r"places\.csv, line 1, column capacity:beds: is missing"),
        ({"needs": "need_id,size\nali,0\n"}, r"line 2, column size: 0 is less than 1"),
        ({"needs": 'need_id,group\n"ali,men\n'}, r"needs\.csv, line 2: has a quotation mark that is not closed"),
        ({"places": "place_id\nnorth\n"}, r"places\.csv, line 1: has no capacity column"),
        ({"places": "place_id,capacity:seats\nnorth,0\n"}, r"places\.csv: gives no capacity at all"),
        ({"places": "place_id,capacity:seats\nnorth,x\n"}, r"line 2, column capacity:seats: x is not a finite number"),
        ({"places": "place_id,capacity:a,capacity:b\nnorth,1,1\n"}, r"needs\.csv, line 1: does not say what each"),
        ({"pairs": "need_id,place_id,score\n"}, r"pairs\.csv: has no pairs"),
        ({"pairs": "need_id,place_id\nali,north\n"}, r"pairs\.csv, line 1, column score: is missing"),
        ({"pairs": "need_id,place_id,score\neva,north,1\n"}, r"pairs\.csv, line 2, column need_id: eva is unknown"),
        ({"pairs": "need_id,place_id,score\n\nali,west,1\n"}, r"pairs\.csv, line 3, column place_id: west is unknown"),
        ({"pairs": "need_id,place_id,score\nali,north,NaN\n"}, r"line 2, column score: NaN is not a finite number"),
        ({"pairs": "need_id,place_id,score\nali,north,inf\n"}, r"line 2, column score: inf is not a finite number"),
        ({"pairs": "need_id,place_id,score\nali,north,1e999\n"}, r"line 2, column score: 1e999 is not a finite"),
        ({"pairs": "need_id,place_id,score\nali,north,high\n"}, r"line 2, column score: high is not a finite number"),
        ({"pairs": "need_id,place_id,score\nali,north\n"}, r"line 2, column score: is empty"),
        ({"pairs": "need_id,place_id,score\nali,north,0,5\n"}, r"pairs\.csv, line 2: has 4 fields, the header 3"),
        (
            {"pairs": PAIRS + "ali,north,5,3,2\n"},
            r"line 8, column need_id: the pair ali and north stands on line 2 alr",
        ),
        (
            {"pairs": "need_id,place_id,score,criterion:Sex\nali,north,1,1\n"},
            r"column criterion:Sex: may not enter a sc",
        ),
        ({"pairs": "need_id,place_id,score,criterion:x\nali,north,1,\n"}, r"line 2, column criterion:x: is empty"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_column_and_remedy(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    faults = refused(written(tmp_path, **change))
    assert any(re.search(said, fault) for fault in faults), faults


def test_a_resource_that_is_asked_for_and_sums_to_nothing(tmp_path: Path) -> None:
    files = written(
        tmp_path,
        needs="need_id,demand:seats,demand:care\nali,1,1\n",
        places="place_id,capacity:seats,capacity:care\nnorth,1,0\n",
        pairs="need_id,place_id,score\nali,north,1\n",
    )
    [fault] = refused(files)
    assert "places.csv, column capacity:care: sums to nothing" in fault


def test_faults_of_needs_and_places_are_told_together_and_many_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"n{number},-1\n" for number in range(100))
    files = written(tmp_path, needs="need_id,demand:seats\n" + rows, places="place_id,capacity:seats\nnorth,-1\n")
    with pytest.raises(Refused) as caught:
        read(files)
    told = [fault.file for fault in caught.value.faults]
    assert told.count("needs.csv") == SHOWN
    assert "places.csv" in told
    assert caught.value.more == 100 - SHOWN


def test_text_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    files = written(tmp_path)
    files.pairs.write_bytes(b"need_id,place_id,score\nali,north,1\n\xe5sa,north,1\n")
    assert refused(files) == ["pairs.csv, line 3: is not in UTF-8. Save the file as CSV in UTF-8."]


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    files = written(tmp_path)
    broken = tmp_path / "pairs.parquet"
    broken.write_bytes(b"PAR1 and then nothing")
    [fault] = refused(Inputs(files.needs, files.places, broken))
    assert fault.startswith("pairs.parquet: cannot be read as Parquet")


def test_parquet_faults_name_the_row(tmp_path: Path) -> None:
    files = written(tmp_path)
    table = pl.DataFrame({"need_id": ["ali", "ali"], "place_id": ["north", "south"], "score": [1.0, float("nan")]})
    table.write_parquet(tmp_path / "pairs.parquet")
    [fault] = refused(Inputs(files.needs, files.places, tmp_path / "pairs.parquet"))
    assert fault.startswith("pairs.parquet, line 2, column score: NaN is not a finite number")


def test_hashes_tell_the_content_apart(tmp_path: Path) -> None:
    first = hashes_of(written(tmp_path))
    second = hashes_of(written(tmp_path, needs=NEEDS.replace("women", "woman")))
    assert first["needs"] != second["needs"]
    assert first["pairs"] == second["pairs"]
    assert len(first["places"]) == 64
