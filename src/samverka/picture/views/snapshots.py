"""Freezing the picture, reading it as it was, comparing it, and lending it out by a link."""

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from samverka.collaborations.enums import Tab
from samverka.collaborations.queries import page_context
from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, public, requires
from samverka.foundation.access.rules import allows
from samverka.foundation.ui.chart_files import XLSX
from samverka.foundation.ui.charts import NUMBERS, SECURITY_POLICY, Theme, svg_of
from samverka.foundation.ui.kept import kept
from samverka.picture.charts.frozen import Form, chart_of
from samverka.picture.charts.snapshots import picture_of
from samverka.picture.content.changes import changes_between
from samverka.picture.content.frozen import CHANGE_YEARS, focuses_of, notes_beside, thaw
from samverka.picture.content.gathering import Content, chosen_indicators, for_outsiders, gather
from samverka.picture.content.wording import (
    about,
    answer,
    beside,
    changes_told,
    compared,
    day_of,
    edition,
    similar_text,
)
from samverka.picture.document.figures import csv_of
from samverka.picture.document.images import file_name, png, slide, slides
from samverka.picture.document.pdf import LANGUAGES, pdf
from samverka.picture.document.workbook import workbook
from samverka.picture.forms.snapshots import SnapshotForm
from samverka.picture.models import Snapshot
from samverka.picture.queries import snapshots as queries
from samverka.picture.services import snapshots as services

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = "nu"
"""In place of a snapshot's number: the picture as it is now."""


