"""The page of benchmarks: what was measured, against what, on what kind of machine, and what was lost."""

import os
import platform
from importlib.metadata import version

import psutil
import psycopg

from samverka.foundation import clock
from tests.bench.rows import Row
from tests.databases import ROOT, url_of

PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = ("django", "psycopg", "gunicorn", "polars", "typst", "vl-convert-python", "numba", "ortools")

HEAD = """# Benchmarks

Written by `make bench`; a ratio between two things measured in the same run, never a time alone. The goals are those of
the design; a goal that is missed is called lost. Median and worst are ratios to the other's median; worst is the 95th
percentile for pages and the slowest of the repetitions for the rest.
"""

HOW = """## How

* **Importing**: all files of the Kolada dump of 2024 through the service behind `samverka import-statistics`, against
  `COPY` of the same rows from memory, into the same table with its constraints and indexes.
* **Pages**: `samverka serve` with one web process over HTTP on loopback with a kept connection, all pages in turn, one
  after the other. The person coordinates the region that leads Västra Götaland's collaborations: the most parties, the
  longest tables. The 95th percentile of a page is to be at most twice its median: its spread.
* **The shell** is the frame of every page with nothing in it, for a signed-in person: session, person, navigation, and
  the transaction that tells the database who acts. **The empty Django view** is Django without middleware, session,
  template or database, under the same web server.
* **One seat each**: the project's own made-up instance (`samverka_engine.matching.instances`), about 50 eligible places
  a need, solved to a proven optimum with prices, against OR-Tools' min-cost flow on all pairs, which gives no prices.
  Each has a process of its own; OR-Tools' arcs are made outside its time. Compiled code is loaded before the clock
  starts, or compiled the first time; those seconds are in the notes. Memory is the process's at its most.
* **Households**: seven resources, the same module's instance. The ratio is of two proven gaps after the same seconds:
  ours, and that of HiGHS on the whole integer program, each in a process of its own; without any placement HiGHS'
  gap is 100 %.

## Where the time goes

No page asks the database more often because there are more rows (`tests/guards/test_query_counts.py`), and its queries
are a small part of its time. The rest is Python: working out the verdict of every line, and Django's templates, which
write every row. A goal in a county of 49 municipalities has 150 lines, each judged, and a report of three such goals is
a page of more than half a megabyte. The parts of a goal's page, of the tabs Lägesbild and Styra and of a report are
therefore kept under what they are made of (`docs/adr/0012`), and measured as they are read the second time; the status
text's form and the comparison are worked out anew each time.

The empty view is Django with nothing round it, which is a hard yardstick for a page with a session, a person and a
transaction that tells the database who acts.
"""


def page(rows: list[Row]) -> str:
    """docs/benchmarks.md."""
    lines = [HEAD, _machine(), "", "| work | against | median | worst | goal | verdict | time | notes |"]
    lines.append("|---|---|---:|---:|---:|---|---:|---|")
    lines += [_line(row) for row in rows]
    return "\n".join([*lines, "", HOW])


def verdict_of(row: Row) -> str:
    """What was lost, or ok. A goal that was never put is never lost."""
    lost = [
        what
        for what, is_lost in (
            ("median", row.ratio_median > row.goal),
            ("spread", row.spread_goal is not None and row.ratio_worst > row.spread_goal * row.ratio_median),
        )
        if is_lost
    ]
    return f"**lost**: {' and '.join(lost)}" if lost else "ok"


def _line(row: Row) -> str:
    ratios = f"{row.ratio_median:.2f} × | {row.ratio_worst:.2f} × | ≤ {row.goal:g} ×"
    return (
        f"| {row.work} | {row.against} | {ratios} | {verdict_of(row)} "
        f"| {_amount(row.seconds, row)} to {_amount(row.baseline_seconds, row)} | {row.note} |"
    )


def _amount(amount: float, row: Row) -> str:
    if row.unit == "MB":
        return f"{amount:.0f} MB"
    if row.unit == "%":
        return f"{amount:.3f} %"
    return f"{amount * 1000:.1f} ms" if amount < 1 else f"{amount:.1f} s"


def _machine() -> str:
    with psycopg.connect(url_of("postgres")) as connection:
        postgresql = str(connection.info.server_version // 10_000)
    memory = round(psutil.virtual_memory().total / 2**30)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    return (
        f"Measured {clock.today().isoformat()} on {os.cpu_count()} cores {platform.machine()}, {memory} GiB, load"
        f" {load:.1f} at the end; Python {platform.python_version()}, PostgreSQL {postgresql}, {packages}."
    )
