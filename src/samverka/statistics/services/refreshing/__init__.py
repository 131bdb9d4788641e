"""Fetching figures again from their sources: what has changed since the last time, piece by piece."""

from .running import RESUMED_WITHIN, UnknownIndicatorsError, refresh
from .turns import BusyError

__all__ = ["RESUMED_WITHIN", "BusyError", "UnknownIndicatorsError", "refresh"]
