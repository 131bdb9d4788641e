"""A report as a PDF: tagged, accessible (PDF/UA-1), and the same bytes for the same content.

Typst sets it from a fixed template. Everything that people have written reaches it as JSON, never as source.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from samverka.foundation.ui import typesetting
from samverka.foundation.ui.figures import ABSENCE, NO_BREAK_SPACE, Presence, figure_text, presence_of
from samverka.foundation.ui.templatetags.ui import MEASURE_WORDS, SEX_WORDS, VERDICT_WORDS
from samverka.foundation.ui.typesetting import writable
from samverka.goals.queries import Cell, Line, Progress, Row

from .content import Content
from .wording import Told, frame, told, verdict_word

LANGUAGES = ("sv", "en")
LONG_TEXT = 1500
"""Characters; a row of a table with more may be broken between pages."""
Charts = Mapping[int, str]
"""The key of a goal → its chart as SVG."""


def pdf(content: Content, *, language: str, charts: Charts) -> bytes:
    """The report in one language."""
    with translation.override(language):
        data = document_data(content, language=language, charts=charts)
    published = datetime.fromisoformat(content["report"]["published_at"])
    return typeset(json.dumps(data, ensure_ascii=False), timestamp=int(published.timestamp()))


def typeset(data: str, *, timestamp: int) -> bytes:
    """The template with its data as JSON. `timestamp`, in seconds, is the document's own, so that bytes repeat."""
    return typesetting.typeset(_template(), data, timestamp=timestamp)


def document_data(content: Content, *, language: str, charts: Charts) -> dict[str, Any]:
    """Everything that stands in the document, written out in the active language."""
    report = content["report"]
    published = timezone.localtime(datetime.fromisoformat(report["published_at"]))
    data = {
        "language": language,
        "own_language": content["language"],
        "words": _words(),
        "author": report["published_by"]["organisation"] or report["published_by"]["name"],
        "date": [published.year, published.month, published.day],
        **frame(content),
        "goals": [_goal(goal) for goal in told(content)],
    }
    written: dict[str, Any] = writable(data)
    for goal in written["goals"]:
        goal["chart"] = charts.get(goal["key"])
    return written


def _goal(goal: Told) -> dict[str, Any]:
    progress, table, indicator = goal.progress, goal.table, goal.progress.goal.indicator
    whole = progress.whole.total
    return {
        "key": progress.goal.pk,
        "name": progress.goal.name,
        "vision": progress.goal.vision,
        "note": progress.goal.note,
        "chart_title": f"{progress.whole.area}: {_lower(indicator.name)}",
        "chart_alt": goal.summary,
        "answer": goal.answer,
        "promise": goal.promise,
        "parts": goal.parts,
        "sexes": goal.sexes,
        "method": goal.assumptions,
        "number": _text(goal.headline.cell, unit=indicator.unit),
        "number_label": f"{progress.whole.area} {goal.headline.year}",
        "verdict": _verdict(whole, word=goal.verdict_word),
        "target": _("mål %(year)s") % {"year": progress.goal.target_year},
        "target_value": figure_text(table.whole.total.target, unit=indicator.unit),
        "baseline": _("utgångsvärde %(year)s") % {"year": progress.goal.baseline_year},
        "baseline_value": _text(table.whole.total.baseline, unit=indicator.unit),
        "indicator": indicator.name,
        "definition": indicator.definition,
        "unit": _("Enhet: %(unit)s.") % {"unit": indicator.unit} if indicator.unit else "",
        "source": _source(progress),
        "head": {
            "baseline": str(progress.goal.baseline_year),
            "target": _("mål %(year)s") % {"year": progress.goal.target_year},
            "now": str(table.year or _("utfall")),
            "latest": str(table.latest_year) if table.latest_year else None,
        },
        "places": [
            *(_row(row, line.total) for row, line in zip(table.rows, progress.parts, strict=True)),
            {**_row(table.whole, whole), "is_whole": True},
            {**_row(table.comparison, None), "is_faint": True},
        ],
        "by_sex": [
            {
                "area": row.area,
                "sex": row.sex,
                "baseline": _figure(row.line.target.baseline_value if row.line.target else None),
                "target": _figure(row.line.target.target_value if row.line.target else None),
                "now": _cell(row.now),
                "verdict": _verdict(row.line, word=verdict_word(row.line)),
                "met": str(row.line.judgement.first_year_met or "–"),
            }
            for row in goal.by_sex
        ],
        "years": [str(year) for year in progress.years],
        "by_year": [
            {"area": row.area, "sex": row.sex, "figures": [_brief(cell) for cell in row.cells]} for row in goal.by_year
        ],
        "measures": [
            {
                "party": measure["party"],
                "title": measure["title"],
                "description": measure["description"],
                "note": measure["state_note"],
                "responsible": measure["responsible"],
                "until": _day(measure["ends_on"]),
                "state": measure["state"],
                "word": str(MEASURE_WORDS[measure["state"]]),
                "long": len(measure["description"] or "") > LONG_TEXT,
            }
            for measure in goal.frozen["measures"]
        ],
    }


