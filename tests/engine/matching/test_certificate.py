"""The independent check: it passes what is right and names what is not."""

from dataclasses import replace

import numpy as np
import pytest

from samverka_engine.matching.certificate import check
from samverka_engine.matching.placement import Limits, Placement, Status
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.unit import solve_unit
from tests.engine.matching.small import problem_of

PROBLEM = problem_of([{0: 9.0, 1: 6.0}, {0: 8.0, 1: 7.0}, {0: 5.0}], [1, 1, 4])


@pytest.fixture
def placement() -> Placement:
    return solve_unit(PROBLEM, Limits(), lambda progress: None)


def test_a_right_answer_is_sound(placement: Placement) -> None:
    certificate = check(PROBLEM, placement)
    assert certificate.sound
    assert (certificate.total, certificate.bound, certificate.unsold, certificate.regret) == (16.0, 16.0, 0.0, 0.0)
    assert certificate.gap == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"place": [0, 0, NOWHERE], "pair": [0, 2, -1]}, "more than it has"),
        ({"place": [0, 1, 1], "pair": [0, 3, 4]}, "not eligible"),
        ({"place": [0, 1, NOWHERE], "pair": [0, 1, -1]}, "not eligible"),
        ({"place": [0, 1, 0], "pair": [0, 3, -1]}, "without a pair"),
        ({"price": [[-1.0], [0.0], [0.0]]}, "negative"),
        ({"price": [[np.nan], [0.0], [0.0]]}, "negative or no number"),
        ({"total": 17.0}, "not the sum"),
        ({"bound": 15.0}, "not what the prices give"),
        ({"tighter_bound": 15.0}, "above the tighter bound"),
        ({"price": [[0.0], [0.0], [0.0]], "bound": 22.0}, "called optimal"),
    ],
)
def test_names_the_fault(placement: Placement, change: dict[str, object], fault: str) -> None:
    kinds = {"place": np.int32, "pair": np.int64, "price": np.float64}
    arrays = {name: np.array(value, dtype=kinds[name]) if name in kinds else value for name, value in change.items()}
    certificate = check(PROBLEM, replace(placement, **arrays))  # type: ignore[arg-type]
    assert not certificate.sound
    assert any(fault in said for said in certificate.faults), certificate.faults


def test_bad_prices_still_prove_a_bound_and_the_gap_is_what_is_unsold_and_regretted(placement: Placement) -> None:
    price = np.array([[8.0], [1.0], [2.0]])
    certificate = check(PROBLEM, replace(placement, price=price, bound=28.0, status=Status.WITHIN_GAP))
    assert certificate.sound
    # 8 + 1 + 4 × 2 for the seats and 5 + 6 + 0 for the best at those prices. The four seats at 2 are unsold, and the
    # first need has 9 − 8 where it could have 6 − 1.
    assert (certificate.bound, certificate.unsold, certificate.regret) == (28.0, 8.0, 4.0)
    assert certificate.bound == certificate.total + certificate.unsold + certificate.regret


def test_refuses_the_answer_to_another_problem(placement: Placement) -> None:
    other: Problem = problem_of([{0: 1.0}], [1])
    with pytest.raises(ValueError, match="another problem"):
        check(other, placement)
    with pytest.raises(ValueError, match="does not exist"):
        check(PROBLEM, replace(placement, place=np.array([7, 1, NOWHERE], dtype=np.int32)))
