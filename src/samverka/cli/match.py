"""`samverka match`: who goes where, from files to files."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from samverka.cli.failures import Exit, Failure

if TYPE_CHECKING:
    from samverka.cli.placement.answers import Explained, Solved
    from samverka.cli.placement.executors import StopFile
    from samverka.cli.placement.run import Clock
    from samverka_engine.matching.files.reading import Given
    from samverka_engine.matching.placement import Limits, Progress

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Place needs on places, from files.")
@click.option("--needs", required=True, type=_FILE, help="CSV: need_id, and what each need takes.")
@click.option("--places", required=True, type=_FILE, help="CSV: place_id, and what each place has.")
@click.option("--pairs", required=True, type=_FILE, help="CSV or Parquet: need_id, place_id, score.")
@click.option("--rules", type=_FILE, help="TOML: what is fixed, forbidden, together, fair, and wanted next.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The directory to write; must be empty or absent."
)
@click.option(
    "--time-limit", default=60.0, show_default=True, type=click.FloatRange(min=0, min_open=True), help="Seconds."
)
@click.option("--gap", type=click.FloatRange(0, 1), help="Stop when the answer is proven so near the best: 0.001.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Of all that is drawn.")
@click.option(
    "--executor", default="process", show_default=True, help="Where independent parts are solved: or dask:ADDRESS."
)
@click.option(
    "--language",
    default="sv",
    show_default=True,
    type=click.Choice(["sv", "en"]),
    help="Of the report, and of all that is said.",
)
@click.option("--unit", help="What a score is counted in, for the report: kr, persons in work.")
@click.option(
    "--reasons", default="parquet", show_default=True, type=click.Choice(["parquet", "jsonl"]), help="Their format."
)
@click.option(
    "--compare-with",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The --out directory of an earlier run: who moved, and why.",
)
def match(
    needs: Path,
    places: Path,
    pairs: Path,
    rules: Path | None,
    out: Path,
    time_limit: float,
    gap: float | None,
    seed: int,
    executor: str,
    language: str,
    unit: str | None,
    reasons: str,
    compare_with: Path | None,
) -> None:
    """Place needs on places so that the scores add up to the most, with a proof, prices and reasons.

    Writes assignment.csv, places.csv, reasons.parquet, summary.json and report.html into a directory that appears
    whole or not at all. Ctrl+C ends with the best answer so far, marked as such; a second Ctrl+C writes nothing.

    Exit code 0: done; 1: a file was refused; 6: a valid answer was written, but the work was stopped, or time
    ran out before the asked gap; 7: the rules leave no answer.
    """
    _give_memory_back()
    from samverka.cli.placement import run
    from samverka.cli.placement.naming import clauses_said
    from samverka.cli.placement.summary import summary_of
    from samverka.cli.placement.telling import lines_of
    from samverka.cli.placement.words import WORDS
    from samverka.cli.placement.words.refusals import refusal_in, swedish
    from samverka_engine.matching.files.columns import earlier_in
    from samverka_engine.matching.files.faults import Refused
    from samverka_engine.matching.files.reading import Inputs
    from samverka_engine.matching.files.writing import Occupied, require_free
    from samverka_engine.matching.placement import Limits, Status

    said = swedish if language == "sv" else str
    with _speaking(language):
        files = Inputs(needs, places, pairs, rules)
        clock = run.Clock()
        try:
            require_free(out)
            given, hashes = run.taken_in(files, clock)
            earlier = earlier_in(compare_with / "assignment.csv") if compare_with else None
            with _stopping(said) as stop:
                limits = Limits(gap=gap or 0.0, seconds=time_limit, seed=seed, stop=stop, clock=time.monotonic)
                solved = _solved(given, limits, executor, clock, said)
            placement = solved.placement
            found = run.explained(given, solved, earlier, clock)
            summary = summary_of(found, limits=limits, hashes=hashes, files=files, clock=clock, unit=unit)
            if placement.status is not Status.INFEASIBLE:
                _write(out, found, summary, clock, language=language, reasons=reasons)
        except Refused as refused:
            raise Failure(
                refusal_in(language, refused),
                kept=f"Nothing was written to {out}.",
                remedy="Mend the files and run the command again.",
            ) from None
        except Occupied:
            raise Failure(
                f"{out} is not an empty directory.",
                kept="It is as it was.",
                remedy="Give --out another directory, or move what is there away.",
                code=Exit.REFUSED,
            ) from None
        except OSError as error:
            raise Failure(
                f"The answer could not be written: {error}",
                kept=f"There is no {out}, and no half answer.",
                remedy="Make room, or give --out another place, and run the command again.",
            ) from None
        if placement.status is Status.INFEASIBLE:
            against = clauses_said(solved.ruled.contradiction, given, WORDS[language])
            raise Failure(
                f"No placement keeps all the rules: {against}." if against else "No placement keeps all the rules.",
                kept=f"Nothing was written to {out}.",
                remedy="Loosen a quota, a minimum of a group, or a pair that is fixed.",
                code=Exit.IMPOSSIBLE,
            )
        for line in lines_of(found, WORDS[language], out, unit):
            click.echo(line)
        unreached = placement.status is Status.TIME_LIMIT and gap is not None
        if unreached or placement.status is Status.STOPPED:
            raise click.exceptions.Exit(Exit.UNFINISHED)


def _give_memory_back() -> None:
    """Polars' allocator keeps what is freed for seconds, as much as a large file takes. It asks when it is loaded."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """A failure is told in the language of the report."""
    from samverka.cli.placement.words.refusals import in_swedish

    try:
        yield
    except Failure as failure:
        raise (failure if language == "en" else in_swedish(failure)) from None


