from django.urls import URLPattern, include, path

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import DECLARED

from . import views
from .app import api


def _declared() -> list[URLPattern]:
    """The API's own addresses. Each only reads, and finds what it reads through the queries of its caller."""
    patterns: list[URLPattern] = [
        pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ]
    for pattern in patterns:
        setattr(pattern.callback, DECLARED, Action.READ)
    return patterns


app_name = "api"
urlpatterns = [
    path("", views.start, name="start"),
    path("v1/openapi.json", views.schema, name="schema"),
    path("v1/", include(_declared())),
    path("v1/<path:rest>", views.nothing, name="nothing"),
]
