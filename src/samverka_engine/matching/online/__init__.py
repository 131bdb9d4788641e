"""Placing as needs arrive, with capacity held back for those who are expected later."""

from .desk import Desk
from .forecast import Forecast

__all__ = ["Desk", "Forecast"]
