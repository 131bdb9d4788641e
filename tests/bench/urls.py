"""The product's addresses, and the frame of a page with nothing in it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from samverka.config.urls import handler400, handler403, handler404, handler500
from samverka.config.urls import urlpatterns as product
from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import requires

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@requires(Action.READ, sign_in=True)
def shell(request: HttpRequest) -> HttpResponse:
    """Session, person, navigation, frame: what every page pays before it says anything."""
    return render(request, "ui/base.html")


urlpatterns = [*product, path("bench/shell/", shell)]
