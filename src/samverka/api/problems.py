"""What is wrong, for programs: application/problem+json (RFC 9457), with a sentence for whoever reads the log."""

import logging
import math
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from samverka.web import errors

_log = logging.getLogger(__name__)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """An answer that says what happened. `more` are further members of the problem."""
    return errors.problem(status, HTTPStatus(status).phrase, detail=detail, **more)


def answer_with_problems(api: NinjaAPI) -> None:
    """Every error of the API becomes a problem."""

    @api.exception_handler(Http404)
    def not_found(_request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, str(error) or "There is nothing here that you may read.")

    @api.exception_handler(AuthenticationError)
    def unknown_key(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        answer = problem(
            401, "The key is unknown, withdrawn or past its last day. Without one you read what is public."
        )
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(Throttled)
    def too_often(_request: HttpRequest, error: Throttled) -> HttpResponse:
        wait = max(1, math.ceil(error.wait or 60))
        answer = problem(429, f"Too many questions. Ask again in {wait} seconds.")
        answer["Retry-After"] = str(wait)
        return answer

    @api.exception_handler(ValidationError)
    def not_understood(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [
            {"parameter": str(one["loc"][-1]), "detail": one["msg"].removeprefix("Value error, ")}
            for one in error.errors
        ]
        return problem(422, "The question cannot be answered as it stands; see errors.", errors=found)

    @api.exception_handler(HttpError)
    def said(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))

    @api.exception_handler(Exception)
    def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("unexpected error in the API: %s", request.path, exc_info=error)
        return problem(500, "Something went wrong here. It has been logged; ask again later.")
