"""Every transaction tells the database who acts, so that row-level security can repeat the rules."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Final

from django.db import connections, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from samverka.foundation.access.actors import Actor

COUNTED: Final = "samverka_counted"
_current: ContextVar[Actor | None] = ContextVar("samverka_actor", default=None)
_request: ContextVar[ExitStack | None] = ContextVar("samverka_request", default=None)
"""Holds the transaction of the request that is being answered."""


@contextmanager
def acting_as(actor: Actor, *, using: str = "default") -> Iterator[None]:
    """One transaction in which the database knows who acts; inside another, a savepoint with a change of actor."""
    before = _current.get()
    token = _current.set(actor)
    nested = connections[using].in_atomic_block
    try:
        with transaction.atomic(using=using):
            _tell(actor, using)
            yield
            # The end of a transaction, or a rollback, takes the setting back by itself; a released savepoint does not.
            if nested and not transaction.get_rollback(using=using):
                _tell(before, using)
    finally:
        _current.reset(token)


def go_on_as(actor: Actor, *, using: str = "default") -> None:
    """From here to the end of the `acting_as` round it, another acts: a request that turns out to bring a key."""
    _current.set(actor)
    _tell(actor, using)


@contextmanager
def let_go(*, using: str = "default") -> Iterator[None]:
    """No transaction and no connection is held meanwhile: for a question to another system in the middle of a request.

    What the request has written is committed, so a view asks first and writes afterwards; then another transaction
    begins, as the same actor. Outside a request the transaction is the caller's, and nothing happens.
    """
    held, actor = _request.get(), _current.get()
    if held is None or actor is None:
        yield
        return
    held.close()
    if not connections[using].in_atomic_block:
        connections[using].close()  # back to the pool
    try:
        yield
    finally:
        held.enter_context(acting_as(actor, using=using))


def _tell(actor: Actor | None, using: str) -> None:
    """The third argument makes the setting die with the transaction, so pooled connections carry nobody along.

    By the way PostgreSQL is told not to weigh every order of more than six tables: a row with all that it belongs to
    joins eight, which it else plans for ten times as long as it reads.
    """
    who = "" if actor is None or actor.user_id is None else str(actor.user_id)
    key = "" if actor is None or actor.key_of is None else str(actor.key_of)
    system = "yes" if actor is not None and actor.is_system else ""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('samverka.user_id', %s, true), set_config('samverka.key_of', %s, true), "
            "set_config('samverka.system', %s, true), set_config('join_collapse_limit', '6', true)",
            [who, key, system],
        )


class ActingMiddleware:
    """Runs every request as somebody, in one transaction; an answer of 400 or more leaves nothing behind.

    Save where a view that only reads has marked the request as `COUNTED`: how often somebody asks is counted in vain if
    the questions that are refused are forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = Actor.of(request.user)
        request.actor = actor  # type: ignore[attr-defined]  # read through access.doors.actor_of
        with ExitStack() as held:
            held.enter_context(acting_as(actor))
            token = _request.set(held)
            try:
                response = self.get_response(request)
            finally:
                _request.reset(token)
            if response.status_code >= 400 and not getattr(request, COUNTED, False):
                transaction.set_rollback(True)
        return response
