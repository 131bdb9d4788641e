"""Work that takes many requests, cut into chunks that can be fetched alone, noted as done, and continued."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Chunk(Protocol):
    """One piece of a plan. Equal questions have equal keys, in every process and on every day."""

    @property
    def key(self) -> str: ...


C = TypeVar("C", bound=Chunk)


@dataclass(frozen=True)
class Plan(Generic[C]):
    """Chunks in the order in which they are fetched. Together they are the whole question, and none overlaps another.

    A caller stores a chunk's figures and its key in one transaction. After an interruption the same plan is made again
    and only what `remaining` gives is fetched; the result equals that of a run that was not interrupted.
    """

    source: str
    chunks: tuple[C, ...]

    def __post_init__(self) -> None:
        if len({chunk.key for chunk in self.chunks}) != len(self.chunks):
            raise ValueError(f"two chunks of a plan for {self.source} have the same key")

    def __len__(self) -> int:
        return len(self.chunks)

    def __iter__(self) -> Iterator[C]:
        return iter(self.chunks)

    def remaining(self, done: Collection[str]) -> Iterator[C]:
        """The chunks whose keys are not in `done`."""
        finished = frozenset(done)
        return (chunk for chunk in self.chunks if chunk.key not in finished)
