"""Own measurements: describing one, uploading its figures, taking them in, and taking an import back."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.enums import IndicatorKind, Measure, Polarity
from samverka.statistics.models import Extraction, FigureFile, Indicator, Source
from samverka.statistics.queries.files import undoable
from samverka.statistics.services.deriving import count_again
from samverka.statistics.services.importing import Facts, Taken, take_in
from samverka.statistics.services.ordering import noon

from .columns import Columns, stored
from .previewing import preview_of

_REVISED = """
INSERT INTO statistics_revision
    (indicator_id, area_id, year, sex, value, status, numerator, denominator, extraction_id, replaced_by_id, revised_at)
SELECT indicator_id, area_id, year, sex, value, status, numerator, denominator, extraction_id, %(undo)s, %(now)s
FROM statistics_observation WHERE indicator_id = %(indicator)s AND extraction_id = %(undone)s
"""
_RESTORED = """
UPDATE statistics_observation o
SET value = r.value, status = r.status, numerator = r.numerator, denominator = r.denominator,
    extraction_id = r.extraction_id
FROM statistics_revision r
WHERE r.replaced_by_id = %(undone)s AND o.indicator_id = %(indicator)s AND o.extraction_id = %(undone)s
    AND r.indicator_id = o.indicator_id AND r.area_id = o.area_id AND r.year = o.year AND r.sex = o.sex
"""
_REMOVED = "DELETE FROM statistics_observation WHERE indicator_id = %(indicator)s AND extraction_id = %(undone)s"


class FileRefused(ValueError):
    """A file with something wrong in it, or nothing. Its preview says what."""

    code = "file_refused"


class AlreadyMeasured(ValueError):
    """The organisation has a measurement of that name: two could not be told apart where they are shown."""

    code = "already_measured"


class NotTheLatest(Exception):
    """Only the latest import of an indicator can be taken back, and only one that came as a file."""

    code = "not_the_latest"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What an organisation measures for itself."""

    name: str
    definition: str
    unit: str
    measure: Measure
    polarity: Polarity
    by_sex: bool
    is_public: bool


def add_measurement(*, actor: Actor, organisation: Organisation, details: Measurement, now: datetime) -> Indicator:
    """Describe something that an organisation measures for itself; its figures come as files.

    Raises:
        Forbidden: the actor does not coordinate the organisation.
        AlreadyMeasured: see there.
    """
    check(actor, Action.ARRANGE_STATISTICS, organisation)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        if Indicator.objects.filter(
            organisation=organisation, kind=IndicatorKind.MEASURED, name__iexact=details.name
        ).exists():
            raise AlreadyMeasured(details.name)
        source, _made = Source.objects.get_or_create(
            key=f"org-{organisation.pk}",
            defaults={"name": organisation.name[:120], "attribution": organisation.name[:200]},
        )
        indicator = Indicator.objects.create(
            organisation=organisation,
            source=source,
            source_key=f"E{secrets.token_hex(4)}",
            kind=IndicatorKind.MEASURED,
            **{name: getattr(details, name) for name in Measurement.__dataclass_fields__},
        )
        record(
            actor=actor,
            action="add_indicator",
            obj=indicator,
            now=now,
            organisation_id=organisation.pk,
            changes={"name": (None, indicator.name), "is_public": (None, indicator.is_public)},
        )
    return indicator


def upload_file(
    *, actor: Actor, indicator: Indicator, name: str, content: bytes, extracted_on: date, now: datetime
) -> FigureFile:
    """Keep a file to be looked at before it is taken in. One that the person left lying gives way.

    Raises:
        Forbidden: the actor does not arrange the indicator's figures.
    """
    check(actor, Action.ARRANGE_STATISTICS, indicator)
    if actor.user_id is None:
        raise ValueError("a file is uploaded by a person, who comes back to take it in")
    with transaction.atomic():
        FigureFile.objects.filter(indicator=indicator, person_id=actor.user_id).delete()
        return FigureFile.objects.create(
            indicator=indicator,
            person_id=actor.user_id,
            name=name[:255],
            content=content,
            uploaded_at=now,
            extracted_on=extracted_on,
        )


