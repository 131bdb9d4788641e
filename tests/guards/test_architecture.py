"""The house keeps its storeys, its rooms and its doors."""

import re
import subprocess
import sys
import tomllib
from typing import Any

import grimp
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.guards.house import ROOT, SAMVERKA, name_of, python_files, stale

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {c["id"]: c for c in PROJECT["tool"]["importlinter"]["contracts"]}

DOORS = {"services", "queries", "models", "enums", "registry"}
"""The rooms of an app that outsiders may enter; and from rules, other apps' rules: roles build on roles."""

THROUGH_THE_WINDOW: dict[tuple[str, str], str] = {
    ("samverka.picture.charts", "samverka.territory.charts"): "a map is drawn by those who know where areas lie",
    ("samverka.picture.charts.maps", "samverka.territory.charts"): "a map is drawn by those who know where areas lie",
    ("samverka.picture.charts.maps", "samverka.territory.charts.maps"): "the same",
    ("samverka.reports.charts", "samverka.goals.charts"): "a report's pictures are drawn as the screen's",
    ("samverka.reports.views", "samverka.goals.charts"): "a report's pictures are drawn as the screen's",
    ("samverka.reports.wording", "samverka.goals.wording"): "a report says of a goal what the screen says",
}
"""(importer, imported) that goes round the doors → why."""

FOUNDATION_ROOMS = {"rules", "views", "forms", "tasks", "apps", "urls", "panels", "admin", "receivers", "api"}
"""What is private in a package of the foundation; its other modules are its interface."""

FOUNDATION_OPEN: dict[str, str] = {
    "samverka.foundation.access.rules": "the language in which every app writes its rules",
    "samverka.foundation.ui.forms": "the form renderer, named in the settings",
}

LONG_FILES: dict[str, str] = {
    "src/samverka_engine/matching/several/prices.py": "compiled functions that call one another must stand in one file",
    "tests/guards/samples.py": "one table of all addresses, read from top to bottom",
    "tests/integration/test_attacks_picture.py": "one hostile world, attacked from all sides",
    "tests/integration/test_reports.py": "one report through its whole life, on fixtures that take seconds to make",
}
"""Files above the limit → why they are not a package."""
LIMIT = 400


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("samverka", "samverka_engine", cache_dir=None)


def _domain_apps() -> set[str]:
    return {container.removeprefix("samverka.") for container in CONTRACTS["rooms"]["containers"]}


def test_the_import_contracts_are_kept() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


def test_every_package_has_a_storey() -> None:
    listed = set(re.findall(r"samverka\.(\w+)", " ".join(CONTRACTS["storeys"]["layers"])))
    packages = {path.parent.name for path in SAMVERKA.glob("*/__init__.py")}
    assert listed == packages


def test_every_installed_app_has_the_rooms() -> None:
    shells = {"web", "api", "public", "demo"}
    installed = {
        name.removeprefix("samverka.") for name in settings.INSTALLED_APPS if re.fullmatch(r"samverka\.\w+", name)
    }
    assert installed - shells <= _domain_apps()


def test_outsiders_enter_an_app_only_through_its_doors(graph: grimp.ImportGraph) -> None:
    apps = _domain_apps()
    round_the_doors = set()
    for imported in graph.modules:
        parts = imported.split(".")
        if len(parts) < 3 or parts[0] != "samverka" or parts[1] not in apps or parts[2] in DOORS:
            continue
        for importer in graph.find_modules_that_directly_import(imported):
            outside = importer.split(".")[:2] != parts[:2]
            between_rules = parts[2] == "rules" and importer.split(".")[-1] == "rules"
            # A URL configuration names the module of an app's addresses, as a string or by import.
            of_addresses = parts[2] == "urls" and importer == "samverka.config.urls"
            if outside and not between_rules and not of_addresses:
                round_the_doors.add((importer, imported))
    assert stale(round_the_doors, THROUGH_THE_WINDOW) == []
    assert stale(THROUGH_THE_WINDOW, round_the_doors) == []


def test_outsiders_enter_the_foundation_only_through_its_interface(graph: grimp.ImportGraph) -> None:
    found = set()
    for imported in graph.modules:
        parts = imported.split(".")
        if parts[:2] != ["samverka", "foundation"] or len(parts) < 4 or parts[3] not in FOUNDATION_ROOMS:
            continue
        if any(importer.split(".")[:3] != parts[:3] for importer in graph.find_modules_that_directly_import(imported)):
            found.add(imported)
    assert stale(found, FOUNDATION_OPEN) == []


def test_nobody_uses_what_another_module_keeps_to_itself() -> None:
    """`from samverka.x import _private` outside x's own package."""
    found = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        package = ".".join(path.relative_to(ROOT / "src").parts[:2])
        for module, names in re.findall(r"^from (samverka[\w.]*) import (.+)$", text, re.MULTILINE):
            private = [name for name in re.findall(r"\w+", names) if name.startswith("_") and name != "_"]
            if private and not module.startswith(package):
                found.append((name_of(path), module, private))
    assert found == []


def test_no_file_is_long_without_a_reason() -> None:
    files = [*python_files(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "tools").rglob("*.py"))]
    long = {name_of(path) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > LIMIT}
    assert stale(long, LONG_FILES) == [], "make it a package, or say in LONG_FILES why it is one piece"
    assert stale(LONG_FILES, long) == []


def test_there_is_no_junk_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    assert [name_of(path) for path in python_files() if drawers & set(path.with_suffix("").parts)] == []


def test_migrations_stand_on_their_own() -> None:
    """A migration that imports an app's code breaks when that code moves on."""
    wrong = [
        f"{name_of(path)}: {line.strip()}"
        for path in python_files(migrations=True)
        if "migrations" in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(from|import)\s+(samverka|\.)", line)
    ]
    assert wrong == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_models_have_no_change_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_app_has_two_newest_migrations() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
