"""Attacks on the sign-in: guessing without end, and coming in as somebody else by an organisation's own sign-in."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory

from samverka.config.env import SettingsError
from samverka.config.providers import provider_origins, sign_in_providers
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.web.sign_in import ProviderAdapter

OIDC = """
[[oidc]]
id = "region"
name = "Regionen"
client_id = "c"
secret = "s"
server_url = "https://id.region.example"
email_domains = ["Region.example"]
"""
SAML = """
[[saml]]
id = "kommun"
name = "Kommunen"
entity_id = "https://id.kommun.example"
sso_url = "https://id.kommun.example/sso"
x509cert = "cert"
email_domains = ["kommun.example"]
"""


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}])
def test_guessing_passwords_comes_to_an_end_however_it_is_asked(client: Client, headers: dict[str, str]) -> None:
    cache.clear()
    guesses = [
        client.post("/konto/login/", {"login": "anna@demo.example", "password": f"fel{n}"}, headers=headers)
        for n in range(7)
    ]
    assert "För många" not in guesses[0].content.decode()
    assert "För många" in guesses[-1].content.decode()


@pytest.mark.django_db
def test_who_asks_too_often_gets_a_page_of_the_house_and_a_way_on(client: Client, settings: Any) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    answers = [client.post("/konto/password/reset/", {"email": "nobody@demo.example"}) for _ in range(2)]
    assert answers[-1].status_code == 429
    told = answers[-1].content.decode()
    assert "<h1>För många försök</h1>" in told
    assert 'href="/"' in told


def _come_in(email: str, *, verified: Any, domains: list[str]) -> User | None:
    """Whom somebody becomes who comes from an organisation's own sign-in for the first time."""
    found: list[User] = []
    login = SimpleNamespace(
        is_existing=False,
        email_addresses=[EmailAddress(email=email, verified=verified)],
        provider=SimpleNamespace(app=SimpleNamespace(settings={"email_domains": domains})),
        connect=lambda request, person: found.append(person),
    )
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.actor = Actor()  # type: ignore[attr-defined]  # as the middleware does
    try:
        ProviderAdapter().pre_social_login(request, login)
    except ImmediateHttpResponse:
        return None
    return found[0]


@pytest.mark.django_db
def test_a_verified_address_of_the_organisation_itself_comes_in(person: Callable[[str], User]) -> None:
    for verified in (True, "true"):
        assert _come_in("Bengt@demo.example", verified=verified, domains=["demo.example"]) == person("bengt")


@pytest.mark.django_db
@pytest.mark.parametrize("verified", [False, None, "false", "False", "0", "no", ""])
def test_an_address_that_is_not_verified_opens_nobodys_account(verified: Any) -> None:
    assert _come_in("bengt@demo.example", verified=verified, domains=["demo.example"]) is None


@pytest.mark.django_db
@pytest.mark.parametrize("domain", ["kommun.example", "example", "mo.example", "demo.example.kommun.example"])
def test_an_organisation_speaks_for_its_own_addresses_only(domain: str) -> None:
    assert _come_in("bengt@demo.example", verified=True, domains=[domain]) is None


@pytest.mark.django_db
def test_an_account_that_is_closed_stays_closed(person: Callable[[str], User]) -> None:
    User.objects.filter(pk=person("bengt").pk).update(is_active=False)
    assert _come_in("bengt@demo.example", verified=True, domains=["demo.example"]) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OIDC.replace("[[oidc]]", "[oidc]"), "two brackets"),
        ("oidc = ['x']", "two brackets"),
        (OIDC + OIDC, "stands twice"),
        (SAML + SAML.replace('"kommun"', '"annan"'), "stands twice"),
        (SAML + SAML.replace("https://id.kommun.example", "https://id.annan.example"), "stands twice"),
        (OIDC.replace('"c"', "7"), "client_id of a"),
        (OIDC.replace("https://id.region.example", "id.region.example"), "server_url of region"),
        (OIDC.replace("https://id.region.example", "https://id.example; script-src *"), "server_url of region"),
        (OIDC.replace('["Region.example"]', '"region.example"'), "lacks email_domains"),
        (OIDC.replace('email_domains = ["Region.example"]', ""), "lacks email_domains"),
        (OIDC.replace('secret = "s"', ""), "lacks secret"),
    ],
)
def test_a_file_of_providers_that_cannot_be_used_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says):
        sign_in_providers(file)


def test_a_file_of_providers_keeps_their_domains(tmp_path: Path) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(f"{OIDC}{SAML}")
    found = sign_in_providers(file)
    (oidc,), (saml,) = found["openid_connect"]["APPS"], found["saml"]["APPS"]
    assert oidc["settings"]["email_domains"] == ["region.example"]
    assert saml["settings"]["email_domains"] == ["kommun.example"]
    assert provider_origins(found) == ["https://id.kommun.example", "https://id.region.example"]
