"""The program that draws charts in the browser: Vega-Lite from the package that draws them on the server.

It interprets expressions instead of compiling them (Vega's AST mode), so the content security policy needs no
`unsafe-eval`, and it brings no style sheet of its own.
"""

import gzip
from functools import cache
from importlib.metadata import version

import vl_convert

from .kept import kept

VERSION = version("vl-convert-python")
_DRAW = """
window.samverkaDraw = (place, { spec, config, numbers }) =>
  vegaEmbed(place, spec, {
    mode: "vega-lite",
    ast: true,
    actions: false,
    renderer: "canvas",
    defaultStyle: false,
    config,
    formatLocale: numbers,
    tooltip: { disableDefaultStyle: true },
  });
"""


def program() -> bytes:
    """The script, compressed with gzip. It takes seconds to put together, and is kept for as long as somebody asks."""
    return kept(_put_together, of=("vega", VERSION))


@cache
def _put_together() -> bytes:
    """Once a process, for where nothing is kept."""
    return gzip.compress(vl_convert.javascript_bundle(_DRAW).encode(), mtime=0)
