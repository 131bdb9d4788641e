"""One's own organisation, and what has happened in it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, find, requires
from samverka.foundation.ui.kept import kept

from . import queries, services
from .enums import MembershipRole
from .forms import ApiKeyForm, EndForm, MemberForm

PER_PAGE = 50


@requires(Action.READ, sign_in=True)
def own(request: HttpRequest) -> HttpResponse:
    """The organisations that the person works for: people and roles."""
    actor = actor_of(request)
    found = queries.own_organisations(actor)
    return render(request, "organisations/own.html", {"organisations": [(own, _people(own)) for own in found]})


def _people(own: queries.OwnOrganisation) -> str:
    """The rows of an organisation's people, for one who works there too."""
    return kept(
        lambda: render_to_string("organisations/_people.html", {"people": own.people, "may_manage": own.may_manage}),
        of=("people", own.may_manage, *((one, one.person.name) for one in own.people)),
        shared=False,
    )


@requires(Action.READ_AUDIT, sign_in=True)
def audit(request: HttpRequest, key: int) -> HttpResponse:
    """What has happened in an organisation, latest first."""
    actor = actor_of(request)
    organisation = find(actor, Action.READ_AUDIT, queries.visible_to(actor), pk=key)
    entries = queries.audit_visible_to(actor).filter(organisation_id=organisation.pk)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "organisations/audit.html",
        {"organisation": organisation, "page": page, "rows": [queries.explained(entry) for entry in page]},
    )


@requires(Action.MANAGE_MEMBERS, sign_in=True)
def add_member(request: HttpRequest, key: int) -> HttpResponseBase:
    """A coordinator adds somebody."""
    actor = actor_of(request)
    organisation = find(actor, Action.MANAGE_MEMBERS, queries.visible_to(actor), pk=key)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_member(
            actor=actor,
            organisation=organisation,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=MembershipRole(form.cleaned_data["role"]),
            starts_on=form.cleaned_data["starts_on"],
            now=clock.now(),
        )
        messages.success(request, _("%(name)s är tillagd.") % {"name": form.cleaned_data["name"]})
        return redirect("organisations:own")
    return render(
        request,
        "organisations/add_member.html",
        {"organisation": organisation, "form": form},
        status=422 if form.is_bound else 200,
    )


@requires(Action.MANAGE_MEMBERS, sign_in=True)
def end_membership(request: HttpRequest, key: int) -> HttpResponseBase:
    """A coordinator says when somebody's last day was."""
    actor = actor_of(request)
    membership = find(actor, Action.READ, queries.memberships_visible_to(actor), pk=key)
    check(actor, Action.MANAGE_MEMBERS, membership.organisation)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_membership(
                actor=actor, membership=membership, ends_on=form.cleaned_data["ends_on"], now=clock.now()
            )
        except services.LastCoordinator:
            form.add_error(None, _("Organisationen skulle stå utan samordnare. Lägg till en ny samordnare först."))
        else:
            messages.success(request, _("Medlemskapet är avslutat. Det personen har skrivit finns kvar."))
            return redirect("organisations:own")
    return render(
        request,
        "organisations/end_membership.html",
        {"membership": membership, "form": form},
        status=422 if form.is_bound else 200,
    )


@requires(Action.MANAGE_MEMBERS, sign_in=True)
def api_keys(request: HttpRequest, key: int) -> HttpResponseBase:
    """The keys by which an organisation's computers read the API, and a new one: shown once, in this answer."""
    actor = actor_of(request)
    organisation = find(actor, Action.MANAGE_MEMBERS, queries.visible_to(actor), pk=key)
    form = ApiKeyForm(request.POST or None)
    text = None
    if request.method == "POST" and form.is_valid():
        try:
            _made, text = services.make_api_key(
                actor=actor,
                organisation=organisation,
                name=form.cleaned_data["name"],
                ends_on=form.cleaned_data["ends_on"],
                now=clock.now(),
            )
        except services.KeyNameTaken:
            form.add_error("name", _("Ni har redan en nyckel som heter så. Återkalla den, eller skriv ett annat namn."))
        else:
            form = ApiKeyForm()
    response = render(
        request,
        "organisations/api_keys.html",
        {
            "organisation": organisation,
            "keys": queries.api_keys_visible_to(actor).filter(organisation=organisation),
            "form": form,
            "text": text,
            "today": clock.today(),
        },
        status=422 if form.is_bound else 200,
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Action.MANAGE_MEMBERS, sign_in=True)
def withdraw_api_key(request: HttpRequest, key: int) -> HttpResponseBase:
    """A key opens nothing more."""
    actor = actor_of(request)
    found = find(actor, Action.READ, queries.api_keys_visible_to(actor), pk=key)
    services.withdraw_api_key(actor=actor, key=found, now=clock.now())
    messages.success(request, _("Nyckeln är återkallad. Inget system kommer in med den längre."))
    return redirect("organisations:api_keys", found.organisation_id)
