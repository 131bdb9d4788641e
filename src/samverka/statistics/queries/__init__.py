"""Reading indicators and observations."""

from .catalogue import catalogue, visible_to
from .reading import (
    Figure,
    Latest,
    Series,
    latest_extraction,
    latest_extractions,
    latest_of,
    series_of,
    series_of_many,
)
from .tables import SMALL_RATIO, YEARS_SHOWN, Line, Table, table_of

__all__ = [
    "SMALL_RATIO",
    "YEARS_SHOWN",
    "Figure",
    "Latest",
    "Line",
    "Series",
    "Table",
    "catalogue",
    "latest_extraction",
    "latest_extractions",
    "latest_of",
    "series_of",
    "series_of_many",
    "table_of",
    "visible_to",
]
