"""How long, how much and how often a client tries."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds, bytes and counts.

    connect, read: to open a connection; between two pieces of an answer.
    total: for a whole answer, so that a slow drip ends.
    size: bytes of an answer, unpacked.
    attempts: requests for one question, the first included.
    first_wait, longest_wait: between attempts; doubled each time. A source that asks for a longer wait than the longest
        is not waited for: the error says when to come back.
    redirects: on the same host.
    """

    connect: float = 10.0
    read: float = 60.0
    total: float = 300.0
    size: int = 200_000_000
    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 120.0
    redirects: int = 3
