"""No page asks the database more often because there are more rows.

The pages are those that `access.csv` says somebody may see. Each is measured with one row more of everything and with
three: the same literal number. The number stands in `queries.csv`; WRITE_BASELINES=1 writes what is found.
"""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from samverka.foundation.access.actions import Action
from tests.guards.growth import grow
from tests.guards.house import CAST, addresses
from tests.guards.samples import SHARED, path_of, samples_of
from tests.guards.test_addresses import ROWS

BASELINES = Path(__file__).with_name("queries.csv")
COLUMNS = ("address", "sample", "reader", "queries")
MOST = 40
"""No page of the house may need more."""

Key = tuple[str, str, str]


def _pages() -> list[Key]:
    """(address, sample, reader): every own page, seen by the first of the cast who may, and by the citizen."""
    own = {address.name for address in addresses() if isinstance(address.declares, Action)}
    found = []
    for (name, sample, method), row in ROWS.items():
        if name in own and method == "GET":
            able = [key for key in CAST if row[key] == "200"]
            found += [(name, sample, key) for key in dict.fromkeys([*able[:1], *able[-1:]])]
    return found


def _baselines() -> dict[Key, int]:
    if not BASELINES.exists():
        return {}
    with BASELINES.open(newline="", encoding="utf-8") as file:
        return {(r["address"], r["sample"], r["reader"]): int(r["queries"]) for r in csv.DictReader(file)}


KNOWN = _baselines()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({name for name, _sample, _reader in _pages()}))
def test_a_page_asks_as_often_for_three_rows_as_for_one(name: str, browse: Callable[[str], Client]) -> None:
    samples = samples_of(name)
    pages = [page for page in _pages() if page[0] == name]
    clients = {reader: browse(reader) for _name, _sample, reader in pages}
    paths = {page: path_of(name, samples[page[1]]) for page in pages}
    grow(1, shared=SHARED, organisations=["Region Blekinge", "Region Kronoberg"])
    for_one = {page: _queries(clients[page[2]], paths[page]) for page in pages}
    grow(2, shared=SHARED, organisations=["Region Blekinge", "Region Kronoberg"])
    for_three = {page: _queries(clients[page[2]], paths[page]) for page in pages}
    for page in pages:
        assert len(for_three[page]) == len(for_one[page]), (page, _more(for_one[page], for_three[page]))
    counts = {page: len(queries) for page, queries in for_one.items()}
    assert max(counts.values()) <= MOST
    if os.environ.get("WRITE_BASELINES"):
        _write(counts)
    else:
        assert counts == {page: KNOWN.get(page) for page in pages}, "the number in queries.csv is another"


def test_no_baseline_is_stale() -> None:
    assert KNOWN.keys() == set(_pages())


def _queries(client: Client, path: str) -> list[str]:
    assert client.get(path).status_code == 200  # the first visit may fill caches
    with CaptureQueriesContext(connections["default"]) as captured:
        client.get(path)
    return [query["sql"] for query in captured.captured_queries]


def _more(one: list[str], three: list[str]) -> str:
    """The queries that came with the rows, without their figures, to be recognised by."""
    left = [sql[:300] for sql in three]
    for sql in one:
        if sql[:300] in left:
            left.remove(sql[:300])
    return "\n".join(left[:10])


def _write(counts: dict[Key, int]) -> None:
    found = {**_baselines(), **counts}
    with BASELINES.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([*page, found[page]] for page in _pages() if page in found)
