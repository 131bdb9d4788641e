"""Every rule has two faces, one for an object and one for a query, and PostgreSQL says the same about the rows that
it guards itself."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, example, given, settings

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted, registered
from samverka.foundation.database.acting import acting_as
from samverka.foundation.database.models import Owned
from samverka.statistics.models import Observation
from tests.guards.worlds import EVERYTHING, World, build, worlds

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

pytestmark = pytest.mark.django_db

RULES = [(action, model) for action, model in registered() if model is not None]
GUARDED = [model for model in apps.get_models() if issubclass(model, Owned) and model.row_security]
SYSTEM = Actor.system("worlds")

WIDER_IN_POSTGRESQL: dict[str, str] = {}
"""Model → why PostgreSQL shows rows that the rule does not. It must never show fewer."""

ONLY_BELOW_ANOTHER: dict[str, str] = {
    "statistics.Source": "public facts, shown with an indicator",
    "statistics.Extraction": "public facts, shown with an indicator",
    "statistics.IndicatorVersion": "shown with the indicator that was defined so",
    "statistics.FocusIndicator": "shown in its focus area, with the indicators that the actor may read",
    "statistics.ComparisonGroup": "public facts, shown with an area",
    "statistics.RawAnswer": "what a public source answered, shown with an extraction",
    "statistics.Refresh": "shown to those who run the installation",
    "statistics.RefreshChunk": "shown to those who run the installation",
    "api.Question": "counted, and read by nobody",
    "territory.Membership": "public facts, shown with an area",
    "territory.CodeChange": "public facts, shown with an area",
    "territory.Boundary": "public facts, shown with an area",
    "collaborations.ChosenIndicator": "read with its collaboration, which the reader has been let into",
    "ui.RenderedChart": "found by the digest of its content, which only a page that showed it knows",
}
"""Tables without a rule of their own for reading → through which door their rows are reached."""


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    """Everything inside is made as the system, and taken away again."""
    with transaction.atomic():
        with acting_as(SYSTEM):
            yield
        transaction.set_rollback(True)


def _some(model: "type[Model]") -> "QuerySet[Model]":
    """All rows, but of the demo's many figures one indicator's, beside those that worlds are made with."""
    rows = model._default_manager.all()
    if model is not Observation:
        return rows
    own = Q(indicator__organisation__isnull=False)
    return rows.filter(own | Q(indicator__source_key="N03921", area__code="1080", sex="T"))


def _keys(queryset: Any) -> set[Any]:
    return set(queryset.values_list("pk", flat=True))


@given(worlds)
@example(EVERYTHING)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # shrinking a world takes minutes
)
def test_both_faces_of_every_rule_and_postgresql_agree(world: World) -> None:
    with _undone():
        actors = build(world)
        rows: dict[type[Model], list[Model]] = {model: list(_some(model)) for _, model in RULES}
        for action, model in RULES:
            for actor in actors:
                in_memory = {row.pk for row in rows[model] if allows(actor, action, row)}
                assert _keys(permitted(actor, action, _some(model))) == in_memory, (action, actor)
        for model in GUARDED:
            for actor in actors:
                allowed = _keys(permitted(actor, Action.READ, _some(model)))
                with acting_as(actor):
                    shown = _keys(_some(model))
                if model._meta.label in WIDER_IN_POSTGRESQL:
                    assert allowed <= shown, (model, actor)
                else:
                    assert allowed == shown, (model, actor)


def test_the_worlds_hold_something_of_everything_that_has_a_rule() -> None:
    with _undone():
        before = {model: model._default_manager.count() for _, model in RULES}
        build(EVERYTHING)
        lacking = {model.__name__ for _, model in RULES if model._default_manager.count() == before[model]}
    assert lacking == set(), "make some in worlds.py"


def test_every_table_says_who_may_read_it_or_through_what_it_is_reached() -> None:
    readable = {model for action, model in RULES if action is Action.READ}
    without = {model._meta.label for model in apps.get_models() if issubclass(model, Owned) and model not in readable}
    assert without == ONLY_BELOW_ANOTHER.keys()


def test_every_guarded_table_has_a_rule_for_reading_to_be_compared_with() -> None:
    assert GUARDED
    assert [model for model in GUARDED if (Action.READ, model) not in registered()] == []


def test_every_action_is_answered_by_a_rule() -> None:
    assert {action for action, _model in registered()} == set(Action)


def test_the_system_may_everything_and_sees_every_row() -> None:
    with _undone():
        build(EVERYTHING)
        for action, model in RULES:
            everything = _some(model)
            assert _keys(permitted(SYSTEM, action, everything)) == _keys(everything)
            assert allows(SYSTEM, action, everything[0])
