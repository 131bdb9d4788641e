"""Sharing a cost between parties so that it adds up to the öre."""
