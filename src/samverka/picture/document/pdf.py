"""A snapshot as a PDF: tagged, accessible (PDF/UA-1), and the same bytes for the same content."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import Theme, svg_of
from samverka.foundation.ui.figures import number_text
from samverka.foundation.ui.templatetags.ui import SEX_WORDS
from samverka.foundation.ui.typesetting import typeset, writable
from samverka.picture.charts.frozen import Form, chart_of
from samverka.picture.content.frozen import CHANGE_YEARS, FrozenIndicator, focuses_of, notes_beside
from samverka.picture.content.gathering import Content
from samverka.picture.content.wording import (
    about,
    answer,
    edition,
    kind_word,
    similar_text,
    source_line,
    summary,
    text_of,
)
from samverka.statistics.enums import Sex
from samverka.statistics.queries import Figure

LANGUAGES = ("sv", "en")


def pdf(content: Content, *, language: str) -> bytes:
    """The snapshot in one language. Charts that nobody has drawn yet are drawn."""
    with translation.override(language):
        data = document_data(content, language=language)
        charts = {
            indicator.key: svg_of(chart_of(indicator, Form.WIDE, Theme.LIGHT))
            for focus in focuses_of(content)
            for indicator in focus.indicators
        }
    for focus in data["focuses"]:
        for indicator in focus["indicators"]:
            indicator["chart"] = charts[indicator["key"]]
    taken = datetime.fromisoformat(content["picture"]["taken_at"])
    return typeset(_template(), json.dumps(data, ensure_ascii=False), timestamp=int(taken.timestamp()))


def document_data(content: Content, *, language: str) -> dict[str, Any]:
    """Everything that stands in the document, written out in the active language, without its charts."""
    picture, collaboration = content["picture"], content["collaboration"]
    taken = timezone.localtime(datetime.fromisoformat(picture["taken_at"]))
    data: dict[str, Any] = writable(
        {
            "language": language,
            "own_language": content["language"],
            "words": _words(),
            "title": picture["title"],
            "author": picture["taken_by"]["organisation"] or collaboration["name"],
            "date": [taken.year, taken.month, taken.day],
            "edition": edition(content),
            "collaboration": collaboration["name"],
            "citizen_value": collaboration["citizen_value"],
            "focuses": [
                {
                    "name": focus.title,
                    "is_own": focus.title == focus.name,
                    "notes": [_note(note) for note in focus.notes],
                    "indicators": [_indicator(content, indicator) for indicator in focus.indicators],
                }
                for focus in focuses_of(content)
            ],
            "about": about(content),
        }
    )
    return data


def _indicator(content: Content, indicator: FrozenIndicator) -> dict[str, Any]:
    year = indicator.year
    return {
        "key": indicator.key,
        "name": indicator.name,
        "unit": indicator.unit,
        "answer": answer(indicator),
        "similar": similar_text(indicator),
        "chart_alt": summary(indicator),
        "year": str(year or ""),
        "before": str(year - CHANGE_YEARS) if year else "",
        "by_sex": indicator.by_sex,
        "rows": _rows(indicator),
        "source": source_line(indicator),
        "definition": indicator.frozen["definition"] or "",
        "notes": [_note(note) for note in notes_beside(content, indicator)],
    }


def _rows(indicator: FrozenIndicator) -> Sequence[dict[str, Any]]:
    def cell(figure: Figure | None) -> dict[str, Any]:
        return {"text": text_of(indicator, figure), "absent": figure is None or figure.value is None}

    rows = []
    for area in indicator.shown_areas:
        change = indicator.change(area.code)
        rows.append(
            {
                "area": area.name,
                "is_whole": area.code == indicator.whole.code,
                "is_faint": not area.is_part and area.code != indicator.whole.code,
                "now": cell(indicator.at(area.code, Sex.TOTAL, indicator.year)),
                "women": cell(indicator.at(area.code, Sex.WOMEN, indicator.year)),
                "men": cell(indicator.at(area.code, Sex.MEN, indicator.year)),
                "change": "–" if change is None else number_text(change, indicator.decimals, signed=True),
            }
        )
    return rows


def _note(note: Content) -> dict[str, str]:
    written = timezone.localtime(datetime.fromisoformat(note["written_at"]))
    told = [kind_word(note), note["source_name"] or note["source_url"], date_format(written, "SHORT_DATE_FORMAT")]
    return {"text": note["text"], "told": " · ".join(part for part in told if part)}


def _words() -> dict[str, str]:
    """The words of the document's own, in the active language."""
    return {
        "contents": _("Innehåll"),
        "area": _("Område"),
        "women": str(SEX_WORDS["women"]),
        "men": str(SEX_WORDS["men"]),
        "total": str(SEX_WORDS["total"]),
        "change": _("Ändring sedan"),
        "other": _("Övrigt"),
        "notes": _("Det som siffrorna inte säger"),
        "definition": _("Definition"),
        "about": _("Om lägesbilden"),
        "of": _("av"),
        "page": _("sida"),
    }


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("samverka.picture").joinpath("templates/picture/snapshots/snapshot.typ").read_bytes()
