"""Taking a file's figures in: all of them or none, through COPY."""

from collections.abc import Callable, Iterator
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.statistics.enums import Fault, ImportState
from samverka.statistics.models import Extraction, Indicator

from .kolada import SOURCE
from .outcomes import Outcome
from .reading import Checked
from .rejections import Rejection, Rejections

CHUNK = 100_000
"""Rows for each COPY; between them the work tells how far it has come and can be cancelled."""

Told = Callable[[int, int], None]
"""Called with rows written and rows in all. What it raises ends the import, and nothing is changed."""

_INCOMING = """
CREATE TEMPORARY TABLE statistics_incoming
    (area_id bigint, year smallint, sex text, value double precision, status smallint) ON COMMIT DROP
"""
_MERGE = """
WITH written AS (
    INSERT INTO statistics_observation AS kept
        (indicator_id, extraction_id, area_id, year, sex, value, status)
    SELECT %s, %s, area_id, year, sex, value, status FROM statistics_incoming
    ON CONFLICT (indicator_id, area_id, sex, year) DO UPDATE
        SET value = excluded.value, status = excluded.status, extraction_id = excluded.extraction_id
        WHERE (kept.value, kept.status) IS DISTINCT FROM (excluded.value, excluded.status)
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""


def _nobody(written: int, total: int) -> None:
    """Tells nobody."""


def import_file(
    *,
    actor: Actor,
    checked: Checked,
    extracted_at: datetime,
    now: datetime,
    source: str = SOURCE["key"],
    told: Told = _nobody,
) -> Outcome:
    """Take the figures of one indicator in, in one transaction: either all of the file or nothing.

    Figures that the file does not mention stay. A file that was taken in before is skipped, so an import of many
    files that was killed can simply be run again. Two imports of the same indicator take turns.

    Args:
        checked: from `read_file`. Refused if it has rejections, or its indicator no definition.
        extracted_at: when the figures left the source.

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
        if indicator.extractions.filter(file_sha256=checked.sha256).exists():
            return Outcome(checked.name, ImportState.SKIPPED, rows=checked.read, indicator_id=indicator.pk)
        years = checked.rows["year"].unique().to_list()
        extraction = Extraction.objects.create(
            indicator=indicator,
            extracted_at=extracted_at,
            imported_at=now,
            file_name=checked.name,
            file_sha256=checked.sha256,
            rows=checked.rows.height,
            first_year=min(years),
            last_year=max(years),
        )
        if indicator.observations.exists():
            added, changed = _merge(indicator, extraction, checked.rows, told)
        else:
            added, changed = _fill(indicator, extraction, checked.rows, told), 0
        record(
            actor=actor,
            action="import_statistics",
            obj=indicator,
            now=now,
            organisation_id=None,
            changes={
                "file": (None, checked.name),
                "sha256": (None, checked.sha256),
                "added": (None, added),
                "changed": (None, changed),
            },
        )
    state = ImportState.IMPORTED if added or changed else ImportState.UNCHANGED
    return Outcome(checked.name, state, rows=checked.read, added=added, changed=changed, indicator_id=indicator.pk)


def _fill(indicator: Indicator, extraction: Extraction, rows: pl.DataFrame, told: Told) -> int:
    """An indicator without figures: straight into the table."""
    keyed = rows.with_columns(indicator_id=pl.lit(indicator.pk), extraction_id=pl.lit(extraction.pk))
    _copy("statistics_observation", keyed, told)
    return rows.height


def _merge(indicator: Indicator, extraction: Extraction, rows: pl.DataFrame, told: Told) -> tuple[int, int]:
    """An indicator with figures: a row is written only if it says something else. Returns (added, changed)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.statistics_incoming")
        cursor.execute(_INCOMING)
        _copy("statistics_incoming", rows, told)
        cursor.execute(_MERGE, [indicator.pk, extraction.pk])
        added, changed = cursor.fetchone()
        cursor.execute("DROP TABLE pg_temp.statistics_incoming")
    return added, changed


def _copy(table: str, rows: pl.DataFrame, told: Told) -> None:
    """COPY in chunks. As text, measured as fast as binary: the constraints and indexes take the time."""
    statement = f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv)"
    written = 0
    for chunk in _chunks(rows):
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(chunk.write_csv(include_header=False))
        written += chunk.height
        told(written, rows.height)


def _chunks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return rows.iter_slices(CHUNK)
