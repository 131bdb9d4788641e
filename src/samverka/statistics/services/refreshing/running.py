"""A refresh from beginning to end: what to ask, piece after piece, and how it went."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.kolada import Kolada
from samverka.connectors.scb import Scb
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.registry import Cancelled
from samverka.statistics.enums import RefreshState
from samverka.statistics.models import Extraction, Indicator, Refresh, RefreshChunk
from samverka.statistics.queries.refreshes import DEFINITIONS, GROUPS
from samverka.statistics.services.comparing import take_in_groups
from samverka.statistics.services.connecting import KOLADA, Connect, connect
from samverka.statistics.services.definitions import take_in_kpis
from samverka.statistics.services.deriving import count_again
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import renamed_areas

from . import from_kolada, from_scb
from .beginning import begin, choose, leave
from .pieces import Fetched, Piece, Unit
from .storing import store
from .turns import TellingClock, alone

IN_A_ROW = 5
"""Pieces that fail one after another before the rest is left for another time."""

# The source does not answer anybody: asking about the next indicator will not help.
_EVERYWHERE = {
    Fault.UNREACHABLE,
    Fault.TIMEOUT,
    Fault.UNTRUSTED,
    Fault.TOO_MANY_REQUESTS,
    Fault.FORBIDDEN,
    Fault.OTHER_HOST,
    Fault.WEB_PAGE,
}
# About what was asked for, and nothing else.
_HERE = {Fault.NOT_FOUND, Fault.GONE, Fault.UNKNOWN_CODE, Fault.CHOICE_NEEDED, Fault.TOO_MANY_CELLS}

Told = Callable[[int, int, str], None]
"""Called with steps done, steps in all and what is being done, also while nothing else happens. What it raises ends the
refresh: what is stored stays, and the same refresh can be continued."""


def _nobody(done: int, total: int, doing: str) -> None:
    """Tells nobody."""


def refresh(
    *,
    actor: Actor,
    source: str | None = None,
    keys: Iterable[str] = (),
    full: bool = False,
    now: Callable[[], datetime] = clock.now,
    told: Told = _nobody,
    connect_to: Connect = connect,
) -> list[Refresh]:
    """Fetch what has changed since the last time, for all indicators of the sources or for some.

    Each piece is stored with the answers it came in, or not at all. A refresh of the same indicators that did not reach
    its end in the last hours is continued. What cannot be fetched is noted with its reason and keeps its figures.
    Then what is counted of the indicators is counted again.

    Args:
        source: one of `CONNECTED`; None: all.
        keys: the sources' own; none: all indicators.
        full: all figures, whatever has been fetched before.

    Returns:
        A refresh for each source, with how it went.

    Raises:
        Forbidden: the actor does not take figures in.
        UnknownIndicatorsError: there are no such indicators. Nothing has been fetched.
        BusyError: another refresh of a source is under way.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    keys = tuple(keys)
    with acting_as(actor):
        chosen = choose(source, keys)
    with ExitStack() as turns:
        for publisher in chosen:
            turns.enter_context(alone(publisher))
        with acting_as(actor):
            begun = begin(chosen, full=full, now=now())
        try:
            for number, run in enumerate(begun):
                if run.state == RefreshState.RUNNING:
                    place = (number, len(begun))
                    work = _Run(actor, run, chosen[run.source], now=now, told=told, place=place, whole=not keys)
                    work.go(connect_to)
            _count_derived(actor, begun, whole=not keys, now=now())
        except BaseException:
            with acting_as(actor):
                leave(begun, now=now())
            raise
    return begun


def _count_derived(actor: Actor, begun: Sequence[Refresh], *, whole: bool, now: datetime) -> None:
    """Count again what is counted of the indicators.

    After a whole refresh that is everything: figures that came in before a refresh was killed count too.
    """
    with acting_as(actor):
        changed = None
        if not whole:
            since = min((run.started_at for run in begun), default=now)
            sources = [run.source_id for run in begun]
            fresh = Extraction.objects.filter(indicator__source__in=sources, imported_at__gte=since)
            changed = set(fresh.values_list("indicator_id", flat=True))
        count_again(actor=actor, changed=changed, now=now)


