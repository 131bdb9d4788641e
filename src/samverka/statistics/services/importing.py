"""Taking figures in: all of them or none, through COPY, and with what they were before they changed."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.statistics.enums import Fault, ImportState
from samverka.statistics.models import Extraction, Indicator, RawAnswer

from .kolada import SOURCE
from .outcomes import Outcome
from .reading import Checked
from .rejections import Rejection, Rejections

CHUNK = 100_000
"""Rows for each COPY; between them the work tells how far it has come and can be cancelled."""

Told = Callable[[int, int], None]
"""Called with rows written and rows in all. What it raises ends the import, and nothing is changed."""

PARTS = ("numerator", "denominator")

_INCOMING = """
CREATE TEMPORARY TABLE statistics_incoming
    (area_id bigint, year smallint, sex text, value double precision, status smallint,
     numerator double precision, denominator double precision) ON COMMIT DROP
"""
_FILL = """
INSERT INTO statistics_observation
    (indicator_id, extraction_id, area_id, year, sex, value, status, numerator, denominator)
SELECT %(indicator)s, %(extraction)s, area_id, year, sex, value, status, numerator, denominator
FROM statistics_incoming
"""
# A row that says what is known already is left alone: not even locked, or every row would be written anew. The parts of
# the statement see the table as it was before it, so `changed` holds the old figures. The lock on the indicator keeps
# others from writing between. {parts}: whether the source states numerators; one that does not says nothing of them.
_MERGE = """
WITH changed AS MATERIALIZED (
    SELECT i.*, o.id AS kept, o.value AS old_value, o.status AS old_status, o.numerator AS old_numerator,
        o.denominator AS old_denominator, o.extraction_id AS old_extraction,
        (o.value, o.status) IS DISTINCT FROM (i.value, i.status)
            OR {parts} AND (o.numerator, o.denominator) IS DISTINCT FROM (i.numerator, i.denominator)
                AND (o.numerator, o.denominator) IS DISTINCT FROM (NULL::float8, NULL::float8) AS says_otherwise
    FROM statistics_incoming i
    LEFT JOIN statistics_observation o
        ON o.indicator_id = %(indicator)s AND o.area_id = i.area_id AND o.sex = i.sex AND o.year = i.year
    WHERE o.id IS NULL OR (o.value, o.status) IS DISTINCT FROM (i.value, i.status)
        OR {parts} AND (o.numerator, o.denominator) IS DISTINCT FROM (i.numerator, i.denominator)
), before AS (
    INSERT INTO statistics_revision
        (indicator_id, area_id, year, sex, value, status, numerator, denominator, extraction_id, replaced_by_id,
         revised_at)
    SELECT %(indicator)s, area_id, year, sex, old_value, old_status, old_numerator, old_denominator, old_extraction,
        %(extraction)s, %(now)s
    FROM changed WHERE kept IS NOT NULL AND says_otherwise
    RETURNING 1
), written AS (
    UPDATE statistics_observation o
    SET value = c.value, status = c.status, numerator = c.numerator, denominator = c.denominator,
        extraction_id = %(extraction)s
    FROM changed c WHERE o.id = c.kept
), added AS (
    INSERT INTO statistics_observation
        (indicator_id, extraction_id, area_id, year, sex, value, status, numerator, denominator)
    SELECT %(indicator)s, %(extraction)s, area_id, year, sex, value, status, numerator, denominator
    FROM changed WHERE kept IS NULL
    RETURNING 1
)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM before)
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Where some figures come from. `rows`: how many the file or answer held; `answers`: the raw ones, where kept."""

    extracted_at: datetime
    file_name: str
    file_sha256: str
    rows: int
    released_at: datetime | None = None
    answers: Sequence[RawAnswer] = ()


@dataclass(frozen=True)
class Taken:
    """What became of the figures: how many were `added`, and how many `revised` an earlier one, which is kept."""

    extraction: Extraction
    added: int
    revised: int


def _nobody(written: int, total: int) -> None:
    """Tells nobody."""


def import_file(
    *,
    actor: Actor,
    checked: Checked,
    extracted_at: datetime,
    now: datetime,
    source: str = SOURCE["key"],
    later: Collection[str] = (),
    ordered_at: datetime | None = None,
    told: Told = _nobody,
) -> Outcome:
    """Take the figures of one indicator in, in one transaction: either all of the file or nothing.

    Figures that the file does not mention stay. A file that stands as the last one is skipped, so an import that was
    killed can simply be run again; one that another file came after is taken in again, because somebody wants its
    figures back. What the source itself has answered since is newer and stays. Two imports of the same indicator take
    turns.

    Args:
        checked: from `read_file`. Refused if it has rejections, or its indicator no definition.
        extracted_at: when the figures left the source.
        later: checksums of the files that this same run takes in after this one. If they have come after it already,
            the run was killed, and goes on where it was.
        ordered_at: when this import was ordered, if it may be begun again. If it was done after that, it is not done
            twice.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    if len(checked.rejections):
        return Outcome(checked.name, ImportState.REFUSED, rows=checked.read, rejections=checked.rejections)
    with transaction.atomic():
        # FOR NO KEY UPDATE: imports take turns, while those who only refer to the indicator go on.
        indicator = (
            Indicator.objects.select_for_update(no_key=True, of=("self",))
            .filter(source__key=source, source_key=checked.key)
            .first()
        )
        if indicator is None:
            unknown = Rejections.of([Rejection(None, checked.key, Fault.NO_DEFINITION)])
            return Outcome(checked.name, ImportState.REFUSED, rows=checked.read, rejections=unknown)
        if _stands(indicator, checked.sha256, later, ordered_at):
            return Outcome(checked.name, ImportState.SKIPPED, rows=checked.read, indicator_id=indicator.pk)
        facts = Facts(
            extracted_at=extracted_at,
            file_name=checked.name,
            file_sha256=checked.sha256,
            rows=checked.rows.height,
        )
        taken = take_in(actor=actor, indicator=indicator, facts=facts, frame=checked.rows, now=now, told=told)
    state = ImportState.IMPORTED if taken.added or taken.revised else ImportState.UNCHANGED
    return Outcome(
        checked.name, state, rows=checked.read, added=taken.added, changed=taken.revised, indicator_id=indicator.pk
    )


