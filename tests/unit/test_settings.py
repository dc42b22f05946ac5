"""Every knob is read once: the environment wins over the file, and a bad one stops the boot."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from daygate.settings import Settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a settings file, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_set_is_a_production_installation_on_sqlite(elsewhere: Path):
    found = Settings()
    assert (found.profile, found.port) == ("production", 8040)
    assert found.app_url == found.api_base_url == "http://127.0.0.1:8040"
    assert found.store_url == f"sqlite:///{elsewhere / 'var' / 'daygate.db'}"
    assert found.secret_keys is None


def test_the_environment_wins_over_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    (elsewhere / "daygate.toml").write_text("port = 1111\npoll_s = 30\n")
    monkeypatch.setenv("DAYGATE_PORT", "2222")
    found = Settings()
    assert (found.port, found.poll_s) == (2222, 30)
    assert Settings(port=3333).port == 3333


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROFILE", "staging"),
        ("PORT", "65536"),
        ("POLL_S", "4"),
        ("CODE_TTL_S", "601"),
        ("UNVERIFIED_ACCOUNTS", "0"),
        ("PUBLIC_URL", "gate.example"),
        ("PUBLIC_URL", "ftp://gate.example"),
        ("PUBLIC_URL", "https://gate.example/?x=1"),
        ("ALLOW_NETWORKS", "10.0.0.0/8,nonsense"),
        ("ALLOW_NETWORKS", "10.0.0.1/8"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_one_stops_the_boot_and_names_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(f"DAYGATE_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert {each["loc"][0] for each in refused.value.errors()} == {name.lower()}


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAYGATE_ALLOW_NETWORKS", "10.0.0.0/8, fd00::/8,")
    monkeypatch.setenv("DAYGATE_TRUSTED_PROXIES", "10.1.1.1,10.1.1.2")
    found = Settings()
    assert found.allow_networks == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert found.trusted_proxies == ("10.1.1.1", "10.1.1.2")


def test_addresses_lose_their_last_slash_and_the_api_may_have_its_own():
    found = Settings(public_url="https://gate.example/", api_url="https://api.gate.example/")
    assert found.app_url == "https://gate.example"
    assert found.api_base_url == "https://api.gate.example"
    assert Settings(public_url="https://gate.example", api_url="").api_base_url == found.app_url


def test_l1_keys_are_not_shown():
    found = Settings.model_validate({"secret_keys": "canary"})
    assert "canary" not in repr(found) + str(found) + found.model_dump_json()


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
