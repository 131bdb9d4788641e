"""Focus areas: an organisation's own beside those that everybody has, and what stands in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.foundation.versions import Overtaken, sealed
from samverka.organisations.models import Organisation
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator

_FIELDS = ("name", "question", "order")


class NameTaken(Exception):
    """The organisation has a focus area of that name."""

    code = "name_taken"


def add_focus_area(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    question: str,
    order: int,
    indicators: Sequence[Indicator] = (),
    now: datetime,
) -> FocusArea:
    """Add a focus area of an organisation's own, with its indicators in order.

    Raises:
        Forbidden: the actor may not.
        NameTaken: there is one of that name.
    """
    check(actor, Action.ARRANGE_STATISTICS, organisation)
    try:
        with transaction.atomic():
            area = FocusArea.objects.create(
                organisation=organisation, key=_key(name), name=name, question=question, order=order
            )
            _fill(area, indicators)
            record(actor=actor, action="add_focus_area", obj=area, now=now, organisation_id=organisation.pk)
    except IntegrityError:
        raise NameTaken(name) from None
    return area


def _key(name: str) -> str:
    return slugify(name)[:60] or "omrade"


def seal_of(area: FocusArea) -> str:
    """Tells one state of a focus area from another; a form carries the one that it was made from. One query."""
    return sealed(_as_it_is(area))


def change_focus_area(
    *,
    actor: Actor,
    area: FocusArea,
    name: str,
    question: str,
    order: int,
    indicators: Sequence[Indicator],
    seen: str,
    now: datetime,
) -> None:
    """Change the heading, its place, and which indicators stand in it in which order. Its address stays.

    Args:
        seen: `seal_of` the focus area that the person saw. Saying what it says already overtakes nobody.

    Raises:
        Forbidden: the actor may not.
        Overtaken: somebody else has changed it since; nothing is changed.
    """
    check(actor, Action.ARRANGE_STATISTICS, area)
    with transaction.atomic():
        current = FocusArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
        said = {"name": name, "question": question, "order": order, "indicators": _keys(indicators)}
        if said == _as_it_is(current):
            return
        if seal_of(current) != seen:
            raise Overtaken(current)
        _write(actor, current, said, indicators, now)


def _write(
    actor: Actor, current: FocusArea, said: Mapping[str, Any], indicators: Sequence[Indicator], now: datetime
) -> None:
    """Write what is said of a focus area that the caller's transaction holds."""
    changes = difference(_as_it_is(current), said)
    for field in _FIELDS:
        setattr(current, field, said[field])
    current.save(update_fields=_FIELDS)
    current.places.all().delete()
    _fill(current, indicators)
    record(
        actor=actor,
        action="change_focus_area",
        obj=current,
        now=now,
        organisation_id=current.organisation_id,
        changes={field: (str(old), str(new)) for field, (old, new) in changes.items()},
    )


def stand_in(
    *, actor: Actor, indicator: Indicator, areas: Sequence[FocusArea], of: Sequence[FocusArea], now: datetime
) -> None:
    """Let an indicator stand in these focus areas, of those that are offered, and in no other of them. New places are
    the last ones; where it stood already it keeps its place.

    Raises:
        Forbidden: the actor may not change one of them.
    """
    wanted = {area.pk for area in areas}
    with transaction.atomic():
        there = set(indicator.focus_places.values_list("focus_area_id", flat=True))
        for area in of:
            if (area.pk in wanted) == (area.pk in there):
                continue
            check(actor, Action.ARRANGE_STATISTICS, area)
            current = FocusArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
            standing = [place.indicator for place in current.places.select_related("indicator").order_by("order", "pk")]
            standing = [other for other in standing if other != indicator]
            if area.pk in wanted:
                standing.append(indicator)
            _write(actor, current, _as_it_is(current) | {"indicators": _keys(standing)}, standing, now)


def _fill(area: FocusArea, indicators: Sequence[Indicator]) -> None:
    FocusIndicator.objects.bulk_create(
        FocusIndicator(focus_area=area, indicator=indicator, order=order) for order, indicator in enumerate(indicators)
    )


def _as_it_is(area: FocusArea) -> dict[str, Any]:
    placed = area.places.order_by("order", "pk").values_list("indicator__source_key", flat=True)
    return snapshot(area, _FIELDS) | {"indicators": list(placed)}


def _keys(indicators: Iterable[Indicator]) -> list[str]:
    return [indicator.source_key for indicator in indicators]
