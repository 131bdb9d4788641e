"""Finding indicators and tables at the sources, and adding them."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from samverka.connectors.faults import SourceError
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, check, requires
from samverka.statistics import queries, services
from samverka.statistics.enums import Measure
from samverka.statistics.forms.tables import TableForm
from samverka.statistics.services import adding
from samverka.statistics.services.connecting import KOLADA, SCB, address_of

LONGEST = 100
SHOWN = 20
"""Of the indicators that are here already, when the source does not answer."""
LISTS = "lista-"
"""How a code list is chosen for a dimension in the address: `lista-Alder=agg_…`."""


def told(error: SourceError) -> str:
    """What is wrong with a source, and what to do, in the reader's language."""
    return f"{_(error.sentence) % error.details} {_(error.remedy)}"


def _unanswered(request: HttpRequest, source: str, words: str, error: SourceError) -> HttpResponse:
    """What is wrong with the source, what to do meanwhile, and which of its indicators are here already."""
    known = queries.catalogue(actor_of(request), search=words).filter(source__key=source)
    return render(
        request,
        "statistics/find.html",
        {
            "words": words,
            "source": source,
            "offers": None,
            "failure": told(error),
            "address": urlsplit(address_of(source)).netloc if error.is_retryable else "",
            "known": known[:SHOWN],
        },
        status=502,
    )


@requires(Action.IMPORT_STATISTICS, sign_in=True)
def find_(request: HttpRequest) -> HttpResponseBase:
    """Search in Kolada's indicators or Statistics Sweden's tables, as they are right now."""
    actor = actor_of(request)
    check(actor, Action.IMPORT_STATISTICS, None)
    words = request.GET.get("q", "").strip()[:LONGEST]
    source = SCB if request.GET.get("kalla") == SCB else KOLADA
    offers = None
    if words:
        try:
            search = adding.search_scb if source == SCB else adding.search_kolada
            offers = search(actor=actor, words=words)
        except SourceError as error:
            return _unanswered(request, source, words, error)
    return render(request, "statistics/find.html", {"words": words, "source": source, "offers": offers})


@requires(Action.IMPORT_STATISTICS, sign_in=True)
@require_POST
def add_kpi(request: HttpRequest) -> HttpResponseBase:
    """Add one of Kolada's indicators, and order its figures."""
    actor = actor_of(request)
    check(actor, Action.IMPORT_STATISTICS, None)
    key = request.POST.get("nyckel", "").strip()[:LONGEST]
    try:
        indicator = adding.add_kpi(actor=actor, key=key, now=clock.now())
    except SourceError as error:
        return _unanswered(request, KOLADA, key, error)
    messages.success(request, _("%(name)s är tillagd. Siffrorna hämtas nu.") % {"name": indicator.name})
    job = services.order_refresh(actor=actor, source=KOLADA, keys=[indicator.source_key], full=False, now=clock.now())
    return redirect("web:job", key=job.pk)


@requires(Action.IMPORT_STATISTICS, sign_in=True)
def table(request: HttpRequest) -> HttpResponseBase:
    """Choose in one of Statistics Sweden's tables (`?tabell=TAB6471`), add the choice, and order its figures."""
    actor = actor_of(request)
    check(actor, Action.IMPORT_STATISTICS, None)
    id_ = request.GET.get("tabell", "").strip()[:LONGEST]
    if not id_:
        return redirect("statistics:find")
    chosen = {
        name.removeprefix(LISTS): str(value) for name, value in request.GET.items() if name.startswith(LISTS) and value
    }
    try:
        opened = adding.open_table(actor=actor, id_=id_)
        lists = {
            dimension.id: adding.code_list(actor=actor, id_=chosen[dimension.id])
            for dimension in opened.others
            if chosen.get(dimension.id) in opened.table.code_lists(dimension.id)
        }
        form = TableForm(request.POST or None, opened=opened, code_lists=lists)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            indicator = adding.add_table(
                actor=actor,
                opened=opened,
                choice=adding.TableChoice(
                    name=given["name"],
                    unit=given["unit"],
                    measure=Measure(given["measure"]),
                    contents=given.get("contents", ""),
                    period=given.get("period", ""),
                    choices=form.chosen(),
                ),
                now=clock.now(),
            )
            messages.success(request, _("%(name)s är tillagd. Siffrorna hämtas nu.") % {"name": indicator.name})
            job = services.order_refresh(
                actor=actor, source=SCB, keys=[indicator.source_key], full=False, now=clock.now()
            )
            return redirect("web:job", key=job.pk)
    except SourceError as error:
        return _unanswered(request, SCB, id_, error)
    return render(
        request,
        "statistics/table_choice.html",
        {
            "opened": opened,
            "form": form,
            "id": id_,
            "lists": [
                (dimension, opened.table.code_lists(dimension.id), chosen.get(dimension.id, ""))
                for dimension in opened.others
                if opened.table.code_lists(dimension.id)
            ],
            "prefix": LISTS,
        },
        status=422 if form.is_bound else 200,
    )
