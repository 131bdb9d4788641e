"""allauth's addresses, less those by which people would change their own e-mail address.

The address decides whom an organisation's own sign-in finds; a coordinator sets it, not the person.
"""

from allauth.urls import urlpatterns as everything
from django.urls import URLPattern, URLResolver

LEFT_OUT = {"account_email", "account_confirm_email", "account_email_verification_sent"}


def _kept(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    kept: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            pattern.url_patterns[:] = _kept(pattern.url_patterns)
            kept.append(pattern)
        elif pattern.name not in LEFT_OUT:
            kept.append(pattern)
    return kept


urlpatterns = _kept(everything)
