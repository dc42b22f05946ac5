"""Edits from outside, credentials, and what is not there."""

import re

import pytest

from daygate.sandbox.world import NoSuchThing, World
from tests.unit.sandbox.conftest import event


def test_an_edit_by_uid_keeps_the_file_name(world: World) -> None:
    before = world.collection("ada", "work").members["focus.ics"]
    after = world.edit("ada", "work", before.text.replace("Focus time", "Deep work"))
    assert after.name == before.name
    assert after.etag != before.etag


def test_an_edit_of_a_new_uid_makes_an_object(world: World) -> None:
    made = world.edit("ada", "work", event("new"))
    assert world.collection("ada", "work").by_uid("new") == made


def test_a_piece_is_replaced_in_place(world: World) -> None:
    assert (
        "SUMMARY:Deep work" in world.replace("ada", "work", "focus", "Focus time", "Deep work").text
    )


def test_what_is_not_there_cannot_be_touched(world: World) -> None:
    with pytest.raises(NoSuchThing):
        world.erase("ada", "work", "none")
    with pytest.raises(NoSuchThing):
        world.replace("ada", "work", "focus", "no such piece", "x")
    with pytest.raises(NoSuchThing):
        world.edit("ada", "nowhere", event("new"))


def test_app_passwords_have_the_usual_form_and_differ(world: World) -> None:
    passwords = {world.app_password(user) for user in world.people}
    assert len(passwords) == 3
    assert all(re.fullmatch(r"[a-z]{4}(-[a-z]{4}){3}", one) for one in passwords)


def test_only_the_newest_app_password_opens(world: World) -> None:
    first = world.app_password("ada")
    second = world.reissue("ada")
    assert world.admits("ada", second)
    assert not world.admits("ada", first)
    assert not world.admits("nobody", first)
    world.revoke("ada")
    assert world.revoked("ada")
    assert not world.admits("ada", second)


def test_a_person_is_known_by_user_name_and_every_address(world: World) -> None:
    ada = world.people["ada"]
    assert world.person_of("ada") == world.person_of("a.whitfield@harbour.example") == ada
    assert world.person_of("nobody") is None
