"""Signing in: accounts are made by organisations, and an organisation's own sign-in finds the account by e-mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as AccountBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import render

from samverka.foundation.access.models import User


class AuthenticationBackend(AccountBackend):  # type: ignore[misc]  # allauth carries no types
    def get_user(self, user_id: Any) -> User | None:
        """Who a session is of, as every page asks."""
        user = User.objects.of_session(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Forms are answered as pages whatever the program that sends them asks for: a form with errors would go to it
        as 400, which is rolled back, and with it the count of failed attempts."""
        return request.method == "GET" and bool(super().is_ajax(request))


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-in through the organisation: the verified address must belong to somebody who already has an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        person = None
        for address in sociallogin.email_addresses:
            if _is_verified(address) and _is_of_provider(address.email, sociallogin.provider):
                person = person or User.objects.filter(email__iexact=address.email, is_active=True).first()
        if person is None:
            raise ImmediateHttpResponse(render(request, "web/no_account.html", status=403))
        sociallogin.connect(request, person)


def _is_verified(address: Any) -> bool:
    """Some providers send the words "true" and "false", and any word is true to Python."""
    return address.verified is True or str(address.verified).lower() == "true"


def _is_of_provider(email: str, provider: Any) -> bool:
    """An organisation speaks for its own addresses only, or it could sign in as anybody of another organisation."""
    return email.rpartition("@")[2].lower() in provider.app.settings["email_domains"]
