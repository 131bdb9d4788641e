"""Figures of a frozen picture in tables."""

from django import template
from django.utils.safestring import SafeString

from samverka.foundation.ui.figures import Presence, number_text
from samverka.foundation.ui.templatetags.ui import figure
from samverka.picture.content.frozen import FrozenArea, FrozenIndicator
from samverka.picture.content.gathering import Content
from samverka.picture.content.wording import day_of, kind_word
from samverka.statistics.enums import ObservationStatus, Sex

register = template.Library()


@register.simple_tag
def frozen_figure(indicator: FrozenIndicator, area: FrozenArea, sex: str, year: int | None) -> SafeString:
    """The figure of an area, or why there is none. Where the source had no row, it is missing."""
    found = indicator.at(area.code, Sex(sex), year)
    if found is None:
        return figure(None, "", Presence.MISSING)
    return figure(found.value, "", ObservationStatus(found.status).presence, indicator.decimals)


@register.simple_tag
def frozen_change(indicator: FrozenIndicator, area: FrozenArea) -> str:
    """The change over five years with its sign; a dash when a year lacks a value."""
    change = indicator.change(area.code)
    return "–" if change is None else number_text(change, indicator.decimals, signed=True)


@register.simple_tag
def frozen_kind(note: Content) -> str:
    """From where the knowledge in a note comes."""
    return kind_word(note)


@register.simple_tag
def frozen_day(moment: str) -> str:
    """The day of a moment, as it is written out."""
    return day_of(moment)
