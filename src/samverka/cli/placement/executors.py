"""Where the parts of a placement are solved: in processes of this machine, or on a Dask cluster."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from samverka.cli.failures import Exit, Failure

DASK = "dask:"
ANSWER_SECONDS = 10
"""So long may a scheduler take to answer."""


@dataclass(frozen=True)
class StopFile:
    """Whether somebody has stopped the work, asked from any process: there is a file, or there is none."""

    path: Path

    def __call__(self) -> bool:
        return self.path.exists()

    def stop(self) -> None:
        self.path.touch()


@contextmanager
def executor_of(where: str) -> Iterator[Executor]:
    """`process` or `dask:ADDRESS` as an executor of `concurrent.futures`.

    Raises:
        Failure: there is no such kind, Dask is not installed, or no scheduler answers.
    """
    if where == "process":
        # Not forked: Polars' threads would be missing in the child, and what they hold locked for ever.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context, initializer=_leave_signals) as pool:
            yield pool
    elif where.startswith(DASK):
        yield from _dask(where.removeprefix(DASK))
    else:
        raise Failure(
            f"There is no executor {where}.", remedy="Give process, or dask:ADDRESS of a scheduler.", code=Exit.USAGE
        )


def _leave_signals() -> None:
    """Ctrl+C reaches the whole group; the parent says what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise Failure(
            "Dask is not installed.", remedy="Install the extra: samverka[cluster].", code=Exit.USAGE
        ) from None
    try:
        client = Client(address, timeout=ANSWER_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Failure(
            f"No Dask scheduler answers at {address}: {error}",
            remedy="Start one, or correct the address; without --executor this machine does the work.",
        ) from None
    with client, client.get_executor(pure=False) as executor:  # type: ignore[no-untyped-call]
        yield executor
