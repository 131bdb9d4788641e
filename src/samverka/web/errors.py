"""What a person, or a program, meets when something cannot be done."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def problem(status: int, title: str, *, detail: str = "", **more: Any) -> JsonResponse:
    """An error for programs, as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, expired=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """Uses neither the database nor the context processors: one of them may be what failed."""
    if _wants_json(request):
        return problem(500, HTTPStatus(500).phrase)
    return HttpResponse(render_to_string("500.html"), status=500)


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    if _wants_json(request):
        return problem(status, HTTPStatus(status).phrase)
    return render(request, f"{status}.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
