"""The one-click door: it exists only where `samverka demo` runs, and opens only for the cast."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from samverka.foundation.access.doors import public
from samverka.foundation.access.models import User

from .cast import CAST


@require_POST
@public(reason="Signs in as one of the invented cast, in a process that `samverka demo` started and nowhere else.")
def enter(request: HttpRequest, key: str) -> HttpResponseBase:
    member = next((member for member in CAST if member.key == key), None)
    person = User.objects.filter(email=member.email).first() if member and settings.DEMO else None
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("collaborations:overview", slug="blekinges-unga-lyfter")
