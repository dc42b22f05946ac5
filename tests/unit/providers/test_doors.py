"""What people type, and what becomes of it."""

import pytest

from daygate.providers import faults, presets
from daygate.providers.base import Credential
from daygate.providers.doors import Entry, PasswordDoor

PRESETS = {preset.key: preset for preset in presets.presets()}


async def refuse(entry: Entry) -> Credential:
    raise faults.NeedsRelink("wrong_password")


def door(key: str, *, dev: bool = False) -> PasswordDoor:
    return PasswordDoor(PRESETS[key], refuse, dev)


def typed(**answer: str) -> dict[str, str]:
    return {"password": "secret", **answer}


def test_a_hosted_service_asks_for_two_things() -> None:
    form = door("icloud").begin()
    assert [field.name for field in form.fields] == ["user", "password"]
    assert [field.kind for field in form.fields] == ["text", "password"]
    assert form.help_url == "https://account.apple.com/"


def test_a_hosted_service_starts_at_its_own_address() -> None:
    entry = door("gmx").entry(typed(user="alice@gmx.net"))
    assert entry.starts == ("https://caldav.gmx.net/begenda/dav/alice@gmx.net/",)
    assert entry.domain is None


def test_a_name_cannot_climb_out_of_a_template() -> None:
    entry = door("gmx").entry(typed(user="../../x?y#z@gmx.net"))
    assert entry.starts == ("https://caldav.gmx.net/begenda/dav/..%2F..%2Fx%3Fy%23z@gmx.net/",)


@pytest.mark.parametrize(
    ("host", "first"),
    [
        ("cloud.example", "https://cloud.example/remote.php/dav/"),
        ("https://cloud.example/", "https://cloud.example/remote.php/dav/"),
        ("cloud.example:8443", "https://cloud.example:8443/remote.php/dav/"),
        ("http://cloud.example", "http://cloud.example/remote.php/dav/"),
    ],
)
def test_a_self_hosted_service_starts_at_its_path(host: str, first: str) -> None:
    starts = door("nextcloud").entry(typed(host=host, user="alice")).starts
    assert starts[0] == first
    assert starts[-2:] == (
        first.replace("/remote.php/dav/", "/.well-known/caldav"),
        first.replace("/remote.php/dav/", "/"),
    )


def test_a_pasted_path_is_tried_first() -> None:
    starts = door("nextcloud").entry(typed(host="x.example/nc", user="alice")).starts
    assert starts[:2] == ("https://x.example/nc", "https://x.example/nc/remote.php/dav/")


def test_any_server_takes_a_mail_address() -> None:
    entry = door("generic").entry(typed(address="Alice@Corp.example"))
    assert entry.users == ("Alice@Corp.example", "Alice")
    assert entry.domain == "corp.example"
    assert entry.starts == ()


def test_any_server_takes_a_server_address_and_a_name() -> None:
    entry = door("generic").entry(typed(address="dav.corp.example/alice/", user="alice"))
    assert entry.users == ("alice",)
    assert entry.domain is None
    assert entry.starts[0] == "https://dav.corp.example/alice/"


def test_only_a_developer_s_own_machine_goes_without_https() -> None:
    assert (
        door("generic", dev=True)
        .entry(typed(address="localhost:5232", user="a"))
        .starts[0]
        .startswith("http://localhost:5232")
    )
    assert (
        door("generic")
        .entry(typed(address="localhost:5232", user="a"))
        .starts[0]
        .startswith("https://")
    )


@pytest.mark.parametrize(
    ("key", "answer", "other"),
    [
        ("generic", {"address": "alice@gmail.com"}, "google"),
        ("generic", {"address": "https://calendar.google.com/x", "user": "a"}, "google"),
        ("generic", {"address": "alice@hotmail.co.uk"}, "microsoft"),
        ("generic", {"address": "outlook.office365.com", "user": "a"}, "microsoft"),
        ("generic", {"address": "alice@proton.me"}, "ics"),
        ("generic", {"address": "webcal://x.example/y", "user": "a"}, "ics"),
        ("generic", {"address": "https://x.example/y.ics", "user": "a"}, "ics"),
        ("generic", {"address": "alice@icloud.com"}, "icloud"),
        ("generic", {"address": "https://caldav.icloud.com/", "user": "a"}, "icloud"),
        ("nextcloud", {"host": "www.google.com", "user": "a"}, "google"),
        ("fastmail", {"user": "alice@gmail.com"}, "google"),
    ],
)
def test_an_address_of_another_service_says_which(
    key: str, answer: dict[str, str], other: str
) -> None:
    with pytest.raises(faults.Refused) as caught:
        door(key).entry(typed(**answer))
    assert (caught.value.reason, caught.value.detail) == ("other_service", other)


def test_an_apple_id_may_be_any_address() -> None:
    assert door("icloud").entry(typed(user="alice@gmail.com")).users == ("alice@gmail.com",)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x.example/",
        "https://u:p@x.example/",
        "https://",
        "a@b@",
        "alice@exa mple",
        "http://[",
        "https://x.example:port/",
        "a@" + "x" * 300,
        "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(faults.Refused) as caught:
        door("generic").entry(typed(address=address, user="a"))
    assert caught.value.reason == "bad_address"


def test_nothing_typed_is_asked_for_again() -> None:
    for answer in ({"user": "", "password": "x"}, {"user": "x", "password": ""}, {}):
        with pytest.raises(faults.NeedsRelink):
            door("fastmail").entry(answer)


def test_a_password_does_not_show() -> None:
    assert "secret" not in repr(door("fastmail").entry(typed(user="a@fastmail.com")))


def test_a_confirmed_host_is_carried() -> None:
    entry = door("generic").entry(typed(address="a@b.example", confirmed_host="DAV.c.example"))
    assert entry.confirmed == {"dav.c.example"}


async def test_a_refused_password_is_explained_by_what_the_service_wants() -> None:
    for password, reason in (
        ("hunter2", "app_password_needed"),
        ("abcd-efgh-ijkl-mnop", "wrong_password"),
    ):
        with pytest.raises(faults.NeedsRelink) as caught:
            await door("icloud").finish({"user": "a@icloud.com", "password": password})
        assert caught.value.reason == reason
