"""One indicator in an area: drawn, as a table and explained."""

from django.http import HttpRequest, HttpResponse

from samverka.foundation.access.actions import Action
from samverka.foundation.access.doors import requires


@requires(Action.READ, sign_in=False)
def indicator(request: HttpRequest, code: str, key: int) -> HttpResponse:
    return HttpResponse("")
