"""What a placement gives: to everybody, to each group, and what one more unit at a place would add."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Placement
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.rules.model import Group

from .options import own_scores

__all__ = ["FIRST_SHOWN", "Outcome", "Worth", "outcomes_of", "worth_of"]

FIRST_SHOWN = ("women", "men", "kvinnor", "män")
"""Groups by these names stand before others."""


@dataclass(frozen=True)
class Outcome:
    """What a group got. Means are over all its members; who has no place counts 0."""

    name: str
    """Empty for everybody."""
    members: int
    placed: int
    score: float | None
    """None for a group without members."""
    first: int
    second: int
    third: int
    later: int
    """Placed at what is the fourth choice or a later one."""

    @property
    def share(self) -> float | None:
        """Of the members, those who are placed."""
        return self.placed / self.members if self.members else None


@dataclass(frozen=True)
class Worth:
    """What one more unit of a resource at a place adds to the total, at most: its price."""

    place: int
    resource: int
    price: float


def outcomes_of(
    problem: Problem, placement: Placement, rank: NDArray[np.int32], groups: Sequence[Group]
) -> tuple[Outcome, ...]:
    """Everybody first, then women and men, then the other groups in their order."""
    score = own_scores(problem, placement)
    everybody = Group(name="", members=np.arange(problem.needs, dtype=np.int32))
    ordered = sorted(groups, key=lambda group: _place_in_row(group.name))
    return tuple(_outcome(group, placement, score, rank) for group in (everybody, *ordered))


def _place_in_row(name: str) -> int:
    value = name.rpartition(": ")[2].lower()
    return FIRST_SHOWN.index(value) if value in FIRST_SHOWN else len(FIRST_SHOWN)


def _outcome(group: Group, placement: Placement, score: NDArray[np.float64], rank: NDArray[np.int32]) -> Outcome:
    chosen = group.members
    got = np.bincount(np.minimum(rank[chosen], 4), minlength=5)
    return Outcome(
        name=group.name,
        members=len(chosen),
        placed=int((placement.place[chosen] != NOWHERE).sum()),
        score=float(score[chosen].mean()) if len(chosen) else None,
        first=int(got[1]),
        second=int(got[2]),
        third=int(got[3]),
        later=int(got[4]),
    )


def worth_of(placement: Placement) -> tuple[Worth, ...]:
    """The list "one more unit here raises the total by …", the dearest first, then by place and resource."""
    place, resource = np.nonzero(placement.price > 0)
    price = placement.price[place, resource]
    order = np.lexsort((resource, place, -price))
    return tuple(Worth(int(place[at]), int(resource[at]), float(price[at])) for at in order)
