"""The criteria: each says of every candidate pair how well need and place fit, from 0 to 1, or that it is unknown."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .candidates import Candidates
from .occupations import Occupations

__all__ = [
    "Among",
    "Criterion",
    "Distance",
    "HomeSize",
    "LanguageLevel",
    "Occupation",
    "StartDate",
    "Tie",
    "TravelTime",
]

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""


class Criterion(Protocol):
    """One thing that is weighed."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads; none may be one of those that must never enter a score."""

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        """(E,): from 0 to 1, NaN where it is unknown."""


@dataclass(frozen=True)
class LanguageLevel:
    """The language level that a need has, against the level that the place requires.

    `ladder` names the levels from the lowest. Each step short costs `step`; a place that requires none takes all.
    """

    need: str = "language_level"
    place: str = "language_required"
    ladder: tuple[str, ...] = ("A1", "A2", "B1", "B2", "C1", "C2")
    step: float = 0.5

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        has = self._steps(candidates.needs[self.need])[candidates.need]
        asked = self._steps(candidates.places[self.place])[candidates.place]
        short = np.maximum(asked - has, 0)
        return np.where(np.isnan(asked), 1.0, np.maximum(0.0, 1.0 - self.step * short))

    def _steps(self, levels: pl.Series) -> NDArray[np.float64]:
        """Levels as numbers; NaN for none.

        Raises:
            ValueError: a level is not on the ladder.
        """
        strange = sorted(set(levels.drop_nulls().unique()) - set(self.ladder))
        if strange:
            raise ValueError(f"{', '.join(strange)} is not on the ladder {', '.join(self.ladder)}")
        order = {level: float(index) for index, level in enumerate(self.ladder)}
        return np.array([order.get(level, np.nan) for level in levels])


@dataclass(frozen=True)
class Occupation:
    """The occupation that somebody has, against the one that is wanted."""

    occupations: Occupations
    need: str = "occupation"
    place: str = "occupation"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        had = candidates.needs[self.need].fill_null("").to_numpy().astype(str)
        wanted = candidates.places[self.place].fill_null("").to_numpy().astype(str)
        return self.occupations.fits(wanted[candidates.place], had[candidates.need])


@dataclass(frozen=True)
class Distance:
    """Kilometres as the crow flies (great circle, haversine), from 1 at no distance to 0 at `limit`.

    Reads the columns `latitude` and `longitude`, in degrees, of needs and places.
    """

    limit: float = 60.0
    latitude: str = "latitude"
    longitude: str = "longitude"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.latitude, self.longitude)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        return np.clip(1.0 - self.kilometres(candidates) / self.limit, 0.0, 1.0)

    def kilometres(self, candidates: Candidates) -> NDArray[np.float64]:
        """(E,): NaN where a position is unknown."""
        north = _angles(candidates.needs[self.latitude])[candidates.need]
        east = _angles(candidates.needs[self.longitude])[candidates.need]
        other_north = _angles(candidates.places[self.latitude])[candidates.place]
        other_east = _angles(candidates.places[self.longitude])[candidates.place]
        half = np.sin((north - other_north) / 2) ** 2
        half += np.cos(north) * np.cos(other_north) * np.sin((east - other_east) / 2) ** 2
        kilometres: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
        return kilometres


@dataclass(frozen=True)
class TravelTime:
    """Minutes of travel, a column of the pairs, from 1 at none to 0 at the minutes that the need accepts."""

    pair: str = "minutes"
    need: str = "minutes_accepted"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.pair, self.need)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        minutes = _numbers(candidates.pairs[self.pair])
        accepted = _numbers(candidates.needs[self.need])[candidates.need]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(accepted > 0, minutes / accepted, np.where(minutes > 0, np.inf, 0.0))
        return np.where(np.isnan(minutes) | np.isnan(accepted), np.nan, np.clip(1.0 - share, 0.0, 1.0))


@dataclass(frozen=True)
class StartDate:
    """When the place starts, against when the need is available: 0 before, 1 on the day, 0 after `patience` days."""

    need: str = "available_from"
    place: str = "starts"
    patience: int = 180

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        available = _days(candidates.needs[self.need])[candidates.need]
        starts = _days(candidates.places[self.place])[candidates.place]
        waits = starts - available
        late = np.clip(1.0 - waits / self.patience, 0.0, 1.0)
        return np.where(waits < 0, 0.0, late)


@dataclass(frozen=True)
class HomeSize:
    """Rooms of the home, against the rooms that the household needs: each room short costs `step`."""

    need: str = "rooms_needed"
    place: str = "rooms"
    step: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        needed = _numbers(candidates.needs[self.need])[candidates.need]
        rooms = _numbers(candidates.places[self.place])[candidates.place]
        return np.maximum(0.0, 1.0 - self.step * np.maximum(needed - rooms, 0.0))


@dataclass(frozen=True)
class Among:
    """Whether the place has what the need asks for, such as a kind of school; 1 for who asks for nothing.

    The column of the needs holds one text, that of the places a list of them.
    """

    need: str = "school"
    place: str = "schools"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        asked = candidates.needs[self.need].gather(candidates.need)
        had = candidates.places[self.place].gather(candidates.place)
        pairs = pl.DataFrame({"asked": asked, "had": had})
        found = pairs.select(pl.col("had").list.contains(pl.col("asked"))).to_series()
        answers = found.cast(pl.Float64).fill_null(np.nan).to_numpy()
        return np.where(asked.is_null().to_numpy(), 1.0, answers)


@dataclass(frozen=True)
class Tie:
    """Whether the need has somebody near: the place's area is among those where its family or friends live."""

    need: str = "family_areas"
    place: str = "area"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.need, self.place)

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        ties = candidates.needs[self.need].gather(candidates.need)
        area = candidates.places[self.place].gather(candidates.place)
        pairs = pl.DataFrame({"ties": ties, "area": area})
        found = pairs.select(pl.col("ties").list.contains(pl.col("area"))).to_series()
        return found.fill_null(value=False).cast(pl.Float64).to_numpy()


def _numbers(values: pl.Series) -> NDArray[np.float64]:
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _angles(values: pl.Series) -> NDArray[np.float64]:
    angles: NDArray[np.float64] = np.radians(_numbers(values))
    return angles


def _days(values: pl.Series) -> NDArray[np.float64]:
    """Dates as days since 1970; NaN for none."""
    return values.cast(pl.Date).to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()