def _stands(indicator: Indicator, sha256: str, later: Collection[str], ordered_at: datetime | None) -> bool:
    """Whether a file has been taken in and no other came after it. See `import_file`."""
    files = indicator.extractions.filter(answers=None, undoes=None, undone_by=None).order_by("-imported_at", "-pk")
    imports = list(files.values_list("file_sha256", "imported_at"))
    if ordered_at is not None and any(found == sha256 and at >= ordered_at for found, at in imports):
        return True
    last = next((found for found, _at in imports if found not in later or found == sha256), None)
    return last == sha256


def take_in(
    *, actor: Actor, indicator: Indicator, facts: Facts, frame: pl.DataFrame, now: datetime, told: Told = _nobody
) -> Taken:
    """Take figures in for an indicator that the caller's transaction holds locked. Who may is the caller's to check.

    A figure that says something else than the stored one takes its place, and the stored one becomes a revision.
    Figures that the frame does not mention stay.

    Args:
        frame: columns area_id, year, sex (T, K or M), value (null when missing), status; and numerator and denominator
            where the source states them. One row for each area, year and sex.
    """
    years = frame["year"].unique().to_list()
    extraction = Extraction.objects.create(
        indicator=indicator,
        extracted_at=facts.extracted_at,
        imported_at=now,
        file_name=facts.file_name,
        file_sha256=facts.file_sha256,
        rows=facts.rows,
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        released_at=facts.released_at,
        indicator_version=indicator.version,
    )
    extraction.answers.add(*facts.answers)
    if indicator.observations.exists():
        added, revised = _merge(extraction, frame, now, told)
    else:
        added, revised = fill(extraction, frame, told), 0
    record(
        actor=actor,
        action="import_statistics",
        obj=indicator,
        now=now,
        organisation_id=indicator.organisation_id,
        changes={
            "file": (None, facts.file_name),
            "sha256": (None, facts.file_sha256),
            "added": (None, added),
            "changed": (None, revised),
        },
    )
    return Taken(extraction, added, revised)


def fill(extraction: Extraction, rows: pl.DataFrame, told: Told = _nobody) -> int:
    """Write the figures of an indicator that has none: every row is new. The caller's transaction holds the indicator.

    Not straight into the table, which COPY may not write: it has row security.

    Args:
        rows: as the frame of `take_in`.
    """
    with _incoming(rows, told) as cursor:
        cursor.execute(_FILL, {"indicator": extraction.indicator_id, "extraction": extraction.pk})
    return rows.height


def _merge(extraction: Extraction, rows: pl.DataFrame, now: datetime, told: Told) -> tuple[int, int]:
    """An indicator with figures: a row is written only if it says something else. Returns (added, revised)."""
    statement = _MERGE.format(parts="TRUE" if set(PARTS) <= set(rows.columns) else "FALSE")
    with _incoming(rows, told) as cursor:
        cursor.execute(statement, {"indicator": extraction.indicator_id, "extraction": extraction.pk, "now": now})
        added, revised = cursor.fetchone()
    return added, revised


@contextmanager
def _incoming(rows: pl.DataFrame, told: Told) -> Iterator[CursorWrapper]:
    """The rows in a table of their own, which goes afterwards: the transaction may take in another indicator too.

    By COPY in chunks. As text, measured as fast as binary: the constraints and indexes take the time.
    """
    statement = f"COPY statistics_incoming ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv)"
    written = 0
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        for chunk in rows.iter_slices(CHUNK):
            with cursor.copy(statement) as copy:
                copy.write(chunk.write_csv(include_header=False))
            written += chunk.height
            told(written, rows.height)
        yield cursor
        cursor.execute("DROP TABLE pg_temp.statistics_incoming")
