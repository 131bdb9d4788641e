"""Who asks, and how often they may: an organisation with a key, or the citizen."""

import math
import threading

from django.http import HttpRequest
from ninja.errors import AuthenticationError, Throttled
from ninja.throttling import BaseThrottle

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of
from samverka.foundation.clock import now, today
from samverka.foundation.database.acting import COUNTED, go_on_as
from samverka.organisations.services import actor_with_key

from .counting import ask

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
            raise Throttled(wait=math.ceil(CITIZENS.wait()))
        raise AuthenticationError
    if found.key_of is not None or actor_of(request).is_authenticated:
        go_on_as(found)
    request.actor = found  # type: ignore[attr-defined]  # read through access.doors.actor_of
    return found


class ByCaller(BaseThrottle):
    """Counts the questions of each organisation with a key, and of each address without."""

    def __init__(self, rate: str, *, with_key: bool) -> None:
        self.num_requests = int(rate.removesuffix("/m"))
        self._with_key = with_key

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether one more is within the limit; True when this limit is not about this caller."""
        setattr(request, COUNTED, True)
        organisation = actor_of(request).key_of
        if (organisation is not None) is not self._with_key:
            return True
        who = f"org-{organisation}" if self._with_key else f"from-{self.get_ident(request)}"
        _waits.seconds = ask(who=who, limit=self.num_requests, seconds=60, now=now())
        return not _waits.seconds

    def wait(self) -> float:
        """Seconds until the caller who was just refused may ask again."""
        return max(1.0, _waits.seconds)


class _Waits(threading.local):
    """How long the caller whom this thread answers has to wait."""

    seconds = 0.0


_waits = _Waits()
CITIZENS = ByCaller(CITIZENS_RATE, with_key=False)
THROTTLES = [CITIZENS, ByCaller(KEYS_RATE, with_key=True)]
