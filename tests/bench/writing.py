"""The page of benchmarks: what was measured, against what, on what kind of machine, and what was lost."""

import os
import platform
import re
from importlib.metadata import version

import psutil
import psycopg

from samverka.foundation import clock
from tests.bench.rows import Row
from tests.databases import ROOT, url_of

PAGE = ROOT / "docs" / "benchmarks.md"
PACKAGES = ("django", "psycopg", "gunicorn", "polars", "typst", "vl-convert-python", "numba", "ortools", "highspy")
PARTS = {
    "import": "Importing statistics",
    "refresh": "Refreshing statistics",
    "pages": "Pages at Sweden's size",
    "report": "A joint report",
    "seats": "Placement, one seat each",
    "households": "Placement of households",
    "arrivals": "Placement over time",
}
"""The parts of the measurement, in the order of the page."""

HEAD = """# Benchmarks

Written by `make bench`, or a part at a time by `python -m tests.bench --only PART`. Each row is a ratio between two
things measured in the same run, never a time alone. The goals are those of the design; a goal that is missed is called
lost. Median and worst are ratios to the other's median; worst is the 95th percentile for pages and the slowest of the
repetitions for the rest.
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

* **Over time**: the same instances, whose needs arrive in an order drawn by lot; what is lost of the total that placing
  all at once would reach, beside what a greedy desk loses.

## Where the time goes

No page asks the database more often because there are more rows (`tests/guards/test_query_counts.py`), and its queries
are a small part of its time. The rest is Python: working out the verdict of every line, and Django's templates, which
write every row. A goal in a county of 49 municipalities has 150 lines, each judged, and a report of three such goals is
a page of more than half a megabyte. Pieces of pages are therefore kept under what they are made of (`docs/adr/0012`),
and the pages measured as they are read the second time.

The empty view is Django with nothing round it, which is a hard yardstick for a page with a session, a person and a
transaction that tells the database who acts.
"""


def section(part: str, rows: list[Row]) -> str:
    """One part of the page: what was measured, when and on what."""
    lines = [
        f"## {PARTS[part]}",
        "",
        _machine(),
        "",
        "| work | against | median | worst | goal | verdict | time | notes |",
    ]
    lines.append("|---|---|---:|---:|---:|---|---:|---|")
    return "\n".join([*lines, *(_line(row) for row in rows), ""])


def put(part: str, text: str) -> None:
    """Write the page with this part anew and the others as they stand."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    sections = {
        key: found.group().rstrip() + "\n" for key, title in PARTS.items() if (found := _section(title).search(before))
    }
    sections[part] = text
    PAGE.write_text("\n".join([HEAD, *(sections[key] for key in PARTS if key in sections), HOW]), encoding="utf-8")


def _section(title: str) -> re.Pattern[str]:
    return re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


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
