"""`daygate connect` and `daygate events`: the browser's rules, by the operator's hand."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from tests.servers.dav import DavServer
from tests.servers.gateway import gateway, until
from tests.unit.cli.conftest import Console


@pytest.fixture
def client_id(console: Console) -> str:
    console.user()
    return str(json.loads(console("apps", "create", "Planner", "--json").stdout)["client_id"])


def rows(console: Console, statement: str) -> list[Any]:
    with sa.create_engine(f"sqlite:///{console.folder / 'daygate.db'}").connect() as connection:
        return list(connection.execute(sa.text(statement)))


def test_connecting_prints_exactly_the_token_answer(console, client_id, calendars: DavServer):
    done = console.connect(client_id, calendars, "alice", "--scope", "read_only", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert set(answer) == {
        "token_type", "access_token", "refresh_token", "expires_in", "scope", "account_id", "sub",
        "linking_profile",
    }  # fmt: skip
    assert answer["scope"] == "read_only"
    assert calendars.passwords["alice"] not in done.output
    acts = [row.act for row in rows(console, "SELECT act FROM audit WHERE actor = 'console'")]
    assert acts[-2:] == ["profile.connected", "consent.given"]


def test_t53_the_limit_of_an_unverified_application_holds_here_too(
    console, client_id, calendars: DavServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAYGATE_UNVERIFIED_ACCOUNTS", "1")
    assert console.connect(client_id, calendars, "alice").exit_code == 0
    refused = console.connect(client_id, calendars, "bob", "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"daygate apps verify {client_id}" in refused.stderr
    assert len(rows(console, "SELECT * FROM profiles")) == 1
    console("apps", "verify", client_id)
    assert console.connect(client_id, calendars, "bob").exit_code == 0


def test_an_account_connected_already_may_be_added_to_over_the_limit(
    console, client_id, calendars: DavServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAYGATE_UNVERIFIED_ACCOUNTS", "1")
    first = json.loads(console.connect(client_id, calendars, "alice", "--json").stdout)
    more = console.connect(client_id, calendars, "bob", "--account", first["sub"], "--json")
    assert json.loads(more.stdout)["sub"] == first["sub"]


def test_a_wrong_password_is_refused_and_not_shown(console, client_id, calendars: DavServer):
    words = ("--provider", "generic", "--url", calendars.url, "--username", "alice")
    done = console(
        "connect", "--client-id", client_id, *words, "--password-stdin", stdin="open sesame\n"
    )
    assert (done.exit_code, done.stdout) == (1, "")
    assert "wrong_password" in done.stderr
    assert "sesame" not in done.stderr
    assert rows(console, "SELECT * FROM profiles") == []


def test_an_unknown_service_is_used_wrongly(console, client_id):
    words = ("connect", "--client-id", client_id, "--provider", "nobody", "--password-stdin")
    assert console(*words, stdin="x\n").exit_code == 2


def test_an_unknown_client_is_refused(console, calendars: DavServer):
    done = console.connect("nobody", calendars, "alice")
    assert (done.exit_code, done.stderr) == (1, "Not found.\n")


def test_without_a_server_the_events_are_refused(console: Console):
    done = console("events", "list", "--token", "x" * 32, "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "does not answer" in done.stderr


def test_events_are_the_apis_own_answer(
    console: Console, client_id, calendars: DavServer, monkeypatch: pytest.MonkeyPatch
):
    calendars.put(
        "/alice/work/a.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:a\r\n"
        "DTSTAMP:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\nDTSTART:20260101T090000Z\r\n"
        "DTEND:20260101T100000Z\r\nSUMMARY:Stand-up\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    token = json.loads(console.connect(client_id, calendars, "alice", "--json").stdout)
    with gateway(console.folder, None) as served:
        monkeypatch.setenv("DAYGATE_PORT", str(served.port))
        listing = ("events", "list", "--token", token["access_token"])
        body = until(lambda: json.loads(console(*listing, "--json").stdout)["events"])
        assert {event["summary"] for event in body} == {"Stand-up"}
        assert "Stand-up" in console(*listing).stdout.splitlines()[0]
        refused = console("events", "list", "--token", "x" * 32)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith("401")
