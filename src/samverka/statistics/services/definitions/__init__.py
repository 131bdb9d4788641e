"""What indicators measure: definitions that come with Samverka, from their source, from a file, or by a formula."""

from .editing import FIELDS, Edit, NothingToChain, RestsOnClosed, WeighsItself, change_indicator, seal_of
from .files import Definition, Definitions, is_definitions, read_definitions
from .taking_in import take_in_definitions, take_in_kpis

__all__ = [
    "FIELDS",
    "Definition",
    "Definitions",
    "Edit",
    "NothingToChain",
    "RestsOnClosed",
    "WeighsItself",
    "change_indicator",
    "is_definitions",
    "read_definitions",
    "seal_of",
    "take_in_definitions",
    "take_in_kpis",
]
