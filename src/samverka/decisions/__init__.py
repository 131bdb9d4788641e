"""Matters, basis, decision, decision number, trail."""
