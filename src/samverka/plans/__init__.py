"""Measures: who does what, by when, and how it goes."""
