"""`daygate keys`: generating one, and rewriting everything under the first of the ring."""

import pytest

from daygate.kit.crypto import KeyRing
from tests.unit.cli.conftest import Console


def test_a_generated_key_is_a_ring_of_one(console: Console):
    text = console("keys", "generate").stdout.strip()
    assert len(KeyRing.parse(text).keys) == 1
    assert text != console("keys", "generate").stdout.strip()


def test_a_rotation_leaves_the_older_key_without_use(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    console.user()
    console("apps", "create", "Planner")
    old = (console.folder / "secret_keys").read_text()
    new = console("keys", "generate").stdout.strip()
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", f"{new},{old}")
    done = console("keys", "rotate")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "1 record(s) rewritten."
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", new)
    assert console("apps", "list").exit_code == 0