def match_columns(*, actor: Actor, file: FigureFile, columns: Columns) -> FigureFile:
    """Say which column of a file is what.

    Raises:
        Forbidden: the actor does not arrange the indicator's figures.
    """
    check(actor, Action.ARRANGE_STATISTICS, file.indicator)
    file.columns = stored(columns)
    file.save(update_fields=["columns"])
    return file


def discard_file(*, actor: Actor, file: FigureFile) -> None:
    """Throw an uploaded file away; nothing of it was taken in.

    Raises:
        Forbidden: the actor does not arrange the indicator's figures.
    """
    check(actor, Action.ARRANGE_STATISTICS, file.indicator)
    file.delete()


def throw_old_files_away(*, now: datetime) -> int:
    """Throw away what has been left lying for too long, whoever uploaded it; returns how many. Called once a day."""
    with acting_as(Actor.system("old uploads")):
        gone, _by_model = FigureFile.objects.filter(uploaded_at__lte=now - FigureFile.KEPT_FOR).delete()
    return gone


def take_file_in(*, actor: Actor, file: FigureFile, today: date, now: datetime) -> Taken:
    """Take all figures of an uploaded file in, or none; the file is then thrown away.

    Raises:
        Forbidden: the actor does not arrange the indicator's figures.
        FileRefused: something is wrong with the file, or it is there no longer.
    """
    check(actor, Action.ARRANGE_STATISTICS, file.indicator)
    with transaction.atomic():
        indicator = Indicator.objects.select_for_update(no_key=True, of=("self",)).get(pk=file.indicator_id)
        # Two who take it in at once take turns, and the second finds that it is gone.
        if not FigureFile.objects.filter(pk=file.pk).exists():
            raise FileRefused(f"{file.name} has been taken in, or thrown away")
        preview = preview_of(file, today=today)
        if not preview.may_be_taken:
            raise FileRefused(f"{file.name} has {len(preview.read.faults)} faults")
        facts = Facts(
            extracted_at=noon(file.extracted_on),
            file_name=file.name,
            file_sha256=hashlib.sha256(bytes(file.content)).hexdigest(),
            rows=preview.read.rows,
        )
        taken = take_in(actor=actor, indicator=indicator, facts=facts, frame=preview.read.frame, now=now)
        count_again(actor=actor, changed=[indicator.pk], now=now)
        file.delete()
    return taken


def undo_import(*, actor: Actor, extraction: Extraction, now: datetime) -> Extraction:
    """Take the latest import of an indicator back: what it changed is as before, and what it added is gone.

    Nothing is forgotten: what the import said becomes revisions, replaced by the extraction that undoes it.

    Raises:
        Forbidden: the actor does not arrange the indicator's figures.
        NotTheLatest: another import came after it, it is undone already, or it did not come as a file.
    """
    check(actor, Action.ARRANGE_STATISTICS, extraction.indicator)
    with transaction.atomic():
        indicator = Indicator.objects.select_for_update(no_key=True, of=("self",)).get(pk=extraction.indicator_id)
        latest = undoable(indicator)
        if latest is None or latest.pk != extraction.pk:
            raise NotTheLatest(f"extraction {extraction.pk} is not the latest of {indicator}")
        before = (
            indicator.extractions.filter(undoes=None, undone_by=None)
            .exclude(pk=latest.pk)
            .order_by("-imported_at", "-pk")
            .first()
        )
        undo = Extraction.objects.create(
            indicator=indicator,
            # The figures that now stand left their source when the import before this one says.
            extracted_at=before.extracted_at if before else now,
            imported_at=now,
            file_name=before.file_name if before else latest.file_name,
            file_sha256="",
            rows=0,
            first_year=before.first_year if before else None,
            last_year=before.last_year if before else None,
            released_at=before.released_at if before else None,
            indicator_version=indicator.version,
            undoes=latest,
        )
        said: dict[str, int | datetime] = {"indicator": indicator.pk, "undone": latest.pk, "undo": undo.pk, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(_REVISED, said)
            cursor.execute(_RESTORED, said)
            restored = cursor.rowcount
            cursor.execute(_REMOVED, said)
            removed = cursor.rowcount
        count_again(actor=actor, changed=[indicator.pk], now=now)
        record(
            actor=actor,
            action="undo_import",
            obj=indicator,
            now=now,
            organisation_id=indicator.organisation_id,
            changes={"file": (latest.file_name, None), "restored": (None, restored), "removed": (None, removed)},
        )
    return undo
