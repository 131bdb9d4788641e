"""How one value is written: numbers in the reader's language, and a word for every way of not having one."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override

from samverka.foundation.ui.figures import Presence, figure_text, number_text

THIN = "\u202f"
FIXED = "\u00a0"


def render(source: str, **context: object) -> str:
    with override("sv"):
        return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (8.359077, 1, "8,4", "8.4"),
        (1234567.25, 2, f"1{THIN}234{THIN}567,25", f"1{THIN}234{THIN}567.25"),
        (0, 1, "0,0", "0.0"),
        (-3.25, 1, "−3,3", "−3.3"),
        (2.675, 2, "2,68", "2.68"),
        (Decimal("0.5"), 0, "1", "1"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_numbers_follow_the_language(value: float, decimals: int, swedish: str, english: str) -> None:
    with override("sv"):
        assert number_text(value, decimals) == swedish
    with override("en"):
        assert number_text(value, decimals) == english


def test_a_signed_number_shows_which_way_it_went() -> None:
    with override("sv"):
        assert number_text(1.25, 1, signed=True) == "+1,3"
        assert number_text(-1.25, 1, signed=True) == "−1,3"
        assert number_text(0, 1, signed=True) == "0,0"


def test_every_presence_looks_different_on_the_screen_and_in_text() -> None:
    on_screen = {render("{% figure 8.4 '%' status %}", status=p) for p in Presence}
    with override("sv"):
        in_text = {figure_text(8.4, unit="%", status=p) for p in Presence}
    assert len(on_screen) == len(Presence)
    assert len(in_text) == len(Presence)


@pytest.mark.parametrize("presence", sorted(set(Presence) - {Presence.OK, Presence.PRELIMINARY}))
def test_a_value_that_may_not_be_shown_is_not_in_the_page(presence: Presence) -> None:
    assert "8" not in render("{% figure 8 '' status 0 %}", status=presence)


def test_an_absent_value_is_missing_and_never_zero() -> None:
    for status in ("ok", "preliminary", "missing"):
        html = render("{% figure None '%' status %}", status=status)
        assert "saknas" in html
        assert "0" not in html


def test_zero_is_a_number() -> None:
    assert f'<span class="figure">0,0<span class="figure__unit">{FIXED}%</span></span>' == render("{% figure 0 '%' %}")


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="guessed"):
        render("{% figure 1 '' 'guessed' %}")