@requires(Action.TAKE_SNAPSHOT, sign_in=True)
def new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What would be frozen now, and the decision to freeze it."""
    actor = actor_of(request)
    collaboration = find(actor, Action.TAKE_SNAPSHOT, collaborations_visible_to(actor), slug=slug)
    indicators, closed = chosen_indicators(collaboration)
    left_out = [indicator for indicator in closed if allows(actor, Action.READ, indicator)]
    day = clock.today()
    name = _("%(area)s, %(day)s") % {"area": collaboration.area.name, "day": day.isoformat()}
    form = SnapshotForm(request.POST or None, initial={"title": name})
    if request.method == "POST" and form.is_valid():
        try:
            taken = services.take_snapshot(
                actor=actor, collaboration=collaboration, now=clock.now(), **form.cleaned_data
            )
        except services.NothingToFreeze:
            form.add_error(None, _("Det finns inga siffror att frysa. Välj först vilka indikatorer ni följer."))
        else:
            messages.success(request, _("Lägesbilden är fryst. Siffrorna i den ändras inte mer."))
            return redirect(taken)
    return render(
        request,
        "picture/snapshots/new.html",
        {
            **page_context(actor, collaboration, Tab.SITUATION, below=True),
            "form": form,
            "indicators": indicators,
            "left_out": left_out,
            "may_choose": allows(actor, Action.CHANGE_COLLABORATION, collaboration),
        },
        status=422 if form.is_bound else 200,
    )


@requires(Action.READ, sign_in=True)
def detail(request: HttpRequest, key: int) -> HttpResponse:
    """A picture as it was frozen."""
    actor = actor_of(request)
    snapshot = _found(actor, key)
    base = reverse("picture:snapshot", args=[key])
    link = queries.open_link(snapshot)
    shared = reverse("picture:shared", args=[link.token]) if link else ""
    return render(
        request,
        "picture/snapshots/detail.html",
        {
            **page_context(actor, snapshot.collaboration, Tab.SITUATION, below=True),
            **_pieces(snapshot, snapshot.content, base),
            "snapshot": snapshot,
            "link": link,
            "shared_url": request.build_absolute_uri(shared) if shared else "",
            "may_share": allows(actor, Action.SHARE_SNAPSHOT, snapshot),
        },
    )


@requires(Action.READ, sign_in=True)
def compare(request: HttpRequest, key: int) -> HttpResponse:
    """What has changed since a snapshot: until now, or until a later one (`?med=` its number)."""
    actor = actor_of(request)
    snapshot = _found(actor, key)
    others = list(queries.listed(actor, snapshot.collaboration).exclude(pk=key))
    wanted = request.GET.get("med", NOW)
    if wanted == NOW:
        number = snapshot.number + 1
        later = gather(actor=actor, collaboration=snapshot.collaboration, title=_("Nu"), number=number, now=clock.now())
        before, after = snapshot.content, later
    else:
        other = next((other for other in others if str(other.number) == wanted), None)
        if other is None:
            raise Http404
        first, second = sorted([snapshot, _found(actor, other.pk)], key=lambda found: found.taken_at)
        before, after = first.content, second.content
    changes = changes_between(before, after)
    return render(
        request,
        "picture/snapshots/compare.html",
        {
            **page_context(actor, snapshot.collaboration, Tab.SITUATION, below=True),
            "snapshot": snapshot,
            "others": others,
            "wanted": wanted,
            "since": day_of(before["picture"]["taken_at"]),
            "until": "" if wanted == NOW else day_of(after["picture"]["taken_at"]),
            "differs": any(change.differs for change in changes),
            "told": changes_told(changes),
            "rows": [compared(change) for change in changes],
            "area": snapshot.collaboration.area,
        },
    )


@require_POST
@requires(Action.SHARE_SNAPSHOT, sign_in=True)
def share(request: HttpRequest, key: int) -> HttpResponseBase:
    """Make the address, or withdraw it (`do=withdraw`)."""
    actor = actor_of(request)
    snapshot = find(actor, Action.SHARE_SNAPSHOT, queries.snapshots_visible_to(actor), pk=key)
    if request.POST.get("do") == "withdraw":
        services.withdraw_snapshot(actor=actor, snapshot=snapshot, now=clock.now())
        messages.success(request, _("Länken är återkallad. Den som har den kommer inte längre in."))
    else:
        services.share_snapshot(actor=actor, snapshot=snapshot, now=clock.now())
        messages.success(request, _("Länken är klar. Den som har den kan läsa lägesbilden utan att logga in."))
    return redirect(snapshot)


@requires(Action.READ, sign_in=True)
def file(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """The snapshot as a file."""
    snapshot = _found(actor_of(request), key)
    return _kept(_file(snapshot, snapshot.content, name))


@requires(Action.READ, sign_in=True)
def chart(request: HttpRequest, key: int, indicator: int, kind: str) -> HttpResponse:
    """The chart of an indicator, drawn from the snapshot's own figures."""
    snapshot = _found(actor_of(request), key)
    return _kept(_chart(request, snapshot.content, indicator, kind))


@public(reason="who has the address has been given it by a party, which can withdraw it")
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A snapshot by its link."""
    link = queries.link_by(token)
    if link is None or link.withdrawn_at is not None:
        return _unlisted(render(request, "picture/snapshots/withdrawn.html", status=404))
    content = for_outsiders(link.snapshot.content)
    base = reverse("picture:shared", args=[token])
    context = {**_pieces(link.snapshot, content, base), "snapshot": link.snapshot}
    return _unlisted(render(request, "picture/snapshots/shared.html", context))


@public(reason="who has the address has been given it by a party, which can withdraw it")
def shared_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    snapshot = _lent(token)
    return _unlisted(_file(snapshot, for_outsiders(snapshot.content), name))


@public(reason="who has the address has been given it by a party, which can withdraw it")
def shared_chart(request: HttpRequest, token: str, indicator: int, kind: str) -> HttpResponse:
    return _unlisted(_chart(request, for_outsiders(_lent(token).content), indicator, kind))


def _found(actor: Actor, key: int) -> Snapshot:
    return find(actor, Action.READ, queries.snapshots_visible_to(actor), pk=key)


def _lent(token: str) -> Snapshot:
    link = queries.link_by(token)
    if link is None or link.withdrawn_at is not None:
        raise Http404
    return link.snapshot


def _pieces(snapshot: Snapshot, content: Content, base: str) -> dict[str, Any]:
    """The page's own parts. They are made of what is frozen, so they are made once in each language."""
    return kept(partial(_made, content, base), of=("snapshot", snapshot.content_sha256, base), shared=False)


