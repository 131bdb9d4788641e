"""`python -m tests.bench` measures everything and writes docs/benchmarks.md; with `--quick` a small world, no file.

With `--only` it writes that part of the page alone: a part stands there with the machine and the day of its own run.
"""

import argparse
import os
import sys
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

# Django must be ready before anything of Samverka is.
from tests.bench import households, import_statistics, matching, over_time, pages, refresh, report, writing  # noqa: E402
from tests.bench.rows import Row  # noqa: E402
from tests.bench.sweden import SMALL, SWEDEN  # noqa: E402

MEASURES: dict[str, Callable[[bool], list[Row]]] = {
    "import": lambda quick: import_statistics.measure(repetitions=1 if quick else 3),
    "refresh": lambda quick: refresh.measure(repetitions=1 if quick else 3),
    "pages": lambda quick: pages.measure(SMALL if quick else SWEDEN, rounds=20 if quick else 60),
    "report": lambda quick: report.measure(repetitions=1 if quick else 5),
    "seats": lambda quick: matching.measure(quick=quick),
    "households": lambda quick: households.measure(quick=quick),
    "arrivals": lambda quick: over_time.measure(quick=quick),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small world and few rounds; writes nothing")
    parser.add_argument("--only", choices=MEASURES, action="append", help="these parts alone")
    chosen = parser.parse_args()
    for part in chosen.only or MEASURES:
        sys.stderr.write(f"{part} …\n")
        section = writing.section(part, MEASURES[part](chosen.quick))
        sys.stdout.write(section)
        if not chosen.quick:
            writing.put(part, section)
    return 0


if __name__ == "__main__":
    sys.exit(main())
