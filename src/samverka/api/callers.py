"""Who asks, and how often they may: an organisation with a key, or the citizen."""

import math

from django.http import HttpRequest
from ninja.errors import AuthenticationError, Throttled
from ninja.throttling import SimpleRateThrottle

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of
from samverka.foundation.clock import today
from samverka.foundation.database.acting import COUNTED
from samverka.organisations.services import actor_with_key

CITIZENS_RATE = "120/m"
KEYS_RATE = "1200/m"


def caller(request: HttpRequest) -> Actor:
    """The actor of `Authorization: Bearer KEY`; without it the citizen, whoever is signed in in the same browser:
    a page elsewhere must not be able to read through somebody's session.

    Raises:
        AuthenticationError: the key opens nothing.
        Throttled: and has been tried too often.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        found: Actor | None = Actor()
    elif scheme.lower() != "bearer":
        found = None
    else:
        found = actor_with_key(text.strip(), today=today())
    if found is None:
        # Before the other limits are asked: whoever tries keys is a citizen, and counted as one.
        if not CITIZENS.allow_request(request):
            raise Throttled(wait=math.ceil(CITIZENS.wait() or 0))
        raise AuthenticationError
    request.actor = found  # type: ignore[attr-defined]  # read through access.doors.actor_of
    return found


class ByCaller(SimpleRateThrottle):
    """Counts the questions of each organisation with a key, and of each address without."""

    scope = "api"

    def __init__(self, rate: str, *, with_key: bool) -> None:
        super().__init__(rate)
        self._with_key = with_key

    def allow_request(self, request: HttpRequest) -> bool:
        setattr(request, COUNTED, True)
        return super().allow_request(request)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """None: this limit is not about this caller."""
        organisation = actor_of(request).key_of
        if (organisation is not None) is not self._with_key:
            return None
        who = f"org-{organisation}" if self._with_key else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": who}


CITIZENS = ByCaller(CITIZENS_RATE, with_key=False)
THROTTLES = [CITIZENS, ByCaller(KEYS_RATE, with_key=True)]
