"""`daygate migrate`, `status` and `serve`: what scripts rely on."""

import json

import pytest

from tests.unit.cli.conftest import Console

LANES = ["pull", "push", "deliver", "deliver-slow", "renew", "tidy"]


def test_status_is_one_document_with_every_lane(console: Console):
    for words in (("status",), ("status", "--json"), ("status", "-o", "json")):
        found = json.loads(console(*words).stdout)
        assert list(found) == ["url", "api_url", "version", "database", "workers", "work"]
        assert found["database"] == "sqlite"
        assert list(found["work"]) == LANES
        assert found["work"]["pull"] == {"due": 0, "parked": 0}


def test_status_as_environment_is_ready_to_be_sourced(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAYGATE_PUBLIC_URL", "https://gate.example/")
    monkeypatch.setenv("DAYGATE_API_URL", "https://api.gate.example")
    assert console("status", "-o", "env").stdout == (
        "DAYGATE_URL=https://gate.example\nDAYGATE_API_URL=https://api.gate.example\n"
    )


def test_status_in_another_form_is_used_wrongly(console: Console):
    assert console("status", "-o", "yaml").exit_code == 2


def test_migrating_twice_does_nothing_the_second_time(console: Console):
    (console.folder / "daygate.db").unlink()
    first, second = console("migrate"), console("migrate")
    assert first.stdout == "2 step(s) done.\n"
    assert "0001 Directory." in first.stderr
    assert (second.exit_code, second.stdout) == (0, "Nothing to do.\n")


def test_an_unmigrated_database_is_refused_in_words(console: Console):
    (console.folder / "daygate.db").unlink()
    done = console("status")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "daygate doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_refused_in_words(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    key = console("keys", "generate").stdout.strip()
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", key)
    monkeypatch.setenv("DAYGATE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    done = console("apps", "list", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("The database does not answer: ")


def test_the_dev_profile_serves_loopback_only(console: Console):
    done = console("serve", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert done.exit_code == 1
    assert "loopback" in done.stderr
