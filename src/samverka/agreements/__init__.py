"""Agreements and letters of intent: versions, signatures, exits."""
