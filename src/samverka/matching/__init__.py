"""Needs placed on supply, with reasons and with who decided."""
