"""Sources, indicators, observations, and what was extracted when."""

from .comparisons import ComparisonGroup
from .indicators import FocusArea, FocusIndicator, Indicator, IndicatorVersion
from .observations import Extraction, FigureFile, Observation, Revision
from .sources import RawAnswer, Refresh, RefreshChunk, Source

__all__ = [
    "ComparisonGroup",
    "Extraction",
    "FigureFile",
    "FocusArea",
    "FocusIndicator",
    "Indicator",
    "IndicatorVersion",
    "Observation",
    "RawAnswer",
    "Refresh",
    "RefreshChunk",
    "Revision",
    "Source",
]
