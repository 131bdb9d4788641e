"""The parts of an area's picture that are the same for everybody who may read its indicators; they are kept."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from samverka.foundation.ui.kept import kept
from samverka.picture import queries, wording
from samverka.statistics.models import Indicator
from samverka.statistics.queries import figures_state


def pieces_of(
    beside: queries.Surroundings, parts: Sequence[queries.Focus], *, key: str = "", suffix: str = ""
) -> dict[str, str]:
    """`people` and `answer` in words, `overview` and `main` as HTML.

    Args:
        beside: the area, and what it is compared with.
        parts: its focus areas with the indicators that the reader may read.
        key: the focus area, when only one is wanted.
        suffix: the query that the links carry on.
    """
    indicators = list({indicator.pk: indicator for part in parts for indicator in part.indicators}.values())
    return kept(
        lambda: _pieces(beside, parts, indicators, key, suffix),
        of=(
            *("picture", key, suffix, beside.area, *beside.made_of),
            *(piece for part in parts for piece in (part.area, *(i.pk for i in part.indicators))),
            *indicators,
            *figures_state(indicators),
        ),
    )


def _pieces(
    beside: queries.Surroundings,
    parts: Sequence[queries.Focus],
    indicators: Sequence[Indicator],
    key: str,
    suffix: str,
) -> dict[str, str]:
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
