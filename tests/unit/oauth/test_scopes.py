"""Scopes are repeated as asked and expanded only to decide."""

import pytest

from daygate.oauth import scopes
from daygate.oauth.refusals import InvalidScope


@pytest.mark.parametrize(
    "text",
    [
        "read_account list_calendars read_events create_event delete_event",
        "read_write",
        "free_busy_write create_calendar",
        "event_reminders full_access",
    ],
)
def test_a_scope_is_repeated_as_it_was_asked(text):
    assert scopes.parse(text).text == text


def test_spaces_and_repetitions_are_tidied():
    assert scopes.parse("  read_events   read_events delete_event ").text == (
        "read_events delete_event"
    )


@pytest.mark.parametrize(
    "text",
    ["", "  ", "nonsense", "read_events nonsense", "READ_EVENTS", "read_events\tdelete_event",
     "service_account/accounts/manage", "read_events,delete_event", "read_events\x00"],
)  # fmt: skip
def test_t11_an_empty_or_unknown_scope_is_invalid(text):
    with pytest.raises(InvalidScope):
        scopes.parse(text)


@pytest.mark.parametrize(
    ("granted", "needed", "allowed"),
    [
        ("read_events", "read_free_busy", True),
        ("read_free_busy", "read_events", False),
        ("read_write", "change_participation_status", True),
        ("read_write", "create_calendar", True),
        ("read_only", "read_free_busy", True),
        ("read_only", "create_event", False),
        ("write_only", "delete_event", True),
        ("write_only", "read_events", False),
        ("free_busy", "read_free_busy", True),
        ("free_busy_write", "create_event", True),
        ("free_busy_write", "read_events", False),
        ("full_access", "read_events", False),
        ("delete_event", "list_calendars", True),
        ("delete_event", "read_account", True),
        ("", "read_events", False),
        ("a_word_of_another_time read_events", "read_events", True),
    ],
)
def test_what_a_granted_scope_allows(granted, needed, allowed):
    assert scopes.allows(granted, needed) is allowed


def test_bundles_and_words_are_compared_by_what_they_allow():
    assert scopes.covers("read_write", scopes.parse("read_events"))
    assert scopes.covers("read_events", scopes.parse("read_only"))
    assert not scopes.covers("read_only", scopes.parse("read_write"))


def test_a_token_is_cut_to_what_the_grant_still_holds():
    assert scopes.cut("read_events create_event", "read_only") == "read_events"
    assert scopes.cut("read_write", "read_write") == "read_write"
    assert scopes.cut("read_write", "read_only") == ""
