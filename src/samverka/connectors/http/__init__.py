"""Asking another system over HTTP: politely, patiently within limits, and keeping what it answered."""

from .answers import Answer, Document
from .client import Client
from .limits import Limits
from .pace import Clock, Pace, SystemClock

__all__ = ["Answer", "Client", "Clock", "Document", "Limits", "Pace", "SystemClock"]
