"""Reading the file of definitions (`kpis.csv`) and bringing the indicators in line with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.statistics.enums import Fault, ImportState, Polarity
from samverka.statistics.models import Indicator, Source

from . import kolada
from .outcomes import Outcome
from .reading import KEY
from .rejections import Rejection, Rejections
from .text import LONGEST_LINE, RefusedFileError, content_of, decode, fields_of

KEY_COLUMN = "kpi"
NEEDED = (KEY_COLUMN, "title…", "genders", "description")
LONGEST_TITLE = 300
_FIELDS = ("name", "definition", "unit", "polarity", "by_sex")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One indicator as its source defines it. `rows`: how many values it has, where the source says so."""

    key: str
    title: str
    description: str
    by_sex: bool
    rows: int | None


@dataclass(frozen=True)
class Definitions:
    """A file of definitions that has been read; empty when anything was rejected."""

    name: str
    sha256: str
    definitions: Sequence[Definition] = ()
    rejections: Rejections = field(repr=False, default_factory=Rejections.of)

    def expected_rows(self) -> dict[str, int]:
        """Key of the indicator → rows that its file of values has."""
        return {d.key: d.rows for d in self.definitions if d.rows is not None}


def is_definitions(content: bytes) -> bool:
    """Whether the header is that of a file of definitions."""
    head = content.removeprefix(b"\xef\xbb\xbf")[:40].split(b"\n")[0].replace(b'"', b"")
    return head.split(b",")[0].strip() == KEY_COLUMN.encode()


def read_definitions(source: Path | bytes, name: str | None = None) -> Definitions:
    """Read and check a file of definitions. What is wrong with it stands in the answer; nothing is raised."""
    if name is None:
        name = source.name if isinstance(source, Path) else ""
    digest = ""
    try:
        content = content_of(source)
        digest = hashlib.sha256(content).hexdigest()
        text = decode(content)
        rows = fields_of(text)
        return _judge(name, digest, rows, ended=text.endswith("\n"))
    except RefusedFileError as refused:
        return Definitions(name, digest, rejections=Rejections.of([refused.rejection]))


def _judge(name: str, digest: str, rows: list[tuple[int, list[str]]], *, ended: bool) -> Definitions:
    header = rows[0][1]
    title = next((column for column in header if column.startswith("title")), None)
    if title is None or not {KEY_COLUMN, "genders", "description"} <= set(header):
        raise RefusedFileError(Fault.HEADER, line=1, text=",".join(header), detail=",".join(NEEDED))
    found: list[Definition] = []
    wrong: list[Rejection] = []
    first_line: dict[str, int] = {}
    body = [row for row in rows[1:] if row[1]]
    if not body:
        raise RefusedFileError(Fault.EMPTY, line=1, text=",".join(header))
    for line, fields in body:
        raw = ",".join(fields)
        is_last = line == body[-1][0]
        if len(fields) != len(header) or (is_last and not ended):
            # The last field is a text of any length: without a line break nobody knows that it is whole.
            fault = Fault.TRUNCATED if is_last and not ended else Fault.COLUMNS
            wrong.append(Rejection(line, raw, fault, str(len(header))))
            continue
        row = dict(zip(header, fields, strict=True))
        key, name_, genders = row[KEY_COLUMN], row[title].strip(), row["genders"]
        if len(raw) > LONGEST_LINE:
            wrong.append(Rejection(line, raw, Fault.LINE))
        elif not KEY.fullmatch(key):
            wrong.append(Rejection(line, raw, Fault.KEY))
        elif key in first_line:
            wrong.append(Rejection(line, raw, Fault.DUPLICATE, str(first_line[key])))
        elif not name_ or len(name_) > LONGEST_TITLE:
            wrong.append(Rejection(line, raw, Fault.TITLE))
        elif not genders or set(genders) - set("TKM"):
            wrong.append(Rejection(line, raw, Fault.GENDERS))
        else:
            first_line[key] = line
            count = row.get("n_rows", "")
            found.append(
                Definition(
                    key=key,
                    title=" ".join(name_.split()),
                    # The dump writes the line breaks of the source's texts as two characters.
                    description=row["description"].replace("\\n", "\n").strip(),
                    by_sex={"K", "M"} <= set(genders),
                    rows=int(count) if count.isdecimal() else None,
                )
            )
    if wrong:
        return Definitions(name, digest, rejections=Rejections.of(wrong))
    return Definitions(name, digest, found)


def take_in_definitions(*, actor: Actor, definitions: Definitions, now: datetime) -> Outcome:
    """Create the indicators that are new and change those that are defined otherwise. Idempotent.

    Which way is good is set only where it is certain; what somebody has chosen for another indicator stays.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    if len(definitions.rejections):
        return Outcome(definitions.name, ImportState.REFUSED, rejections=definitions.rejections)
    with transaction.atomic():
        Source.objects.bulk_create([Source(**kolada.SOURCE)], ignore_conflicts=True)
        # The lock lets one import of definitions in at a time, and nobody else has to wait for it.
        source = Source.objects.select_for_update(no_key=True).get(key=kolada.SOURCE["key"])
        known = {i.source_key: i for i in Indicator.objects.filter(source=source)}
        new, changed = [], []
        for definition in definitions.definitions:
            indicator = known.get(definition.key)
            if indicator is None:
                indicator = Indicator(source=source, source_key=definition.key, polarity=Polarity.NONE)
                _define(indicator, definition)
                new.append(indicator)
                continue
            before = snapshot(indicator, _FIELDS)
            _define(indicator, definition)
            changes = difference(before, snapshot(indicator, _FIELDS))
            if changes:
                changed.append((indicator, changes))
        Indicator.objects.bulk_create(new)
        Indicator.objects.bulk_update([indicator for indicator, _ in changed], _FIELDS)
        for indicator in new:
            record(actor=actor, action="define_indicator", obj=indicator, now=now, organisation_id=None)
        for indicator, changes in changed:
            record(
                actor=actor,
                action="define_indicator",
                obj=indicator,
                now=now,
                organisation_id=None,
                changes=changes,
            )
    return Outcome(
        definitions.name,
        ImportState.IMPORTED if new or changed else ImportState.UNCHANGED,
        rows=len(definitions.definitions),
        added=len(new),
        changed=len(changed),
    )


def _define(indicator: Indicator, definition: Definition) -> None:
    indicator.name = definition.title
    indicator.definition = definition.description
    indicator.unit = kolada.unit_in(definition.title)
    indicator.by_sex = definition.by_sex
    polarity = kolada.polarity_of(definition.key)
    if polarity is not Polarity.NONE:
        indicator.polarity = polarity
