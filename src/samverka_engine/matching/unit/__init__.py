"""Unit demand: everybody needs one seat of one kind, a transportation problem."""

from .ranges import PriceRange, price_ranges
from .solve import PROVEN, solve_unit

__all__ = ["PROVEN", "PriceRange", "price_ranges", "solve_unit"]
