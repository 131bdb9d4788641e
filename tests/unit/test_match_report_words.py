"""The report says the same in both languages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import samverka_engine
from samverka.cli import match, placement
from samverka.cli.placement.run import STEPS
from samverka.cli.placement.words import ENGLISH, SWEDISH, Words
from samverka.cli.placement.words.refusals import PHRASES, swedish
from samverka_engine.matching.explain.comparison import Cause, Move
from samverka_engine.matching.explain.reasons import Obstacle


def _texts(words: Words) -> Iterator[tuple[str, str]]:
    for field in fields(words):
        value = getattr(words, field.name)
        if isinstance(value, str):
            yield field.name, value
        elif isinstance(value, tuple):
            yield from ((f"{field.name}{index}", text) for index, text in enumerate(value))
        else:
            yield from ((f"{field.name} {key}", text) for key, text in value.items())


def test_both_languages_fill_in_the_same() -> None:
    swedish, english = dict(_texts(SWEDISH)), dict(_texts(ENGLISH))
    assert swedish.keys() == english.keys()
    filled = {name: sorted(re.findall(r"{(\w+)}", text)) for name, text in swedish.items()}
    assert filled == {name: sorted(re.findall(r"{(\w+)}", text)) for name, text in english.items()}
    assert all((*swedish.values(), *english.values()))


def test_everything_that_can_be_said_has_its_words() -> None:
    assert list(SWEDISH.obstacles) == [obstacle.value for obstacle in Obstacle]
    assert list(SWEDISH.moves) == [move.value for move in Move]
    assert list(SWEDISH.causes) == [cause.value for cause in Cause]
    assert tuple(SWEDISH.steps) == STEPS


ENGINE = Path(samverka_engine.__file__).parent / "matching"
SAID_BY = {"Fault": (3, 4), "fault": (3, 4), "_tell": (2, 3), "NotFound": (0,), "Failure": (0,)}
"""Which arguments of a call are sentences."""
NAMES = {"found", "remedy", "says", "text", "said"}
"""Variables and keywords that hold one."""
AS_IT_STANDS = {"{}.", "{}", "{} {}", "\n"}
"""Put together of what is translated, or what the operating system says."""


def _template(node: ast.AST) -> Iterator[str]:
    """The text of a literal with {} for what is filled in; both of a choice of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        whole = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield whole.replace("{}{}", "{}")
    elif isinstance(node, ast.IfExp):
        yield from _template(node.body)
        yield from _template(node.orelse)


def _sentences(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            starred = any(isinstance(given, ast.Starred) for given in node.args)  # table and number in one
            for place in SAID_BY.get(name, ()):
                if place - starred < len(node.args):
                    yield from _template(node.args[place - starred])
            for keyword in node.keywords:
                if keyword.arg in {"kept", "remedy"}:
                    yield from _template(keyword.value)
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") in NAMES for target in node.targets):
            yield from _template(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            for part in node.elts[1:]:
                yield from (said for said in _template(part) if said.endswith("."))
        elif isinstance(node, ast.Return) and path.name == "clauses.py" and node.value is not None:
            yield from _template(node.value)


def test_every_failure_has_its_swedish() -> None:
    files = [*(ENGINE / "files").glob("*.py"), *(ENGINE / "rules").glob("*.py")]
    files += [*(Path(placement.__file__).parent).glob("*.py"), Path(match.__file__)]
    said = {sentence for path in files for sentence in _sentences(path)} - AS_IT_STANDS
    assert len(said) > 100
    assert sorted(sentence for sentence in said if sentence not in PHRASES) == []


def test_names_and_numbers_stand_in_the_swedish_where_they_stood() -> None:
    for english, ours in PHRASES.items():
        filled = [f"x{place}" for place in range(english.count("{}"))]
        assert swedish(english.format(*filled)) == ours.format(*filled)
    assert swedish("ali stands twice.") == "ali står två gånger."
    assert swedish("1,5 is not a finite number.") == "1,5 är inte ett ändligt tal."
    assert swedish("north is unknown here.") == "north är okänt här."
    assert swedish("No such thing") == "No such thing"
