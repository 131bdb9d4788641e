from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import DECLARED

from . import views
from .app import api


def _answers_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """HEAD is GET without the content; Ninja knows only what a view is declared with."""

    @wraps(view)
    def answer(request: HttpRequest, *given: object, **named: object) -> HttpResponse:
        if request.method != "HEAD":
            return view(request, *given, **named)
        request.method = "GET"
        try:
            response = view(request, *given, **named)
        finally:
            request.method = "HEAD"
        response["Content-Length"] = str(len(response.content))
        response.content = b""
        return response

    return answer


def _declared() -> list[URLPattern]:
    """The API's own addresses. Each only reads, and finds what it reads through the queries of its caller."""
    patterns: list[URLPattern] = [
        pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ]
    for pattern in patterns:
        pattern.callback = _answers_head(pattern.callback)
        setattr(pattern.callback, DECLARED, Action.READ)
    return patterns


app_name = "api"
urlpatterns = [
    path("", views.start, name="start"),
    path("v1/openapi.json", views.schema, name="schema"),
    path("v1/", include(_declared())),
    path("v1/<path:rest>", views.nothing, name="nothing"),
]
