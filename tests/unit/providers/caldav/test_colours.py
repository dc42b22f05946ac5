"""Colours as services write them."""

import pytest

from daygate.providers.caldav.colours import rgb


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#FF7733FF", "#FF7733"),
        ("#ff7733", "#FF7733"),
        ("ff7733", "#FF7733"),
        ("#f73", "#FF7733"),
        (" Red ", "#FF0000"),
        ("", None),
        ("#12345", None),
        ("url(x)", None),
    ],
)
def test_a_colour_is_six_digits_or_nothing(text: str, colour: str | None) -> None:
    assert rgb(text) == colour
