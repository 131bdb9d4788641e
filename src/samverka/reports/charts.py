"""The charts of a report, drawn from its frozen figures by the same grammar as the screen's."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from samverka.foundation.ui.chart_files import DIGEST_DIGITS
from samverka.foundation.ui.charts import DARK, NARROW_SCREEN, Chart, Picture, Source, Theme
from samverka.goals.charts import LAYOUTS, Form, chart_of
from samverka.goals.queries import Progress

from .content import Content, thawed
from .models import Report


def charts_of(content: Content, *, language: str) -> dict[int, Chart]:
    """By the key of the goal: the chart of its whole area, with words in the language. Nothing is drawn yet."""
    with translation.override(language):
        return {progress.goal.pk: chart_in(progress, Form.WIDE, Theme.LIGHT) for progress in thawed(content)}


def chart_in(progress: Progress, form: Form, theme: Theme) -> Chart:
    """The chart of a goal of a report, in the active language."""
    return chart_of(progress, progress.whole, form, theme)


def picture_of(report: Report, progress: Progress) -> Picture:
    """The pictures of a goal for the report's page; nothing is drawn until one is asked for."""
    sources = [
        _source(report, progress, form, theme, " and ".join(part for part in (screen, dark) if part))
        for form, screen in ((Form.NARROW, NARROW_SCREEN), (Form.WIDE, ""))
        for theme, dark in ((Theme.DARK, DARK), (Theme.LIGHT, ""))
    ]
    return Picture(plain=sources[-1], others=tuple(sources[:-1]))


def _source(report: Report, progress: Progress, form: Form, theme: Theme, media: str) -> Source:
    chart = chart_in(progress, form, theme)
    query = {"form": form.value, "tema": theme.value, "sprak": chart.language, "v": chart.digest[:DIGEST_DIGITS]}
    return Source(
        url=f"{reverse('reports:chart', args=[report.pk, progress.goal.pk])}?{urlencode(query)}",
        width=LAYOUTS[form].whole_width,
        height=LAYOUTS[form].whole_height,
        media=media,
    )
