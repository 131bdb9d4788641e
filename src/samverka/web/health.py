"""For those who keep watch: is the process alive, is it ready to serve?"""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from samverka.foundation.access.doors import public
from samverka.foundation.database.migration import pending

from .errors import problem


@public(reason="Says only that the process answers.")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database, so a database on its way back restarts no process."""
    return JsonResponse({"status": "alive"})


@public(reason="Says only whether the database is reachable and migrated.")
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve people: the database answers, as the application's role, and is migrated."""
    try:
        waiting = pending("default")
    except DatabaseError:
        return problem(503, "The database does not answer.")
    if waiting:
        return problem(503, "The database is not migrated.", detail="Run: samverka migrate")
    return JsonResponse({"status": "ready"})


class HealthMiddleware:
    """Answers the watchers before hosts, sessions and the acting transaction come into it: they ask often, by bare
    address, and most of all when the database is down."""

    VIEWS = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = self.VIEWS.get(request.path)
        return self.get_response(request) if view is None else view(request)
