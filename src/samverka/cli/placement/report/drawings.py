"""Bars as SVG that keeps its letters at one size from telephone to wall: lengths are shares of the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW = 46
LABEL = 38
"""Letters of a label that fit on a telephone; the table has it whole."""


@dataclass(frozen=True)
class Bar:
    """A label, its value in words, the share of the full width, and the class that colours it."""

    label: str
    says: str
    share: float
    kind: str = "plain"


def bars(rows: Sequence[Bar], *, summary: str) -> str:
    """One bar under the other; `summary` is what the picture says, for who does not see it."""
    parts = [f'<svg class="bars" width="100%" height="{ROW * len(rows)}" role="img" aria-label="{escape(summary)}">']
    for index, row in enumerate(rows):
        top = ROW * index
        width = 100 * min(1.0, max(0.0, row.share))
        label = row.label if len(row.label) <= LABEL else row.label[: LABEL - 1] + "…"
        parts.append(
            f'<text x="0" y="{top + 15}">{escape(label)}</text>'
            f'<text class="value" x="100%" y="{top + 15}" text-anchor="end">{escape(row.says)}</text>'
            f'<rect class="track" x="0" y="{top + 22}" width="100%" height="12"/>'
            f'<rect class="{row.kind}" x="0" y="{top + 22}" width="{width:.2f}%" height="12"/>'
        )
    return "".join(parts) + "</svg>"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The figures behind a picture. The first column names the row; the others are figures."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(cell)}</th>' if column == 0 else f"<td>{escape(cell)}</td>"
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
