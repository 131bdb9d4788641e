"""The doors: the only ways from a request to an object, and what every view says about itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from .actions import Action
from .actors import Actor
from .rules import allows, permitted

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

DECLARED: Final = "samverka_declares"
READING: Final = ("GET", "HEAD")


class Forbidden(PermissionDenied):
    """The actor sees the object but may not do this to it."""

    code = "forbidden"


def check(actor: Actor, action: Action, obj: Model | None) -> None:
    """Services begin with this.

    Raises:
        Forbidden: the actor may not.
    """
    if not allows(actor, action, obj):
        raise Forbidden(action)


def find(actor: Actor, action: Action, queryset: QuerySet[M], **lookup: Any) -> M:
    """The one object that the lookup names, if the actor may do the action to it.

    Raises:
        Http404: there is none, or none that the actor may read: an outsider learns nothing.
        Forbidden: the actor may read it, but not do this.
    """
    found = permitted(actor, Action.READ, queryset).filter(**lookup).first()
    if found is None:
        raise Http404
    if action is not Action.READ:
        check(actor, action, found)
    return found


def requires(action: Action, *, sign_in: bool) -> Callable[[View[P]], View[P]]:
    """The view does this action. With `sign_in` nobody in particular is asked to sign in first; without, the view
    itself decides through `find` what the anonymous citizen may see.

    A view that only reads answers only GET and HEAD.
    """

    def declare(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if action is Action.READ and request.method not in READING:
                return HttpResponseNotAllowed(READING)
            if sign_in and not actor_of(request).is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, *args, **kwargs)

        setattr(guarded, DECLARED, action)
        return cast("View[P]", guarded)

    return declare


def public(*, reason: str) -> Callable[[View[P]], View[P]]:
    """The view shows nothing that is anyone's; `reason` says why that is so."""

    def declare(view: View[P]) -> View[P]:
        setattr(view, DECLARED, reason)
        return view

    return declare


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]  # set by ActingMiddleware
