"""Collaborations, their parties and each party's own benefit; the five tabs."""
