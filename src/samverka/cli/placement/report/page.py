"""The page: its sections in the order in which they are asked for."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from samverka.cli.placement.answers import Explained
from samverka.cli.placement.report import advice, outcome, rules
from samverka.cli.placement.report.drawings import table
from samverka.cli.placement.report.sheet import Sheet
from samverka.cli.placement.report.style import STYLE
from samverka.cli.placement.words import WORDS

__all__ = ["report_of"]


def report_of(found: Explained, summary: Mapping[str, Any], language: str) -> str:
    """The whole page in Swedish (`sv`) or English (`en`)."""
    sheet = Sheet(found, summary, WORDS[language])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(outcome.title(sheet))}</title><style>{STYLE}</style></head>"
        f"<body><main>{_body(sheet)}</main></body></html>\n"
    )


def _body(sheet: Sheet) -> str:
    return "".join(
        (
            outcome.head(sheet),
            _beside((outcome.choices(sheet), outcome.groups(sheet), advice.seats(sheet), outcome.use(sheet))),
            _beside(
                (
                    rules.opens(sheet),
                    rules.quotas(sheet),
                    rules.costs(sheet),
                    rules.fairness(sheet),
                    rules.goals(sheet),
                    outcome.obstacles(sheet),
                    outcome.changes(sheet),
                    advice.later(sheet),
                    advice.sure(sheet),
                    advice.stable(sheet),
                    outcome.envy(sheet),
                )
            ),
            _trust(sheet),
            _run(sheet),
        )
    )


def _beside(sections: Sequence[str]) -> str:
    """Two sections beside each other where there is room; those that have nothing to say take none."""
    said = [section for section in sections if section]
    pairs = ["".join(said[at : at + 2]) for at in range(0, len(said), 2)]
    return "".join(f'<div class="columns">{pair}</div>' for pair in pairs)


def _trust(sheet: Sheet) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in sheet.words.trust)
    return sheet.section(sheet.words.trust_title, f"<ol>{items}</ol>")


def _run(sheet: Sheet) -> str:
    words, summary = sheet.words, sheet.summary
    files = "".join(
        f'<tr><th scope="row">{escape(held["file"])}</th><td><code>{held["sha256"]}</code></td></tr>'
        for held in summary["inputs"].values()
    )
    seconds = [(words.steps[step], sheet.number(value, 2)) for step, value in summary["seconds"].items()]
    seconds = [(name, value) for name, value in seconds if name != words.steps["write"]]  # not yet over
    listed = (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(words.file)}"><table><thead><tr>'
        f'<th scope="col">{escape(words.file)}</th><th scope="col">{words.checksum}</th></tr></thead>'
        f"<tbody>{files}</tbody></table></div>"
    )
    listed += table(words.seconds, (words.step, words.seconds), seconds)
    listed += table(words.version, (words.program, words.version), list(summary["versions"].items()))
    return sheet.section(words.run_title, sheet.text(words.run_text), sheet.hidden(listed))
