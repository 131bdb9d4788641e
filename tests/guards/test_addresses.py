"""Every address says what it does, and every one of the cast gets the answer that the table says.

The table is `access.csv`: a status a person, or `login` for being asked to sign in first. With WRITE_BASELINES=1 the
second test writes what it finds; read every line of the difference before it is committed.
"""

import copy
import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client

from samverka.foundation.access.actions import Action
from samverka.foundation.access.rules import registered
from samverka.foundation.ui import kept
from tests.guards.house import CAST, addresses, stale
from tests.guards.samples import path_of, samples_of

TABLE = Path(__file__).with_name("access.csv")
COLUMNS = ("address", "sample", "method", *CAST)

THIRD_PARTY: dict[str, str] = {
    "account_": "allauth: one's own password and session; allauth asks for sign-in where it must",
    "mfa_": "allauth: one's own second factor; allauth asks for sign-in, and again for the password",
    "socialaccount_": "allauth: the way back from an organisation's own sign-in",
    "openid_connect_": "allauth: an organisation's own sign-in with OpenID Connect",
    "saml_": "allauth: an organisation's own sign-in with SAML",
    "konto/social/": "allauth: old addresses that lead to the new",
}
"""The first letters of a name → why its views carry no declaration."""


def _rows() -> dict[tuple[str, str, str], dict[str, str]]:
    if not TABLE.exists():
        return {}
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {(row["address"], row["sample"], row["method"]): row for row in csv.DictReader(file)}


ROWS = _rows()
OF_OTHERS = {address.name for address in addresses() if address.is_third_party}
DECLARED_BY = {address.name: address.declares for address in addresses()}


@pytest.fixture(autouse=True)
def pieces_are_kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it runs: what one reader was shown is not made again for the next, whose answer is theirs alone."""
    settings.KEEP_PIECES = True
    monkeypatch.setattr(kept, "_near", kept.Near())


def test_every_address_declares_what_it_does() -> None:
    silent = [address.name for address in addresses() if address.declares is None and not address.is_third_party]
    assert silent == [], "decorate the view with @requires or @public"


def test_every_declaration_is_an_action_that_some_rule_answers_or_a_reason() -> None:
    answered = {action for action, _model in registered()}
    for address in addresses():
        if isinstance(address.declares, Action):
            assert address.declares in answered, f"{address.name}: no rule says who may {address.declares}"
        elif address.declares is not None:
            assert len(address.declares.split()) >= 3, f"{address.name} is public without a reason"


def test_other_peoples_addresses_are_only_those_of_sign_in() -> None:
    used = set()
    for address in addresses():
        if address.is_third_party:
            reasons = [start for start in THIRD_PARTY if address.name.startswith(start)]
            assert reasons, f"{address.name} is new: say in THIRD_PARTY why it may be there"
            used |= set(reasons)
    assert stale(THIRD_PARTY, used) == []


def test_names_are_unique() -> None:
    names = [address.name for address in addresses()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [address.name for address in addresses()])
def test_every_one_of_the_cast_gets_the_expected_answer(name: str, browse: Callable[[str], Client]) -> None:
    samples = samples_of(name)
    # To allauth everybody who is signed in is alike: one of them and the citizen are enough.
    clients = {key: browse(key) for key in (("anna", "citizen") if name in OF_OTHERS else CAST)}
    found: list[dict[str, str]] = []
    methods = ("GET",) if DECLARED_BY.get(name) is Action.READ else ("GET", "POST")
    for label, sample in samples.items():
        path = path_of(name, sample)
        for method in methods:
            row = {"address": name, "sample": label, "method": method, **dict.fromkeys(CAST, "")}
            for key, client in clients.items():
                row[key] = _answer(client, method, path, sample.data)
            found.append(row)
    if os.environ.get("WRITE_BASELINES"):
        _write(name, found)
        return
    expected = [row for row in ROWS.values() if row["address"] == name]
    assert found == expected


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, action in DECLARED_BY.items() if action is Action.READ])
def test_what_only_reads_takes_no_post(name: str, browse: Callable[[str], Client]) -> None:
    for sample in samples_of(name).values():
        assert _answer(browse("anna"), "POST", path_of(name, sample), {}) == "405"


def test_no_row_of_the_table_is_stale() -> None:
    assert stale({row["address"] for row in ROWS.values()}, {address.name for address in addresses()}) == []


def test_what_is_private_is_404_to_an_outsider() -> None:
    """Every address that takes an argument and is not public has a sample that somebody may not even know of."""
    for address in addresses():
        if address.is_third_party or not isinstance(address.declares, Action) or "<" not in address.route:
            continue
        rows = [row for row in ROWS.values() if row["address"] == address.name]
        hidden = any(row[key] == "404" for row in rows for key in CAST)
        assert hidden or address.name in ALL_SEE, f"{address.name}: give it a private sample in samples.py"


ALL_SEE = {
    "picture:focus": "the official figures of every area are everybody's; what is not public is filtered by indicator",
    "picture:projection_chart": "a projection of official figures is everybody's",
    "territory:nodes": "how a county is divided is public, so who may not divide it gets 403",
    "statistics:similar": "who resembles whom is public",
    "statistics:choose_comparison": "who resembles whom is public, so who may not choose gets 403",
    "api:area": "areas are public facts",
    "api:indicator": "what is not public is 404 to everybody in a browser: a session opens nothing in the API",
    "picture:area": "the official figures of every area are everybody's; what is not public is filtered by indicator",
    "statistics:indicator": "official statistics are everybody's",
    "statistics:table": "official statistics are everybody's",
    "statistics:revisions": "official statistics are everybody's",
    "statistics:refreshed": "only those who run the installation; everybody else gets 403",
    "statistics:own": "that an organisation exists is public, so who does not coordinate it gets 403",
    "statistics:new_measurement": "that an organisation exists is public, so who does not coordinate it gets 403",
    "statistics:add_focus_area": "that an organisation exists is public, so who does not coordinate it gets 403",
    "statistics:change_focus_area": "a county's headings are no secret",
    "organisations:audit": "that an organisation exists is public, so a stranger to its audit gets 403",
    "organisations:api_keys": "that an organisation exists is public, so a stranger to its keys gets 403",
    "organisations:add_member": "that an organisation exists is public, so a stranger to its people gets 403",
    "collaborations:start": "that an organisation exists is public, so who does not coordinate it gets 403",
}


def _answer(client: Client, method: str, path: str, data: dict[str, Any]) -> str:
    """The status, on a state that nobody has changed: what a POST did is undone, and a GET changes nothing."""
    if method == "GET":
        response = client.get(path)
    else:
        cookies = copy.copy(client.cookies)
        point = transaction.savepoint()
        response = client.post(path, data)
        transaction.savepoint_rollback(point)
        client.cookies = cookies
    to = response.headers.get("Location", "")
    if response.status_code == 302 and to.split("?")[0] == resolve_url(configured.LOGIN_URL):
        return "login"
    return str(response.status_code)


def _write(name: str, found: list[dict[str, str]]) -> None:
    order = [address.name for address in addresses()]
    kept = [row for row in _rows().values() if row["address"] != name and row["address"] in order]
    rows = sorted([*kept, *found], key=lambda row: order.index(row["address"]))
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
