"""Where a page finds the pictures of a snapshot."""

from samverka.foundation.ui.charts import Chart, Picture, Theme
from samverka.picture.content.frozen import FrozenIndicator

from . import layout
from .addresses import pictures_at
from .frozen import LAYOUTS, Form, chart_of


def picture_of(indicator: FrozenIndicator, base: str) -> Picture:
    """The pictures of an indicator, below the address of its snapshot. Nothing is drawn until one is asked for."""

    def drawn(asked: layout.Form) -> tuple[Chart, tuple[int, int]]:
        form = Form(asked.value)
        size = LAYOUTS[form].whole_width, LAYOUTS[form].whole_height
        return chart_of(indicator, form, Theme.LIGHT), size

    return pictures_at(f"{base}diagram/{indicator.key}.svg", {}, drawn)
