"""`python -m tests.bench` measures everything and writes docs/benchmarks.md; with `--quick` a small world, no file."""

import argparse
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from tests.bench import import_statistics, matching, over_time, pages, refresh, report, writing  # noqa: E402  Django must be ready
from tests.bench.sweden import SMALL, SWEDEN  # noqa: E402

PARTS = ("import", "refresh", "pages", "report", "matching")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small world and few rounds; writes nothing")
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts alone; writes nothing")
    chosen = parser.parse_args()
    parts = chosen.only or PARTS
    rows = []
    if "import" in parts:
        _say("importing statistics …")
        rows += import_statistics.measure(repetitions=1 if chosen.quick else 3)
    if "refresh" in parts:
        _say("storing a refresh …")
        rows += refresh.measure(repetitions=1 if chosen.quick else 3)
    if "pages" in parts:
        _say("pages …")
        rows += pages.measure(SMALL if chosen.quick else SWEDEN, rounds=20 if chosen.quick else 60)
    if "report" in parts:
        _say("a joint report …")
        rows += report.measure(repetitions=1 if chosen.quick else 5)
    if "matching" in parts:
        _say("placement …")
        rows += matching.measure(quick=chosen.quick)
        rows += over_time.measure(quick=chosen.quick)
    text = writing.page(rows)
    sys.stdout.write(text)
    if not chosen.quick and not chosen.only:
        writing.PAGE.write_text(text, encoding="utf-8")
    return 0


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
