"""The parts of an area's picture that are the same for everybody who may read its indicators; they are kept."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from samverka.foundation.database.states import rows_state
from samverka.foundation.ui.kept import kept
from samverka.picture import queries, wording
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator
from samverka.statistics.queries import figures_state


def pieces_of(
    beside: queries.Surroundings,
    focus_areas: Sequence[FocusArea],
    visible: QuerySet[Indicator],
    *,
    key: str = "",
    suffix: str = "",
) -> dict[str, str]:
    """`people` and `answer` in words, `overview` and `main` as HTML. Three queries when they are kept.

    Args:
        beside: the area, and what it is compared with.
        focus_areas: its focus areas, or the one that is wanted.
        visible: the indicators in any focus area that the reader may read.
        key: the focus area, when only one is wanted.
        suffix: the query that the links carry on.
    """
    return kept(
        lambda: _pieces(beside, queries.focuses_of(focus_areas, visible), key, suffix),
        of=(
            *("picture", key, suffix, beside.area, *beside.made_of, *focus_areas),
            *(rows_state(FocusIndicator.objects.all()), rows_state(visible), *figures_state(visible)),
        ),
    )


def _pieces(beside: queries.Surroundings, parts: Sequence[queries.Focus], key: str, suffix: str) -> dict[str, str]:
    indicators = list({indicator.pk: indicator for part in parts for indicator in part.indicators}.values())
    cards = {card.indicator.pk: card for card in queries.cards_of(indicators, beside)}
    against = _("liknande kommuner") if beside.similar else queries.called(beside.wider[0]) if beside.wider else ""
    sections = []
    for part in parts:
        inside = [cards[indicator.pk] for indicator in part.indicators]
        sections.append(
            {
                "focus": part.area,
                "cards": [card for card in inside if card.now is not None],
                "without": [card.indicator for card in inside if card.now is None and not card.has_no_total],
                "answers": [card.indicator for card in inside if card.has_no_total],
                "tally": wording.tally(inside),
            }
        )
    everything = {
        "area": beside.area,
        "focus": parts[0].area if key else None,
        "beside": beside,
        "suffix": suffix,
        "sections": sections,
        "cards": cards,
    }
    return {
        "people": wording.people(beside.area, cards.values()),
        "answer": wording.answer(list(cards.values()), against),
        "overview": render_to_string("picture/overview.html", everything) if len(sections) > 1 else "",
        "main": render_to_string("picture/sections.html", everything),
    }
