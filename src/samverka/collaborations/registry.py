"""What higher rooms put on a collaboration's pages and on the start page, without this room knowing them.

A panel is a piece of one of the five tabs, or of the column beside them; a start panel is a piece of a person's start
page; a task source lists what waits for a person. Each registers itself when its app is ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from samverka.foundation.access.actors import Actor

from .enums import Tab
from .models import Collaboration


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A piece of a tab: a template, and what it needs. `context` returns None when there is nothing for this actor."""

    key: str
    tab: Tab
    order: int
    template: str
    context: Callable[[Actor, Collaboration], dict[str, Any] | None]
    aside: bool = False


@dataclass(frozen=True, kw_only=True)
class StartPanel:
    """A piece of a person's start page. `context` returns None when there is nothing for this actor."""

    key: str
    order: int
    template: str
    context: Callable[[Actor], dict[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that waits for a person: what, why, and where it is done."""

    title: str
    why: str
    url: str
    due_on: date | None = None


TaskSource = Callable[[Actor], Iterable[Task]]

_PANELS: dict[str, Panel] = {}
_START: dict[str, StartPanel] = {}
_TASKS: list[TaskSource] = []


def register_panel(panel: Panel) -> None:
    """Put a panel on a tab. A key used twice is an error."""
    if panel.key in _PANELS:
        raise ValueError(f"the panel {panel.key} is registered already")
    _PANELS[panel.key] = panel


def panels(tab: Tab | None = None) -> list[Panel]:
    """Panels, in the order of the page."""
    found = [panel for panel in _PANELS.values() if tab is None or panel.tab == tab]
    return sorted(found, key=lambda panel: (panel.tab, panel.order, panel.key))


def register_start_panel(panel: StartPanel) -> None:
    """Put a panel on the start page. A key used twice is an error."""
    if panel.key in _START:
        raise ValueError(f"the panel {panel.key} is registered already")
    _START[panel.key] = panel


def start_panels() -> list[StartPanel]:
    """Panels of the start page, in its order."""
    return sorted(_START.values(), key=lambda panel: (panel.order, panel.key))


def register_tasks(source: TaskSource) -> None:
    """Add a source of tasks."""
    _TASKS.append(source)


def tasks_of(actor: Actor) -> list[Task]:
    """Everything that waits for the actor, the most urgent first."""
    found = [task for source in _TASKS for task in source(actor)]
    return sorted(found, key=lambda task: (task.due_on is None, task.due_on or date.max, task.title))
