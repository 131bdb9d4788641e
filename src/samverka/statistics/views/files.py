"""An organisation's own measurements: described, filled in, looked at, taken in, and taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.ui.chart_files import XLSX
from samverka.organisations.queries import visible_to as organisations_visible_to
from samverka.statistics.enums import IndicatorKind
from samverka.statistics.forms.files import ColumnsForm, FileForm, MeasurementForm
from samverka.statistics.models import Extraction, Indicator
from samverka.statistics.queries import files as queries
from samverka.statistics.queries import visible_to
from samverka.statistics.services import files as services

IMPORTS_SHOWN = 5


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def own(request: HttpRequest, key: int) -> HttpResponse:
    """What an organisation measures for itself."""
    actor = actor_of(request)
    organisation = find(actor, Action.ARRANGE_STATISTICS, organisations_visible_to(actor), pk=key)
    measured = visible_to(actor).filter(organisation=organisation).order_by("name")
    return render(request, "statistics/own.html", {"organisation": organisation, "indicators": measured})


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def new(request: HttpRequest, key: int) -> HttpResponseBase:
    """Describe something that the organisation measures."""
    actor = actor_of(request)
    organisation = find(actor, Action.ARRANGE_STATISTICS, organisations_visible_to(actor), pk=key)
    form = MeasurementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_measurement(
                actor=actor, organisation=organisation, details=form.details(), now=clock.now()
            )
        except services.AlreadyMeasured:
            form.add_error("name", _("Ni har redan en mätning som heter så. Skriv ett annat namn."))
        else:
            messages.success(request, _("Mätningen är beskriven. Hämta mallen och fyll i siffrorna."))
            return redirect("statistics:figures_file", key=added.pk)
    context = {"organisation": organisation, "form": form}
    return render(request, "statistics/measurement.html", context, status=422 if form.is_bound else 200)


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def upload(request: HttpRequest, key: int) -> HttpResponseBase:
    """Get the template, and give a file; nothing is changed before one has seen what it would change."""
    actor = actor_of(request)
    indicator = _found(actor, key)
    form = FileForm(request.POST or None, request.FILES or None, initial={"extracted_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        file = services.upload_file(
            actor=actor,
            indicator=indicator,
            name=given.name,
            content=given.read(),
            extracted_on=form.cleaned_data["extracted_on"],
            now=clock.now(),
        )
        return redirect("statistics:preview", indicator=key, key=file.pk)
    latest = queries.undoable(indicator)
    return render(
        request,
        "statistics/figures_file.html",
        {
            "indicator": indicator,
            "form": form,
            "waiting": queries.files_visible_to(actor).filter(indicator=indicator).first(),
            "imports": [(found, latest == found) for found in queries.imports_of(indicator, count=IMPORTS_SHOWN)],
        },
        status=422 if form.is_bound else 200,
    )


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def template(request: HttpRequest, key: int, kind: str) -> HttpResponse:
    """The template, filled in with the areas, the years and what is known."""
    indicator = _found(actor_of(request), key)
    kinds = {"csv": (services.template_csv, "text/csv; charset=utf-8"), "xlsx": (services.template_xlsx, XLSX)}
    if kind not in kinds:
        raise Http404
    make, content_type = kinds[kind]
    content = make(indicator, queries.areas_to_measure(indicator), last_year=clock.today().year)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="mall-{indicator.source_key}.{kind}"'
    return response


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def preview(request: HttpRequest, indicator: int, key: int) -> HttpResponseBase:
    """What a file would change. `do`: match its columns otherwise, take it in, or throw it away."""
    actor = actor_of(request)
    measured = _found(actor, indicator)
    file = queries.files_visible_to(actor).filter(pk=key, indicator=measured).first()
    if file is None:  # somebody has gone back to it, or pressed twice
        messages.info(request, _("Filen är inläst eller kastad och väntar inte längre."))
        return redirect("statistics:figures_file", key=indicator)
    do = request.POST.get("do", "")
    if do == "discard":
        services.discard_file(actor=actor, file=file)
        messages.success(request, _("Filen är kastad. Inga siffror har ändrats."))
        return redirect("statistics:figures_file", key=indicator)
    if do == "take":
        try:
            taken = services.take_file_in(actor=actor, file=file, today=clock.today(), now=clock.now())
        except services.FileRefused:
            return redirect(request.path)
        messages.success(
            request,
            _("%(file)s är inläst: %(added)s nya och %(changed)s ändrade siffror.")
            % {"file": file.name, "added": taken.added, "changed": taken.revised},
        )
        return redirect("statistics:figures_file", key=indicator)
    shown = services.preview_of(file, today=clock.today())
    typed = request.POST if do == "match" else None
    form = ColumnsForm(typed, names=shown.names, columns=shown.columns, is_table=shown.is_table)
    if do == "match" and form.is_valid():
        services.match_columns(actor=actor, file=file, columns=form.columns())
        return redirect(request.path)
    return render(
        request,
        "statistics/preview.html",
        {"indicator": measured, "file": file, "shown": shown, "form": form if shown.names else None},
        status=422 if form.is_bound else 200,
    )


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def undo(request: HttpRequest, key: int, extraction: int) -> HttpResponseBase:
    """Take an import back, after a look at what it was."""
    actor = actor_of(request)
    indicator = _found(actor, key)
    found = get_object_or_404(Extraction.objects.select_related("indicator"), pk=extraction, indicator=indicator)
    latest = queries.undoable(indicator)
    if request.method == "POST":
        try:
            services.undo_import(actor=actor, extraction=found, now=clock.now())
        except services.NotTheLatest:
            messages.warning(request, _("Inläsningen går inte att ångra: en annan har kommit efter den."))
        else:
            messages.success(request, _("Inläsningen är ångrad. Siffrorna är som före den."))
        return redirect("statistics:figures_file", key=key)
    if latest != found:
        messages.warning(request, _("Bara den senaste inläsningen av en fil går att ångra."))
        return redirect("statistics:figures_file", key=key)
    context = {"indicator": indicator, "extraction": found, "back": reverse("statistics:figures_file", args=[key])}
    return render(request, "statistics/undo.html", context)


def _found(actor: Actor, key: int) -> Indicator:
    """One whose figures can come as a file: not one that is counted out of others."""
    indicators = visible_to(actor).exclude(kind=IndicatorKind.DERIVED).select_related("source", "organisation__area")
    return find(actor, Action.ARRANGE_STATISTICS, indicators, pk=key)
