"""The `samverka` command. One module a command; a new one is added to COMMANDS and to docs/commands.md."""

import click

from samverka.cli.add_operator import add_operator
from samverka.cli.add_organisation import add_organisation
from samverka.cli.backup import backup
from samverka.cli.demo import demo
from samverka.cli.doctor import doctor
from samverka.cli.import_boundaries import import_boundaries
from samverka.cli.import_statistics import import_statistics
from samverka.cli.match import match
from samverka.cli.migrate import migrate
from samverka.cli.refresh import refresh
from samverka.cli.restore import restore
from samverka.cli.serve import serve
from samverka.cli.worker import worker

COMMANDS = (
    demo,
    serve,
    worker,
    migrate,
    add_organisation,
    add_operator,
    import_statistics,
    import_boundaries,
    refresh,
    match,
    doctor,
    backup,
    restore,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samverka")
def main() -> None:
    """Samverka: the steering system for collaboration that no single organisation controls."""


for _command in COMMANDS:
    main.add_command(_command)


if __name__ == "__main__":
    main()
