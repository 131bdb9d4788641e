"""A collaboration: its list, its five tabs, and each party's own benefit."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.versions import Overtaken

from . import queries, registry, services
from .enums import Tab
from .forms import BenefitForm


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest) -> HttpResponse:
    return render(request, "collaborations/list.html", {"cards": queries.cards_for(actor_of(request))})


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
    main, aside = [], []
    for panel in registry.panels(chosen):
        context = panel.context(actor, collaboration)
        if context is not None:
            (aside if panel.aside else main).append({"template": panel.template, "context": context, "key": panel.key})
    return render(
        request,
        "collaborations/tab.html",
        {**queries.page_context(actor, collaboration, chosen), "panels": main, "aside_panels": aside},
    )


@requires(Action.WRITE_BENEFIT, sign_in=True)
def benefit(request: HttpRequest, key: int) -> HttpResponseBase:
    """A party's own benefit, in its own words."""
    actor = actor_of(request)
    party = find(actor, Action.WRITE_BENEFIT, queries.parties_visible_to(actor), pk=key)
    form = BenefitForm(request.POST or None, initial={"own_benefit": party.own_benefit, "version": party.version})
    back = reverse("collaborations:tab", args=[party.collaboration.slug, Tab.ORGANISE.value])
    status = 200
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
            mine = form.cleaned_data["own_benefit"]
            conflict = {
                "what": _("egen nytta för %(party)s") % {"party": party},
                "fields": [(_("Egen nytta"), mine, overtaken.current.own_benefit)],
                "hidden": [("own_benefit", mine), ("version", overtaken.current.version)],
                "action": request.path,
                "back": back,
            }
            return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)
        return redirect(f"{back}#part-{party.pk}")
    if form.is_bound:
        status = 422
    return render(
        request,
        "collaborations/benefit.html",
        {**queries.page_context(actor, party.collaboration, Tab.ORGANISE), "form": form, "party": party, "back": back},
        status=status,
    )
