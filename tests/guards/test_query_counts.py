"""No page asks the database more often because there are more rows.

The pages are those that `access.csv` says somebody may see. Each is measured with one row more of everything and with
three: the same literal number. The number stands in `queries.csv`; WRITE_BASELINES=1 writes what one row gives.
"""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
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
WRITES = bool(os.environ.get("WRITE_BASELINES"))
FOR_ONE: dict[Key, list[str]] = {}
"""What each page asked for where there is one row more, to tell what it asks for besides where there are three."""


@pytest.fixture(scope="module", params=[1, 3], ids=["one row", "three rows"])
def more(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """So many rows more of everything, grown once for all pages; each page is measured in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        grow(request.param, shared=SHARED, organisations=["Region Blekinge", "Region Kronoberg"])
        yield request.param
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted({name for name, _sample, _reader in _pages()}))
def test_a_page_asks_as_often_for_three_rows_as_for_one(name: str, more: int, browse: Callable[[str], Client]) -> None:
    samples = samples_of(name)
    pages = [page for page in _pages() if page[0] == name]
    clients = {reader: browse(reader) for _name, _sample, reader in pages}
    found = {page: _queries(page, clients[page[2]], path_of(name, samples[page[1]])) for page in pages}
    counts = {page: len(queries) for page, queries in found.items()}
    assert max(counts.values()) <= MOST
    if more == 1:
        FOR_ONE.update(found)
        if WRITES:
            _write(counts)
            KNOWN.update(counts)
    for page in pages:
        besides = _more(FOR_ONE.get(page, []), found[page])
        assert counts[page] == KNOWN.get(page), (page, "the number in queries.csv is another", besides)


def test_no_baseline_is_stale() -> None:
    assert KNOWN.keys() == set(_pages())


def _queries(page: Key, client: Client, path: str) -> list[str]:
    """What a visit asks for. Where a first one asks for another number, it may have filled caches: a second counts."""
    first = _visit(client, path)
    return first if len(first) == KNOWN.get(page) and not WRITES else _visit(client, path)


def _visit(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connections["default"]) as captured:
        assert client.get(path).status_code == 200
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
