"""A part of a template that is written once for what it is given, and then remembered by the process."""

from typing import Any

from django.template import Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = Library()

ROOM = 500
"""So many states of one part are remembered; then it begins anew."""


class Piece(Node):
    """Sees nothing but what it is given and the reader's language, so it can show nobody what is another's."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, given: dict[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self._given = given
        self._written: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        given = {name: expression.resolve(context) for name, expression in self._given.items()}
        state = (get_language(), *given.values())
        written = self._written.get(state)
        if written is None:
            written = self.nodelist.render(context.new(given))
            if len(self._written) >= ROOM:
                self._written.clear()
            self._written[state] = written
        return written


@register.tag
def piece(parser: Parser, token: Token) -> Piece:
    """`{% piece name=actor.name %}…{% endpiece %}`: what is given must be hashable. No token goes in."""
    _tag, *words = token.split_contents()
    given = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError(f"piece takes name=value only, not {words[0]}")
    nodelist = parser.parse(("endpiece",))
    parser.delete_first_token()
    return Piece(nodelist, given)
