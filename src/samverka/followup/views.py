"""A party writes how it goes, and gets its own figures back."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Party
from samverka.collaborations.queries import page_context, parties_visible_to, seats_in
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.ui.kept import kept
from samverka.foundation.versions import Overtaken
from samverka.goals.models import Goal
from samverka.goals.queries import goals_of, made_of

from . import queries, services
from .forms import StatusForm
from .models import StatusText

DRAFT, DISCARD, SUBMIT = "draft", "discard", "submit"


@requires(Action.WRITE_STATUS, sign_in=True)
def write(request: HttpRequest, key: int) -> HttpResponseBase:
    """Write, keep a draft, throw it away, or give the text to the other parties. The buttons' name is `do`."""
    actor = actor_of(request)
    party = find(actor, Action.WRITE_STATUS, parties_visible_to(actor), pk=key)
    if request.method == "POST" and request.POST.get("do") == DISCARD:
        return _discard(request, actor, party)
    draft, submitted = queries.draft_and_submitted(party)
    newest = draft or submitted
    started = {"text": newest.text, "seen": newest.stamp} if newest else {"text": "", "seen": ""}
    form = StatusForm(request.POST or None, initial=started)
    if request.method == "POST" and form.is_valid():
        do = DRAFT if request.POST.get("do") == DRAFT else SUBMIT
        service = services.save_draft if do == DRAFT else services.submit_status
        try:
            service(actor=actor, party=party, now=clock.now(), **form.cleaned_data)
        except Overtaken as overtaken:
            return _conflict(request, party, overtaken.current, form.cleaned_data["text"], do)
        if do == DRAFT:
            messages.success(request, _("Utkastet är sparat. Bara ni på %(party)s ser det.") % {"party": party})
            return redirect(request.path)
        messages.success(request, _("Texten är skickad till de andra parterna."))
        return redirect("followup:comparison", key=party.pk)
    return render(
        request,
        "followup/write.html",
        {
            **page_context(actor, party.collaboration, Tab.STEER, below=True),
            "party": party,
            "form": form,
            "draft": draft,
            "shown": submitted,
            "figures": _figures(actor, party),
            "back": _steering(party),
        },
        status=422 if form.is_bound else 200,
    )


@requires(Action.READ, sign_in=True)
def comparison(request: HttpRequest, key: int) -> HttpResponse:
    """What a party gets back: its own figures beside others', and for its own people a paragraph to take along."""
    actor = actor_of(request)
    party = find(actor, Action.READ, parties_visible_to(actor), pk=key)
    is_own = any(seat.party_id == party.pk for seat in seats_in(actor, party.collaboration))
    return render(
        request,
        "followup/comparison.html",
        {
            **page_context(actor, party.collaboration, Tab.STEER, below=True),
            "party": party,
            **_compared(actor, party, is_own=is_own),
            "back": _steering(party),
        },
    )


def _figures(actor: Actor, party: Party) -> str:
    """A party's figures, in short."""
    goals = goals_of(actor, party.collaboration)

    def make() -> str:
        return render_to_string("followup/beside.html", {"comparisons": queries.comparisons_for(party, goals)})

    return kept(make, of=("figures of a party", *_made_of(party, goals)))


def _compared(actor: Actor, party: Party, *, is_own: bool) -> dict[str, Any]:
    """A party's figures beside others', and for its own people the same in words."""
    goals = goals_of(actor, party.collaboration)

    def make() -> dict[str, Any]:
        found = queries.comparisons_for(party, goals)
        context = {"comparisons": [(queries.answer_of(one), one) for one in found]}
        return {
            "sections": render_to_string("followup/sections.html", context) if found else "",
            "paragraphs": [queries.paragraph_of(party, one) for one in found],
        }

    pieces = kept(make, of=("comparison of a party", *_made_of(party, goals)))
    return pieces if is_own else {**pieces, "paragraphs": []}


def _made_of(party: Party, goals: Sequence[Goal]) -> tuple[object, ...]:
    """What tells one state of a party's figures from another: its own names, and the goals that the reader may see."""
    states = made_of(goals).values()
    return (party, party.organisation, party.organisation.area, party.collaboration, *chain.from_iterable(states))


def _discard(request: HttpRequest, actor: Actor, party: Party) -> HttpResponseBase:
    try:
        services.discard_draft(actor=actor, party=party, seen=request.POST.get("seen", ""), now=clock.now())
    except Overtaken as overtaken:
        who = overtaken.current.written_by or _("Någon annan")
        messages.warning(request, _("%(who)s har ändrat utkastet sedan du såg det. Inget är kastat.") % {"who": who})
    else:
        messages.success(request, _("Utkastet är kastat."))
    return redirect(request.path)


def _conflict(request: HttpRequest, party: Party, current: StatusText, mine: str, do: str) -> HttpResponse:
    conflict: dict[str, Any] = {
        "what": _("lägesbeskrivningen för %(party)s") % {"party": party},
        "who": str(current.written_by or _("Någon annan")),
        "when": current.written_at,
        "fields": [(_("Er lägesbeskrivning"), mine, current.text)],
        "hidden": [("text", mine), ("seen", current.stamp), ("do", do)],
        "action": request.path,
        "back": request.path,
    }
    return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)


def _steering(party: Party) -> str:
    return reverse("collaborations:tab", args=[party.collaboration.slug, Tab.STEER.value])
