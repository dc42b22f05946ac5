"""Where keys come from: the settings, or once into the data directory, never the database."""

import asyncio
import stat
from pathlib import Path

import pytest

from daygate.kit.crypto import KeyRing
from daygate.settings import Settings
from daygate.store.migrate import migrate
from daygate.store.vault import WrongKeys
from daygate.wiring import Misconfigured, key_ring, open_parts


def test_k3_k6_postgresql_does_not_start_without_keys_of_the_operators() -> None:
    with pytest.raises(Misconfigured, match="daygate keys generate"):
        key_ring(Settings(database_url="postgresql://db.example/daygate", secret_keys=None))


def test_k6_on_sqlite_a_ring_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_keys=None)
    made = key_ring(settings)
    assert key_ring(settings).text() == made.text()
    (kept,) = [path for path in tmp_path.rglob("*") if made.text() in path.read_text()]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_k6_the_keys_of_the_environment_win_and_are_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = KeyRing.generate().text()
    monkeypatch.setenv("DAYGATE_SECRET_KEYS", given)
    settings = Settings(data_dir=tmp_path)
    assert key_ring(settings).text() == given
    assert given not in repr(settings)
    assert list(tmp_path.iterdir()) == []


async def test_k3_a_start_with_the_wrong_key_is_refused(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    await migrate(settings.store_url)
    async with open_parts(settings):
        pass
    wrong = Settings(data_dir=tmp_path, secret_keys=KeyRing.generate().text())
    with pytest.raises(WrongKeys):
        async with open_parts(wrong):
            await asyncio.sleep(0)
