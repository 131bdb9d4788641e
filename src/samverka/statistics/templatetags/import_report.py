"""The outcome of an import, which a job keeps as JSON, in the reader's words."""

from typing import Any

from django import template

from samverka.statistics.services import Rejection, rejections_of

register = template.Library()


@register.filter
def rejections(outcome: dict[str, Any]) -> list[Rejection]:
    """`{% for rejection in outcome|rejections %}`: line, text, reason and remedy."""
    return rejections_of(outcome)