def _row(row: Row, line: Line | None) -> dict[str, Any]:
    """An area in the table; without a line it is there to compare with and has no verdict."""
    return {
        "area": row.area.name,
        "is_whole": False,
        "is_faint": False,
        "verdict": _verdict(line, word=verdict_word(line)) if line else None,
        "baseline": _cell(row.total.baseline),
        "target": _figure(row.total.target) if line else {"text": "", "absent": True},
        "now": _cell(row.total.now),
        "women": _cell(row.women.now if row.women else None) if line else {"text": "", "absent": True},
        "men": _cell(row.men.now if row.men else None) if line else {"text": "", "absent": True},
        "latest": _cell(row.total.latest),
    }


def _verdict(line: Line, *, word: str = "") -> dict[str, str]:
    key = line.judgement.verdict.value
    return {"key": key, "word": word or str(VERDICT_WORDS[key])}


def _cell(cell: Cell | None) -> dict[str, Any]:
    """A figure in a table: its text, and whether it stands for something absent."""
    if cell is None:
        return _figure(None)
    return {"text": _text(cell), "absent": cell.value is None}


def _brief(cell: Cell) -> dict[str, Any]:
    """A figure where there is room for five letters; the key to the marks stands under the table."""
    presence = presence_of(cell.value, cell.status)
    if presence is Presence.PRELIMINARY:
        return {"text": f"{figure_text(cell.value)}{NO_BREAK_SPACE}p", "absent": False}
    if presence in ABSENCE and ABSENCE[presence][0]:
        return {"text": ABSENCE[presence][0], "absent": True}
    return _cell(cell)


def _figure(value: float | None) -> dict[str, Any]:
    return {"text": figure_text(value), "absent": value is None}


def _text(cell: Cell, *, unit: str = "") -> str:
    return figure_text(cell.value, unit=unit, status=cell.status)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _source(progress: Progress) -> str:
    indicator, extraction = progress.goal.indicator, progress.extraction
    text = f"{_('Källa:')} {indicator.source.name} {indicator.source_key}"
    if extraction is None:
        return text
    taken = timezone.localtime(extraction.extracted_at)
    return _("%(source)s, uttag %(day)s") % {"source": text, "day": date_format(taken, "SHORT_DATE_FORMAT")}


def _words() -> dict[str, str]:
    """The words of the document's own, in the active language."""
    return {
        "contents": _("Innehåll"),
        "promised": _("Löftet:"),
        "no_goals": _("Samverkan har inget gemensamt mål som kan visas här."),
        "places": _("Kommunerna"),
        "area": _("Område"),
        "verdict": _("Omdöme"),
        "women": str(SEX_WORDS["women"]),
        "men": str(SEX_WORDS["men"]),
        "total": str(SEX_WORDS["total"]),
        "sex": _("Kön"),
        "met": _("Målet nått"),
        "by_sex": _("Kvinnor och män, område för område"),
        "by_year": _("Alla år"),
        "method": _("Så har vi räknat"),
        "measures": _("Vad parterna gör"),
        "party": _("Part"),
        "measure": _("Åtgärd"),
        "state": _("Status"),
        "responsible": _("Ansvarig"),
        "until": _("Klar senast"),
        "no_measures": _("Inga åtgärder är inlagda för målet."),
        "statuses": _("Parternas egna ord om läget"),
        "no_statuses": _("Ingen part har skickat in någon lägesbeskrivning."),
        "unanswered": _("Har inte svarat:"),
        "parties": _("Parterna och vad de vinner"),
        "no_benefit": _("Har inte skrivit sin egen nytta."),
        "agreed": _("Överenskommelse och pengar"),
        "no_agreement": _("Ingen överenskommelse är inlagd."),
        "funding": _("Finansiering"),
        "whence": _("Varifrån"),
        "amount": _("Kronor"),
        "lasts": _("Varaktighet"),
        "no_funding": _("Ingen finansiering är inlagd."),
        "source": _("Källa:"),
        "about": _("Om rapporten"),
        "marks": _("… inväntas, ⋯ för få personer för att visas, p preliminärt."),
        "figures": _("Bilaga: alla siffror"),
        "challenge": _("Varför ingen klarar det ensam"),
        "vision": _("Vision:"),
        "know": _("Att känna till:"),
        "of": _("av"),
        "page": _("sida"),
    }


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT")


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("samverka.reports").joinpath("templates/reports/report.typ").read_bytes()
