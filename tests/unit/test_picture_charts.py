"""The charts of the picture have room for their own words."""

import pytest

from samverka.picture.charts.layout import LAYOUTS, Form, axis_format, number_room, reach_of, text_room


@pytest.mark.parametrize("highest", [9.5, 99.9, 279_200, 10_521_556])
def test_the_longest_number_of_an_axis_has_room(highest: float) -> None:
    reach = reach_of([0.8 * highest, highest], LAYOUTS[Form.NARROW].ticks)
    longest = max(len(format(tick, axis_format(reach))) for tick in reach.ticks)
    assert number_room(reach) >= longest * 6.7  # a figure in 12 pixels of Liberation Sans


def test_longer_words_need_more_room_and_larger_letters_too() -> None:
    assert text_room(["Riket", "Karlskrona"]) > text_room(["Riket"]) > text_room(["Riket"], 10) > text_room([]) == 0
