"""W19 (the engine's part): needs without names meet offers, with the reasons for each."""

import numpy as np
import polars as pl
import pytest

from samverka_engine.matching.explain.reasons import Obstacle, reasons_of
from samverka_engine.matching.files.reading import Given
from samverka_engine.matching.files.writing import reasons_table
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.rules.model import Rules
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import problem_of

OFFERS = ["kurs", "praktik", "rehabilitering", "validering"]


def test_a_need_has_its_offer_with_the_score_by_criterion() -> None:
    needs = [{0: 5.0, 1: 2.0}, {3: 6.0, 0: 1.0}, {3: 5.0}, {2: 3.0}]
    problem = problem_of(needs, [1, 1, 1, 1])
    competence = np.array([2.0, 1.0, 0.5, 4.0, 4.0, 1.0], dtype=np.float32)
    criteria = {"kompetens": competence, "avstånd": (problem.score - competence).astype(np.float32)}
    names = pl.Series([f"behov {number}" for number in range(1, 5)])
    given = Given(problem, Rules(), names, pl.Series(OFFERS), criteria)
    placement = solve(problem, Limits())
    reasons = reasons_of(problem, given.rules, placement)
    table = reasons_table(given, placement, reasons).collect()
    assert table["place_id"].to_list() == ["kurs", "validering", None, "rehabilitering"]
    placed = table.filter(pl.col("place_id").is_not_null())
    parts = placed["criterion:kompetens"] + placed["criterion:avstånd"]
    assert parts.to_list() == pytest.approx(placed["score"].to_list())
    assert reasons.obstacle[2] is Obstacle.FULL
