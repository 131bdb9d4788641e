"""The charts of a snapshot as pictures for slides: SVG, and PNG of 1920 by 1080."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import vl_convert
from django.utils import timezone
from django.utils.text import slugify

from samverka.foundation.ui.charts import Theme, svg_of
from samverka.picture.charts.frozen import LAYOUTS, Form, chart_of
from samverka.picture.content.frozen import FrozenIndicator, thaw
from samverka.picture.content.gathering import Content

WIDTH = 1920


def slide(content: Content, indicator: FrozenIndicator) -> str:
    """An indicator's chart as SVG of 16:9, with its title and source in it, in the active language."""
    day = datetime.fromisoformat(content["picture"]["taken_at"])
    return svg_of(chart_of(indicator, Form.SLIDE, Theme.LIGHT, day=day))


def png(svg: str) -> bytes:
    """The picture in pixels."""
    drawn: bytes = vl_convert.svg_to_png(svg, scale=WIDTH / LAYOUTS[Form.SLIDE].whole_width)
    return drawn


def file_name(indicator: FrozenIndicator, kind: str) -> str:
    name = slugify(indicator.name.replace("–", "-"))[:60].strip("-")
    return f"{slugify(indicator.frozen['source_key'])}-{name}.{kind}"


def slides(content: Content, kind: str) -> bytes:
    """All of the charts in one zip file, in the order of the picture. `kind`: svg or png."""
    moment = timezone.localtime(datetime.fromisoformat(content["picture"]["taken_at"])).timetuple()[:6]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, picture in _pictures(content, kind):
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, picture)
    return file.getvalue()


def _pictures(content: Content, kind: str) -> Iterator[tuple[str, bytes]]:
    for number, indicator in enumerate(thaw(content), start=1):
        svg = slide(content, indicator)
        yield f"{number:02}-{file_name(indicator, kind)}", png(svg) if kind == "png" else svg.encode()
