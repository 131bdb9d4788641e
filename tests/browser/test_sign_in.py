"""Signing in: with a password, a code, a passkey, and through one's organisation."""

from collections.abc import Callable
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page

from tests.browser.server import PASSWORD, Server
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Open = Callable[..., Visitor]

TOTP_SECONDS = 30


def is_signed_in(page: Page, name: str) -> bool:
    """Whether the frame says so, now or soon."""
    page.locator(".site-tools .menu__name", has_text=name).wait_for()
    return True


def test_with_a_password_and_out_again(visitor: Open) -> None:
    somebody = visitor()
    page = somebody.go("/organisation/")
    assert urlsplit(page.url).path == "/konto/login/", "one is asked to sign in first"
    page.get_by_label("E-post").fill("losenord@demo.example")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.wait_for_url("**/organisation/")  # and comes to where one was going
    assert is_signed_in(page, "Losenord")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("link", name="Logga in").wait_for()
    assert urlsplit(somebody.go("/organisation/").url).path == "/konto/login/"
    assert somebody.complaints == []


@pytest.mark.parametrize("who", ["losenord", "ingen"])
def test_a_wrong_password_is_said_without_telling_who_has_an_account(visitor: Open, who: str) -> None:
    somebody = visitor()
    somebody.sign_in(who, "inte det rätta")
    page = somebody.page
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert "och/eller lösenordet" in summary.inner_text()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("input[name=login]").input_value() == f"{who}@demo.example", "what was typed is kept"
    assert page.locator("input[name=password]").input_value() == ""


def test_with_a_code_from_an_app(visitor: Open) -> None:
    somebody = visitor("kod")
    page = somebody.go("/konto/2fa/totp/activate/")
    _gives_the_password_again(page)
    assert page.locator("img[src^='data:image/svg']").is_visible()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(_code(secret))
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    page.wait_for_url("**/konto/2fa/recovery-codes/**")
    page.context.clear_cookies()
    somebody.sign_in("kod")
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill("000000")
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    page.locator(".error-summary").wait_for()
    # A code is taken once, so the next one is used; the app accepts a neighbour for clocks that differ.
    page.locator("input[name=code]").fill(_code(secret, later=1))
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    assert is_signed_in(page, "Kod")
    assert somebody.complaints == []


def _gives_the_password_again(page: Page) -> None:
    """What makes signing in safer is changed only by who knows the password."""
    page.wait_for_url("**/konto/reauthenticate/**")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url("**/konto/2fa/**")


def _code(secret: str, *, later: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time() // TOTP_SECONDS) + later)))


def test_with_a_passkey(visitor: Open, server: Server) -> None:
    port = urlsplit(server.url).port
    # A passkey belongs to a name; an address of numbers has none.
    somebody = visitor("nyckel", base_url=f"http://localhost:{port}")
    page = somebody.page
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    somebody.go("/konto/2fa/webauthn/add/")
    _gives_the_password_again(page)
    page.locator("input[name=name]").fill("Min dator")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.context.clear_cookies()
    somebody.go("/konto/login/")
    page.locator("#passkey_login").click()
    assert is_signed_in(page, "Nyckel")
    assert somebody.complaints == []


def test_the_sign_in_page_offers_the_organisations_own(visitor: Open) -> None:
    page = visitor().go("/konto/login/")
    assert page.get_by_role("link", name="Region Blekinge").is_visible()
    assert page.get_by_role("link", name="Olofströms kommun").is_visible()


def _through_the_region(somebody: Visitor) -> Page:
    page = somebody.go("/konto/login/")
    page.get_by_role("link", name="Region Blekinge").click()
    page.wait_for_url("**/konto/oidc/**")
    page.locator("main form button[type=submit]").click()
    return page


def test_with_openid_connect_one_finds_the_account_with_the_same_address(visitor: Open, server: Server) -> None:
    server.provider.person = {"sub": "anna-1", "email": "anna@demo.example", "email_verified": True, "name": "Anna A"}
    somebody = visitor()
    assert is_signed_in(_through_the_region(somebody), "Anna Alm")
    asked = server.provider.asked[-1]
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{server.url}/konto/oidc/regionen/login/callback/"
    # The second time the account is known by the provider's own key, whatever address it has by then.
    server.provider.person = {"sub": "anna-1", "email": "anna.alm@other.example", "email_verified": True}
    again = visitor()
    assert is_signed_in(_through_the_region(again), "Anna Alm")
    assert somebody.complaints == again.complaints == []


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "stranger", "email": "frida@elsewhere.example", "email_verified": True},
        {"sub": "impostor", "email": "bengt@demo.example", "email_verified": False},
        {"sub": "nameless"},
    ],
    ids=["an address that has no account", "an address that is not verified", "no address"],
)
def test_with_openid_connect_others_are_told_that_they_have_no_account(
    visitor: Open, server: Server, person: dict[str, Any]
) -> None:
    server.provider.person = person
    somebody = visitor()
    page = _through_the_region(somebody)
    page.locator("h1", has_text="du har inget konto här än").wait_for()
    assert page.locator(".site-tools .menu__name").count() == 0
    accounts = server.sql("SELECT count(*) FROM socialaccount_socialaccount WHERE uid = %s", person["sub"])
    assert accounts == [(0,)]


def test_with_saml_one_is_sent_to_the_organisation(visitor: Open, server: Server) -> None:
    somebody = visitor()
    page = somebody.go("/konto/login/")
    with page.expect_navigation():
        page.get_by_role("link", name="Olofströms kommun").click()
    if page.url.startswith(server.url):
        page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{server.provider.url}/sso?**")
    assert "SAMLRequest" in parse_qs(urlsplit(page.url).query)
    assert somebody.complaints == []
