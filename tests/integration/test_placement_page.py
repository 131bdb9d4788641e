"""The example of docs/placement.md, run as it is written."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from samverka.cli.main import main
from samverka_engine.matching.files.reading import Inputs, check, read
from samverka_engine.matching.rules.later import LATER

PAGE = Path(__file__).parents[2] / "docs" / "placement.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inputs:
    needs, places, pairs, *_ = _blocks("csv")
    names = ("needs.csv", "places.csv", "pairs.csv")
    for name, text in zip(names, (needs, places, pairs), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Inputs(*(tmp_path / name for name in names))


def test_the_example_answers_as_the_page_says(files: Inputs) -> None:
    [command] = _blocks("sh")
    [said] = _blocks("text")
    *_, assignment, places = _blocks("csv")
    result = CliRunner().invoke(main, command.split()[1:])
    assert result.exit_code == 0, result.output
    assert result.stdout == said
    answer = files.needs.parent / "answer"
    assert (answer / "assignment.csv").read_text() == assignment
    assert (answer / "places.csv").read_text() == places


def test_the_rules_of_the_page_are_read(files: Inputs) -> None:
    rules, questions = _blocks("toml")
    folder = files.needs.parent
    (folder / "rules.toml").write_text(f"{rules}\n{questions}", encoding="utf-8")
    (folder / "earlier.csv").write_text("need_id,place_id\nali,south\n")
    (folder / "last-year.csv").write_text("need_id\neva\n")
    (folder / "last-years-pairs.csv").write_text("need_id,place_id,score\neva,north,3\n")
    given = check(read(Inputs(files.needs, files.places, files.pairs, folder / "rules.toml")))
    asked, found = given.questions, given.rules
    assert asked.uncertainty is not None
    assert asked.uncertainty.draws == 100
    assert asked.mutual_choice is not None
    assert asked.later is not None
    assert asked.later.expected == 120
    assert [goal.name for goal in found.objectives] == [LATER, "score", "criterion:distance", "placed"]
    assert found.stability is not None
    assert found.quotas[0].penalty == 0.5
