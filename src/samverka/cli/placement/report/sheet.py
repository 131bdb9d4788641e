"""What every section of the report is written with: the answer, the words, figures in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from samverka.cli.placement.answers import Explained
from samverka.cli.placement.report.drawings import Bar, bars, table
from samverka.cli.placement.words import Words

__all__ = ["SHOWN", "Sheet"]

SHOWN = 10
"""Places and groups in a picture; the files have them all."""
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Sheet:
    """An answer, with its summary, to be told in words."""

    found: Explained
    summary: Mapping[str, Any]
    words: Words

    # Sections.

    def section(self, title: str, *parts: str) -> str:
        """A heading and what stands under it, already as HTML."""
        return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"

    def text(self, *sentences: str) -> str:
        """A paragraph."""
        return f"<p>{escape(' '.join(sentence for sentence in sentences if sentence))}</p>"

    def picture(self, title: str, drawn: Sequence[Bar]) -> str:
        said = f"{title}. " + "; ".join(f"{bar.label} {bar.says}" for bar in drawn)
        return f"<figure>{bars(drawn, summary=said)}</figure>"

    def hidden(self, listed: str) -> str:
        """A table that opens when it is asked for."""
        return f"<details><summary>{escape(self.words.table)}</summary>{listed}</details>"

    def figure(
        self, title: str, text: str, drawn: Sequence[Bar], heads: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> str:
        """A section with a picture and its table."""
        return self.section(title, self.text(text), self.picture(title, drawn), self.hidden(table(title, heads, rows)))

    # Figures in the reader's language.

    def number(self, value: float, decimals: int) -> str:
        text = f"{value:,.{decimals}f}"
        text = text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")
        return text.replace(",", "\0").replace(".", self.words.decimal).replace("\0", self.words.thousands)

    def count(self, value: int) -> str:
        return self.number(value, 0)

    def amount(self, value: float) -> str:
        """As many decimals as mean something: none when it is large or whole."""
        whole = abs(value) >= 1000 or abs(value - round(value)) < 5e-7
        return self.number(value, 0 if whole else 2)

    def price(self, value: float) -> str:
        """An amount in the unit of the scores, when it has a name."""
        unit = self.summary.get("unit")
        return f"{self.amount(value)}{NO_BREAK}{unit}" if unit else self.amount(value)

    def name(self, name: str) -> str:
        """A column's name as people write it."""
        return name.replace("_", " ")

    def between(self, least: float, most: float) -> str:
        """A price that is known to lie between two others."""
        low, high = self.price(least), self.price(most)
        if least <= 0 < most and low != high:
            return self.words.at_most.format(most=high)
        return low if low == high else self.words.between.format(least=self.amount(least), most=high)

    def percent(self, share: float, decimals: int = 0) -> str:
        space = NO_BREAK if self.words.decimal == "," else ""
        return f"{self.number(100 * share, decimals)}{space}%"

    def share(self, part: int, whole: int) -> str:
        return self.percent(part / whole) if whole else "–"
