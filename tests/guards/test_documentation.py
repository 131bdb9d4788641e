"""What the documentation says of the code is true."""

import ast
import doctest
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tools import docs

from samverka.cli.main import main
from samverka.foundation.access.actions import Action
from samverka.foundation.jobs.registry import kinds
from tests.guards.house import ROOT, SAMVERKA, own_apps

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _fences(page: Path, language: str) -> list[str]:
    return [code for found, code in _FENCE.findall(page.read_text(encoding="utf-8")) if found == language]


def _rows(name: str) -> list[list[str]]:
    """The cells of every row of a page's tables, without their heads."""
    lines = [line for line in _text(name).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {index - 1 for index, row in enumerate(rows) if set("".join(row)) <= set("-: ")}
    return [row for index, row in enumerate(rows) if index not in heads and index - 1 not in heads]


def test_pages_made_from_the_code_are_in_line_with_it() -> None:
    for path, page in docs.PAGES.items():
        assert path.read_text(encoding="utf-8") == page(), "run make docs"


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@on_every_page
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name} links to {target}"
        if anchor and found.suffix == ".md":
            assert anchor in _anchors(found), f"{page.name} links to {target}"


@on_every_page
def test_paths_of_the_repository_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|tools|requirements)/[\w./-]+)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


@on_every_page
def test_python_in_the_documentation_compiles_and_imports_what_exists(page: Path) -> None:
    for code in _fences(page, "python"):
        if ">>>" in code:
            example = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
            result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
            assert result.failed == 0
            continue
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                module = importlib.import_module(node.module)
                for name in node.names:
                    assert hasattr(module, name.name), f"{node.module} has no {name.name}"


@on_every_page
def test_commands_in_the_documentation_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for code in _fences(page, "console"):
        for line in code.splitlines():
            words = line.removeprefix("$ ").split("#")[0].split()
            while words and "=" in words[0]:
                words = words[1:]  # settings before the command
            if words[:1] == ["make"]:
                assert {word for word in words[1:] if "=" not in word} <= targets, line
            if words and words[0].split("/")[-1] == "samverka" and len(words) > 1:
                shown = CliRunner().invoke(main, [words[1], "--help"])
                assert shown.exit_code == 0, line
                options = {word.split("=")[0] for word in words if word.startswith("--")} - {"--help"}
                assert {option for option in options if option not in shown.output} == set(), line


def test_every_kind_of_long_work_is_described() -> None:
    assert [row[0].strip("`") for row in _rows("jobs.md")] == sorted(kinds())


def test_every_action_says_on_what_it_is_asked() -> None:
    source = (SAMVERKA / "foundation" / "access" / "actions.py").read_text(encoding="utf-8")
    described = re.findall(r'^\s+(\w+) = "\w+"  # \S+', source, re.MULTILINE)
    assert described == [action.name for action in Action]
    assert [action.value for action in Action if action.name.lower() != action.value] == []


def _named(name: str) -> Any:
    """What a name of the glossary stands for: `app.Name.attribute`, in the app's models, enums or queries."""
    *package, rest = re.split(r"\.(?=[A-Z])", name, maxsplit=1)
    here = ".".join(["samverka", *package])
    first, *others = rest.split(".")
    for room in ("models", "enums", "queries"):
        try:
            module = importlib.import_module(f"{here}.{room}")
        except ModuleNotFoundError:
            continue
        if hasattr(module, first):
            found = getattr(module, first)
            for attribute in others:
                found = getattr(found, attribute)
            return found
    raise LookupError(name)


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    names = [row[3].strip("`") for row in _rows("glossary.md") if row[3] != "–"]
    assert len(names) > 30
    missing = []
    for name in names:
        try:
            _named(name)
        except (LookupError, AttributeError):
            missing.append(name)
    assert missing == []


def test_every_table_has_its_word_in_the_glossary() -> None:
    words = {word.strip() for row in _rows("glossary.md") for word in row[0].split(",")}
    tables = {str(model._meta.verbose_name) for config in own_apps() for model in config.get_models()}
    assert sorted(tables - words) == []


def test_the_glossary_has_one_line_a_word() -> None:
    rows = _rows("glossary.md")
    assert {len(row) for row in rows} == {4}
    swedish = [row[0] for row in rows]
    assert sorted(swedish) == sorted(set(swedish))
