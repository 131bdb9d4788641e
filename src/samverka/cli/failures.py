"""How a command fails: what happened, what was kept, what to do next, and an exit code for scripts."""

import enum
from typing import IO, Any

import click


class Exit(enum.IntEnum):
    """The exit codes of every command; docs/commands.md repeats them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    SETTING = 3
    DATABASE = 4
    REFUSED = 5
    UNFINISHED = 6
    IMPOSSIBLE = 7


class Failure(click.ClickException):
    """A command cannot do what it was asked.

    `happened`, `kept` and `remedy` are whole sentences, each for a line of its own; `heads` stand before the first and
    the last. Commands speak English; `match` speaks the language that is chosen for its report.
    """

    def __init__(
        self,
        happened: str,
        *,
        remedy: str,
        kept: str = "Nothing was changed.",
        code: int = Exit.FAILED,
        heads: tuple[str, str] = ("Error", "What to do"),
    ) -> None:
        super().__init__(happened)
        self.kept = kept
        self.remedy = remedy
        self.heads = heads
        self.exit_code = code  # type: ignore[misc]  # click declares it on the class, to be set by each error

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the three lines to stderr."""
        wrong, remedy = self.heads
        click.echo(f"{wrong}: {self.message}\n{self.kept}\n{remedy}: {self.remedy}", err=True, file=file)
