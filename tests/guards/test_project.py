"""The project's own files: dependencies with reasons and hashes, and nothing that belongs to one machine."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.guards.house import ROOT, name_of, own_apps, stale

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

# Written in two halves, so that this file does not hold what it forbids.
FORBIDDEN = {
    "the address of a package registry": re.compile(
        "|".join(
            ["pypi" + r"\.org", "python" + r"hosted\.org", "npmjs" + r"\.(?:org|com)", "--(?:extra-)?index" + "-url"]
        )
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:wo" + r"rk|home|Us" + r"ers)/\w"),
    "a tool of one machine": re.compile(r"\.libra" + r"ry/"),
    "a conflict that nobody resolved": re.compile(r"^(?:<{7} |>{7} |={7}$)", re.MULTILINE),
}

ALLOWED: dict[tuple[str, str], str] = {}
"""(file, what) → why it may stand there."""


def tracked() -> list[Path]:
    """The files of the repository, or of an unpacked archive of it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        files = [path for top in ("src", "tests", "docs", "tools", "requirements") for path in (ROOT / top).rglob("*")]
    return [path for path in files if path.is_file() and "__pycache__" not in path.parts]


def test_nothing_in_the_repository_belongs_to_one_machine() -> None:
    found = set()
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found |= {(name_of(path), what) for what, pattern in FORBIDDEN.items() if pattern.search(text)}
    assert stale(found, ALLOWED) == []
    assert stale(ALLOWED, found) == []


def test_every_dependency_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    lines = [line for found in lists for line in found.splitlines() if line.strip()]
    assert len(lines) > 30
    assert [line for line in lines if not re.match(r'\s+"[^"]+",\s*#\s*\S+ \S+', line)] == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pinned_with_hashes_and_name_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE), "no options, such as an index"
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE).strip())
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\],-]+==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_what_is_needed_to_run_is_pinned_alike_for_development() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", text, re.MULTILINE))

    runtime, development = pins("runtime.txt"), pins("dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime


def test_what_an_app_registers_is_loaded_when_it_is_ready() -> None:
    """Rules, panels and tasks register themselves as they are imported; nobody else imports them."""
    import sys

    asleep = [
        f"{config.name}.{room}"
        for config in own_apps()
        for room in ("rules", "panels", "tasks", "receivers")
        if (Path(config.path) / f"{room}.py").exists() and f"{config.name}.{room}" not in sys.modules
    ]
    assert asleep == [], "import it in ready()"
