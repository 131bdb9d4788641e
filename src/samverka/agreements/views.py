"""Taking down what the parties have agreed."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, requires

from . import services
from .forms import AgreementForm


@requires(Action.CHANGE_COLLABORATION, sign_in=True)
def add(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The leading party takes down an agreement."""
    actor = actor_of(request)
    collaboration = find(actor, Action.CHANGE_COLLABORATION, collaborations_visible_to(actor), slug=slug)
    form = AgreementForm(request.POST or None)
    back = reverse("collaborations:tab", args=[slug, Tab.ORGANISE.value])
    if request.method == "POST" and form.is_valid():
        services.add_agreement(actor=actor, collaboration=collaboration, draft=form.draft(), now=clock.now())
        return redirect(f"{back}#agreements")
    return render(
        request,
        "agreements/add.html",
        {**page_context(actor, collaboration, Tab.ORGANISE, below=True), "form": form, "back": back},
        status=422 if form.is_bound else 200,
    )
