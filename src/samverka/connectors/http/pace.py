"""Time, as the connectors see it: a clock that a test can replace, and no more requests than a source allows."""

import time
from collections import deque
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a client needs of time."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Pace:
    """At most `calls` requests in any window of so many seconds. One thread at a time."""

    def __init__(self, *, calls: int, seconds: float) -> None:
        if calls < 1 or seconds <= 0:
            raise ValueError("a pace has at least one call in some time")
        self.calls = calls
        self.seconds = seconds
        self._begun: deque[float] = deque(maxlen=calls)

    def wait(self, clock: Clock) -> None:
        """Sleep until a request may be sent, and count it."""
        if len(self._begun) == self.calls:
            pause = self._begun[0] + self.seconds - clock.monotonic()
            if pause > 0:
                clock.sleep(pause)
        self._begun.append(clock.monotonic())
