"""Reading the file of definitions (`kpis.csv`)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samverka.statistics.enums import Fault
from samverka.statistics.services.reading import KEY
from samverka.statistics.services.rejections import Rejection, Rejections
from samverka.statistics.services.text import LONGEST_LINE, RefusedFileError, content_of, decode, fields_of

KEY_COLUMN = "kpi"
NEEDED = (KEY_COLUMN, "title…", "genders", "description")
LONGEST_TITLE = 300


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
