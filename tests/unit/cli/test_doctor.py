"""`daygate doctor`: exit code, one line at the end, a remedy for whatever is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from daygate.kit.crypto import KeyRing
from tests.servers.dav import DavServer
from tests.servers.gateway import gateway
from tests.unit.cli.conftest import Console


def checks(console: Console) -> dict[str, dict[str, Any]]:
    done = console("doctor", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == (0 if found["ok"] else 1)
    return {each["name"]: each for each in found["checks"]}


def database(console: Console) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{console.folder / 'daygate.db'}")


def test_before_the_first_start_it_names_what_to_start(console: Console):
    found = checks(console)
    assert [name for name, each in found.items() if not each["ok"]] == ["worker", "address"]
    assert found["worker"]["remedy"] == "Start `daygate serve` or `daygate worker`."
    done = console("doctor")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "2 things need attention."


def test_a_served_installation_is_fine(tmp_path: Path):
    with gateway(tmp_path, None) as served:
        said = served.command("doctor").splitlines()
        assert said[-1] == "All is fine."
        assert json.loads(served.command("doctor", "--json"))["ok"] is True


def test_an_unmigrated_database_is_told_from_one_that_is_away(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    (console.folder / "daygate.db").unlink()
    assert "daygate migrate" in checks(console)["database"]["remedy"]
    monkeypatch.setenv("DAYGATE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    found = checks(console)
    assert "does not answer" in found["database"]["found"]
    assert "keys" not in found


def test_foreign_keys_are_named_and_no_key_is_shown(
    console: Console, monkeypatch: pytest.MonkeyPatch
):
    console.user()
    other = KeyRing.generate().text()
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", other)
    done = console("doctor")
    assert done.exit_code == 1
    assert "WRONG  keys" in done.stdout
    assert other not in done.stdout


@pytest.mark.parametrize(
    ("url", "fine"),
    [("http://gate.example", False), ("https://127.0.0.1:1", True), ("http://localhost:1", True)],
)
def test_passwords_in_the_clear_are_wrong(
    console: Console, monkeypatch: pytest.MonkeyPatch, url: str, fine: bool
):
    monkeypatch.setenv("DAYGATE_PUBLIC_URL", url)
    assert checks(console)["settings"]["ok"] is fine


def test_what_is_set_aside_is_listed_with_a_remedy(console: Console, calendars: DavServer):
    profile_id = connected(console, calendars)
    with database(console).begin() as connection:
        parked = "UPDATE work SET parked = 1, reason = 'blocked' WHERE kind = 'list'"
        connection.execute(sa.text(parked))
    work = checks(console)["work"]
    assert profile_id in work["found"]
    assert "DAYGATE_ALLOW_NETWORKS" in work["remedy"]


def connected(console: Console, calendars: DavServer) -> str:
    console.user()
    made = json.loads(console("apps", "create", "Planner", "--json").stdout)
    answer = console.connect(made["client_id"], calendars, "alice", "--json")
    return str(json.loads(answer.stdout)["linking_profile"]["profile_id"])


def test_a_profile_tells_how_it_is(console: Console, calendars: DavServer):
    profile_id = connected(console, calendars)
    done = console("doctor", profile_id, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["ok"] is True
    assert found["connected"] is True
    assert found["profile_id"] == profile_id
    assert found["shared_with"][0]["name"] == "Planner"
    assert found["next_look"].endswith("Z")
    assert (found["last_look"], found["last_change"]) == (None, None)
    assert console("doctor", profile_id).stdout.splitlines()[-1] == "All is fine."


def test_a_disconnected_profile_is_named_with_its_remedy(console: Console, calendars: DavServer):
    profile_id = connected(console, calendars)
    with database(console).begin() as connection:
        broken = "UPDATE profiles SET connected = 0, last_fault = 'wrong_password'"
        connection.execute(sa.text(broken))
    done = console("doctor", profile_id)
    assert done.exit_code == 1
    assert "WRONG  The service refuses the password.\n       -> " in done.stdout
    assert f"/relink/{profile_id}" in done.stdout
    assert "last_error: wrong_password\n" in done.stdout
    assert done.stdout.splitlines()[-1] == "One thing needs attention."


def test_a_service_counts_its_profiles_and_names_those_that_are_not_well(
    console: Console, calendars: DavServer
):
    profile_id = connected(console, calendars)
    for service in ("generic", "caldav"):
        found = json.loads(console("doctor", service, "--json").stdout)
        assert (found["ok"], found["profiles"], found["findings"]) == (True, 1, [])
    assert json.loads(console("doctor", "icloud", "--json").stdout)["profiles"] == 0
    with database(console).begin() as connection:
        broken = "UPDATE profiles SET connected = 0, last_fault = 'certificate'"
        connection.execute(sa.text(broken))
    done = console("doctor", "generic")
    assert done.exit_code == 1
    assert f"WRONG  {profile_id}: disconnected. The server's certificate" in done.stdout


def test_an_unknown_profile_is_used_wrongly(console: Console):
    done = console("doctor", "pro_nobody", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
