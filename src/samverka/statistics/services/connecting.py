"""Clients for the sources, at the addresses that the settings give."""

from collections.abc import Callable
from typing import Final

from django.conf import settings

from samverka.connectors import kolada, scb
from samverka.connectors.http import Client, Clock

KOLADA: Final = "kolada"
SCB: Final = "scb"

Connect = Callable[[str, Clock | None], Client]
"""Opens a client for a source by its key. The clock, where given, is what the client waits by."""

_CLIENTS = {KOLADA: kolada.client, SCB: scb.client}
CONNECTED = tuple(_CLIENTS)
"""Keys of the sources that can be asked."""


def address_of(source: str) -> str:
    """Where one of `CONNECTED` answers."""
    found: str = {KOLADA: settings.KOLADA_URL, SCB: settings.SCB_URL}[source]
    return found


def connect(source: str, clock: Clock | None = None) -> Client:
    """A client for one of `CONNECTED`; who asks is the installation, at its own address."""
    return _CLIENTS[source](address=address_of(source), contact=settings.BASE_URL, clock=clock)
