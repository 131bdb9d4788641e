"""What rules.toml asks for beside rules: a stable variant, how sure the answer is, room for those who come later."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.online.forecast import Forecast
from samverka_engine.matching.problem import Problem

from .columns import Places, demand_of, earlier_in, read_needs
from .faults import Refused
from .pairs import Pairs, read_pairs
from .toml_rows import TomlRows, written_in

__all__ = ["Later", "MutualChoice", "Questions", "Uncertainty", "read_questions"]

DRAWS = 100


@dataclass(frozen=True, kw_only=True)
class MutualChoice:
    """How much those who choose each other want to; (E,) each. A wish below zero is a no."""

    of_need: NDArray[np.float64]
    of_place: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """How uncertain the scores are."""

    spread: NDArray[np.float64] | float
    """The standard deviation of a score's error: one for all, or (E,)."""
    draws: int


@dataclass(frozen=True, kw_only=True)
class Later:
    """Those who are expected after these needs."""

    expected: int
    sample: int
    """How many the expectation is drawn from."""
    price: NDArray[np.float64]
    """(P, R): what one more unit is expected to be worth to them."""


@dataclass(frozen=True, kw_only=True)
class Questions:
    """None where the file does not ask."""

    mutual_choice: MutualChoice | None = None
    uncertainty: Uncertainty | None = None
    later: Later | None = None
    earlier: Mapping[str, str | None] | None = None
    """Where everybody was in the run that the rules stay near."""


def read_questions(path: Path | None, places: Places, pairs: Pairs) -> Questions:
    """Read the tables mutual_choice, sensitivity and later of rules.toml.

    Raises:
        Refused: they name what does not exist, or the files of those who come later do not hold what they should.
    """
    written = written_in(path) if path else {}
    if path is None or not written:
        return Questions()
    reader = _Reader(path, written, places, pairs)
    questions = Questions(
        mutual_choice=reader.mutual_choice(),
        uncertainty=reader.uncertainty(),
        later=reader.later(),
        earlier=reader.earlier(),
    )
    if reader.faults:
        raise Refused(reader.faults)
    return questions


class _Reader(TomlRows):
    def __init__(self, path: Path, written: Mapping[str, Any], places: Places, pairs: Pairs) -> None:
        super().__init__(path, written)
        self.places = places
        self.pairs = pairs

    def mutual_choice(self) -> MutualChoice | None:
        row = self.table("mutual_choice", {"needs", "places"})
        if row is None:
            return None
        return MutualChoice(of_need=self._wishes(row, "needs"), of_place=self._wishes(row, "places"))

    def _wishes(self, row: Mapping[str, Any], key: str) -> NDArray[np.float64]:
        name = str(row.get(key, "score"))
        found = self.pairs.criteria.get(name.removeprefix("criterion:")) if name.startswith("criterion:") else None
        if found is not None:
            return found.astype(np.float64)
        if name != "score":
            known = ", ".join(["score", *(f"criterion:{criterion}" for criterion in self.pairs.criteria)])
            self.fault("mutual_choice", 0, key, f"{name} is unknown here.", f"The pairs give {known}.")
        return self.pairs.score

    def uncertainty(self) -> Uncertainty | None:
        row = self.table("sensitivity", {"spread", "draws"})
        if row is None:
            return None
        draws = self.whole("sensitivity", 0, row, "draws")
        if draws == 0:
            self.fault("sensitivity", 0, "draws", "is nothing.", "Write 1 or more.")
        spread = self.number("sensitivity", 0, row, "spread")
        if spread is not None and spread < 0:
            self.fault("sensitivity", 0, "spread", "is negative.", "Write a standard deviation, 0 or more.")
        if spread is None:
            if self.pairs.uncertainty is None:
                remedy = "Write the standard deviation of a score's error, or add a column uncertainty to the pairs."
                self.fault("sensitivity", 0, "spread", "is missing.", remedy)
                return None
            return Uncertainty(spread=self.pairs.uncertainty.astype(np.float64), draws=draws or DRAWS)
        return Uncertainty(spread=spread, draws=draws or DRAWS)

    def later(self) -> Later | None:
        row = self.table("later", {"needs", "pairs", "expected"})
        if row is None:
            return None
        files = [self.path.parent / self.text("later", 0, row, key) for key in ("needs", "pairs")]
        expected = self.whole("later", 0, row, "expected")
        if expected is None:
            self.fault("later", 0, "expected", "is missing.", "Write how many more needs are expected.")
        if self.faults or expected is None:
            return None
        needs = read_needs(files[0])
        pairs = read_pairs(files[1], needs.ids, self.places.ids)
        forecast = Forecast(
            Problem(
                demand=demand_of(needs, self.places),
                capacity=np.stack(list(self.places.capacity.values()), axis=1),
                first=pairs.first,
                place=pairs.place,
                score=pairs.score,
                resources=tuple(self.places.capacity),
            ),
            expected,
        )
        return Later(expected=expected, sample=len(needs.ids), price=forecast.first_prices())

    def earlier(self) -> dict[str, str | None] | None:
        row = self.written.get("stability")
        if row is None:
            return None
        return earlier_in(self.path.parent / str(row["previous"]))  # looked at by the rules already
