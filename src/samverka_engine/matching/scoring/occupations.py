"""How well one occupation stands in for another: the JobTech taxonomy's substitutability, then SSYK groups."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Occupations"]

SAME_GROUP = {4: 0.5, 3: 0.25}
"""What two occupations of the same SSYK group have in common, by digits, when the taxonomy says nothing of them.

A convention of this scorer: the taxonomy itself knows 25 and 75 per cent."""


@dataclass(frozen=True)
class Occupations:
    """Occupations by their concept id in the JobTech taxonomy."""

    substitutes: Mapping[tuple[str, str], float]
    """(wanted, had): how well somebody who has one occupation can do the other, above 0 and at most 1."""
    ssyk: Mapping[str, str]
    """Concept id → SSYK 2012, four digits."""

    @classmethod
    def from_taxonomy(cls, substitutability: Path, ssyk: Path | None = None) -> "Occupations":
        """From the taxonomy's files `substitutability-relations-between-occupations` and
        `ssyk-level-4-groups-with-related-occupations`, as Arbetsförmedlingen publishes them (data.jobtechdev.se).

        Raises:
            ValueError: a file is not of this kind.
        """
        relations = {
            (concept["id"], other["id"]): other["substitutability_percentage"] / 100
            for concept in _concepts(substitutability, "substituted_by")
            for other in concept["substituted_by"]
        }
        groups = {}
        if ssyk is not None:
            for group in _concepts(ssyk, "ssyk_code_2012"):
                for member in group["narrower"]:
                    groups[member["id"]] = str(group["ssyk_code_2012"])
        return cls(relations, groups)

    def fit(self, wanted: str, had: str) -> float:
        """1 for the same occupation, else its substitutability, else what their SSYK groups share, else 0."""
        if wanted == had:
            return 1.0
        known = self.substitutes.get((wanted, had))
        if known is not None:
            return known
        one, other = self.ssyk.get(wanted, wanted), self.ssyk.get(had, had)
        if one.isdigit() and other.isdigit():
            for digits, share in SAME_GROUP.items():
                if len(one) >= digits and one[:digits] == other[:digits]:
                    return share
        return 0.0

    def fits(self, wanted: NDArray[Any], had: NDArray[Any]) -> NDArray[np.float64]:
        """`fit` of each pair of texts; NaN where either is empty. Every combination is looked up once."""
        wants, want = np.unique(wanted.astype(str), return_inverse=True)
        haves, have = np.unique(had.astype(str), return_inverse=True)
        combined, where = np.unique(want * len(haves) + have, return_inverse=True)
        found = np.array([self._known(str(wants[c // len(haves)]), str(haves[c % len(haves)])) for c in combined])
        return found[where]

    def _known(self, wanted: str, had: str) -> float:
        return self.fit(wanted, had) if wanted and had else float("nan")


def _concepts(path: Path, key: str) -> list[dict[str, Any]]:
    try:
        concepts = json.loads(path.read_text(encoding="utf-8"))["data"]["concepts"]
    except (KeyError, TypeError, json.JSONDecodeError):
        concepts = None
    if not isinstance(concepts, list) or not concepts or key not in concepts[0]:
        raise ValueError(f"{path.name} is not a file of the taxonomy with {key}")
    return concepts
