"""What a run has found: an answer, and all that is said of it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.explain.comparison import Change
from samverka_engine.matching.explain.envy import Envy
from samverka_engine.matching.explain.one_more import OneMore
from samverka_engine.matching.explain.outcomes import Outcome, Worth
from samverka_engine.matching.explain.reasons import Reasons
from samverka_engine.matching.fairness import PriceOfFairness
from samverka_engine.matching.files.reading import Given
from samverka_engine.matching.placement import Placement
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.rules.costs import Cost
from samverka_engine.matching.rules.solving import Ruled
from samverka_engine.matching.sensitivity import Sensitivity
from samverka_engine.matching.stable import Stable

__all__ = ["Asked", "Explained", "Solved"]


@dataclass(frozen=True)
class Asked:
    """What was asked for beside the answer; None where it was not, or the time was out."""

    fairness: PriceOfFairness | None = None
    sensitivity: Sensitivity | None = None
    stable: Stable | None = None
    without_later: Ruled | None = None
    """The best answer if nothing were kept for those who come later."""
    one_more: tuple[OneMore, ...] = ()
    """What the dearest really add; empty when the answer is not proven best or the problem is large."""


@dataclass(frozen=True)
class Solved:
    """An answer, what each rule took from it, and what else was asked."""

    ruled: Ruled
    costs: tuple[Cost, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def placement(self) -> Placement:
        return self.ruled.placement


@dataclass(frozen=True)
class Explained:
    """An answer with all that is said of it."""

    given: Given
    solved: Solved
    reasons: Reasons
    outcomes: tuple[Outcome, ...]
    worth: tuple[Worth, ...]
    envy: Envy
    changes: tuple[Change, ...] | None
    """None when it was not compared with anything."""

    @property
    def placement(self) -> Placement:
        return self.solved.placement

    @property
    def asked(self) -> Asked:
        return self.solved.asked

    @property
    def placed(self) -> int:
        return int((self.placement.place != NOWHERE).sum())

    @property
    def persons_at(self) -> NDArray[np.int64]:
        """(P,): how many persons come to each place."""
        size = self.given.rules.size
        sizes = np.ones(self.given.problem.needs, dtype=np.int64) if size is None else size.astype(np.int64)
        place = self.placement.place
        placed = place != NOWHERE
        found = np.zeros(self.given.problem.places, dtype=np.int64)
        np.add.at(found, place[placed], sizes[placed])
        return found
