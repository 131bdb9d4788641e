"""Answers as files, in a directory that appears whole or not at all.

Everything is written into a directory beside the wanted one, whose name begins with a point and ends with
`.unfinished`, with `summary.json` last; then it is synchronised and renamed. A run that is killed, or a disk that is
full, leaves at most such a directory, and never one with the wanted name.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka_engine.matching.explain.comparison import Change
from samverka_engine.matching.explain.options import own_scores
from samverka_engine.matching.explain.reasons import Reasons
from samverka_engine.matching.placement import Placement, used_by
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.sensitivity import Sensitivity
from samverka_engine.matching.stable import Stable

from .reading import Given

__all__ = [
    "UNFINISHED",
    "Occupied",
    "assignment_table",
    "changes_table",
    "finished_whole",
    "places_table",
    "reasons_table",
    "require_free",
    "shortlists_table",
    "stable_table",
    "write_csv",
    "write_json",
    "write_reasons",
    "write_text",
]

UNFINISHED = ".unfinished"
NEEDS_AT_A_TIME = 5_000
"""Of the reasons: strings take much memory."""


class Occupied(FileExistsError):
    """The wanted directory holds something already."""


def require_free(out: Path) -> None:
    """Look, before the work begins, whether the answer may be written here.

    Raises:
        Occupied: there is a file, or a directory that is not empty.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Occupied(str(out))


