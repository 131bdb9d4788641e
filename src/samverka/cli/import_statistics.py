"""`samverka import-statistics`: figures from files, all of each file or nothing."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samverka.cli.failures import Exit
from samverka.cli.session import require_migrated, session

if TYPE_CHECKING:
    from samverka.statistics.services import Outcome

NAME = "samverka import-statistics"
SHOWN = 20
"""Rejected rows of each file that the terminal shows; --report writes all."""


@click.command("import-statistics", short_help="Take figures in from files.")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--extracted",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the figures left their source. Default: the day each file was last changed.",
)
@click.option(
    "--source",
    type=click.Choice(["kolada"]),
    default="kolada",
    show_default=True,
    help="Who publishes the figures.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every rejected row to this CSV file.",
)
def import_statistics(paths: tuple[Path, ...], extracted: datetime | None, source: str, report: Path | None) -> None:
    """Take figures in from files, or from every .csv file in directories.

    A file of values is named after its indicator (N03921.csv) and begins with the line
    municipality,period,gender,value. A file of definitions (kpis.csv) begins with kpi, and is read first.

    Each file is taken in whole or not at all. A file that is the last one taken in for its indicator is skipped, so
    a run that was stopped can be run again. Exit code 0: all files are in; 1: at least one was refused.
    """
    day = extracted.date() if extracted else None
    with session():
        require_migrated()
        from django.utils import translation

        with translation.override("en"):
            files = list(_files(paths))
            if not files:
                raise click.UsageError("No .csv file was found there.")
            outcomes = _take_in(files, day=day, source=source)
            _tell(outcomes)
            if report is not None:
                _write(report, outcomes)
    if any(_is_refused(outcome) for outcome in outcomes):
        raise click.exceptions.Exit(Exit.FAILED)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        for file in sorted(path.rglob("*.csv")) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _take_in(files: list[Path], *, day: date | None, source: str) -> list["Outcome"]:
    """Every file in a transaction of its own, definitions first."""
    from samverka.foundation import clock
    from samverka.foundation.access.actors import Actor
    from samverka.foundation.database.acting import acting_as
    from samverka.statistics import services

    actor = Actor.system(NAME)
    outcomes: list[Outcome] = []
    expected: dict[str, int] = {}
    heads = {file: _holds_definitions(file) for file in files}
    ordered = sorted(files, key=lambda file: not heads[file])
    values = [file for file in ordered if not heads[file]]
    later = _later(values)
    with acting_as(actor):
        areas = services.known_areas()
    with click.progressbar(
        ordered,
        label="Taking figures in",
        show_pos=True,
        item_show_func=lambda file: file.name if file else "",
    ) as bar:
        for file in bar:
            if heads[file]:
                definitions = services.read_definitions(file)
                expected.update(definitions.expected_rows())
                with acting_as(actor):
                    outcome = services.take_in_definitions(actor=actor, definitions=definitions, now=clock.now())
            else:
                checked = services.read_file(file, areas=areas, expected_rows=expected.get(file.stem))
                with acting_as(actor):
                    outcome = services.import_file(
                        actor=actor,
                        checked=checked,
                        extracted_at=services.noon(day or _changed_on(file)),
                        now=clock.now(),
                        source=source,
                        later=later.get(file, ()),
                    )
            outcomes.append(outcome)
    taken = [outcome.indicator_id for outcome in outcomes if outcome.indicator_id is not None]
    with acting_as(actor):
        services.count_again(actor=actor, changed=taken, now=clock.now())
    return outcomes


def _later(files: Sequence[Path]) -> dict[Path, list[str]]:
    """A file → the checksums of those after it that are about the same indicator."""
    same: dict[str, list[Path]] = {}
    for file in files:
        same.setdefault(file.stem, []).append(file)
    found = {}
    for several in same.values():
        sums = [_checksum(file) for file in several] if len(several) > 1 else []
        found.update({file: sums[place + 1 :] for place, file in enumerate(several)})
    return found


def _checksum(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""  # read_file says what is wrong with it


def _holds_definitions(file: Path) -> bool:
    from samverka.statistics.services import is_definitions

    try:
        with file.open("rb") as opened:
            return is_definitions(opened.read(100))
    except OSError:
        return False  # read_file says what is wrong with it


def _changed_on(file: Path) -> date:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date()
    except OSError:
        return datetime.now(tz=UTC).date()  # gone since it was read; its content is what counts


def _is_refused(outcome: "Outcome") -> bool:
    return outcome.state.value == "refused"


def _tell(outcomes: list["Outcome"]) -> None:
    """A line for each file, what is wrong with the refused ones, and a sum."""
    for outcome in outcomes:
        line = f"{outcome.file}: {outcome.state.label}"
        if _is_refused(outcome):
            click.echo(f"{line}, {len(outcome.rejections)} errors")
            for rejection in outcome.rejections.first(SHOWN):
                where = f"line {rejection.line}" if rejection.line else "file"
                click.echo(f"  {where}: {rejection.reason}. {rejection.remedy}")
                if rejection.text:
                    click.echo(f"    {rejection.text}")
            if len(outcome.rejections) > SHOWN:
                click.echo(f"  … and {len(outcome.rejections) - SHOWN} more; --report FILE.csv writes all.")
        else:
            click.echo(f"{line}, {outcome.rows} rows, {outcome.added} new, {outcome.changed} changed")
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[str(outcome.state.label)] = counts.get(str(outcome.state.label), 0) + 1
    click.echo(f"{len(outcomes)} files: " + ", ".join(f"{count} {label}" for label, count in counts.items()))


def _write(report: Path, outcomes: list["Outcome"]) -> None:
    with report.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["file", "line", "code", "reason", "text", "remedy"])
        for outcome in outcomes:
            for r in outcome.rejections:
                writer.writerow([outcome.file, r.line or "", r.fault.value, r.reason, r.text, r.remedy])
