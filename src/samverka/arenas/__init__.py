"""Arenas: who meets, how often, with which mandate, and what may be written down."""
