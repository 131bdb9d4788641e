"""What a refresh asks about, and whether it continues one that was left unfinished."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from samverka.statistics.enums import IndicatorKind, RefreshState
from samverka.statistics.models import Indicator, Refresh, Source
from samverka.statistics.services.connecting import CONNECTED, SCB

RESUMED_WITHIN = timedelta(hours=12)
"""An unfinished refresh is continued for so long; then what it has fetched may be old, and a new one begins."""


class UnknownIndicatorsError(Exception):
    """Some of the indicators asked for are not there, or are not fetched from a source."""

    code = "unknown_indicators"

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def choose(source: str | None, keys: Iterable[str]) -> dict[Source, list[Indicator]]:
    """Each source with those of its indicators that are to be fetched.

    Raises:
        UnknownIndicatorsError: some of the keys are not found.
    """
    wanted = sorted(set(keys))
    found = (
        Indicator.objects.select_related("source")
        .filter(kind=IndicatorKind.PUBLISHED, source__key__in=[source] if source else CONNECTED)
        .filter(Q(source_key__in=wanted) if wanted else Q())
        .filter(~Q(source__key=SCB) | Q(selection__isnull=False))
        .order_by("source__key", "source_key")
    )
    chosen: dict[Source, list[Indicator]] = {}
    for indicator in found:
        chosen.setdefault(indicator.source, []).append(indicator)
    unknown = sorted(set(wanted) - {indicator.source_key for indicator in found})
    if unknown:
        raise UnknownIndicatorsError(unknown)
    return chosen


def begin(chosen: Mapping[Source, Sequence[Indicator]], *, full: bool, now: datetime) -> list[Refresh]:
    """A refresh for each source; they begin at the same moment. Whoever calls holds the sources' turns.

    If the same refreshes were begun some hours ago and one of them has not come to its end, they are continued: with
    what they decided to ask then, and without those that have finished.
    """
    keys = {source: sorted(indicator.source_key for indicator in found) for source, found in chosen.items()}
    earlier: dict[Source, dict[datetime, Refresh]] = {
        source: {
            refresh.started_at: refresh
            for refresh in Refresh.objects.select_related("source").filter(
                source=source, started_at__gte=now - RESUMED_WITHIN, question__indicators=asked, question__full=full
            )
        }
        for source, asked in keys.items()
    }
    unfinished = [
        refresh.started_at
        for same in earlier.values()
        for refresh in same.values()
        if refresh.state != RefreshState.FINISHED
    ]
    began = max(unfinished, default=now)
    return [_one(source, earlier[source].get(began), chosen[source], full=full, now=now) for source in chosen]


def leave(begun: Iterable[Refresh], *, now: datetime) -> None:
    """Those that were not reached before something ended the work are under way no longer."""
    waiting = Refresh.objects.filter(pk__in=[refresh.pk for refresh in begun], state=RefreshState.RUNNING)
    waiting.update(state=RefreshState.CANCELLED, finished_at=now)


def _one(
    source: Source, earlier: Refresh | None, indicators: Sequence[Indicator], *, full: bool, now: datetime
) -> Refresh:
    # Whoever ran the others is gone: the source's turn is ours.
    others = Refresh.objects.filter(source=source, state=RefreshState.RUNNING)
    others.exclude(pk=earlier.pk if earlier else -1).update(state=RefreshState.CANCELLED, finished_at=now)
    if earlier is None:
        return _new(source, indicators, full=full, now=now)
    if earlier.state != RefreshState.FINISHED:
        earlier.state, earlier.finished_at, earlier.failures = RefreshState.RUNNING, None, []
        earlier.save(update_fields=["state", "finished_at", "failures"])
    return earlier


def _new(source: Source, indicators: Sequence[Indicator], *, full: bool, now: datetime) -> Refresh:
    since: dict[str, list[str]] = {}
    for indicator in indicators:
        checked_at = None if full else indicator.checked_at
        # Kolada's days are Swedish; the whole of the day on which the last refresh began is asked about again.
        day = "" if checked_at is None else timezone.localdate(checked_at).isoformat()
        since.setdefault(day, []).append(indicator.source_key)
    question = {
        "indicators": sorted(indicator.source_key for indicator in indicators),
        "full": full,
        "since": since,
        "last_year": timezone.localdate(now).year + 1,
    }
    return Refresh.objects.create(source=source, question=question, started_at=now)
