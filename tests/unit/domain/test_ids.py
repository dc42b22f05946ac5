"""M2: ids cannot be guessed, and say nothing of how many there are."""

import re
from collections.abc import Callable

import pytest

from daygate.domain import ids
from daygate.domain.ids import ProfileId

MAKERS = {
    "acc_": ids.new_account_id,
    "app_": ids.new_application_id,
    "usr_": ids.new_user_id,
    "gra_": ids.new_grant_id,
    "pro_": ids.new_profile_id,
}
MANY = 2_000


@pytest.mark.parametrize(("prefix", "make"), MAKERS.items(), ids=list(MAKERS))
def test_m2_new_ids_are_drawn_at_random(prefix: str, make: Callable[[], str]):
    drawn = [make() for _ in range(MANY)]
    bodies = [each.removeprefix(prefix) for each in drawn]
    assert all(re.fullmatch(rf"{prefix}[A-Za-z0-9]+", each) for each in drawn)
    assert len(set(drawn)) == MANY
    # 95 bits at least: 24 hex digits, or 16 characters of 62. Every place takes many values.
    assert {len(body) for body in bodies} <= {16, 24}
    assert all(len({body[place] for body in bodies}) >= 16 for place in range(len(bodies[0])))
    assert drawn != sorted(drawn)


def test_m2_ids_made_from_others_need_the_whole_of_them():
    """A calendar's id is made from its profile's, so it is as hard to guess."""
    one, other = (ids.calendar_id(ids.new_profile_id(), "/home/ada/work/") for _ in range(2))
    assert one.rsplit("_", 1)[1] != other.rsplit("_", 1)[1]
    assert ids.event_uid(one, "uid", None) != ids.event_uid(other, "uid", None)
    assert ids.series_identifier(one, "uid") != ids.series_identifier(other, "uid")


def test_the_same_remote_calendar_keeps_its_id():
    profile = ProfileId("pro_0123456789abcdef")
    assert ids.calendar_id(profile, "/a/") == ids.calendar_id(profile, "/a/")
    assert ids.calendar_id(profile, "/a/") != ids.calendar_id(profile, "/b/")