def _made(content: Content, base: str) -> dict[str, Any]:
    focuses = [
        {
            "focus": focus,
            "indicators": [
                {
                    "indicator": indicator,
                    "answer": answer(indicator),
                    "similar": similar_text(indicator),
                    "summary": beside(indicator),
                    "picture": picture_of(indicator, base),
                    "notes": notes_beside(content, indicator),
                    "downloads": [
                        (_("Bild till presentation (PNG)"), f"{base}diagram/{indicator.key}.png"),
                        (_("Bild till presentation (SVG)"), f"{base}diagram/{indicator.key}.svg?form=bild"),
                    ],
                }
                for indicator in focus.indicators
            ],
        }
        for focus in focuses_of(content)
    ]
    shown = {"focuses": focuses, "base": base, "lang": content["language"], "change_years": CHANGE_YEARS}
    return {
        "edition": edition(content),
        "about": about(content),
        "base": base,
        "body": render_to_string("picture/snapshots/body.html", shown),
        "contents": render_to_string("picture/snapshots/contents.html", shown),
    }


def _file(snapshot: Snapshot, content: Content, name: str) -> HttpResponse:
    """One of the files below a snapshot's address; made once, and kept while it is asked for."""
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "lagesbild.xlsx": (XLSX, partial(workbook, content)),
        "siffror.csv": ("text/csv; charset=utf-8", partial(csv_of, content)),
        "innehall.json": ("application/json; charset=utf-8", partial(_json, content)),
        "bilder-png.zip": ("application/zip", partial(slides, content, "png")),
        "bilder-svg.zip": ("application/zip", partial(slides, content, "svg")),
        **{
            f"lagesbild-{language}.pdf": ("application/pdf", partial(pdf, content, language=language))
            for language in LANGUAGES
        },
    }
    if name not in makers:
        raise Http404
    content_type, make = makers[name]
    # What outsiders are given lacks what is the parties' own, so the two are kept apart.
    whose = len(content["notes"]), content["picture"]["taken_by"]["name"]
    made = kept(make, of=("snapshot file", snapshot.content_sha256, name, whose), shared=False)
    response = HttpResponse(made, content_type=content_type)
    title = slugify(snapshot.title.replace("–", "-")) or "lagesbild"
    stem, _dot, kind = name.partition(".")
    response["Content-Disposition"] = f'attachment; filename="{title}-{snapshot.number}-{stem}.{kind}"'
    return response


def _json(content: Content) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _chart(request: HttpRequest, content: Content, key: int, kind: str) -> HttpResponse:
    """`form`: a page's picture, or a slide; PNG is always a slide. `sprak`: the language of its words."""
    indicator = next((found for found in thaw(content) if found.key == key), None)
    language = request.GET.get("sprak") or (get_language() or "sv")[:2]
    try:
        form, theme = Form(request.GET.get("form", Form.WIDE)), Theme(request.GET.get("tema", Theme.LIGHT))
    except ValueError:
        raise Http404 from None
    if indicator is None or kind not in ("svg", "png") or language not in NUMBERS:
        raise Http404
    with translation.override(language):
        if form is Form.SLIDE or kind == "png":
            svg = slide(content, indicator)
        else:
            svg = svg_of(chart_of(indicator, form, theme))
    if kind == "png":
        response = HttpResponse(png(svg), content_type="image/png")
    else:
        response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    if form is Form.SLIDE or kind == "png":
        response["Content-Disposition"] = f'attachment; filename="{file_name(indicator, kind)}"'
    response["Content-Security-Policy"] = SECURITY_POLICY
    return response


def _kept(response: HttpResponse) -> HttpResponse:
    """A party's own: its browser may keep what never changes, others may not."""
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Not to be found, kept or told of: the link can be withdrawn at any time, and the address is the key."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
