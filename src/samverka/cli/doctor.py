"""`samverka doctor`: what is wrong with an installation, and how to mend it."""

from collections.abc import Iterator

import click

from samverka.cli.diagnosis import INSIDE, OUTSIDE, Finding, Level, fail, warn
from samverka.cli.failures import Exit, Failure
from samverka.cli.session import session


@click.command(short_help="Say what is wrong with this installation, and how to mend it.")
@click.pass_context
def doctor(context: click.Context) -> None:
    """Examine this installation and say what is wrong and how to mend it. Changes nothing.

    The exit code is 1 when any check fails; warnings leave it 0.
    """
    count = dict.fromkeys(Level, 0)
    for name, finding in examine():
        count[finding.level] += 1
        click.echo(f"{finding.level.value:<5} {name}: {finding.says}")
        if finding.remedy:
            click.echo(f"      → {finding.remedy}")
    click.echo(f"{count[Level.FAIL]} failed, {count[Level.WARN]} warnings.")
    context.exit(Exit.FAILED if count[Level.FAIL] else Exit.DONE)


def examine() -> Iterator[tuple[str, Finding]]:
    """Run all checks that can be run; yields each check's name with each of its findings."""
    broken = False
    for name, check in OUTSIDE.items():
        for finding in check():
            broken = broken or (finding.level is Level.FAIL and name in {"environment", "data directory"})
            yield name, finding
    if broken:
        remedy = "Mend the findings above, then run samverka doctor again."
        yield "database", warn("it and all that follows were not checked.", remedy=remedy)
        return
    try:
        with session():
            for name, check in INSIDE.items():
                try:
                    for finding in check():
                        yield name, finding
                except Exception as error:
                    if name == "database":
                        raise
                    yield (
                        name,
                        warn(
                            f"could not be checked: {str(error).strip().splitlines()[0]}",
                            remedy="Mend the other findings first.",
                        ),
                    )
    except Failure as failure:
        yield (
            "settings" if failure.exit_code == Exit.SETTING else "database",
            fail(failure.message, remedy=failure.remedy),
        )