@contextmanager
def _stopping(said: Callable[[str], str]) -> Iterator["StopFile"]:
    """Ctrl+C asks the work to end; the next one ends it at once."""
    from samverka.cli.placement.executors import StopFile

    with tempfile.TemporaryDirectory(prefix="samverka-match-") as folder:
        stop = StopFile(Path(folder) / "stop")

        def ask(number: int, frame: FrameType | None) -> None:
            if stop():
                raise KeyboardInterrupt
            stop.stop()
            told = said("Stopping with the best answer so far; Ctrl+C again writes nothing.")
            click.echo(f"\n{told}", err=True)

        before = signal.signal(signal.SIGINT, ask)
        try:
            yield stop
        finally:
            signal.signal(signal.SIGINT, before)


def _solved(given: "Given", limits: "Limits", executor: str, clock: "Clock", said: Callable[[str], str]) -> "Solved":
    """Solve under a bar that fills with the time and names the gap; an answer proven best fills it at once."""
    from samverka.cli.placement.run import solved

    allowed, begun = limits.seconds or 0.0, time.monotonic()

    def gap(progress: "Progress | None") -> str | None:
        return None if progress is None else said(_gap_in_words(progress))

    with click.progressbar(length=1000, label=said("Placing"), item_show_func=gap, file=sys.stderr) as bar:

        def told(progress: "Progress") -> None:
            passed = time.monotonic() - begun
            bar.update(max(0, min(999, int(1000 * passed / allowed)) - bar.pos), progress)

        found = solved(given, limits, told, executor, clock)
        bar.update(1000 - bar.pos)
    return found


def _gap_in_words(progress: "Progress") -> str:
    if progress.step == "draws":
        return f"{progress.total:.0f} of {progress.bound:.0f} draws"
    gap = (progress.bound - progress.total) / max(abs(progress.bound), 1e-12)
    return f"total {progress.total:,.2f}, gap {100 * max(0.0, gap):.3f} %"


def _write(
    out: Path, found: "Explained", summary: dict[str, Any], clock: "Clock", *, language: str, reasons: str
) -> None:
    from samverka.cli.placement.report.page import report_of
    from samverka.cli.placement.summary import peak_memory_mb
    from samverka_engine.matching.files import writing

    begun = time.monotonic()
    with writing.finished_whole(out) as folder:
        given, placement = found.given, found.placement
        assignment = writing.assignment_table(given, placement, found.reasons.rank)
        writing.write_csv(assignment, folder / "assignment.csv")
        writing.write_csv(writing.places_table(given, placement), folder / "places.csv")
        table = writing.reasons_table(given, placement, found.reasons, found.asked.sensitivity)
        writing.write_reasons(table, folder / f"reasons.{reasons}")
        asked = found.asked
        if asked.sensitivity is not None:
            writing.write_csv(writing.shortlists_table(given, placement, asked.sensitivity), folder / "shortlists.csv")
        if asked.stable is not None:
            writing.write_csv(writing.stable_table(given, asked.stable), folder / "stable.csv")
        if found.changes is not None:
            writing.write_csv(writing.changes_table(found.changes), folder / "changes.csv")
        writing.write_text(report_of(found, summary, language), folder / "report.html")
        clock.seconds["write"] = time.monotonic() - begun
        summary["seconds"]["write"] = round(clock.seconds["write"], 4)
        summary["peak_memory_mb"] = peak_memory_mb()
        writing.write_json(summary, folder / "summary.json")
