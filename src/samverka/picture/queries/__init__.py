"""Reading what a picture shows."""

from .cards import Beside, Card, Focus, cards_of, decimals_of, direction_of, focus_areas_of
from .figures import Group, Surroundings, at, figures_of, newest, similar_to, surroundings_of
from .spread import Place, Spread, kind_beside, places_of, spreads_of

__all__ = [
    "Beside",
    "Card",
    "Focus",
    "Group",
    "Place",
    "Spread",
    "Surroundings",
    "at",
    "cards_of",
    "decimals_of",
    "direction_of",
    "figures_of",
    "focus_areas_of",
    "kind_beside",
    "newest",
    "places_of",
    "similar_to",
    "spreads_of",
    "surroundings_of",
]
