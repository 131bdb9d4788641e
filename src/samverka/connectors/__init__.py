"""Ports and adapters to other systems' APIs; no models."""
