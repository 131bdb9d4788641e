"""Where a page finds the pictures of a snapshot."""

from urllib.parse import urlencode

from samverka.foundation.ui.charts import Chart, Picture, Source, Theme
from samverka.picture.content.frozen import FrozenIndicator

from .frozen import LAYOUTS, Form, chart_of

NARROW_SCREEN = "(max-width: 40rem)"
DARK = "(prefers-color-scheme: dark)"
DIGEST_DIGITS = 16


def picture_of(indicator: FrozenIndicator, base: str) -> Picture:
    """The pictures of an indicator, below the address of its snapshot. Nothing is drawn until one is asked for."""
    sources = [
        _source(indicator, base, form, theme, " and ".join(part for part in (screen, dark) if part))
        for form, screen in ((Form.NARROW, NARROW_SCREEN), (Form.WIDE, ""))
        for theme, dark in ((Theme.DARK, DARK), (Theme.LIGHT, ""))
    ]
    return Picture(plain=sources[-1], others=tuple(sources[:-1]))


def _source(indicator: FrozenIndicator, base: str, form: Form, theme: Theme, media: str) -> Source:
    chart: Chart = chart_of(indicator, form, theme)
    query = {"form": form.value, "tema": theme.value, "sprak": chart.language, "v": chart.digest[:DIGEST_DIGITS]}
    layout = LAYOUTS[form]
    return Source(
        url=f"{base}diagram/{indicator.key}.svg?{urlencode(query)}",
        width=layout.whole_width,
        height=layout.whole_height,
        media=media,
    )
