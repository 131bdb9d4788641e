"""Taking figures in: read a file, bring definitions up to date, import values, order an import as a job."""

from samverka.statistics.enums import JOB_KIND, REFRESH_KIND

from .comparing import (
    NobodyToCompareWith,
    TakenGroups,
    choose_default,
    choose_group,
    choose_similar,
    take_in_groups,
)
from .definitions import (
    Definition,
    Definitions,
    is_definitions,
    read_definitions,
    take_in_definitions,
    take_in_kpis,
)
from .deriving import count_again
from .importing import Facts, Taken, fill, import_file, take_in
from .ordering import noon, order_import, order_refresh
from .outcomes import LISTED, Outcome, rejections_of
from .reading import Checked, known_areas, read_file, status_word
from .refreshing import BusyError, UnknownIndicatorsError, refresh
from .rejections import Rejection, Rejections
from .shipped import load_reference_definitions

__all__ = [
    "JOB_KIND",
    "LISTED",
    "REFRESH_KIND",
    "BusyError",
    "Checked",
    "Definition",
    "Definitions",
    "Facts",
    "NobodyToCompareWith",
    "Outcome",
    "Rejection",
    "Rejections",
    "Taken",
    "TakenGroups",
    "UnknownIndicatorsError",
    "choose_default",
    "choose_group",
    "choose_similar",
    "count_again",
    "fill",
    "import_file",
    "is_definitions",
    "known_areas",
    "load_reference_definitions",
    "noon",
    "order_import",
    "order_refresh",
    "read_definitions",
    "read_file",
    "refresh",
    "rejections_of",
    "status_word",
    "take_in",
    "take_in_definitions",
    "take_in_groups",
    "take_in_kpis",
]
