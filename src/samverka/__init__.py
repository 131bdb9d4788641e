"""Samverka: the steering system for collaboration that no single organisation controls."""
