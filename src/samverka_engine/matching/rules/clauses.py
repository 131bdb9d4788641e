"""Rules as clauses that hold or do not, each with its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

from .model import Rules

__all__ = ["Clause", "Kind", "counted", "pair_of", "pairs_of"]


class Kind(StrEnum):
    FIXED = "fixed"
    FORBIDDEN = "forbidden"
    TOGETHER = "together"
    QUOTA = "quota"
    MINIMUM = "minimum"
    GROUP = "group"
    DIFFERENCE = "difference"
    CHANGES = "changes"
    CAPACITY = "capacity"
    ELIGIBLE = "eligible"


@dataclass(frozen=True)
class Clause:
    """One rule that must hold. `need`, `place`, `resource` and `index` (the rule's number) where they belong to it."""

    kind: Kind
    need: int = -1
    place: int = -1
    resource: int = -1
    index: int = -1
    text: str = ""

    def says(self, needs: Sequence[str], places: Sequence[str], resources: Sequence[str]) -> str:
        """The rule in words, with the names of the files."""
        match self.kind:
            case Kind.FIXED:
                return f"{needs[self.need]} is fixed at {places[self.place]}"
            case Kind.FORBIDDEN:
                return f"{needs[self.need]} is forbidden at {places[self.place]}"
            case Kind.ELIGIBLE:
                return f"{needs[self.need]} and {places[self.place]} are not among the pairs"
            case Kind.CAPACITY:
                return f"the capacity of {places[self.place]} in {resources[self.resource]} is {self.text}"
            case Kind.MINIMUM:
                return f"{places[self.place]} opens from {self.text}"
            case Kind.TOGETHER:
                return f"together number {self.index + 1}"
            case Kind.QUOTA:
                return f"the quota {self.text}"
            case Kind.GROUP:
                return f"the minimum of the group {self.text}"
            case Kind.DIFFERENCE:
                return f"the largest difference between groups is {self.text}"
            case Kind.CHANGES:
                return f"at most {self.text} changes"


def pairs_of(needs: NDArray[np.int32], places: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Two lists of indices as pairs."""
    return list(zip(needs.tolist(), places.tolist(), strict=True))


def pair_of(problem: Problem, need: int, place: int) -> int:
    """The pair of a need and a place in the problem; -1 when it is not eligible."""
    begin, end = int(problem.first[need]), int(problem.first[need + 1])
    at = begin + int(np.searchsorted(problem.place[begin:end], place))
    return at if at < end and problem.place[at] == place else -1


def counted(problem: Problem, rules: Rules, resource: int | None) -> NDArray[np.int32]:
    """(N,): what a quota counts of each need: a resource, or persons."""
    if resource is not None:
        return problem.demand[:, resource]
    return np.ones(problem.needs, dtype=np.int32) if rules.size is None else rules.size
