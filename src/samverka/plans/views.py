"""A measure: to read, and for its own party to say how it goes.

In a list, htmx changes the row where it stands.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context, parties_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.versions import Overtaken
from samverka.goals.queries import visible_to as goals_visible_to

from . import queries, services
from .enums import MeasureState
from .forms import MeasureForm, NewMeasureForm
from .models import Measure

ROW = "plans/row.html"


@vary_on_headers("HX-Request")
@requires(Action.READ, sign_in=False)
def measure(request: HttpRequest, key: int) -> HttpResponse:
    """What, who, when and how it goes; to htmx only the row, for those who change their mind in the list."""
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.visible_to(actor), pk=key)
    if _in_list(request):
        return render(request, ROW, _row(actor, found))
    return render(request, "plans/measure.html", {**_page(actor, found), **_row(actor, found)})


@vary_on_headers("HX-Request")
@requires(Action.CHANGE_MEASURE, sign_in=True)
def change(request: HttpRequest, key: int) -> HttpResponseBase:
    """The measure's own party says how far it has come."""
    actor = actor_of(request)
    found = find(actor, Action.CHANGE_MEASURE, queries.visible_to(actor), pk=key)
    form = MeasureForm(
        request.POST or None,
        initial={"state": found.state, "state_note": found.state_note, "version": found.version},
        auto_id=f"measure_{found.pk}_%s",
    )
    if request.method == "POST" and form.is_valid():
        try:
            held = services.change_measure(actor=actor, measure=found, now=clock.now(), **form.cleaned_data)
        except Overtaken as overtaken:
            return _conflict(request, overtaken.current, form.cleaned_data)
        if _in_list(request):
            board = queries.board(actor, held.goal.collaboration, clock.today())
            several = board.has_several_goals
            fragment = {
                **_row(actor, held),
                "changed": True,
                "several_goals": several,
                "panel": {"board": board},
            }
            return render(request, ROW, fragment)
        messages.success(
            request, _("%(measure)s är nu %(state)s.") % {"measure": held, "state": held.get_state_display()}
        )
        return redirect(_list_of(held))
    if _in_list(request):
        form.fields["state"].widget.attrs["autofocus"] = True  # the link that opened the form is gone
        return render(request, "plans/row_form.html", {"form": form, **_row(actor, found)})
    return render(
        request,
        "plans/change.html",
        {**_page(actor, found), "form": form, "measure": found},
        status=422 if form.is_bound else 200,
    )


@requires(Action.ADD_MEASURE, sign_in=True)
def add(request: HttpRequest, key: int) -> HttpResponseBase:
    """A party takes on a measure."""
    actor = actor_of(request)
    party = find(actor, Action.ADD_MEASURE, parties_visible_to(actor), pk=key)
    goals = goals_visible_to(actor).filter(collaboration=party.collaboration)
    form = NewMeasureForm(request.POST or None, goals=goals)
    if request.method == "POST" and form.is_valid():
        added = services.add_measure(actor=actor, party=party, draft=form.draft(), now=clock.now())
        messages.success(request, _("%(measure)s är tillagd.") % {"measure": added})
        return redirect(_list_of(added))
    context = {
        **page_context(actor, party.collaboration, Tab.WORK, below=True),
        "form": form,
        "party": party,
        "has_goals": goals.exists(),
        "back": reverse("collaborations:tab", args=[party.collaboration.slug, Tab.WORK.value]),
    }
    return render(request, "plans/add.html", context, status=422 if form.is_bound else 200)


def _in_list(request: HttpRequest) -> bool:
    """Asked by htmx, which puts the answer into the list.

    It takes in no answer of 400 or more, so a form with errors and a conflict go to it as 200.
    """
    return bool(getattr(request, "htmx", False))


def _conflict(request: HttpRequest, current: Measure, typed: dict[str, Any]) -> HttpResponse:
    """Both versions beside each other; to htmx in place of the whole page."""
    fields = [
        (_("Hur långt har ni kommit?"), str(MeasureState(typed["state"]).label), current.get_state_display()),
        (_("Kommentar"), typed["state_note"], current.state_note),
    ]
    conflict = {
        "what": _("åtgärden %(measure)s") % {"measure": current},
        "who": str(current.changed_by or _("Någon annan")),
        "when": current.changed_at,
        "fields": [field for field in fields if field[1] != field[2]],
        "hidden": [(name, typed[name]) for name in ("state", "state_note")] + [("version", current.version)],
        "action": request.path,
        "back": _list_of(current),
    }
    in_list = _in_list(request)
    response = render(request, "ui/conflict.html", {"conflict": conflict}, status=200 if in_list else 409)
    if in_list:
        response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#main"
        response.headers["HX-Reswap"] = "outerHTML show:window:top"
    return response


def _row(actor: Actor, found: Measure) -> dict[str, Any]:
    return {"row": queries.row_of(actor, found, clock.today())}


def _page(actor: Actor, found: Measure) -> dict[str, Any]:
    return page_context(actor, found.goal.collaboration, Tab.WORK, below=True)


def _list_of(found: Measure) -> str:
    return reverse("collaborations:tab", args=[found.goal.collaboration.slug, Tab.WORK.value])
