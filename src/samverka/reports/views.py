"""A report as a page, as a PDF, as data; and the draft that becomes one."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import slugify
from django.utils.translation import gettext as _

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.ui.charts import SECURITY_POLICY, Picture, Theme, svg_of
from samverka.foundation.ui.kept import kept
from samverka.goals.charts import Form
from samverka.goals.charts import picture_of as live_picture_of
from samverka.goals.models import Goal
from samverka.goals.queries import Progress, made_of, progress_of_all
from samverka.goals.queries import visible_to as goals_visible_to

from . import queries, services
from .charts import chart_in, picture_of
from .content import Content, gather, revised_since, thawed
from .forms import PUBLIC, ReportForm
from .models import Report, ReportFile
from .wording import frame, told

AN_HOUR = 60 * 60


@requires(Action.PUBLISH_REPORT, sign_in=True)
def new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What would be published now, and the decision to publish it."""
    actor = actor_of(request)
    collaboration = find(actor, Action.PUBLISH_REPORT, collaborations_visible_to(actor), slug=slug)
    today = clock.today()
    form = ReportForm(
        request.POST or None,
        may_be_public=collaboration.is_public,
        initial={"title": _("%(name)s: så går det %(year)s") % {"name": collaboration.name, "year": today.year}},
    )
    if request.method == "POST" and form.is_valid():
        job = services.order_report(
            actor=actor,
            collaboration=collaboration,
            title=form.cleaned_data["title"],
            is_public=form.cleaned_data["readers"] == PUBLIC,
            order_key=form.cleaned_data["order_key"],
            now=clock.now(),
        )
        return redirect("web:job", key=job.pk)
    goals, measures = queries.not_public(actor, collaboration)
    draft = gather(
        actor=actor,
        collaboration=collaboration,
        title=form["title"].value(),
        number=queries.next_number(collaboration),
        is_public=False,
        now=clock.now(),
    )
    return render(
        request,
        "reports/new.html",
        {
            **page_context(actor, collaboration, Tab.STEER, below=True),
            **_shown(draft, lambda progress: live_picture_of(progress, progress.whole)),
            "form": form,
            "left_out": [*goals, *measures],
        },
        status=422 if form.is_bound else 200,
    )


@requires(Action.READ, sign_in=False)
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """A report as it was published. Its content is read only for what is not kept yet."""
    actor = actor_of(request)
    report = find(actor, Action.READ, queries.visible_to(actor).defer("content"), pk=key)
    pieces = kept(partial(_pieces, report), of=("report", report.pk, report.content_sha256))
    return render(
        request,
        "reports/detail.html",
        {
            **page_context(actor, report.collaboration, Tab.STEER, below=True),
            **pieces,
            "report": report,
            "revised": _revised(actor, report, pieces["goals"]),
        },
    )


def _pieces(report: Report) -> dict[str, Any]:
    """The page's own parts. They are made of what is frozen, so they are made once in each language."""
    shown = _shown(report.content, partial(picture_of, report))
    return {
        "frame": {name: shown["frame"][name] for name in ("title", "citizen_value", "edition", "about")},
        "lang": shown["lang"],
        "goals": [goal["key"] for goal in report.content["goals"]],
        "body": render_to_string("reports/body.html", shown),
        "contents": render_to_string("reports/contents.html", shown),
    }


@requires(Action.READ, sign_in=False)
def chart(request: HttpRequest, key: int, goal: int) -> HttpResponseBase:
    """The chart of a goal, drawn from the report's own figures."""
    report = _found(actor_of(request), key)
    progress = next((progress for progress in thawed(report.content) if progress.goal.pk == goal), None)
    language = request.GET.get("sprak", "sv")
    try:
        form, theme = Form(request.GET.get("form", Form.WIDE)), Theme(request.GET.get("tema", Theme.LIGHT))
    except ValueError:
        raise Http404 from None
    if progress is None or not translation.check_for_language(language):
        raise Http404
    with translation.override(language):
        drawing = chart_in(progress, form, theme)
    etag = f'"{drawing.digest}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        svg_of(drawing), content_type="image/svg+xml; charset=utf-8"
    )
    response["Content-Security-Policy"] = SECURITY_POLICY
    return _kept(response, report, etag)


@requires(Action.READ, sign_in=False)
def pdf(request: HttpRequest, key: int, language: str) -> HttpResponseBase:
    """The report as a file, the same bytes for everybody and for ever."""
    report = _found(actor_of(request), key)
    file = get_object_or_404(ReportFile, report=report, language=language)
    etag = f'"{report.content_sha256}-{language}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        bytes(file.pdf), content_type="application/pdf"
    )
    name = f"{slugify(report.title.replace('–', '-')) or 'rapport'}-{report.number}-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _kept(response, report, etag)


@requires(Action.READ, sign_in=False)
def content(request: HttpRequest, key: int) -> HttpResponseBase:
    """The report as data, as it was published."""
    report = _found(actor_of(request), key)
    etag = f'"{report.content_sha256}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        json.dumps(report.content, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    return _kept(response, report, etag)


def _found(actor: Actor, key: int) -> Report:
    return find(actor, Action.READ, queries.visible_to(actor), pk=key)


def _revised(actor: Actor, report: Report, keys: Sequence[int]) -> list[Goal]:
    """Those of the report's goals that the actor may read and whose figures are no longer the report's."""
    goals = list(goals_visible_to(actor).filter(pk__in=keys))
    revised = kept(
        lambda: [goal.pk for goal in revised_since(report.content, progress_of_all(goals))],
        of=("revised", report.pk, report.content_sha256, *chain.from_iterable(made_of(goals).values())),
    )
    return [goal for goal in goals if goal.pk in revised]


def _shown(content: Content, picture: Callable[[Progress], Picture]) -> dict[str, Any]:
    """What the template of a report is given; `lang` is the language that people wrote in."""
    return {
        "frame": frame(content),
        "goals": [{"told": goal, "picture": picture(goal.progress)} for goal in told(content)],
        "lang": content["language"],
    }


def _kept(response: HttpResponseBase, report: Report, etag: str) -> HttpResponseBase:
    """A public report may be kept by anybody for an hour: whether it is public can be decided anew."""
    response["ETag"] = etag
    if report.is_public and report.collaboration.is_public:
        patch_cache_control(response, public=True, max_age=AN_HOUR)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response
