"""Rules with two faces, and the registry that says which rule answers which question.

A rule is written once from a few primitives and gives both faces: `allows` judges one object in memory, `q` is the
same judgement as a database condition. A property test over generated worlds holds the faces equal.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.db.models import Model, Q, QuerySet

from .actions import Action
from .actors import Actor

M = TypeVar("M", bound=Model)
Scope = Callable[[Actor], Collection[int]]
"""The keys that an actor reaches: of organisations, collaborations, parties."""

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


class Rule:
    """A condition on an actor and an object."""

    def allows(self, actor: Actor, obj: Any) -> bool:
        raise NotImplementedError

    def q(self, actor: Actor) -> Q:
        raise NotImplementedError

    def __and__(self, other: "Rule") -> "Rule":
        return Both((self, other))

    def __or__(self, other: "Rule") -> "Rule":
        return Either((self, other))


@dataclass(frozen=True)
class Both(Rule):
    parts: tuple[Rule, ...]

    def allows(self, actor: Actor, obj: Any) -> bool:
        return all(part.allows(actor, obj) for part in self.parts)

    def q(self, actor: Actor) -> Q:
        return Q(*(part.q(actor) for part in self.parts))


@dataclass(frozen=True)
class Either(Rule):
    parts: tuple[Rule, ...]

    def allows(self, actor: Actor, obj: Any) -> bool:
        return any(part.allows(actor, obj) for part in self.parts)

    def q(self, actor: Actor) -> Q:
        return Q(*(part.q(actor) for part in self.parts), _connector=Q.OR)


@dataclass(frozen=True)
class Within(Rule):
    """The object's key at `path` (such as `goal__collaboration_id`) is one that the actor reaches."""

    path: str
    scope: Scope

    def allows(self, actor: Actor, obj: Any) -> bool:
        return _follow(obj, self.path) in self.scope(actor)

    def q(self, actor: Actor) -> Q:
        keys = self.scope(actor)
        return Q(**{f"{self.path}__in": keys}) if keys else NOTHING


@dataclass(frozen=True)
class Where(Rule):
    """The object has one of these values at `path`."""

    path: str
    values: tuple[Any, ...]

    def allows(self, actor: Actor, obj: Any) -> bool:
        return _follow(obj, self.path) in self.values

    def q(self, actor: Actor) -> Q:
        return Q(**{f"{self.path}__in": self.values})


@dataclass(frozen=True)
class Filled(Rule):
    """The object has a value at `path`."""

    path: str

    def allows(self, actor: Actor, obj: Any) -> bool:
        return _follow(obj, self.path) is not None

    def q(self, actor: Actor) -> Q:
        return Q(**{f"{self.path}__isnull": False})


@dataclass(frozen=True)
class Empty(Rule):
    """The object has no value at `path`."""

    path: str

    def allows(self, actor: Actor, obj: Any) -> bool:
        return _follow(obj, self.path) is None

    def q(self, actor: Actor) -> Q:
        return Q(**{f"{self.path}__isnull": True})


@dataclass(frozen=True)
class Who(Rule):
    """The actor is of a kind, whatever the object."""

    test: Callable[[Actor], bool]

    def allows(self, actor: Actor, obj: Any) -> bool:
        return self.test(actor)

    def q(self, actor: Actor) -> Q:
        return EVERYTHING if self.test(actor) else NOTHING


def where(path: str, *values: Any) -> Where:
    return Where(path, values)


EVERYONE = Who(lambda actor: True)
SIGNED_IN = Who(lambda actor: actor.is_authenticated)
OPERATORS = Who(lambda actor: actor.is_operator)


def themselves(path: str) -> Within:
    """The object belongs to the acting person."""
    return Within(path, lambda actor: () if actor.user_id is None else (actor.user_id,))


_RULES: dict[tuple[Action, type[Model] | None], Rule] = {}


class UnknownRule(LookupError):
    """Nobody has said who may do this to such an object: a mistake in the program, never a 'no' to a person."""


def register(action: Action, model: type[Model] | None, rule: Rule) -> None:
    """Say who may. `model` is None for actions on the installation itself. Said twice is an error."""
    if (action, model) in _RULES:
        raise ValueError(f"{action} on {model} has a rule already")
    _RULES[action, model] = rule


def registered() -> dict[tuple[Action, type[Model] | None], Rule]:
    """All rules, for the tests that enumerate them."""
    return dict(_RULES)


def _rule(action: Action, model: type[Model] | None) -> Rule:
    try:
        return _RULES[action, model]
    except KeyError:
        raise UnknownRule(f"no rule for {action.name} on {model.__name__ if model else 'the installation'}") from None


def allows(actor: Actor, action: Action, obj: Model | None) -> bool:
    """May the actor do this to the object (None: to the installation)?"""
    rule = _rule(action, type(obj) if obj is not None else None)
    return actor.is_system or rule.allows(actor, obj)


def permitted(actor: Actor, action: Action, queryset: QuerySet[M]) -> QuerySet[M]:
    """Those rows of a queryset to which the actor may do this; the other face of `allows`."""
    rule = _rule(action, cast("type[Model]", queryset.model))
    return queryset if actor.is_system else queryset.filter(rule.q(actor))


def _follow(obj: Any, path: str) -> Any:
    for name in path.split("__"):
        if obj is None:
            return None
        obj = getattr(obj, name)
    return obj
