"""A bad setting is named and never quoted; a command that is used wrongly leaves with 2."""

import pytest

from tests.unit.cli.conftest import Console


def test_every_bad_setting_is_named_without_its_value(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAYGATE_PORT", "hunter2")
    monkeypatch.setenv("DAYGATE_POLL_S", "hunter3")
    done = console("status")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "DAYGATE_PORT: " in done.stderr
    assert "DAYGATE_POLL_S: " in done.stderr
    assert "hunter" not in done.stderr


def test_a_bad_key_is_refused_and_not_shown(console: Console, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", "not-a-key")
    done = console("status")
    assert done.exit_code == 1
    assert "not-a-key" not in done.stderr


def test_another_installations_keys_are_refused(console: Console, monkeypatch: pytest.MonkeyPatch):
    console.user()
    other = console("keys", "generate").stdout.strip()
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", other)
    done = console("status")
    assert (done.exit_code, done.stdout) == (1, "")
    assert other not in done.stderr
    assert "Traceback" not in done.stderr


def test_words_that_are_no_command_are_used_wrongly(console: Console):
    for words in (("nonsense",), ("apps", "nonsense"), ("apps", "show"), ("status", "--nonsense")):
        done = console(*words)
        assert (done.exit_code, done.stdout) == (2, "")
