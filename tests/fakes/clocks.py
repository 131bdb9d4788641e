"""A clock that a test turns: nobody sleeps, and every pause is written down."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class TurnedClock:
    """Time goes on only when somebody sleeps or turns it. Safe to turn from another thread."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.turn(seconds)

    def turn(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds
