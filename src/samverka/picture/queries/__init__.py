"""Reading what a picture shows."""

from .cards import (
    Beside,
    Card,
    Focus,
    cards_of,
    decimals_of,
    direction_of,
    focus_areas_here,
    focus_areas_of,
    focuses_of,
)
from .figures import Group, Surroundings, at, called, figures_of, newest, surroundings_of
from .indicated import Indicated, Parts, indicated, left_out, parts_of, ranking_of
from .own import areas_at_home, own_areas
from .spread import Place, Spread, kind_beside, places_of, spreads_of

__all__ = [
    "Beside",
    "Card",
    "Focus",
    "Group",
    "Indicated",
    "Parts",
    "Place",
    "Spread",
    "Surroundings",
    "areas_at_home",
    "at",
    "called",
    "cards_of",
    "decimals_of",
    "direction_of",
    "figures_of",
    "focus_areas_here",
    "focus_areas_of",
    "focuses_of",
    "indicated",
    "kind_beside",
    "left_out",
    "newest",
    "own_areas",
    "parts_of",
    "places_of",
    "ranking_of",
    "spreads_of",
    "surroundings_of",
]
