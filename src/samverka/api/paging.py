"""The address of the following page."""

from django.http import HttpRequest


def next_address(request: HttpRequest, *, offset: int) -> str:
    """The same question from another row on."""
    question = request.GET.copy()
    question["offset"] = str(offset)
    return request.build_absolute_uri(f"{request.path}?{question.urlencode()}")
