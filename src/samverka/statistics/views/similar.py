"""With which municipalities one is compared, why, and what else could be."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import actor_of, find, requires
from samverka.foundation.access.rules import allows
from samverka.statistics import services
from samverka.statistics.forms.similar import PREFIX, CriteriaForm
from samverka.statistics.models import ComparisonGroup
from samverka.statistics.queries import comparisons
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import visible_to as areas_visible_to

GROUP = "grupp"
DEFAULT = "standard"


@requires(Action.READ, sign_in=False)
def similar(request: HttpRequest, code: str) -> HttpResponse:
    """The municipalities that one is like. The address may hold other criteria, or name one of Kolada's groups."""
    actor = actor_of(request)
    area = _municipality(request, code, Action.READ)
    chosen = comparisons.chosen_for(area)
    groups = comparisons.kolada_groups(area)
    is_tried = any(name.startswith(PREFIX) for name in request.GET)
    candidates = comparisons.candidates_for(area)
    form = CriteriaForm(
        request.GET if is_tried else None, candidates=candidates, standing=chosen.criteria if chosen else None
    )
    status = 200
    if GROUP in request.GET:
        named = comparisons.kolada_group(area, request.GET[GROUP])
        if named is None:
            raise Http404
        shown = named
    elif is_tried and form.is_valid():
        shown = comparisons.similar_to(area, form.criteria, candidates)
    elif chosen is not None and DEFAULT not in request.GET and not is_tried:
        shown = chosen
    else:
        status = 422 if is_tried else 200
        shown = comparisons.similar_to(area, None, candidates)
    return render(
        request,
        "statistics/similar.html",
        {
            "area": area,
            "shown": shown,
            "rows": comparisons.members_of(area, shown),
            "compared": comparisons.compared_by(area, shown, candidates),
            "form": form,
            "kept": _kept(shown),
            "groups": groups,
            "chosen": chosen,
            "is_chosen": chosen is not None and shown is chosen,
            "may_choose": allows(actor, Action.CHOOSE_COMPARISON, area),
        },
        status=status,
    )


@requires(Action.CHOOSE_COMPARISON, sign_in=True)
def choose(request: HttpRequest, code: str) -> HttpResponseBase:
    """A municipality's coordinator says with whom they are compared, on every page."""
    area = _municipality(request, code, Action.CHOOSE_COMPARISON)
    if request.method != "POST":
        return redirect("statistics:similar", code=code)
    try:
        _choose(request, area)
    except services.NobodyToCompareWith:
        messages.error(request, _("Valet gav ingen kommun att jämföra med. Inget är ändrat."))
    else:
        messages.success(request, _("%(area)s jämförs nu så på alla sidor.") % {"area": area})
    return redirect("statistics:similar", code=code)


def _choose(request: HttpRequest, area: Area) -> None:
    """What the form says: the standing criteria, one of Kolada's groups, or criteria.

    Raises:
        NobodyToCompareWith: it chooses nobody.
    """
    actor, now = actor_of(request), clock.now()
    if request.POST.get(DEFAULT):
        services.choose_default(actor=actor, area=area, now=now)
        return
    if request.POST.get(GROUP):
        group = ComparisonGroup.objects.filter(area=area, source_key=request.POST[GROUP]).first()
        if group is None:
            raise Http404
        services.choose_group(actor=actor, area=area, group=group, now=now)
        return
    form = CriteriaForm(request.POST, candidates=comparisons.candidates_for(area), standing=None)
    if not form.is_valid():
        raise services.NobodyToCompareWith
    services.choose_similar(actor=actor, area=area, criteria=form.criteria, now=now)


def _kept(shown: comparisons.Comparison) -> list[tuple[str, str]]:
    """The criteria of what is shown, as the form writes them."""
    if shown.criteria is None:
        return []
    weights = [(PREFIX + key, f"{weight:g}") for key, weight in shown.criteria.weights.items()]
    return [*weights, ("antal", str(shown.criteria.nearest))]


def _municipality(request: HttpRequest, code: str, action: Action) -> Area:
    return find(
        actor_of(request),
        action,
        areas_visible_to(actor_of(request)).filter(kind=AreaKind.MUNICIPALITY),
        code=code,
    )
