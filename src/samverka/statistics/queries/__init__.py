"""Reading indicators and observations."""

from .catalogue import catalogue, visible_to
from .comparisons import Comparison, Criteria, comparison_for, group_series, similar_to
from .reading import (
    Figure,
    Latest,
    Series,
    figures_state,
    figures_states,
    latest_extraction,
    latest_extractions,
    latest_of,
    newest_year,
    series_of,
    series_of_many,
)
from .refreshes import Report, recent_refreshes, report_of
from .revisions import Change, revised_since
from .rows import Wanted, count_of, data_version, rows_of, total_rows_of
from .tables import SMALL_RATIO, YEARS_SHOWN, Line, Table, counties_with_figures, table_of
from .totals import left_out_of, series_for, total_of

__all__ = [
    "SMALL_RATIO",
    "YEARS_SHOWN",
    "Change",
    "Comparison",
    "Criteria",
    "Figure",
    "Latest",
    "Line",
    "Report",
    "Series",
    "Table",
    "Wanted",
    "catalogue",
    "comparison_for",
    "count_of",
    "counties_with_figures",
    "data_version",
    "figures_state",
    "figures_states",
    "group_series",
    "latest_extraction",
    "latest_extractions",
    "latest_of",
    "left_out_of",
    "newest_year",
    "recent_refreshes",
    "report_of",
    "revised_since",
    "rows_of",
    "series_for",
    "series_of",
    "series_of_many",
    "similar_to",
    "table_of",
    "total_of",
    "total_rows_of",
    "visible_to",
]
