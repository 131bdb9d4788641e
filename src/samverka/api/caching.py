"""Answers that a caller or a proxy may keep, and ask about again for nothing."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from samverka.foundation.access.doors import actor_of

KEPT_SECONDS = 300


def kept(request: HttpRequest, version: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer with its ETag, or 304 when the caller has it already: then nothing is made.

    Args:
        version: changes whenever the answer to the same question would.
    """
    caller = actor_of(request).key_of
    mark = hashlib.sha256(f"{request.get_full_path()} {caller} {version}".encode()).hexdigest()[:32]
    etag = f'"{mark}"'
    theirs = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    answer = HttpResponseNotModified() if etag in theirs else make()
    answer["ETag"] = etag
    answer["Cache-Control"] = f"{'public' if caller is None else 'private'}, max-age={KEPT_SECONDS}"
    patch_vary_headers(answer, ["Authorization"])
    return answer
