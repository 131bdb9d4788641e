"""What every page needs to draw its frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.foundation.access.actors import Actor
from samverka.organisations.queries import roles_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame: who is here, for whom, and where one can go. One query for a signed-in person."""
    actor: Actor = getattr(request, "actor", None) or Actor()
    mine = roles_of(actor)
    entries = [
        ("web:home", _("Start")),
        ("collaborations:list", _("Samverkan")),
        ("picture:choose", _("Lägesbild")),
        ("statistics:list", _("Statistik")),
    ]
    if mine:
        entries.append(("organisations:own", _("Min organisation")))
    return {
        "actor": actor,
        "works_for": mine[0] if mine else None,
        "demo": settings.DEMO,
        "navigation": [
            {"label": label, "url": url, "current": _is_current(request.path, url)}
            for label, url in ((label, reverse(name)) for name, label in entries)
        ],
    }


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
