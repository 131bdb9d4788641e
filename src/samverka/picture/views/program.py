"""The script that draws charts in the browser."""

import gzip

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from samverka.foundation.access.doors import public
from samverka.foundation.ui.chart_files import A_YEAR
from samverka.foundation.ui.live_charts import VERSION
from samverka.foundation.ui.live_charts import program as bundled


def address() -> str:
    """Where a page finds the script: another address for another version."""
    return f"{reverse('picture:program')}?v={VERSION}"


@require_safe
@public(reason="A program of others from an installed package; shows nobody's figures.")
def program(request: HttpRequest) -> HttpResponse:
    content = bundled()
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        content if takes_gzip else gzip.decompress(content), content_type="text/javascript; charset=utf-8"
    )
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    is_named = request.GET.get("v") == VERSION
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_named else "public, no-cache"
    return response
