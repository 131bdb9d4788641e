"""What a refresh is made of: units that fail alone, and pieces that are stored alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from samverka.connectors.http import Answer
from samverka.connectors.rejections import Rejection


@dataclass(frozen=True)
class Fetched:
    """What a piece gave.

    frames: key of the indicator → its figures, as `take_in` wants them. An indicator of which nothing came has none.
    released_at: when the source published the figures, where it says so.
    """

    frames: dict[str, pl.DataFrame] = field(repr=False)
    rejections: Sequence[Rejection] = ()
    answers: Sequence[Answer] = field(default=(), repr=False)
    released_at: datetime | None = None


@dataclass(frozen=True)
class Piece:
    """One or a few requests whose figures are stored in one transaction.

    key: the same for the same question, in every process. indicators: keys of those it is about.
    fetch: asks the source; raises SourceError.
    halves: the same question about fewer indicators each, when one of them may be what is wrong; none when it is one.
    """

    key: str
    indicators: tuple[str, ...]
    fetch: Callable[[], Fetched]
    halves: Callable[[], tuple["Piece", ...]] = tuple

    def family(self) -> Iterator[str]:
        """The keys of all pieces that this one can be cut into."""
        for half in self.halves():
            yield half.key
            yield from half.family()


@dataclass(frozen=True)
class Unit:
    """A step of the work. `pieces` may ask the source what there is, and raises SourceError."""

    label: str
    indicators: tuple[str, ...]
    pieces: Callable[[], Sequence[Piece]]
