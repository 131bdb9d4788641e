"""What solving under rules gives."""

from dataclasses import dataclass

from samverka_engine.matching.placement import Placement

from .clauses import Clause

__all__ = ["Reached", "Ruled"]


@dataclass(frozen=True)
class Reached:
    """What a placement is worth for one goal."""

    name: str
    value: float
    bound: float | None
    """No placement that keeps the rules and the earlier goals is worth more; None when nothing is proven."""
    give: float
    """What later goals were allowed to take of it, relative."""


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A placement that keeps the rules, or, when the status is INFEASIBLE, why there is none.

    The placement's total is the sum of the scores alone. Its `bound` is that of the prices on the options that fixed,
    forbidden and shared places leave, and its `tighter_bound` counts all rules. With penalties or a bonus both say how
    far the total could rise if these stayed what they are.
    """

    placement: Placement
    goals: tuple[Reached, ...]
    """In order. The score comes last when the objectives do not name it."""
    penalty: float = 0.0
    """What missed soft bounds take, beside the total."""
    bonus: float = 0.0
    """What staying adds, beside the total."""
    contradiction: tuple[Clause, ...] = ()
    """The smallest set of rules found that cannot all hold."""
