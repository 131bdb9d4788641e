"""The cast, for the door on the front page."""

from django import template

from samverka.demo.cast import CAST, Member

register = template.Library()


@register.simple_tag
def cast() -> tuple[Member, ...]:
    return CAST
