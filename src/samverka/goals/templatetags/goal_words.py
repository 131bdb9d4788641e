"""The verdict in the words of a goal, for tables."""

from django import template

from samverka.goals.wording import verdict_word

register = template.Library()
register.filter("verdict_word", verdict_word)
