"""Every command, option, exit code and setting is documented, and nothing else is."""

import re
from pathlib import Path

import click
import pytest

from samverka.cli.failures import Exit
from samverka.cli.main import main

DOCS = Path(__file__).parents[2] / "docs"


def _sections() -> dict[str, str]:
    parts = re.split(r"^## samverka (\S+)$", (DOCS / "commands.md").read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert set(_sections()) == set(main.commands)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_a_section_names_exactly_the_options_of_its_command(name: str) -> None:
    options = {
        option
        for parameter in main.commands[name].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    }
    section = _sections()[name]
    assert set(re.findall(r"^\* `(--[a-z-]+)`", section, flags=re.M)) == options


def test_every_exit_code_is_in_the_table() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d) \| (\w+) \|", text, flags=re.M) == [(str(int(c)), c.name.lower()) for c in Exit]
