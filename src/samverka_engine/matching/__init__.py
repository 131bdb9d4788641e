"""Placing needs on supply: optimal, fair, explained."""
