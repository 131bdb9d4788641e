"""What the pages of a picture share: the frame of a collaboration when one has been come from."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import find
from samverka.foundation.ui.charts import NUMBERS, Theme
from samverka.picture.charts.layout import Form
from samverka.statistics.models import Indicator
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.territory.models import Area
from samverka.territory.queries import visible_to as areas_visible_to


def frame_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The context of the page's frame. `suffix` keeps the collaboration in the addresses of the next pages.

    Raises:
        Http404: the address names a collaboration that the actor may not read.
    """
    slug = request.GET.get("samverkan", "")
    if not slug:
        return {"frame": "ui/base.html", "suffix": ""}
    collaboration = find(actor, Action.READ, collaborations_visible_to(actor), slug=slug)
    return {
        **page_context(actor, collaboration, Tab.SITUATION, below=True),
        "frame": "collaborations/room.html",
        "suffix": f"?samverkan={collaboration.slug}",
    }


def drawing_of(request: HttpRequest) -> tuple[Form, Theme, str]:
    """In what form, theme and language a chart is asked for.

    Raises:
        Http404: one that there is not.
    """
    language = request.GET.get("sprak", "sv")
    try:
        form, theme = Form(request.GET.get("form", Form.WIDE)), Theme(request.GET.get("tema", Theme.LIGHT))
    except ValueError:
        raise Http404 from None
    if language not in NUMBERS:
        raise Http404
    return form, theme, language


def area_of(actor: Actor, code: str) -> Area:
    """
    Raises:
        Http404: there is no such area.
    """
    return find(actor, Action.READ, areas_visible_to(actor), code=code)


def indicator_of(actor: Actor, key: int) -> Indicator:
    """
    Raises:
        Http404: there is no such indicator, or not for this actor.
    """
    return find(actor, Action.READ, indicators_visible_to(actor), pk=key)


def choice(request: HttpRequest, name: str, choices: Mapping[str, Any], default: str) -> str:
    """What the address chooses.

    Raises:
        Http404: something that there is no choice of.
    """
    chosen = request.GET.get(name, default)
    if chosen not in choices:
        raise Http404
    return chosen
