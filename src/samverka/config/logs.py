"""One line per request, without personal data: no addresses, no query strings, no names, no keys to accounts."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("samverka.request")

_SECRETS = ("/password/reset/key/", "/lagesbild/delad/", "/api/v1/snapshots/shared/")
"""What comes after these is a key: to an account, or to a picture that has been lent. Also where it opens nothing,
for then it is a key that somebody has mistyped."""


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        log.info(
            "request",
            extra={
                "method": request.method,
                "path": _path(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "user": getattr(getattr(request, "actor", None), "user_id", None),
            },
        )
        return response


def _path(request: HttpRequest) -> str:
    """The address; of one that is itself a secret only the beginning."""
    for secret in _SECRETS:
        before, found, _key = request.path.partition(secret)
        if found:
            return f"{before}{found}…"
    return request.path