@contextmanager
def finished_whole(out: Path) -> Iterator[Path]:
    """A directory to write into that becomes `out` when the block ends, and is removed when it fails.

    Raises:
        Occupied: something came to stand there meanwhile; nothing of it is touched.
        OSError: the disk is full, or may not be written.
    """
    require_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=UNFINISHED, dir=out.parent))
    try:
        yield unfinished
        for path in unfinished.iterdir():
            _synchronise(path)
        _synchronise(unfinished)
        unfinished.chmod(0o755)  # mkdtemp lets nobody else read
        require_free(out)
        if out.exists():
            out.rmdir()
        unfinished.rename(out)
        _synchronise(out.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _synchronise(path: Path) -> None:
    """On disk, and not only on its way there."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no directories
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def assignment_table(given: Given, placement: Placement, rank: NDArray[np.int32]) -> pl.DataFrame:
    """need_id, place_id, score, own_rank: a row for each need; the last three are empty for who has no place."""
    placed = placement.place != NOWHERE
    score = own_scores(given.problem, placement)
    return pl.DataFrame(
        {
            "need_id": given.need_ids,
            "place_id": _named(given.place_ids, placement.place),
            "score": pl.Series(score).set(pl.Series(~placed), None),
            "own_rank": pl.Series(rank).set(pl.Series(~placed), None),
        }
    )


def places_table(given: Given, placement: Placement) -> pl.DataFrame:
    """place_id and, by resource, used, capacity and price. What the certificate is recomputed from."""
    used = used_by(given.problem, placement.place)
    columns: dict[str, Any] = {"place_id": given.place_ids}
    for index, name in enumerate(given.problem.resources):
        columns[f"used:{name}"] = used[:, index]
        columns[f"capacity:{name}"] = given.problem.capacity[:, index]
        columns[f"price:{name}"] = placement.price[:, index]
    return pl.DataFrame(columns)


def reasons_table(
    given: Given, placement: Placement, reasons: Reasons, sure: Sensitivity | None = None
) -> pl.LazyFrame:
    """A row for each need: its place by criterion, its other options and why not, and what stood in the way.

    It is made a part at a time while it is written or collected. `sure` adds the column survival.
    """
    assignment = assignment_table(given, placement, reasons.rank)

    def part(begin: int, end: int) -> pl.DataFrame:
        return assignment[begin:end].hstack(_reasons(given, placement, reasons, sure, begin, end))

    schema = part(0, 0).schema
    begins = range(0, max(1, given.problem.needs), NEEDS_AT_A_TIME)
    return pl.concat([pl.defer(partial(part, begin, begin + NEEDS_AT_A_TIME), schema=schema) for begin in begins])


def _reasons(
    given: Given, placement: Placement, reasons: Reasons, sure: Sensitivity | None, begin: int, end: int
) -> pl.DataFrame:
    """The same of the needs from one on up to another, without where they are."""
    problem = given.problem
    resources = pl.Series(problem.resources, dtype=pl.String)
    other, needs = reasons.alternatives, slice(begin, end)
    others = slice(*np.searchsorted(other.need, (begin, end)))
    pair = other.pair[others]
    options = pl.DataFrame(
        {
            "need": other.need[others],
            "place_id": _named(given.place_ids, problem.place[pair]),
            "score": problem.score[pair],
            "own_rank": other.rank[others],
            "why_not": pl.Series([why.value for why in other.why[others]], dtype=pl.String),
            "cost_to_others": other.cost[others],
            "resource": _named(resources, other.resource[others]),
            **_criteria(given, pair),
        }
    )
    members = [column for column in options.columns if column != "need"]
    lists = options.group_by("need", maintain_order=True).agg(pl.struct(members).alias("alternatives"))
    placed = pl.Series(placement.place[needs] != NOWHERE)
    obstacle = [None if why is None else why.value for why in reasons.obstacle[needs]]
    helped = pl.Series(reasons.change_place[needs] >= 0)
    base = pl.DataFrame(
        {
            "need": np.arange(begin, begin + len(placed), dtype=np.int32),
            "options": reasons.options[needs],
            "cost_to_others": pl.Series(reasons.cost[needs]).set(~placed, None),
            **{name: values.set(~placed, None) for name, values in _criteria(given, placement.pair[needs]).items()},
            "obstacle": pl.Series(obstacle, dtype=pl.String),
            "obstacle_resource": _named(resources, reasons.obstacle_resource[needs]),
            "change_place_id": _named(given.place_ids, reasons.change_place[needs]),
            **{
                f"change:{name}": pl.Series(reasons.change[needs, index]).set(~helped, None)
                for index, name in enumerate(problem.resources)
            },
            **({} if sure is None else {"survival": sure.survival[needs]}),
        }
    )
    return base.join(lists, on="need", how="left", maintain_order="left").drop("need")


def shortlists_table(given: Given, placement: Placement, sure: Sensitivity) -> pl.DataFrame:
    """need_id, place_id, share, now: where scores do not decide, the places that came up and how often."""
    need = [need for need, places in sure.shortlists.items() for _ in places]
    place = np.array([place for places in sure.shortlists.values() for place, _ in places], dtype=np.int32)
    share = [share for places in sure.shortlists.values() for _, share in places]
    at = np.array(need, dtype=np.int32)
    return pl.DataFrame(
        {
            "need_id": _named(given.need_ids, at),
            "place_id": _named(given.place_ids, place),
            "share": pl.Series(share, dtype=pl.Float64),
            "now": placement.place[at] == place,
        }
    )


def stable_table(given: Given, stable: Stable) -> pl.DataFrame:
    """need_id, place_id, score: the stable variant; the last two are empty for who has no place."""
    placed = stable.pair >= 0
    score = np.zeros(len(stable.pair))
    score[placed] = given.problem.score[stable.pair[placed]]
    return pl.DataFrame(
        {
            "need_id": given.need_ids,
            "place_id": _named(given.place_ids, stable.place),
            "score": pl.Series(score).set(pl.Series(~placed), None),
        }
    )


def changes_table(changes: tuple[Change, ...]) -> pl.DataFrame:
    """need_id, change, before, after, gain, cause."""
    rows = [(c.need, c.move.value, c.before, c.after, c.gain, c.cause.value if c.cause else None) for c in changes]
    kinds = {
        "need_id": pl.String,
        "change": pl.String,
        "before": pl.String,
        "after": pl.String,
        "gain": pl.Float64,
        "cause": pl.String,
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _criteria(given: Given, pair: NDArray[np.int64]) -> dict[str, pl.Series]:
    return {
        f"criterion:{name}": pl.Series(values[np.maximum(pair, 0)], dtype=pl.Float32)
        for name, values in given.criteria.items()
    }


def _named(names: pl.Series, index: NDArray[np.int32]) -> pl.Series:
    """The names at these places; null where the index is negative."""
    return names.gather(pl.Series(index, dtype=pl.Int64).set(pl.Series(index < 0), None))


def write_csv(table: pl.DataFrame, path: Path) -> None:
    _plainly(lambda: table.write_csv(path))


def write_reasons(table: pl.LazyFrame, path: Path) -> None:
    """As Parquet, or one JSON object a line when the name ends with .jsonl."""
    if path.suffix == ".jsonl":
        _plainly(lambda: table.sink_ndjson(path))
    else:
        _plainly(lambda: table.sink_parquet(path, row_group_size=NEEDS_AT_A_TIME))


def write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def write_json(value: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _plainly(write: Callable[[], None]) -> None:
    """A failure to write is an OSError whoever writes."""
    try:
        write()
    except pl.exceptions.PolarsError as error:
        raise OSError(str(error)) from None
