"""Every part of the interface is on the styleguide, and the styleguide keeps the rules of the house."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from samverka.foundation.access.actors import Actor
from samverka.foundation.ui.templatetags import ui
from samverka.web import styleguide

ROOT = Path(__file__).resolve().parents[2]

# What the content security policy would refuse. A data block (JSON) is not a script.
FORBIDDEN = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|href=[\"']javascript:|<script(?![^>]*(?:\ssrc=|type=\"application/json\"))",
    re.IGNORECASE,
)


def page(name: str, language: str = "sv") -> str:
    request = RequestFactory().get("/styleguide/", {"page": name})
    request.user = AnonymousUser()
    request.actor = Actor()  # type: ignore[attr-defined]  # as ActingMiddleware does
    with override(language):
        response = styleguide.styleguide(request)
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.mark.parametrize("name", sorted(styleguide.PAGES))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_comes_out_within_the_content_security_policy(name: str, language: str) -> None:
    html = page(name, language)
    assert FORBIDDEN.search(html) is None
    assert f'<html lang="{language}">' in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1


@pytest.mark.parametrize("name", sorted(styleguide.PAGES))
def test_no_identity_is_used_twice_and_every_reference_leads_somewhere(name: str) -> None:
    html = page(name)
    identities = re.findall(r"\sid=\"([^\"]+)\"", html)
    assert len(identities) == len(set(identities))
    for references in re.findall(r"aria-(?:labelledby|describedby)=\"([^\"]+)\"", html):
        assert set(references.split()) <= set(identities)


def test_every_tag_is_shown() -> None:
    folder = ROOT / "src" / "samverka" / "foundation" / "ui" / "templates" / "ui"
    source = "".join((folder / name).read_text() for name in ("styleguide.html", "styleguide_goal.html"))
    shown_by_the_form = {"error_summary"}
    assert {tag for tag in ui.register.tags if f"{{% {tag}" not in source} == shown_by_the_form


def test_every_tag_and_filter_is_documented() -> None:
    guide = (ROOT / "docs" / "interface.md").read_text()
    assert {name for name in (*ui.register.tags, *ui.register.filters) if name not in guide} == set()
