"""What surrounds the API: how it is used, its description for programs, and addresses that are not there."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from samverka.foundation.access.doors import public

from .app import api
from .callers import CITIZENS_RATE, KEYS_RATE
from .observations import MOST_CELLS, MOST_ROWS
from .problems import problem

PREFIX = "/api/v1/"
GIVES = {
    "areas": _("Alla områden, områden av ett slag eller de som ligger i ett annat"),
    "areas/{code}": _("Ett område"),
    "indicators": _("Indikatorer som du får läsa"),
    "indicators/{name}": _("En indikator med sin definition"),
    "observations": _("Siffror för några indikatorer i några områden"),
    "snapshots": _("Frysta lägesbilder i de samverkan som nyckelns organisation är med i"),
    "snapshots/shared/{token}": _("Den lägesbild som en länk är delad till"),
    "snapshots/{key}": _("En fryst lägesbild med alla siffror"),
}
"""What each address gives, for people. The description for programs is in English."""


@public(reason="how the API is used is no secret")
def start(request: HttpRequest) -> HttpResponse:
    """How the API is used, for people."""
    paths = api.get_openapi_schema(path_prefix=PREFIX)["paths"]
    return render(
        request,
        "api/start.html",
        {
            "operations": [(path, GIVES[path.removeprefix(PREFIX)]) for path in paths],
            "address": request.build_absolute_uri("/api/v1/observations"),
            "citizens_rate": int(CITIZENS_RATE.removesuffix("/m")),
            "keys_rate": int(KEYS_RATE.removesuffix("/m")),
            "most_rows": MOST_ROWS,
            "most_cells": MOST_CELLS,
        },
    )


@public(reason="the description of the API is no secret")
def schema(_request: HttpRequest) -> HttpResponse:
    """OpenAPI, for programs."""
    answer = JsonResponse(api.get_openapi_schema(path_prefix=PREFIX))
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@public(reason="there is nothing at these addresses")
def nothing(_request: HttpRequest, rest: str) -> HttpResponse:
    """An address below the API that is none of its."""
    return problem(404, f"There is no address {rest} in the API; /api/v1/openapi.json says which there are.")
