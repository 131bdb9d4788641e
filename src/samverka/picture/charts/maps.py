"""The map of an indicator: the municipalities around an area, or the counties of the nation."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from samverka.foundation.ui.figures import ABSENCE, Presence
from samverka.picture.wording import amount
from samverka.statistics.enums import Measure, ObservationStatus
from samverka.territory import charts as territory
from samverka.territory.charts.maps import Map, laid_out

from .layout import Form

if TYPE_CHECKING:
    from . import Shown


def map_of(shown: "Shown", form: Form) -> Map:
    """The areas of `parts` where they lie. Amounts are circles; everything else is coloured in few classes."""
    found = shown.found
    parts = shown.parts
    assert parts is not None  # noqa: S101  a map is asked for with its parts
    places = []
    for area in parts.areas:
        figure = next((f for f in parts.of(area, shown.sex) if f.year == found.year), None)
        value = figure.value if figure else None
        status = figure.status if figure else ObservationStatus.MISSING
        presence = status.presence
        text = (
            str(ABSENCE[Presence(presence)][1] if Presence(presence) in ABSENCE else _("saknas"))
            if value is None
            else amount(value, found.indicator, found.decimals)
        )
        places.append(territory.Place(area, value, text, presence))
    return laid_out(
        places,
        shown.outlines,
        territory.Form(form.value),
        decimals=found.decimals,
        by_size=found.indicator.measure == Measure.COUNT,
        words=territory.Words(
            unit=found.indicator.unit,
            size=_("storlek: invånare"),
            missing=_("saknas"),
            suppressed=_("för få"),
        ),
    )
