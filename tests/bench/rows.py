"""What a measurement says: a ratio against something in the same run, never a time alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the benchmark. Ratios are of `seconds` to `baseline_seconds`; the goal is the largest allowed.

    Where `unit` is MB or %, so are both. With a `spread_goal` the worst is to be at most so many times the median.
    """

    work: str
    against: str
    goal: float
    ratio_median: float
    ratio_worst: float
    seconds: float
    baseline_seconds: float
    note: str = ""
    spread_goal: float | None = None
    unit: Literal["s", "MB", "%"] = "s"


def peak_megabytes(process: int | None = None) -> float:
    """Of a process at its most, this one unless another is named, from Linux's own account of its memory.

    The account of `getrusage` begins with what the parent had when it started the process.
    """
    status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="ascii")
    return float(status.split("VmHWM:")[1].split()[0]) / 1024