class _Run:
    """One source's refresh, while it holds the source's turn."""

    def __init__(
        self,
        actor: Actor,
        run: Refresh,
        indicators: Sequence[Indicator],
        *,
        now: Callable[[], datetime],
        told: Told,
        place: tuple[int, int],
        whole: bool,
    ) -> None:
        self.actor = actor
        self.refresh = run
        self.source = run.source
        self.indicators = {indicator.source_key: indicator for indicator in indicators}
        self.now = now
        self.told = told
        self.place = place
        self.whole = whole
        self.failures: list[dict[str, Any]] = []
        self.in_a_row = 0
        self.forget: Callable[[], object] = dict  # Kolada has nothing to forget
        self.steps = 0
        self.step = (0, "")
        with acting_as(actor):
            self.done = set(RefreshChunk.objects.filter(refresh=self.refresh).values_list("key", flat=True))

    def go(self, connect_to: Connect) -> None:
        """Do all that is left. How it went stands in `refresh` when this returns, or raises."""
        try:
            with connect_to(self.source.key, TellingClock(self._tell)) as client:
                units = self._of_kolada(Kolada(client)) if self.source.key == KOLADA else self._of_scb(Scb(client))
                state = self._all(units)
        except (KeyboardInterrupt, Cancelled):
            self._end(RefreshState.CANCELLED)
            raise
        except BaseException:
            self._end(RefreshState.FAILED)
            raise
        self._end(state)

    def _of_kolada(self, source: Kolada) -> list[Unit]:
        question = self.refresh.question
        since = {date.fromisoformat(day) if day else None: keys for day, keys in question["since"].items()}
        keys = tuple(question["indicators"])
        define = Unit(_("Indikatorernas definitioner"), (), partial(self._define, source, keys))
        figures = from_kolada.units(source, from_kolada.Question(since, question["last_year"]), self._areas(digits=4))
        groups = [Unit(_("Koladas jämförelsegrupper"), (), partial(self._groups, source))] if self.whole else []
        return [define, *figures, *groups]

    def _of_scb(self, source: Scb) -> list[Unit]:
        tables = from_scb.Tables(source)
        keys = self.refresh.question["indicators"]
        full = self.refresh.question["full"]
        self.forget = tables.forget
        return from_scb.units(tables, [self.indicators[key] for key in keys], self._areas(digits=0), full=full)

    def _areas(self, *, digits: int) -> dict[str, int]:
        """The source's code of an area → its key. A code that an area had before stands for it too."""
        official = [AreaKind.NATION, AreaKind.COUNTY, AreaKind.MUNICIPALITY]
        rows = Area.objects.filter(kind__in=official).values_list("code", "pk")
        return renamed_areas() | {code.zfill(digits): key for code, key in rows}

    def _groups(self, source: Kolada) -> Sequence[Piece]:
        """Whom Kolada compares with whom. The piece has no figures."""
        if GROUPS not in self.done:
            listing = source.municipality_groups()
            with acting_as(self.actor):
                take_in_groups(actor=self.actor, groups=listing.records, source=self.source, now=self.now())
            fetched = Fetched({}, listing.rejections, listing.answers)
            self._store(Piece(GROUPS, (), lambda: fetched), fetched)
        return ()

    def _define(self, source: Kolada, keys: tuple[str, ...]) -> Sequence[Piece]:
        """Definitions brought up to date. The piece has no figures; its indicators are those that Kolada knows."""
        if DEFINITIONS not in self.done:
            listing = source.kpis(ids=keys)
            with acting_as(self.actor):
                take_in_kpis(actor=self.actor, kpis=listing.records, now=self.now())
            known = tuple(kpi.id for kpi in listing.records)
            fetched = Fetched({}, listing.rejections, listing.answers)
            self._store(Piece(DEFINITIONS, known, lambda: fetched), fetched)
        chunk = RefreshChunk.objects.get(refresh=self.refresh, key=DEFINITIONS)
        unknown = sorted(set(keys) - set(chunk.counts))
        if unknown:
            self._note(unknown, SourceError(Fault.NOT_FOUND))
        return ()

    def _all(self, units: Sequence[Unit]) -> RefreshState:
        """Every unit; one that fails leaves the others to go on, unless the source answers nobody."""
        self.steps = len(units)
        for number, unit in enumerate(units):
            self.step = (number, unit.label)
            self._tell()
            try:
                self._unit(unit)
            except SourceError as error:
                if not self._failed(unit.indicators, error):
                    return RefreshState.FAILED
            except _StoppedError:
                return RefreshState.FAILED
        self.step = (self.steps, "")
        failed = {key for failure in self.failures for key in failure["indicators"]}
        return RefreshState.FAILED if failed >= set(self.indicators) else RefreshState.FINISHED

    def _unit(self, unit: Unit) -> None:
        """Raises:
        SourceError: its pieces are not known, or the only one cannot be fetched.
        """
        try:
            self._pieces(unit)
        except SourceError as error:
            if error.fault is not Fault.RELEASED:
                raise
            self.forget()  # new figures came in the middle: all of them are fetched once more
            self._pieces(unit)

    def _pieces(self, unit: Unit) -> None:
        for piece in unit.pieces():
            self._piece(piece)

    def _piece(self, piece: Piece) -> None:
        """Fetch and store; cut in halves if it cannot be fetched, so that one bad indicator does not hold up the rest.

        Raises:
            SourceError: it cannot be fetched, and there is nothing to cut.
        """
        if piece.key in self.done:
            return
        if self.done.isdisjoint(piece.family()):
            try:
                fetched = piece.fetch()
            except SourceError as error:
                if error.fault in _EVERYWHERE or error.fault is Fault.RELEASED or not piece.halves():
                    raise
            else:
                self._store(piece, fetched)
                return
        for half in piece.halves():
            try:
                self._piece(half)
            except SourceError as error:
                if not self._failed(half.indicators, error):
                    raise _StoppedError from error

    def _store(self, piece: Piece, fetched: Fetched) -> None:
        store(
            actor=self.actor,
            refresh=self.refresh,
            piece=piece,
            fetched=fetched,
            now=self.now(),
            told=lambda _written, _all: self._tell(),
        )
        self.done.add(piece.key)
        self.in_a_row = 0

    def _failed(self, indicators: Sequence[str], error: SourceError) -> bool:
        """Note what could not be fetched; whether it makes sense to go on."""
        self._note(indicators, error)
        self.in_a_row += error.fault not in _HERE
        return error.fault not in _EVERYWHERE and self.in_a_row < IN_A_ROW

    def _note(self, indicators: Sequence[str], error: SourceError) -> None:
        details = {name: str(value) for name, value in error.details.items()}
        self.failures.append({"indicators": list(indicators), "code": error.code, "details": details, "url": error.url})

    def _end(self, state: RefreshState) -> None:
        with acting_as(self.actor):
            self.refresh.state = state
            self.refresh.finished_at = max(self.now(), self.refresh.started_at)
            self.refresh.failures = self.failures
            self.refresh.save(update_fields=["state", "finished_at", "failures"])
            if state is RefreshState.FINISHED:
                failed = {key for failure in self.failures for key in failure["indicators"]}
                began = self.refresh.started_at
                Indicator.objects.filter(source=self.source, source_key__in=self.indicators.keys() - failed).update(
                    checked_at=Greatest(F("checked_at"), began)
                )
            record(
                actor=self.actor,
                action="refresh_statistics",
                obj=self.refresh,
                now=self.refresh.finished_at,
                organisation_id=None,
                changes={"state": (None, state.value), "failures": (None, len(self.failures))},
            )

    def _tell(self) -> None:
        """Where the work stands, as a part of the whole; also the moment when it can be ended from outside."""
        number, of = self.place
        done, doing = self.step
        steps = max(self.steps, 1)
        self.told(number * steps + done, of * steps, doing)


class _StoppedError(Exception):
    """So much has failed that the rest is left for another time; noted already."""
