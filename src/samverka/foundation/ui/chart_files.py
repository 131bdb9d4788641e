"""A chart as the file that the reader asks for: the picture, a picture for slides, its figures, or what a script draws.

One door for all charts: `?format=` on a chart's address. The picture is the default.
"""

import csv
import io
import json
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import vl_convert
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .charts import NUMBERS, SECURITY_POLICY, TOKENS, Chart, coloured, config_of, drawn, svg_of
from .kept import kept

A_YEAR = 365 * 24 * 60 * 60
DIGEST_DIGITS = 16
"""How much of the digest an address carries: enough to tell one state of the figures from the next."""
TITLE_ROOM = 64
"""Above the picture: a title of one line, and the source."""
TITLE_SIZE, TITLE_LINE, TITLE_LETTER = 16, 20, 9.2
"""Pixels of a title: its type, a line of it, and a letter of its bold type as wide as they come on the average."""
NAME_ROOM = 120
"""Characters of a file's name; the last word is whole."""
PAPER_EDGE = {"left": 16, "right": 16, "bottom": 16, "top": 0}
"""The least room round a picture on paper of its own."""
SHARP = 2.0
"""Pixels of a picture for slides to one of the page's."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")

T = TypeVar("T")
Cell = str | float | int | None


class Format(StrEnum):
    """What a chart can be had as; the values stand in addresses."""

    SVG = "svg"
    PNG = "png"
    CSV = "csv"
    XLSX = "xlsx"
    SCRIPT = "json"


FILES = (Format.CSV, Format.XLSX, Format.PNG, Format.SVG)
"""What is offered below a chart, in this order."""


@dataclass(frozen=True)
class Sheet:
    """The figures of a chart as a table: exact values, None where there is none, and where they come from.

    The words of `columns` are those of the file, in the reader's language.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    source: str
    extracted: date | None = None

    @property
    def told(self) -> str:
        """Source and date, as it stands under a picture."""
        if self.extracted is None:
            return _("Källa: %(source)s") % {"source": self.source}
        return _("Källa: %(source)s, uttag %(date)s") % {"source": self.source, "date": self.extracted.isoformat()}


def chart_answer(
    request: HttpRequest,
    *,
    chart: Callable[[], Chart],
    of: tuple[Any, ...],
    sheet: Callable[[], Sheet],
    is_public: bool = True,
) -> HttpResponse:
    """The chart in the format that the address asks for. A picture whose address carries its digest is kept for ever.

    Args:
        chart: worked out once for what it is made of; what it raises is raised here.
        of: what the chart is made of, as for `kept`; the reader has been let in to all of it.
        sheet: made only when it is needed: for files, whose picture carries its title and source.
        is_public: whether everybody may read it, and so may others' caches and the one that all processes share.

    Raises:
        Http404: there is no such format.
    """
    try:
        wanted = Format(request.GET.get("format", Format.SVG))
    except ValueError:
        raise Http404 from None
    if "format" in request.GET and wanted is not Format.SCRIPT:
        return _as_file(chart(), sheet(), wanted, shared=is_public)
    digest = kept(lambda: chart().digest, of=("chart", *of), shared=is_public)
    etag = f'"{digest}-{wanted.value}"'
    response = get_conditional_response(request, etag=etag) or (
        HttpResponse(
            kept(lambda: json.dumps(script_of(chart())), of=("script", digest), shared=is_public), "application/json"
        )
        if wanted is Format.SCRIPT
        else HttpResponse(drawn(digest) or svg_of(chart()), "image/svg+xml; charset=utf-8")
    )
    whose = "public" if is_public else "private"
    is_named = request.GET.get("v") == digest[:DIGEST_DIGITS]
    response["ETag"] = etag
    response["Cache-Control"] = f"{whose}, max-age={A_YEAR}, immutable" if is_named else f"{whose}, no-cache"
    response["Content-Security-Policy"] = SECURITY_POLICY
    return response


