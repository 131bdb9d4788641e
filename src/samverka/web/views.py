"""The start page, the language, and long work that can be left and returned to."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from samverka.collaborations import queries as collaborations
from samverka.collaborations.registry import start_panels, tasks_of
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, public, requires
from samverka.foundation.jobs import queries as jobs
from samverka.foundation.jobs.registry import result_template_of
from samverka.foundation.jobs.services import cancel

SHOWN = 15
"""So many collaborations on the start page, one's own first; the rest are one step away."""


@requires(Action.READ, sign_in=False)
def home(request: HttpRequest) -> HttpResponse:
    """For a person: what waits for them, how it stands at home, their collaborations. For a citizen: what is public."""
    actor = actor_of(request)
    listed = list(collaborations.listed_for(actor)[: SHOWN + 1])
    shown = {"collaborations": listed[:SHOWN], "there_are_more": len(listed) > SHOWN}
    if not actor.is_authenticated:
        return render(request, "web/front.html", shown)
    panels = [
        {"template": panel.template, "context": context}
        for panel in start_panels()
        if (context := panel.context(actor)) is not None
    ]
    return render(request, "web/home.html", {**shown, "tasks": tasks_of(actor), "panels": panels})


@require_POST
@public(reason="Changes nothing but which language the reader's own browser asks for.")
def language(request: HttpRequest) -> HttpResponse:
    return set_language(request)


@requires(Action.READ, sign_in=True)
def job(request: HttpRequest, key: int) -> HttpResponse:
    """Progress of long work; the page, or only the moving part of it."""
    actor = actor_of(request)
    found = find(actor, Action.READ, jobs.visible_to(actor), pk=key)
    template = "web/job_progress.html" if getattr(request, "htmx", False) else "web/job.html"
    return render(request, template, {"job": found, "result_template": result_template_of(found.kind)})


@require_POST
@requires(Action.CANCEL_JOB, sign_in=True)
def cancel_job(request: HttpRequest, key: int) -> HttpResponseBase:
    actor = actor_of(request)
    found = find(actor, Action.CANCEL_JOB, jobs.visible_to(actor), pk=key)
    cancel(actor=actor, job=found, now=clock.now())
    return redirect("web:job", key=key)
