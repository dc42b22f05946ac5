"""How long to wait before the next look."""

from daygate.sync.cadence import Pace, next_look_s

PACE = Pace(watched_s=60, quiet_s=900)


def test_a_watched_calendar_is_looked_at_every_minute() -> None:
    assert 54 <= next_look_s(PACE, watched=True, since_change_s=1e6) <= 66


def test_one_that_has_just_changed_counts_as_watched() -> None:
    assert 54 <= next_look_s(PACE, watched=False, since_change_s=10) <= 66


def test_quiet_ones_are_looked_at_ever_less_often() -> None:
    looks = [next_look_s(PACE, watched=False, since_change_s=hours * 3600) for hours in (4, 40)]
    assert 200 < looks[0] < looks[1] <= 990


def test_looks_are_spread() -> None:
    assert len({next_look_s(PACE, watched=True, since_change_s=None) for _ in range(20)}) > 10
