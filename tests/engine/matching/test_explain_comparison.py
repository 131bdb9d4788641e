"""Two answers beside each other: who moved, and why."""

import polars as pl

from samverka_engine.matching.explain.comparison import Cause, Change, Move, changes_since
from tests.engine.matching.test_explain_reasons import placed, problem_of


def test_who_moved_and_why() -> None:
    # Places: a and b have one seat each, c has two.
    names = ["better", "got", "lost", "moved", "new", "stays", "waits"]
    problem = problem_of(
        [
            [5, 6, None],  # better: from a to b, which it likes more
            [None, None, 3],  # got: had none, is at c
            [4, None, None],  # lost: was at a, which somebody else needs
            [None, None, 2],  # moved: was at a place that is gone
            [7, None, None],  # new, at a
            [None, None, 1],  # stays nowhere
            [1, None, None],  # new, and waits
        ],
        [[1], [1], [2]],
    )
    placement = placed(problem, [1, 2, -1, 2, 0, -1, -1])
    earlier = {"better": "a", "got": None, "lost": "a", "moved": "gone", "stays": None, "away": "b"}
    changes = changes_since(earlier, problem, placement, pl.Series(names), pl.Series(["a", "b", "c"]))
    assert changes == (
        Change("away", Move.LEFT, "b", None, None, None),
        Change("better", Move.MOVED, "a", "b", 1.0, Cause.BETTER),
        Change("got", Move.GOT_PLACE, None, "c", 3.0, None),
        Change("lost", Move.LOST_PLACE, "a", None, -4.0, Cause.NEEDED),
        Change("moved", Move.MOVED, "gone", "c", None, Cause.GONE),
        Change("new", Move.NEW, None, "a", None, None),
        Change("waits", Move.WAITS, None, None, None, None),
    )


def test_a_move_from_a_place_with_room_is_for_the_whole() -> None:
    problem = problem_of([[5, 4]], [[1], [1]])
    [change] = changes_since({"n": "a"}, problem, placed(problem, [1]), pl.Series(["n"]), pl.Series(["a", "b"]))
    assert (change.cause, change.gain) == (Cause.TOTAL, -1.0)


def test_nothing_changed() -> None:
    problem = problem_of([[5]], [[1]])
    assert changes_since({"n": "a"}, problem, placed(problem, [0]), pl.Series(["n"]), pl.Series(["a"])) == ()
