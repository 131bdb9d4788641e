"""A collaboration: its list, its five tabs, and each party's own benefit."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, find, requires
from samverka.foundation.versions import Overtaken
from samverka.organisations import queries as organisations
from samverka.statistics.queries import visible_to as indicators_visible_to

from . import queries, registry, services
from .enums import PartyRole, Tab
from .forms import (
    BenefitForm,
    ChooseIndicatorForm,
    ChosenIndicatorForm,
    CollaborationForm,
    EndPartyForm,
    PartyForm,
)
from .models import Collaboration

PER_PAGE = 30


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest) -> HttpResponse:
    """All that one may read; one's own first."""
    search = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.listed_for(actor_of(request), search=search), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "collaborations/list.html", {"page": page, "search": search})


@requires(Action.READ, sign_in=False)
def overview(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The front of a collaboration is where most people want to be: how it goes."""
    found = find(actor_of(request), Action.READ, queries.visible_to(actor_of(request)), slug=slug)
    return redirect("collaborations:tab", slug=found.slug, tab=Tab.STEER.value)


@requires(Action.READ, sign_in=False)
def tab(request: HttpRequest, slug: str, tab: str) -> HttpResponse:
    """One of the five tabs: the panels that the rooms have put there."""
    actor = actor_of(request)
    try:
        chosen = Tab(tab)
    except ValueError:
        raise Http404 from None
    collaboration = find(actor, Action.READ, queries.visible_to(actor), slug=slug)
    main: list[dict[str, Any]] = []
    aside: list[dict[str, Any]] = []
    for panel in registry.panels(chosen):
        context = panel.context(actor, collaboration)
        if context is not None:
            (aside if panel.aside else main).append({"template": panel.template, "context": context, "key": panel.key})
    return render(
        request,
        "collaborations/tab.html",
        {**queries.page_context(actor, collaboration, chosen), "panels": main, "aside_panels": aside},
    )


@requires(Action.START_COLLABORATION, sign_in=True)
def start(request: HttpRequest, key: int) -> HttpResponseBase:
    """A coordinator starts a collaboration; their organisation leads it."""
    actor = actor_of(request)
    organisation = find(actor, Action.START_COLLABORATION, organisations.visible_to(actor), pk=key)
    form = CollaborationForm(request.POST or None, initial={"area": organisation.area_id})
    if request.method == "POST" and form.is_valid():
        started = services.start_collaboration(
            actor=actor, organisation=organisation, details=form.details(), now=clock.now()
        )
        return redirect("collaborations:tab", slug=started.slug, tab=Tab.ORGANISE.value)
    return render(
        request,
        "collaborations/start.html",
        {"organisation": organisation, "form": form},
        status=422 if form.is_bound else 200,
    )


@requires(Action.CHANGE_COLLABORATION, sign_in=True)
def change(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The leading party changes what is said about the collaboration, and decides whether it is public."""
    actor = actor_of(request)
    collaboration = find(actor, Action.CHANGE_COLLABORATION, queries.visible_to(actor), slug=slug)
    form = CollaborationForm.of(collaboration, request.POST or None)
    back = reverse("collaborations:tab", args=[slug, Tab.ORGANISE.value])
    if request.method == "POST" and form.is_valid():
        try:
            services.change_collaboration(
                actor=actor,
                collaboration=collaboration,
                details=form.details(),
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except Overtaken as overtaken:
            return _conflict(request, str(collaboration), form, overtaken, back)
        return redirect(back)
    return render(
        request,
        "collaborations/change.html",
        {**queries.page_context(actor, collaboration, Tab.ORGANISE, below=True), "form": form, "back": back},
        status=422 if form.is_bound else 200,
    )


@requires(Action.CHANGE_COLLABORATION, sign_in=True)
def add_party(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The leading party adds an organisation."""
    actor = actor_of(request)
    collaboration = find(actor, Action.CHANGE_COLLABORATION, queries.visible_to(actor), slug=slug)
    form = PartyForm(request.POST or None, collaboration=collaboration)
    back = reverse("collaborations:tab", args=[slug, Tab.ORGANISE.value])
    if request.method == "POST" and form.is_valid():
        party = services.add_party(
            actor=actor,
            collaboration=collaboration,
            organisation=form.cleaned_data["organisation"],
            role=PartyRole(form.cleaned_data["role"]),
            joined_on=form.cleaned_data["joined_on"],
            now=clock.now(),
        )
        return redirect(f"{back}#part-{party.pk}")
    return render(
        request,
        "collaborations/add_party.html",
        {**queries.page_context(actor, collaboration, Tab.ORGANISE, below=True), "form": form, "back": back},
        status=422 if form.is_bound else 200,
    )


@requires(Action.CHANGE_COLLABORATION, sign_in=True)
def end_party(request: HttpRequest, key: int) -> HttpResponseBase:
    """A party leaves; what it did stays."""
    actor = actor_of(request)
    party = find(actor, Action.READ, queries.parties_visible_to(actor), pk=key)
    check(actor, Action.CHANGE_COLLABORATION, party.collaboration)
    form = EndPartyForm(request.POST or None)
    back = reverse("collaborations:tab", args=[party.collaboration.slug, Tab.ORGANISE.value])
    if request.method == "POST" and form.is_valid():
        try:
            services.end_party(actor=actor, party=party, left_on=form.cleaned_data["left_on"], now=clock.now())
        except services.LeadCannotLeave:
            form.add_error(None, _("Den som leder kan inte lämna. Någon annan part måste leda först."))
        else:
            return redirect(f"{back}#part-{party.pk}")
    return render(
        request,
        "collaborations/end_party.html",
        {
            **queries.page_context(actor, party.collaboration, Tab.ORGANISE, below=True),
            "form": form,
            "party": party,
            "back": back,
        },
        status=422 if form.is_bound else 200,
    )


@requires(Action.CHANGE_COLLABORATION, sign_in=True)
def indicators(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The leading party chooses what the situation picture shows, and in which order."""
    actor = actor_of(request)
    collaboration = find(actor, Action.CHANGE_COLLABORATION, queries.visible_to(actor), slug=slug)
    rows = queries.chosen_of(collaboration)
    if "chosen" in request.POST:
        return _change_choice(request, collaboration)
    offered = indicators_visible_to(actor).order_by("name", "pk")
    if request.method != "POST":
        # Offered no longer, but taken: a double click chooses once and is no mistake.
        offered = offered.exclude(pk__in=rows.values("indicator"))
    form = ChooseIndicatorForm(request.POST or None, indicators=offered)
    if request.method == "POST" and form.is_valid():
        chosen = services.choose_indicator(
            actor=actor, collaboration=collaboration, indicator=form.cleaned_data["indicator"], now=clock.now()
        )
        return redirect(f"{request.path}#vald-{chosen.pk}")
    return render(
        request,
        "collaborations/indicators.html",
        {
            **queries.page_context(actor, collaboration, Tab.SITUATION, below=True),
            "form": form,
            "rows": [{"chosen": row, "above": place - 1} for place, row in enumerate(rows, 1)],
            "back": reverse("collaborations:tab", args=[slug, Tab.SITUATION.value]),
        },
        status=422 if form.is_bound else 200,
    )


def _change_choice(request: HttpRequest, collaboration: Collaboration) -> HttpResponseBase:
    """One of the buttons beside a chosen indicator. One that somebody else took away meanwhile needs no word."""
    form = ChosenIndicatorForm(request.POST, rows=queries.chosen_of(collaboration))
    if not form.is_valid():
        return redirect(request.path)
    chosen, place = form.cleaned_data["chosen"], form.cleaned_data["place"]
    if place is None:
        services.drop_indicator(actor=actor_of(request), chosen=chosen, now=clock.now())
        return redirect(request.path)
    services.move_indicator(actor=actor_of(request), chosen=chosen, place=place, now=clock.now())
    return redirect(f"{request.path}#vald-{chosen.pk}")


@requires(Action.WRITE_BENEFIT, sign_in=True)
def benefit(request: HttpRequest, key: int) -> HttpResponseBase:
    """A party's own benefit, in its own words."""
    actor = actor_of(request)
    party = find(actor, Action.WRITE_BENEFIT, queries.parties_visible_to(actor), pk=key)
    form = BenefitForm(request.POST or None, initial={"own_benefit": party.own_benefit, "version": party.version})
    back = reverse("collaborations:tab", args=[party.collaboration.slug, Tab.ORGANISE.value])
    if request.method == "POST" and form.is_valid():
        try:
            services.write_benefit(
                actor=actor,
                party=party,
                text=form.cleaned_data["own_benefit"],
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except Overtaken as overtaken:
            return _conflict(request, _("egen nytta för %(party)s") % {"party": party}, form, overtaken, back)
        return redirect(f"{back}#part-{party.pk}")
    return render(
        request,
        "collaborations/benefit.html",
        {
            **queries.page_context(actor, party.collaboration, Tab.ORGANISE, below=True),
            "form": form,
            "party": party,
            "back": back,
        },
        status=422 if form.is_bound else 200,
    )


def _conflict(request: HttpRequest, what: str, form: Form, overtaken: Overtaken, back: str) -> HttpResponse:
    """Both versions side by side; what was typed goes along, with the version that stands now."""
    theirs = overtaken.current
    conflict = {
        "what": what,
        "fields": [
            (form.fields[name].label, form.cleaned_data[name], getattr(theirs, name))
            for name in form.fields
            if name != "version" and form.cleaned_data[name] != getattr(theirs, name)
        ],
        "hidden": [
            *((name, form[name].value() or "") for name in form.fields if name != "version"),
            ("version", theirs.version),
        ],
        "action": request.path,
        "back": back,
    }
    return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)
