"""`samverka refresh`: what has changed at the sources since the last time."""

import sys
from typing import TYPE_CHECKING

import click

from samverka.cli.failures import Exit, Failure
from samverka.cli.session import require_migrated, session

if TYPE_CHECKING:
    from samverka.statistics.models import Refresh
    from samverka.statistics.queries import Report

NAME = "samverka refresh"
STEPS = 1000
"""Of the progress bar: how much there is to do is known only when a source has been asked."""
SHOWN = 20
"""Lines of each kind that the terminal shows; the page of the refresh shows more."""


@click.command("refresh", short_help="Fetch what has changed at the sources.")
@click.option("--source", type=click.Choice(["kolada", "scb"]), help="Ask this source only. Default: both.")
@click.option(
    "--indicator", "indicators", multiple=True, metavar="KEY", help="Only this indicator, such as N03921. Repeatable."
)
@click.option("--full", is_flag=True, help="Fetch all figures again, not only those that have changed.")
def refresh(source: str | None, indicators: tuple[str, ...], *, full: bool) -> None:
    """Fetch new and changed figures for the indicators that are defined here.

    What is fetched is stored piece by piece. A run that was stopped, killed or met an error is continued by the same
    command within twelve hours. What cannot be fetched keeps the figures it has; the other indicators go on.

    Exit code 0: all is fetched; 1: something could not be fetched, or another refresh is running.
    """
    with session():
        require_migrated()
        from django.utils import translation

        with translation.override("en"):
            runs = _refresh(source, indicators, full=full)
            reports = [_tell(run) for run in runs]
    if any(report.refresh.state == "failed" or report.failures for report in reports):
        raise click.exceptions.Exit(Exit.FAILED)


def _refresh(source: str | None, indicators: tuple[str, ...], *, full: bool) -> "list[Refresh]":
    """Raises:
    Failure: another is running, there is no such indicator, or somebody interrupted.
    """
    from samverka.foundation.access.actors import Actor
    from samverka.statistics import services

    with click.progressbar(length=STEPS, label="Fetching figures", item_show_func=lambda doing: doing) as bar:

        def told(done: int, total: int, doing: str) -> None:
            bar.update(max(0, STEPS * done // max(total, 1) - bar.pos), doing)

        try:
            runs = services.refresh(actor=Actor.system(NAME), source=source, keys=indicators, full=full, told=told)
        except services.UnknownIndicatorsError as error:
            raise Failure(
                f"No indicator that can be fetched is called {error}.",
                remedy="Look the keys up under Statistik, or add the indicator there.",
                code=Exit.USAGE,
            ) from None
        except services.BusyError as error:
            raise Failure(
                f"Another refresh from {error} is running.",
                kept="What it has fetched so far is stored.",
                remedy="Wait until it is done; its progress is at /statistik/uppdatera/.",
            ) from None
        except KeyboardInterrupt:
            raise Failure(
                "The refresh was interrupted.",
                kept="What had been fetched is stored.",
                remedy="Run the same command again within twelve hours, and it continues where it was.",
            ) from None
        bar.update(STEPS - bar.pos)
    if not runs:
        raise Failure(
            "There is nothing to fetch: no indicator comes from that source.",
            remedy="Add indicators under Statistik, or take figures in with samverka import-statistics.",
        )
    return runs


def _tell(run: "Refresh") -> "Report":
    """What came, what did not and why, and what was refused."""
    from samverka.statistics.queries import report_of

    report = report_of(run)
    click.echo(
        f"{run.source}: {run.get_state_display()}. {report.added} new figures, {report.revised} revised, "
        f"{len(report.unchanged)} of {len(report.lines)} indicators unchanged."
    )
    for line in report.changed[:SHOWN]:
        click.echo(f"  {line.key}: {line.rows} rows, {line.added} new, {line.revised} revised")
    _more(len(report.changed))
    for failure in report.failures[:SHOWN]:
        named = ", ".join(failure.indicators[:SHOWN]) or "definitions or groups"
        click.echo(f"  {named}: {failure.sentence} {failure.remedy}", file=sys.stderr)
        if failure.url:
            click.echo(f"    {failure.url}", file=sys.stderr)
    _more(len(report.failures))
    if report.waiting:
        click.echo(
            f"  {len(report.waiting)} indicators were not reached and keep their figures. Run the command again later.",
            file=sys.stderr,
        )
    if report.rejected:
        click.echo(f"  {report.rejected} rows were refused:")
        for row in report.rejections[:SHOWN]:
            click.echo(f"    {row.reason}: {row.text} ({row.path})")
        _more(report.rejected)
    return report


def _more(count: int) -> None:
    if count > SHOWN:
        click.echo(f"  … and {count - SHOWN} more; /statistik/uppdatera/ shows them.")
