"""Cursors are read back as written, and nothing else is."""

import pytest

from daygate.domain.moments import DAY_S
from daygate.providers.base import Cursor
from daygate.providers.caldav.cursor import Position, next_comparison_s, read
from daygate.providers.faults import CursorLost


def test_a_position_survives_the_house() -> None:
    position = Position("sync", "t<>&", '"c"', 17, {"a.ics": "https://x/a.ics"})
    assert read(position.write()) == position


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '[2,"sync","","",0,{}]',
        '[1,"up","","",0,{}]',
        '[1,"sync","","","x",{}]',
        '[1,"sync","","",0,[]]',
    ],
)
def test_anything_else_is_lost(text: str) -> None:
    with pytest.raises(CursorLost):
        read(Cursor(text))


def test_comparisons_are_a_day_apart_and_spread() -> None:
    moments = {next_comparison_s(0) for _ in range(50)}
    assert len(moments) > 10
    assert all(0.75 * DAY_S <= moment <= 1.25 * DAY_S for moment in moments)
