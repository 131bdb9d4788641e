"""Who acts: a person in a request, nobody in particular, or the system itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model

from .models import User

T = TypeVar("T")
R = TypeVar("R", bound=Model)


@dataclass(frozen=True, eq=False, kw_only=True)
class Actor:
    """Who acts. Lives as long as one request or job, and remembers what was read about it for that long."""

    user_id: int | None = None
    name: str = ""
    is_operator: bool = False
    is_system: bool = False
    key_of: int | None = None
    """The organisation for which a key of the API speaks: nobody in person, and no right to write."""
    _memory: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @classmethod
    def of(cls, user: Any) -> "Actor":
        """The actor behind a user; inactive and anonymous users are the anonymous citizen."""
        if isinstance(user, User) and user.is_active:
            return cls(user_id=user.pk, name=user.name or user.email, is_operator=user.is_operator)
        return cls()

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The system itself: commands run by those who run the installation. `name` stands in the audit."""
        return cls(name=name, is_system=True)


def remembered(load: Callable[[Actor], T]) -> Callable[[Actor], T]:
    """Read a fact about an actor once and keep it for the actor's life."""
    key = f"{load.__module__}.{load.__qualname__}"

    @wraps(load)
    def recall(actor: Actor) -> T:
        if key not in actor._memory:
            actor._memory[key] = load(actor)
        found: T = actor._memory[key]
        return found

    return recall


def remembered_of(load: Callable[[Actor, R], T]) -> Callable[[Actor, R], T]:
    """The same for a fact about an actor and a row: for what several parts of one page ask for."""
    key = f"{load.__module__}.{load.__qualname__}"

    @wraps(load)
    def recall(actor: Actor, row: R) -> T:
        mine = f"{key} {row.pk}"
        if mine not in actor._memory:
            actor._memory[mine] = load(actor, row)
        found: T = actor._memory[mine]
        return found

    return recall
