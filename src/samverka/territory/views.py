"""Areas: the list of all of them, and a county's nodes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.access.rules import allows
from samverka.foundation.versions import Overtaken

from . import queries, services
from .enums import AreaKind
from .forms import PREFIX, NodesForm
from .models import Area


@requires(Action.READ, sign_in=False)
def list_(request: HttpRequest) -> HttpResponse:
    """The nation, the counties with their municipalities and nodes, and the labour markets."""
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()[:80]
    found = queries.listed(actor, search=search)
    mine = {county.area.pk for county in found.counties if allows(actor, Action.DEFINE_NODES, county.area)}
    return render(request, "territory/list.html", {"found": found, "search": search, "mine": mine})


@requires(Action.DEFINE_NODES, sign_in=True)
def nodes(request: HttpRequest, code: str) -> HttpResponseBase:
    """A county's coordinator names its nodes and says which municipalities each is made of."""
    actor = actor_of(request)
    counties = queries.visible_to(actor).filter(kind=AreaKind.COUNTY)
    county = find(actor, Action.DEFINE_NODES, counties, code=code)
    municipalities = list(queries.municipalities_of(county))
    division = services.division_of(county)
    seal = services.seal_of(division)
    typed = request.POST.copy()
    form = NodesForm(
        typed or None,
        municipalities=municipalities,
        division=division,
        initial={
            "seen": seal,
            "some_outside": any(division.values()) and not all(division.values()),
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = _defined(actor, county, form)
            except Overtaken:
                status = 409
                form.add_error(None, _("Någon annan har delat in länet medan du skrev. Deras indelning står nedanför."))
                typed["seen"] = seal  # who sends again has seen it
            else:
                if made is not None:
                    messages.success(request, _told(county, made, municipalities))
                    return redirect("territory:nodes", code=code)
    return render(
        request,
        "territory/nodes.html",
        {
            "county": county,
            "municipalities": municipalities,
            "form": form,
            "summary": queries.division_of_county(county, municipalities, division),
            "names": sorted({name for name in division.values() if name}),
            "overtaken": status == 409,
        },
        status=status,
    )


def _defined(actor: Actor, county: Area, form: NodesForm) -> list[Area] | None:
    """The nodes, or None with the form saying what is wrong.

    Raises:
        Overtaken: somebody else has divided the county since.
    """
    try:
        return services.define_nodes(
            actor=actor,
            county=county,
            division=form.division,
            seen=form.cleaned_data["seen"],
            some_outside=form.cleaned_data["some_outside"],
            now=clock.now(),
        )
    except services.IncompleteDivision as incomplete:
        for code in incomplete.outside:
            form.add_error(PREFIX + code, _("Skriv en delregion."))
        form.add_error(
            "some_outside",
            _("Delregionerna summerar inte till länet. Placera alla kommuner, eller säg att några står utanför."),
        )
    except services.UnusableName as unusable:
        for code, name in form.division.items():
            if name.casefold() == unusable.name.casefold():
                form.add_error(
                    PREFIX + code, _("Namnet går inte att skilja från ett annat. Skriv ett namn med bokstäver.")
                )
    except services.NodeInUse as used:
        form.add_error(
            None, _("Delregionen %(name)s används av en samverkan och kan inte tas bort.") % {"name": used.name}
        )
    except services.OneMunicipality:
        form.add_error(None, _("Länet har en enda kommun och delas inte in."))
    return None


def _told(county: Area, made: list[Area], municipalities: list[Area]) -> str:
    if not made:
        return _("%(county)s har inga delregioner längre.") % {"county": county}
    inside = sum(node.population for node in made)
    if inside == sum(area.population for area in municipalities):
        return _("Delregionerna är sparade och summerar till %(county)s.") % {"county": county}
    return _("Delregionerna är sparade. De täcker inte hela %(county)s.") % {"county": county}