def _as_file(chart: Chart, sheet: Sheet, wanted: Format, *, shared: bool) -> HttpResponse:
    if wanted is Format.CSV:
        return _file(csv_of(sheet), "text/csv; charset=utf-8", sheet.title, wanted)
    if wanted is Format.XLSX:
        return _file(xlsx_of(sheet), XLSX, sheet.title, wanted)
    whole = titled(chart, sheet)
    if wanted is Format.PNG:
        png = kept(lambda: vl_convert.svg_to_png(svg_of(whole), scale=SHARP), of=("png", whole.digest), shared=shared)
        return _file(png, "image/png", sheet.title, wanted)
    return _file(svg_of(whole).encode(), "image/svg+xml; charset=utf-8", sheet.title, wanted)


def titled(chart: Chart, sheet: Sheet) -> Chart:
    """The chart on paper of its own, with its title above and its source: for slides and reports."""
    spec = dict(chart.spec)
    padding = spec.get("padding", {})
    if not isinstance(padding, dict):
        padding = {"left": padding, "right": padding, "top": padding, "bottom": padding}
    padding = {side: max(padding.get(side, 0), least) for side, least in PAPER_EDGE.items()}
    # A chart of several panels has no width of its own, and grows with its title.
    width = spec.get("width")
    room = int((width + padding["right"]) / TITLE_LETTER) if isinstance(width, int | float) else len(sheet.title)
    lines = textwrap.wrap(sheet.title, max(room, 20)) or [""]
    spec["padding"] = {**padding, "top": padding["top"] + TITLE_ROOM + TITLE_LINE * (len(lines) - 1)}
    spec["background"] = "var(--paper)"
    spec["title"] = {
        "text": lines,
        "lineHeight": TITLE_LINE,
        "subtitle": sheet.told,
        "anchor": "start",
        "frame": "bounds",
        "fontSize": TITLE_SIZE,
        "fontWeight": 600,
        "subtitleFontSize": 12,
        "offset": 18,
        "color": "var(--ink)",
        "subtitleColor": "var(--ink-soft)",
    }
    return replace(chart, spec=spec)


def script_of(chart: Chart) -> dict[str, Any]:
    """What the page's script draws with: the specification in its colours, the theme and the language's numbers."""
    return {
        "spec": coloured(chart.spec, TOKENS[chart.theme]),
        "config": config_of(chart.theme),
        "numbers": NUMBERS[chart.language],
    }


def csv_of(sheet: Sheet) -> bytes:
    """Comma-separated UTF-8. Texts that a spreadsheet would take for a formula are made harmless."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*(harmless(name) for name in sheet.columns), _("källa"), _("uttag")])
    extracted = sheet.extracted.isoformat() if sheet.extracted else ""
    for row in sheet.rows:
        writer.writerow([*(harmless(cell) for cell in row), harmless(sheet.source), extracted])
    return text.getvalue().encode()


def xlsx_of(sheet: Sheet) -> bytes:
    """A workbook with the table, its title above and its source below; numbers are numbers."""
    import xlsxwriter  # a large library, which few processes need

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(_("Siffror")[:31])
        bold = book.add_format({"bold": True})
        page.write_string(0, 0, sheet.title, bold)
        page.write_string(1, 0, sheet.told)
        for column, name in enumerate(sheet.columns):
            page.write_string(3, column, name, bold)
            page.set_column(column, column, max(12, len(name) + 2))
        for line, row in enumerate(sheet.rows, start=4):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(line, column, cell)
                elif cell is not None:
                    page.write_number(line, column, cell)
        page.freeze_panes(4, 1)
    return content.getvalue()


def harmless(cell: T) -> T | str:
    """A cell of a CSV file. A text that a spreadsheet would take for a formula begins with a sign that it is text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINNINGS) else cell


def _file(content: bytes, content_type: str, title: str, wanted: Format) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    words = slugify(title.replace("–", "-"))
    name = (words if len(words) <= NAME_ROOM else words[:NAME_ROOM].rsplit("-", 1)[0]) or "diagram"
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted.value}"'
    response["Content-Security-Policy"] = SECURITY_POLICY
    return response
