import pytest

from daygate.ical import reader
from daygate.ical.component import Component, Property
from daygate.ical.faults import Reason, Unreadable
from daygate.ical.reader import read
from tests.unit.ical.calendars import calendar, event


def only(raw: bytes) -> Component:
    found = read(raw).events
    assert len(found) == 1
    return found[0]


def value(raw: bytes, name: str = "SUMMARY") -> str:
    found = only(raw).first(name)
    assert found is not None
    return found.text


def head(line: str) -> Property:
    found = only(calendar(event(line)))
    return found.properties[1]


def test_a_character_folded_between_its_utf8_bytes_is_whole_again():
    raw = calendar(event("SUMMARY:Übung")).replace(b"\xc3\x9c", b"\xc3\r\n \x9c")
    assert value(raw) == "Übung"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\n"])
def test_every_kind_of_line_break_ends_a_line(end: bytes):
    raw = calendar(event("SUMMARY:Lunch", "LOCATION:Here")).replace(b"\r\n", end)
    assert value(raw) == "Lunch"


def test_line_breaks_may_be_mixed():
    raw = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\rSUMMARY:Lun\n ch\r\n\tes\r\nEND:VEVENT\nEND:VCALENDAR"
    assert value(raw) == "Lunches"


def test_only_line_breaks_of_the_standard_end_a_line():
    assert value(calendar(event("SUMMARY:a\u2028b\x0bc\x85d"))) == "a\u2028b\x0bc\x85d"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_and_utf16_are_understood(encoding: str):
    raw = calendar(event("SUMMARY:Größe")).decode().encode(encoding)
    assert value(raw) == "Größe"


def test_a_latin1_line_does_not_spoil_a_utf8_line():
    raw = calendar(event("SUMMARY:Größe", "LOCATION:XX")).replace(b"XX", "Höhe".encode("latin-1"))
    assert value(raw) == "Größe"
    assert value(raw, "LOCATION") == "Höhe"


def test_nul_is_stripped():
    assert value(calendar(event("SUMMARY:a\0b"))) == "ab"


def test_text_escapes_are_undone_once():
    assert value(calendar(event(r"SUMMARY:a\, b\; c\nd\Ne\\nf"))) == "a, b; c\nd\ne\\nf"


def test_a_colon_inside_a_quoted_parameter_does_not_end_the_parameters():
    found = head("ATTENDEE;CN=\"Doe: 'J;ane'\";ROLE=CHAIR:mailto:j@example.com")
    assert found.params == {"CN": "Doe: 'J;ane'", "ROLE": "CHAIR"}
    assert found.value == "mailto:j@example.com"


def test_an_unterminated_quote_costs_only_the_parameters():
    assert head('ATTENDEE;CN="Doe:mailto:j@example.com').value == "mailto:j@example.com"


def test_carets_of_rfc_6868_are_undone():
    assert head("ATTENDEE;CN=A ^'B^' ^^n^nC^x:mailto:a@example.com").params["CN"] == (
        'A "B" ^n\nC^x'
    )


def test_names_are_upper_case_and_values_are_left_alone():
    found = head("dtStart;tzid=Europe/Berlin:20260101T090000")
    assert (found.name, dict(found.params)) == ("DTSTART", {"TZID": "Europe/Berlin"})


def test_lines_that_are_no_content_lines_are_skipped():
    assert value(calendar(event("no colon here", "two words: here", ":", "SUMMARY:x"))) == "x"


def test_lists_of_text_keep_escaped_commas():
    assert head(r"CATEGORIES:a\,b,c,,d").texts == ("a,b", "c", "d")


def test_a_missing_end_of_an_event_closes_before_the_next():
    found = read(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VALARM\nBEGIN:VEVENT\nUID:b")
    assert [one.properties[0].value for one in found.events] == ["a", "b"]


def test_nested_events_become_siblings():
    found = read(calendar("BEGIN:VEVENT", "UID:a", event(uid="b"), "END:VEVENT"))
    assert [one.properties[0].value for one in found.events] == ["a", "b"]


def test_an_end_without_a_begin_is_ignored():
    assert only(calendar("END:VALARM", event("END:VTODO", "SUMMARY:x"))).name == "VEVENT"


def test_a_bare_event_is_taken():
    assert read(event("SUMMARY:x").encode()).uid == "one@example.com"


def test_several_calendars_in_one_stream_are_read():
    assert len(read(calendar(event()) + calendar(event())).events) == 2


def test_calendar_properties_and_zones_are_found():
    found = read(calendar("X-WR-TIMEZONE:Europe/Rome", "BEGIN:VTIMEZONE", "END:VTIMEZONE"))
    assert found.calendar_property("X-WR-TIMEZONE") == "Europe/Rome"
    assert found.calendar_property("METHOD") is None
    assert len(found.timezones) == 1
    assert found.uid is None


def test_deep_nesting_is_cut_off():
    found = read(b"BEGIN:VCALENDAR\n" + b"BEGIN:X-A\n" * 50_000)
    depth, level = 0, found.components
    while level:
        depth, level = depth + 1, level[0].children
    assert depth == reader.MAX_DEPTH


@pytest.mark.parametrize("raw", [b"", b"\0", b"<html></html>", b"DTSTART:20260101", b"\xff\xfe"])
def test_what_has_no_component_is_unreadable(raw: bytes):
    with pytest.raises(Unreadable) as caught:
        read(raw)
    assert caught.value.reason is Reason.NOT_A_CALENDAR


def test_too_many_bytes_are_refused():
    with pytest.raises(Unreadable) as caught:
        read(b"x" * (reader.MAX_BYTES + 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_too_many_lines_are_refused():
    with pytest.raises(Unreadable) as caught:
        read(b"A:\n" * (reader.MAX_LINES + 1))
    assert caught.value.reason is Reason.TOO_MANY_LINES
