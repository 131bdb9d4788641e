"""What the guards enumerate: files, apps, addresses. A guard that lists by hand guards only yesterday's house."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.urls import URLPattern, get_resolver

from samverka.foundation.access.doors import DECLARED

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
SAMVERKA = SOURCE / "samverka"

THIRD_PARTY = "konto/"
"""Below this address is allauth's sign-in; its views cannot carry our declarations."""

CAST = ("anna", "bengt", "cecilia", "david", "eva", "frida", "citizen")


def python_files(*, migrations: bool = False) -> list[Path]:
    """All Python of the product."""
    found = sorted(SOURCE.rglob("*.py"))
    return [path for path in found if migrations or "migrations" not in path.parts]


def name_of(path: Path) -> str:
    """A file as it is called in allowlists: from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def own_apps() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if config.name.startswith("samverka.")]


@dataclass(frozen=True)
class Address:
    """One URL of the tree. `declares` is an Action, the reason of a public view, or None."""

    name: str
    route: str
    declares: Any

    @property
    def is_third_party(self) -> bool:
        return self.route.startswith(THIRD_PARTY)


def addresses() -> list[Address]:
    """Every URL of the tree, in its order. One without a name is called by its route."""
    return list(_walk(get_resolver().url_patterns, (), ""))


def _walk(patterns: Iterable[Any], spaces: tuple[str, ...], route: str) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join([*spaces, pattern.name]) if pattern.name else here
            yield Address(name, here, getattr(pattern.callback, DECLARED, None))
        else:
            yield from _walk(pattern.url_patterns, (*spaces, pattern.namespace) if pattern.namespace else spaces, here)


def stale(allowed: Iterable[Any], used: Iterable[Any]) -> list[Any]:
    """Entries of an allowlist that excuse nothing any more. A guard asserts that there are none."""
    return sorted(set(allowed) - set(used))
