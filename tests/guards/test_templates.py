"""No template holds what the content security policy refuses, nor a key that is no address: half dead pages."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "samverka"
TEMPLATES = sorted(p for p in SOURCE.rglob("templates/**/*.html"))
REFUSED = {
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a style attribute": re.compile(r"<[a-z][^>{}]*\sstyle=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>{}]*\son[a-z]+=", re.IGNORECASE),
    "a javascript address": re.compile(r"[\"']javascript:", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*(?:\ssrc=|type=\"application/json\"))", re.IGNORECASE),
    "a key that is written 1 000 and is no address": re.compile(r"=\"[^\"]*\{\{ [\w.]*pk \}\}"),
    "code in an htmx attribute": re.compile(r"\shx-(?:on|vars)|hx-vals=[\"']js:", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_template_holds_nothing_that_leaves_the_page_half_dead(template: Path) -> None:
    text = template.read_text()
    assert [what for what, pattern in REFUSED.items() if pattern.search(text)] == []
