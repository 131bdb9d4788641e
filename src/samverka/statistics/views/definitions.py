"""What indicators measure: changed, counted out of others, grouped in focus areas."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden, actor_of, find, requires
from samverka.foundation.access.rules import allows, permitted
from samverka.foundation.versions import Overtaken
from samverka.organisations import queries as organisations
from samverka.organisations.models import Organisation
from samverka.statistics import queries
from samverka.statistics.enums import Measure, Polarity, Recipe
from samverka.statistics.forms.definitions import DefinitionForm, DerivedForm, FocusAreaForm
from samverka.statistics.models import FocusArea, Indicator
from samverka.statistics.queries import focus
from samverka.statistics.queries.formulas import CannotCount, Counting, reference, resting_on
from samverka.statistics.rules import arranges_something
from samverka.statistics.services import definitions, deriving, focusing

OFFERED = 500
"""Indicators that a field suggests; any other can be written."""


def _offered(actor: Actor) -> list[Indicator]:
    return list(queries.visible_to(actor).filter(extractions__isnull=False).distinct().order_by("source_key")[:OFFERED])


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def change(request: HttpRequest, key: int) -> HttpResponseBase:
    """Say more of an indicator, or something else; what was said before is kept."""
    actor = actor_of(request)
    visible = queries.visible_to(actor)
    indicator = find(actor, Action.ARRANGE_STATISTICS, visible.select_related("source", "weight", "continues"), pk=key)
    areas = list(focus.focus_areas_arranged_by(actor))
    form = DefinitionForm(request.POST or None, initial=_as_it_is(indicator, areas), visible=visible, focus_areas=areas)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        edit = definitions.Edit(
            **{name: given[name] for name in definitions.FIELDS if name not in ("polarity", "measure")},
            polarity=Polarity(given["polarity"]),
            measure=Measure(given["measure"]),
        )
        try:
            definitions.change_indicator(
                actor=actor, indicator=indicator, edit=edit, seen=given["seen"], now=clock.now()
            )
            focusing.stand_in(
                actor=actor,
                indicator=indicator,
                areas=[area for area in areas if area.pk in given["focus"]],
                of=areas,
                now=clock.now(),
            )
        except definitions.WeighsItself:
            form.add_error(None, _("Indikatorn kan inte vägas med sig själv, och inte fortsätta sig själv."))
        except definitions.RestsOnClosed:
            form.add_error(None, _("Den här indikatorn får alla läsa. Då kan den inte bygga på en som inte är öppen."))
        except Overtaken as overtaken:
            return _conflict(request, form, overtaken.current)
        else:
            messages.success(request, _("Definitionen är sparad. Den tidigare finns kvar på indikatorns sida."))
            return redirect("statistics:indicator", key=key)
    return render(
        request,
        "statistics/change.html",
        {"indicator": indicator, "form": form, "offered": _offered(actor), "resting": resting_on(actor, indicator)},
        status=422 if form.is_bound else 200,
    )


def _as_it_is(indicator: Indicator, areas: list[FocusArea]) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(indicator, name) for name in definitions.FIELDS}
    for name in ("weight", "continues"):
        other = getattr(indicator, name)
        said[name] = "" if other is None else other.source_key
    places = set(indicator.focus_places.values_list("focus_area_id", flat=True))
    return said | {"seen": definitions.seal_of(indicator), "focus": [area.pk for area in areas if area.pk in places]}


def _conflict(request: HttpRequest, form: DefinitionForm, current: Indicator) -> HttpResponse:
    """Both definitions beside each other; what was typed goes along, with the seal of the one that stands now."""
    mine = form.cleaned_data
    told = [
        (form.fields[name].label, _told(name, mine[name]), _told(name, getattr(current, name)))
        for name in definitions.FIELDS
    ]
    conflict = {
        "what": _("definitionen"),
        "fields": [field for field in told if field[1] != field[2]],
        "hidden": [
            *((name, value) for name in form.fields if name != "seen" for value in request.POST.getlist(name)),
            ("seen", definitions.seal_of(current)),
        ],
        "action": request.path,
        "back": reverse("statistics:indicator", args=[current.pk]),
    }
    return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)


def _told(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if name == "polarity":
        return str(Polarity(str(value)).label)
    if name == "measure":
        return str(Measure(str(value)).label)
    return "" if value is None else str(value)


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def derive(request: HttpRequest) -> HttpResponseBase:
    """Count an indicator out of others: kind, inputs, and what it is to be called."""
    actor = actor_of(request)
    may_all = allows(actor, Action.IMPORT_STATISTICS, None)
    owners = _organisations(actor)
    if not arranges_something(actor):
        raise Forbidden(Action.ARRANGE_STATISTICS)
    visible = queries.visible_to(actor)
    form = DerivedForm(request.POST or None, visible=visible, owners=owners, may_all=may_all)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        counting = _counting(given)
        try:
            indicator = deriving.add_derived(
                actor=actor,
                organisation=next((o for o in owners if o.pk == given["owner"]), None),
                counting=counting,
                name=given["name"],
                polarity=Polarity(given["polarity"]),
                now=clock.now(),
            )
        except deriving.NoFigures:
            form.add_error(None, _("Det finns inga områden och år där alla indikatorerna har siffror."))
        except deriving.ClosedToOthers:
            form.add_error(
                "owner", _("En av indikatorerna är inte öppen för alla. Välj den organisation som äger den.")
            )
        except CannotCount as refused:
            form.add_error(None, str(refused))
        except deriving.AlreadyDerived as there:
            messages.info(request, _("Indikatorn fanns redan."))
            return redirect("statistics:indicator", key=there.indicator.pk)
        else:
            messages.success(request, _("Indikatorn är räknad för alla områden som har siffror."))
            return redirect("statistics:indicator", key=indicator.pk)
    return render(
        request,
        "statistics/derive.html",
        {"form": form, "offered": _offered(actor)},
        status=422 if form.is_bound else 200,
    )


def _counting(given: dict[str, object]) -> Counting:
    recipe = Recipe(str(given["recipe"]))
    used = [given["first"]] if recipe in {Recipe.SEX_GAP, Recipe.INDEX} else [given["first"], given["second"]]
    per, base_year = given["per"], given["base_year"]
    return Counting(
        recipe,
        tuple(reference(indicator) for indicator in used if isinstance(indicator, Indicator)),
        per if isinstance(per, int) and recipe is Recipe.RATE else 100,
        base_year if isinstance(base_year, int) and recipe is Recipe.INDEX else None,
    )


def _organisations(actor: Actor) -> list[Organisation]:
    """Those whose statistics the actor arranges."""
    return list(permitted(actor, Action.ARRANGE_STATISTICS, organisations.visible_to(actor)).order_by("name"))


@requires(Action.READ, sign_in=False)
def focus_areas(request: HttpRequest) -> HttpResponse:
    """The focus areas, with what stands in them."""
    actor = actor_of(request)
    areas = list(focus.focus_areas_with_indicators(actor))
    return render(
        request,
        "statistics/focus_areas.html",
        {
            "areas": [(area, allows(actor, Action.ARRANGE_STATISTICS, area)) for area in areas],
            "organisations": _organisations(actor),
        },
    )


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def add_focus_area(request: HttpRequest, key: int) -> HttpResponseBase:
    """An organisation's coordinator adds a focus area."""
    actor = actor_of(request)
    organisation = find(actor, Action.ARRANGE_STATISTICS, organisations.visible_to(actor), pk=key)
    form = FocusAreaForm(request.POST or None, visible=queries.visible_to(actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            focusing.add_focus_area(
                actor=actor,
                organisation=organisation,
                name=given["name"],
                question=given["question"],
                order=given["order"],
                indicators=given["indicators"],
                now=clock.now(),
            )
        except focusing.NameTaken:
            form.add_error("name", _("Organisationen har redan ett fokusområde som heter så."))
        else:
            messages.success(request, _("Fokusområdet %(name)s är tillagt.") % {"name": given["name"]})
            return redirect("statistics:focus_areas")
    return render(
        request,
        "statistics/focus_area.html",
        {"organisation": organisation, "form": form, "offered": _offered(actor)},
        status=422 if form.is_bound else 200,
    )


@requires(Action.ARRANGE_STATISTICS, sign_in=True)
def change_focus_area(request: HttpRequest, key: int) -> HttpResponseBase:
    """Change a focus area: its name, its question, its place, and its indicators in order."""
    actor = actor_of(request)
    area = find(actor, Action.ARRANGE_STATISTICS, focus.focus_areas_visible_to(actor), pk=key)
    visible = queries.visible_to(actor)
    standing = visible.filter(focus_places__focus_area=area).order_by("focus_places__order", "focus_places__pk")
    form = FocusAreaForm(
        request.POST or None,
        visible=visible,
        initial={
            "name": area.name,
            "question": area.question,
            "order": area.order,
            "indicators": _lines(standing),
            "seen": focusing.seal_of(area),
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            focusing.change_focus_area(
                actor=actor,
                area=area,
                name=given["name"],
                question=given["question"],
                order=given["order"],
                indicators=given["indicators"],
                seen=given["seen"],
                now=clock.now(),
            )
        except Overtaken as overtaken:
            return _focus_conflict(request, form, overtaken.current, _lines(standing.all()))
        messages.success(request, _("Fokusområdet är sparat."))
        return redirect("statistics:focus_areas")
    return render(
        request,
        "statistics/focus_area.html",
        {"organisation": area.organisation, "area": area, "form": form, "offered": _offered(actor)},
        status=422 if form.is_bound else 200,
    )


def _lines(indicators: Iterable[Indicator]) -> str:
    """As the form's field has them."""
    return "\n".join(indicator.source_key for indicator in indicators)


def _focus_conflict(request: HttpRequest, form: FocusAreaForm, current: FocusArea, standing: str) -> HttpResponse:
    """Both versions beside each other; what was typed goes along, with the seal of the one that stands now."""
    mine = form.cleaned_data | {"indicators": _lines(form.cleaned_data["indicators"])}
    theirs = {"name": current.name, "question": current.question, "order": current.order, "indicators": standing}
    conflict = {
        "what": _("fokusområdet"),
        "fields": [
            (form.fields[name].label, mine[name], theirs[name]) for name in theirs if mine[name] != theirs[name]
        ],
        "hidden": [*((name, mine[name]) for name in theirs), ("seen", focusing.seal_of(current))],
        "action": request.path,
        "back": reverse("statistics:focus_areas"),
    }
    return render(request, "ui/conflict.html", {"conflict": conflict}, status=409)
