"""The pairs that are to be scored, and what is known of their needs and places."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Candidates"]


@dataclass(frozen=True)
class Candidates:
    """E pairs of N needs and P places, whose columns the criteria read."""

    needs: pl.DataFrame
    """(N rows)"""
    places: pl.DataFrame
    """(P rows)"""
    need: NDArray[np.int32]
    """(E,): the row of each pair's need."""
    place: NDArray[np.int32]
    """(E,): the row of each pair's place."""
    pairs: pl.DataFrame = field(default_factory=pl.DataFrame)
    """(E rows): what is known of the pair itself, such as minutes of travel."""

    def __post_init__(self) -> None:
        if len(self.need) != len(self.place):
            raise ValueError("not as many needs as places in the pairs")
        if self.pairs.width and self.pairs.height != len(self.need):
            raise ValueError("not as many rows as pairs")
