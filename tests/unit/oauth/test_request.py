"""An authorization request is read the way browsers and SDKs write it."""

import pytest

from daygate.oauth.refusals import Shown
from daygate.oauth.request import parse_query


def test_the_link_of_pycronofy_is_read():
    asked = parse_query(
        b"response_type=code&client_id=abc&redirect_uri=https%3A%2F%2Fa.example%2Fcb"
        b"&scope=read_events+create_event&state=&avoid_linking=False&provider_name="
    )
    assert asked.scope == "read_events create_event"
    assert (asked.state, asked.provider_name, asked.avoid_linking) == ("", "", False)
    assert asked.repeated == frozenset()


@pytest.mark.parametrize(
    ("text", "meant"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("0", False), ("", False),
     ("nonsense", False)],
)  # fmt: skip
def test_booleans_are_read_as_every_sdk_writes_them(text, meant):
    assert parse_query(f"avoid_linking={text}".encode()).avoid_linking is meant


def test_t13_unknown_parameters_are_ignored_even_when_they_repeat():
    asked = parse_query(b"approval_prompt=auto&approval_prompt=auto&client_id=abc")
    assert (asked.client_id, asked.repeated) == ("abc", frozenset())


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "avoid_linking"])
def test_t12_a_repeated_parameter_is_noticed_even_when_one_is_empty(name):
    assert parse_query(f"{name}=a&{name}=".encode()).repeated == {name}
    assert parse_query(f"{name}=&{name}=a".encode()).repeated == {name}


@pytest.mark.parametrize(
    "raw", [b"state=%ff", b"client_id=%00", b"state=a%00", b"state=\xff", b"&".join([b"a=b"] * 200)]
)
def test_what_cannot_be_read_is_answered_on_our_page(raw):
    with pytest.raises(Shown):
        parse_query(raw)


def test_t14_a_state_keeps_every_character():
    assert parse_query(b"state=%25%2B%26%22%F0%9F%98%80+x").state == '%+&"😀 x'
