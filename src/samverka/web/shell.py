"""What every page needs to draw its frame."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samverka.foundation.access.actors import Actor
from samverka.organisations.queries import roles_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame: who is here, for whom, and where one can go. One query for a signed-in person."""
    actor: Actor = getattr(request, "actor", None) or Actor()
    mine = roles_of(actor)
    entries = _entries(get_language(), bool(mine))
    return {
        "actor": actor,
        "works_for": mine[0] if mine else None,
        "demo": settings.DEMO,
        "navigation": entries,
        "here": next((url for url, _label in entries if _is_in(request.path, url)), ""),
    }


@cache
def _entries(language: str | None, has_organisation: bool) -> tuple[tuple[str, str], ...]:  # noqa: FBT001  a key
    """Address and label of what one can go to."""
    entries = [
        ("web:home", _("Start")),
        ("collaborations:list", _("Samverkan")),
        ("picture:choose", _("Lägesbild")),
        ("statistics:list", _("Statistik")),
    ]
    if has_organisation:
        entries.append(("organisations:own", _("Min organisation")))
    return tuple((reverse(name), label) for name, label in entries)


def _is_in(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
