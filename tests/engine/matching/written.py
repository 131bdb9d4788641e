"""Input files for tests: a small world that can be read, with single files or lines put in other words."""

from pathlib import Path

from samverka_engine.matching.files.reading import Inputs

NEEDS = """\
need_id,group:sex
ali,men
bea,women
cid,men
dua,women
"""
PLACES = """\
place_id,capacity:seats
north,1
south,2
"""
PAIRS = """\
need_id,place_id,score,criterion:language,criterion:distance
ali,north,5,3,2
ali,south,4,3,1
bea,north,6,4,2
bea,south,1,1,0
cid,south,3,2,1
dua,north,2,1,1
"""


def written(
    folder: Path, *, needs: str = NEEDS, places: str = PLACES, pairs: str = PAIRS, rules: str | None = None
) -> Inputs:
    """The files in a folder, and their paths."""
    files = {"needs.csv": needs, "places.csv": places, "pairs.csv": pairs}
    if rules is not None:
        files["rules.toml"] = rules
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Inputs(
        folder / "needs.csv",
        folder / "places.csv",
        folder / "pairs.csv",
        None if rules is None else folder / "rules.toml",
    )
