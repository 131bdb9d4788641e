"""No template holds what the content security policy refuses: such a page would come out half dead."""

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
    "code in an htmx attribute": re.compile(r"\shx-(?:on|vars)|hx-vals=[\"']js:", re.IGNORECASE),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_template_holds_nothing_that_the_policy_refuses(template: Path) -> None:
    text = template.read_text()
    assert [what for what, pattern in REFUSED.items() if pattern.search(text)] == []
