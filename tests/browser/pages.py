"""The pages there are: every address that answers somebody of the cast with HTML, as the guard of addresses knows."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.test import Client

from samverka.foundation.access.models import User
from tests.guards.house import addresses
from tests.guards.samples import PROVIDERS, path_of, samples_of
from tests.guards.test_addresses import OF_OTHERS, ROWS

VISITORS = ("anna", "bengt", "citizen")
"""Who goes round: one who leads, one who takes part, one who only reads."""
OTHERS = ("drift", "eva")
"""Who is asked for a page that none of them gets. Drift runs the installation."""


@dataclass(frozen=True)
class Page:
    """An address, and who gets a page there."""

    name: str
    path: str
    people: tuple[str, ...]


def find_pages() -> list[Page]:
    """Every address whose row in `access.csv` says that somebody gets it, if it is HTML. Makes the samples, for good.

    A sample that only others get is left out where the visitors have one of the same kind.
    """
    logging.disable(logging.WARNING)  # Drift is refused most, and that is no news
    try:
        clients = {person: _client(person) for person in (*VISITORS, *OTHERS)}
        found: dict[str, Page] = {}
        answers: dict[str, bool] = {}  # whether an address answers with HTML, which its first sample tells
        for name, label, path in _paths():
            if path not in found and answers.get(name, True):
                people = _who_get(clients["drift"], name, label, path, known=name in answers)
                if people and name not in answers:
                    answers[name] = _gets_a_page(clients[people[0]], path)
                if people and answers[name]:
                    found[path] = Page(name, path, people)
        return list(found.values())
    finally:
        logging.disable(logging.NOTSET)


def _paths() -> Iterator[tuple[str, str, str]]:
    for address in addresses():
        if "<" in address.route and address.name not in PROVIDERS:
            continue  # the guard of addresses asks for its sample
        for label, sample in samples_of(address.name).items():
            yield address.name, label, path_of(address.name, sample)


def _who_get(drift: Client, name: str, label: str, path: str, *, known: bool) -> tuple[str, ...]:
    row = ROWS.get((name, label, "GET"), {})
    if name in OF_OTHERS:
        row = {**row, "bengt": row.get("anna", "")}  # to allauth everybody who is signed in is alike
    visitors = tuple(person for person in VISITORS if row.get(person) == "200")
    if visitors or known:
        return visitors
    if _gets_a_page(drift, path):
        return ("drift",)
    return ("eva",) if row.get("eva") == "200" else ()


def _client(person: str) -> Client:
    client = Client()
    if person != "citizen":
        client.force_login(User.objects.get(email=f"{person}@demo.example"))
    return client


def _gets_a_page(client: Client, path: str) -> bool:
    response = client.get(path)
    return response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
