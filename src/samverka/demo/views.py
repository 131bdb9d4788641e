"""The one-click door: it exists only where `samverka demo` runs, and opens only for the cast."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from samverka.foundation.access.doors import public
from samverka.foundation.access.models import User

from .cast import CAST, Member
from .services import SLUG

CITIZEN = "citizen"


@require_POST
@public(reason="Signs in as one of the invented cast, in a process that `samverka demo` started and nowhere else.")
def enter(request: HttpRequest) -> HttpResponseBase:
    """See the page as somebody else, or as nobody in particular."""
    if not settings.DEMO:
        raise Http404
    if request.POST.get("member") == CITIZEN:
        logout(request)
        return redirect(_back_to(request))
    member = next((member for member in CAST if member.key == request.POST.get("member")), None)
    person = User.objects.filter(email=member.email).first() if member else None
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(_back_to(request, member))


def _back_to(request: HttpRequest, member: Member | None = None) -> str:
    """The page that one was on; a new person has no use for an error page or somebody else's form.

    Who runs the installation works elsewhere than in the collaboration.
    """
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None) and page.startswith(f"/samverkan/{SLUG}/"):
        return page
    if member is not None and member.is_operator:
        return reverse("statistics:list")
    return reverse("collaborations:overview", args=[SLUG])
