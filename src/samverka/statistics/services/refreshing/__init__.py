"""Fetching figures again from their sources: what has changed since the last time, piece by piece."""

from .beginning import RESUMED_WITHIN, UnknownIndicatorsError
from .running import refresh
from .turns import BusyError

__all__ = ["RESUMED_WITHIN", "BusyError", "UnknownIndicatorsError", "refresh"]
