"""Bringing the indicators in line with what their source says of them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db import transaction

from samverka.connectors.kolada import Kpi
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.statistics.enums import ImportState, Measure, Polarity
from samverka.statistics.models import Indicator, IndicatorVersion, Source
from samverka.statistics.services import kolada
from samverka.statistics.services.outcomes import Outcome

from .files import LONGEST_TITLE, Definition, Definitions
from .versions import as_defined, replaced

_FIELDS = ("name", "definition", "unit", "polarity", "by_sex", "measure", "is_closed", "next_release_on")


def take_in_definitions(*, actor: Actor, definitions: Definitions, now: datetime) -> Outcome:
    """Create the indicators of a file that are new and change those that are defined otherwise. Idempotent.

    Which way is good is set only where it is certain; what somebody has chosen for another indicator stays.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    if len(definitions.rejections):
        return Outcome(definitions.name, ImportState.REFUSED, rejections=definitions.rejections)
    wanted = {d.key: _from_file(d) for d in definitions.definitions}
    added, changed = _bring_in_line(actor, wanted, now)
    return Outcome(
        definitions.name,
        ImportState.IMPORTED if added or changed else ImportState.UNCHANGED,
        rows=len(definitions.definitions),
        added=added,
        changed=changed,
    )


def take_in_kpis(*, actor: Actor, kpis: Iterable[Kpi], now: datetime) -> Outcome:
    """The same with what Kolada answered about its indicators: also when the next figures come, and what is closed.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    wanted = {kpi.id: _from_kolada(kpi) for kpi in kpis}
    added, changed = _bring_in_line(actor, wanted, now)
    state = ImportState.IMPORTED if added or changed else ImportState.UNCHANGED
    return Outcome("kpi", state, rows=len(wanted), added=added, changed=changed)


Described = Callable[[Indicator], None]
"""Writes into an indicator what its source says of it."""


def _bring_in_line(actor: Actor, wanted: dict[str, Described], now: datetime) -> tuple[int, int]:
    with transaction.atomic():
        Source.objects.bulk_create([Source(**kolada.SOURCE)], ignore_conflicts=True)
        # The lock lets one import of definitions in at a time, and nobody else has to wait for it.
        source = Source.objects.select_for_update(no_key=True).get(key=kolada.SOURCE["key"])
        known = {i.source_key: i for i in Indicator.objects.filter(source=source, source_key__in=wanted)}
        new: list[Indicator] = []
        changed = []
        earlier: list[IndicatorVersion] = []
        for key, describe in wanted.items():
            indicator = known.get(key)
            if indicator is None:
                indicator = Indicator(source=source, source_key=key, polarity=Polarity.NONE)
                describe(indicator)
                new.append(indicator)
                continue
            indicator.source = source
            before, defined = snapshot(indicator, _FIELDS), as_defined(indicator)
            describe(indicator)
            changes = difference(before, snapshot(indicator, _FIELDS))
            if changes:
                changed.append((indicator, changes))
                version = replaced(indicator, defined, now=now)
                earlier += [version] if version else []
        Indicator.objects.bulk_create(new)
        Indicator.objects.bulk_update([indicator for indicator, _ in changed], (*_FIELDS, "version"))
        IndicatorVersion.objects.bulk_create(earlier)
        for indicator in new:
            record(actor=actor, action="define_indicator", obj=indicator, now=now, organisation_id=None)
        for indicator, changes in changed:
            record(
                actor=actor, action="define_indicator", obj=indicator, now=now, organisation_id=None, changes=changes
            )
    return len(new), len(changed)


def _from_file(definition: Definition) -> Described:
    def describe(indicator: Indicator) -> None:
        _describe(indicator, definition.title, definition.description)
        indicator.by_sex = definition.by_sex

    return describe


def _from_kolada(kpi: Kpi) -> Described:
    def describe(indicator: Indicator) -> None:
        _describe(indicator, " ".join(kpi.title.split())[:LONGEST_TITLE], kpi.description.strip())
        indicator.by_sex = kpi.is_divided_by_gender
        indicator.next_release_on = _next(kpi.prel_publication_date, kpi.publication_date)

    return describe


def _next(preliminary: date | None, final: date | None) -> date | None:
    days = [day for day in (preliminary, final) if day is not None]
    return min(days) if days else None


def _describe(indicator: Indicator, title: str, description: str) -> None:
    indicator.name = title
    indicator.definition = description or indicator.definition
    indicator.unit = kolada.unit_in(title) or indicator.unit
    if indicator.measure == Measure.OTHER:
        indicator.measure = kolada.measure_of(indicator.source_key, title)
    indicator.is_closed = indicator.is_closed or kolada.says_closed(title, description)
    polarity = kolada.polarity_of(indicator.source_key)
    if polarity is not Polarity.NONE:
        indicator.polarity = polarity
