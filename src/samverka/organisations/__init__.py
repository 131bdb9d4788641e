"""Organisations of all kinds and who works for them, in which role, from when to when."""
