"""Writing beside the figures."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.versions import Overtaken
from samverka.picture.enums import NoteKind
from samverka.picture.forms.notes import CommentForm, NoteForm
from samverka.picture.models import Note
from samverka.picture.queries import notes as queries
from samverka.picture.services import notes as services
from samverka.statistics.models import Indicator
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.territory.models import Area

_KEY = re.compile("[0-9]{1,18}")
FIELDS = ("text", "kind", "indicator", "focus_area", "from_year", "to_year", "source_name", "source_url", "is_public")


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All notes of a collaboration that one may read."""
    actor = actor_of(request)
    collaboration = find(actor, Action.READ, collaborations_visible_to(actor), slug=slug)
    return render(
        request,
        "picture/notes/list.html",
        {
            **page_context(actor, collaboration, Tab.SITUATION, below=True),
            "notes": queries.notes_of(actor, collaboration),
            "may_write": queries.may_write(actor, collaboration),
        },
    )


@requires(Action.WRITE_NOTE, sign_in=True)
def new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Write a note; `indikator`, `fokus` and `till` say from where one came."""
    actor = actor_of(request)
    collaboration = find(actor, Action.WRITE_NOTE, collaborations_visible_to(actor), slug=slug)
    form = _form(
        request, actor, collaboration, indicator=request.GET.get("indikator"), focus_area=request.GET.get("fokus")
    )
    if request.method == "POST" and form.is_valid():
        services.write_note(actor=actor, collaboration=collaboration, draft=form.draft(), now=clock.now())
        messages.success(request, _("Anteckningen står nu vid siffrorna."))
        return redirect(_back(request, collaboration))
    return _page(request, actor, collaboration, form, "picture/notes/write.html")


@requires(Action.CHANGE_NOTE, sign_in=True)
def change(request: HttpRequest, key: int) -> HttpResponseBase:
    """Let a note say something else."""
    actor = actor_of(request)
    note = find(actor, Action.CHANGE_NOTE, queries.notes_visible_to(actor), pk=key)
    started = {name: getattr(note, name) for name in (*FIELDS, "version")}
    form = _form(request, actor, note.collaboration, **started)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_note(
                actor=actor,
                note=note,
                draft=form.draft(),
                version=form.cleaned_data["version"] or 0,
                now=clock.now(),
            )
        except Overtaken as overtaken:
            return _conflict(request, overtaken.current, form)
        messages.success(request, _("Anteckningen är ändrad."))
        return redirect(_back(request, note.collaboration))
    return _page(request, actor, note.collaboration, form, "picture/notes/write.html", note=note)


@requires(Action.CHANGE_NOTE, sign_in=True)
def remove(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take a note away, after a look at it."""
    actor = actor_of(request)
    note = find(actor, Action.CHANGE_NOTE, queries.notes_visible_to(actor), pk=key)
    if request.method == "POST":
        try:
            seen = request.POST.get("version", "")
            services.remove_note(actor=actor, note=note, version=_key(seen) or 0, now=clock.now())
        except Overtaken:
            messages.warning(request, _("Någon har ändrat anteckningen sedan du såg den. Den är kvar."))
            return redirect(request.get_full_path())
        messages.success(request, _("Anteckningen är borttagen."))
        return redirect(_back(request, note.collaboration))
    context = {**page_context(actor, note.collaboration, Tab.SITUATION, below=True), "note": note}
    return render(request, "picture/notes/remove.html", {**context, "back": _back(request, note.collaboration)})


@requires(Action.WRITE_NOTE, sign_in=True)
def comment(request: HttpRequest, slug: str, indicator: int, code: str) -> HttpResponseBase:
    """Say something of a figure, to the other parties; `till` says from where one came."""
    actor = actor_of(request)
    collaboration = find(actor, Action.WRITE_NOTE, collaborations_visible_to(actor), slug=slug)
    found = find(actor, Action.READ, indicators_visible_to(actor), pk=indicator)
    area = get_object_or_404(Area, code=code)
    form = CommentForm(request.POST or None, initial={"year": request.GET.get("ar")})
    if request.method == "POST" and form.is_valid():
        services.write_comment(
            actor=actor, collaboration=collaboration, indicator=found, area=area, now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("Kommentaren syns nu för parterna."))
        return redirect(_back(request, collaboration))
    return _page(
        request,
        actor,
        collaboration,
        form,
        "picture/notes/comment.html",
        beside=queries.beside(actor, collaboration, found, area),
    )


@requires(Action.REMOVE_COMMENT, sign_in=True)
def remove_comment(request: HttpRequest, key: int) -> HttpResponseBase:
    """Take a comment away, after a look at it."""
    actor = actor_of(request)
    found = find(actor, Action.REMOVE_COMMENT, queries.comments_visible_to(actor), pk=key)
    back = _back(request, found.collaboration)
    if request.method == "POST":
        services.remove_comment(actor=actor, comment=found, now=clock.now())
        messages.success(request, _("Kommentaren är borttagen."))
        return redirect(back)
    context = {**page_context(actor, found.collaboration, Tab.SITUATION, below=True), "comment": found, "back": back}
    return render(request, "picture/notes/remove_comment.html", context)


def _form(request: HttpRequest, actor: Actor, collaboration: Collaboration, **initial: Any) -> NoteForm:
    return NoteForm(
        request.POST or None,
        initial=initial,
        indicators=queries.indicators_beside(actor, collaboration, _key(initial.get("indicator"))),
        focus_areas=queries.focus_areas_of(collaboration),
        may_be_public=collaboration.is_public,
    )


def _page(
    request: HttpRequest,
    actor: Actor,
    collaboration: Collaboration,
    form: NoteForm | CommentForm,
    template: str,
    **more: Any,
) -> HttpResponse:
    context = {
        **page_context(actor, collaboration, Tab.SITUATION, below=True),
        "form": form,
        "back": _back(request, collaboration),
        **more,
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


def _back(request: HttpRequest, collaboration: Collaboration) -> str:
    """Where the writer came from, or else the tab; never out of the house."""
    came_from = request.GET.get("till", "")
    if came_from.startswith("/") and url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return came_from
    return reverse("collaborations:tab", args=[collaboration.slug, Tab.SITUATION.value])


def _key(given: Any) -> int | None:
    """The key of an indicator that an address or a row names."""
    if isinstance(given, Indicator):
        return given.pk
    return int(given) if _KEY.fullmatch(str(given or "")) else None


def _conflict(request: HttpRequest, current: Note, form: NoteForm) -> HttpResponse:
    """Both versions beside each other."""
    mine = form.cleaned_data
    differ = [
        (str(form.fields[name].label), _told(name, mine[name]), _told(name, getattr(current, name)))
        for name in FIELDS
        if name in form.fields
    ]
    conflict = {
        "what": _("anteckningen"),
        "who": str(current.changed_by or current.written_by or _("Någon annan")),
        "when": current.changed_at or current.written_at,
        "fields": [field for field in differ if field[1] != field[2]],
        "hidden": [
            *((name, form.data[name]) for name in form.fields if name != "version" and form.data.get(name)),
            ("version", current.version),
        ],
        "action": request.get_full_path(),
        "back": request.get_full_path(),
    }
    return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)


def _told(name: str, value: Any) -> str:
    if name == "kind":
        return str(NoteKind(value).label)
    if name == "is_public":
        return _("ja") if value else _("nej")
    return "" if value is None else str(value)
