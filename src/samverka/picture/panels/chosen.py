"""What the parties of a collaboration have chosen to follow, as cards on the tab Lägesbild."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import followed_by, followed_state
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actors import Actor
from samverka.foundation.ui.kept import kept
from samverka.picture import queries
from samverka.statistics.models import Indicator


def _chosen(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    indicators = followed_by(actor, collaboration)
    if not indicators:
        return None
    beside = queries.surroundings_of(collaboration.area)
    cards = kept(
        lambda: _cards(collaboration, indicators, beside),
        of=(
            *("chosen", collaboration.slug, collaboration.area, *beside.made_of),
            *followed_state(actor, collaboration),
        ),
    )
    return {"collaboration": collaboration, "cards": cards}


def _cards(collaboration: Collaboration, indicators: Sequence[Indicator], beside: queries.Surroundings) -> str:
    cards = queries.cards_of(indicators, beside)
    return render_to_string(
        "picture/chosen_cards.html",
        {
            "area": collaboration.area,
            "suffix": f"?samverkan={collaboration.slug}",
            "cards": [card for card in cards if card.now is not None],
            "without": [card.indicator for card in cards if card.now is None],
        },
    )


register_panel(Panel(key="chosen", tab=Tab.SITUATION, order=5, template="picture/chosen.html", context=_chosen))
