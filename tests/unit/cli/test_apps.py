"""`daygate apps`: one JSON document for programs, plain lines for people, and exit codes."""

import json
from typing import Any

import pytest
from typer.testing import Result

from tests.servers.dav import DavServer
from tests.unit.cli.conftest import Console

URI = "https://acme.example/cb"


def document(done: Result) -> Any:
    """The one document on standard output."""
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def create(console: Console, *words: str) -> dict[str, Any]:
    made: dict[str, Any] = document(console("apps", "create", "Planner", "--json", *words))
    return made


def test_creating_prints_what_a_program_needs(console: Console):
    console.user()
    made = create(console, "--redirect-uri", URI, "--redirect-uri", f"{URI}2")
    assert set(made) == {"client_id", "client_secret", "name", "redirect_uris", "verified"}
    assert (made["name"], made["redirect_uris"], made["verified"]) == (
        "Planner", [URI, f"{URI}2"], False,
    )  # fmt: skip
    plain = console("apps", "create", "Other").stdout
    assert [line.partition(": ")[0] for line in plain.splitlines()] == list(made)


def test_what_is_wrong_is_named_by_field_and_nothing_is_made(console: Console):
    console.user()
    done = console("apps", "create", " ", "--redirect-uri", "javascript:alert(1)", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("name: ")
    assert document(console("apps", "list", "--json")) == []


def test_the_owner_is_the_only_user_or_is_named(console: Console):
    assert console("apps", "create", "Planner").exit_code == 2
    console.user("one@example.org")
    console.user("two@example.org")
    refused = console("apps", "create", "Planner")
    assert refused.exit_code == 2
    assert "--owner" in refused.stderr
    assert create(console, "--owner", "two@example.org")["client_id"]
    assert console("apps", "create", "Planner", "--owner", "three@example.org").exit_code == 1


def test_listing_and_showing_tell_no_secret(console: Console):
    console.user()
    made = create(console, "--redirect-uri", URI)
    secret = made.pop("client_secret")
    for words in (("show", made["client_id"]), ("list",)):
        plain, as_json = console("apps", *words), console("apps", *words, "--json")
        assert secret not in plain.stdout + as_json.stdout
        assert made["client_id"] in plain.stdout
        assert document(as_json) in (made, [made])


def test_the_installations_life_of_an_access_token_holds_here_too(
    console: Console, calendars: DavServer, monkeypatch: pytest.MonkeyPatch
):
    console.user()
    monkeypatch.setenv("DAYGATE_ACCESS_TOKEN_TTL_S", "600")
    made = create(console)
    answer = document(console.connect(made["client_id"], calendars, "alice", "--json"))
    assert answer["expires_in"] == 600


def test_verifying_approves_the_uris_that_wait(console: Console):
    console.user()
    made = create(console, "--redirect-uri", URI)
    done = document(console("apps", "verify", made["client_id"], "--json"))
    assert (done["verified"], done["redirect_uris"]) == (True, [URI])


def test_rotating_gives_a_new_secret_once(console: Console):
    console.user()
    made = create(console)
    done = document(console("apps", "rotate-secret", made["client_id"], "--json"))
    assert set(done) == {"client_id", "client_secret"}
    assert done["client_secret"] != made["client_secret"]


def test_an_unknown_client_is_refused_with_nothing_on_standard_output(console: Console):
    for name in ("show", "verify", "rotate-secret"):
        done = console("apps", name, "nobody", "--json")
        assert (done.exit_code, done.stdout, done.stderr) == (1, "", "Not found.\n")
