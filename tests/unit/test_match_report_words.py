"""The report says the same in both languages."""

import re
from collections.abc import Iterator
from dataclasses import fields

from samverka.cli.placement.run import STEPS
from samverka.cli.placement.words import ENGLISH, SWEDISH, Words
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
