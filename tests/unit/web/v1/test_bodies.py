"""Forms whose names lie within each other, as Rails reads them."""

import pytest

from daygate.domain.errors import Invalid
from daygate.web.v1.bodies import nested


def test_names_in_brackets_lie_deeper() -> None:
    pairs = [
        ("event_id", "a b"),
        ("start[time]", "2026-01-01"),
        ("start[tzid]", "Europe/Paris"),
        ("calendar_ids[]", "cal_1"),
        ("calendar_ids[]", "cal_2"),
        ("attendees[invite][][email]", "ada@example.org"),
        ("attendees[invite][][display_name]", "Ada"),
        ("attendees[invite][][email]", "bruno@example.org"),
    ]
    assert nested(pairs) == {
        "event_id": "a b",
        "start": {"time": "2026-01-01", "tzid": "Europe/Paris"},
        "calendar_ids": ["cal_1", "cal_2"],
        "attendees": {
            "invite": [
                {"email": "ada@example.org", "display_name": "Ada"},
                {"email": "bruno@example.org"},
            ]
        },
    }


def test_the_last_of_a_plain_name_counts() -> None:
    assert nested([("a", "1"), ("a", "2")]) == {"a": "2"}


@pytest.mark.parametrize(
    "names",
    [("a", "a[b]"), ("a[]", "a[b]"), ("a[b]", "a[]"), ("[a]",), ("a]",), ("",), ("a" + "[b]" * 9,)],
)
def test_names_that_contradict_each_other_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        nested((name, "x") for name in names)
