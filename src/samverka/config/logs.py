"""One line per request, without personal data: no addresses, no query strings, no names, no keys to accounts."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("samverka.request")


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
    match = request.resolver_match
    if match is not None and match.view_name == "account_reset_password_from_key":
        return request.path.rpartition("/key/")[0] + "/key/…"
    return request.path
