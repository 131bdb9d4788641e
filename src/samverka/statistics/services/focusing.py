"""Focus areas: an organisation's own beside those that everybody has, and what stands in them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
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


def change_focus_area(
    *,
    actor: Actor,
    area: FocusArea,
    name: str,
    question: str,
    order: int,
    indicators: Sequence[Indicator],
    now: datetime,
) -> None:
    """Change the heading, its place, and which indicators stand in it in which order. Its address stays.

    Raises:
        Forbidden: the actor may not.
    """
    check(actor, Action.ARRANGE_STATISTICS, area)
    with transaction.atomic():
        current = FocusArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
        before = snapshot(current, _FIELDS) | {"indicators": _placed(current)}
        current.name, current.question, current.order = name, question, order
        after = snapshot(current, _FIELDS) | {"indicators": [indicator.source_key for indicator in indicators]}
        changes = difference(before, after)
        if not changes:
            return
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
            standing = [place.indicator for place in area.places.select_related("indicator").order_by("order", "pk")]
            change_focus_area(
                actor=actor,
                area=area,
                name=area.name,
                question=area.question,
                order=area.order,
                indicators=[*standing, indicator]
                if area.pk in wanted
                else [other for other in standing if other != indicator],
                now=now,
            )


def _fill(area: FocusArea, indicators: Sequence[Indicator]) -> None:
    FocusIndicator.objects.bulk_create(
        FocusIndicator(focus_area=area, indicator=indicator, order=order) for order, indicator in enumerate(indicators)
    )


def _placed(area: FocusArea) -> list[str]:
    return list(area.places.order_by("order", "pk").values_list("indicator__source_key", flat=True))
