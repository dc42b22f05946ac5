"""Passwords: argon2id, equal work for unknown people, two at once."""

import asyncio
import threading
import time

from argon2 import PasswordHasher

from daygate.kit.passwords import Passwords, Verdict


def quick() -> Passwords:
    return Passwords(memory_kib=1024, passes=1)


async def test_the_shipped_parameters_are_64_mib_three_passes_one_lane():
    stored = await Passwords().hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


async def test_only_the_right_password_fits():
    passwords = quick()
    stored = await passwords.hash("correct horse")
    assert await passwords.verify(stored, "correct horse") == Verdict(ok=True)
    assert await passwords.verify(stored, "correct horsf") == Verdict(ok=False)
    assert await passwords.verify(stored, "") == Verdict(ok=False)


async def test_a_hash_of_older_parameters_fits_and_asks_to_be_renewed():
    stored = await quick().hash("correct horse")
    stronger = Passwords(memory_kib=2048, passes=1)
    assert await stronger.verify(stored, "correct horse") == Verdict(ok=True, rehash=True)
    assert await stronger.verify(stored, "wrong") == Verdict(ok=False)


async def test_an_unknown_person_is_refused_with_any_password():
    passwords = quick()
    await passwords.prepare()
    for password in ("", "correct horse"):
        assert await passwords.verify(None, password) == Verdict(ok=False)


async def test_an_unreadable_hash_is_a_refusal():
    assert await quick().verify("not a hash", "correct horse") == Verdict(ok=False)


async def test_an_unknown_person_costs_the_same_hash_as_a_known_one(monkeypatch):
    seen: list[str] = []
    verify = PasswordHasher.verify

    def counted(self, stored, password):
        seen.append(stored.rsplit("$", 2)[0])
        return verify(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    passwords = quick()
    stored = await passwords.hash("correct horse")
    await passwords.verify(stored, "wrong")
    await passwords.verify(None, "wrong")
    assert seen == ["$argon2id$v=19$m=1024,t=1,p=1"] * 2


async def test_no_more_than_two_hashes_run_at_once(monkeypatch):
    lock, running, most = threading.Lock(), 0, 0

    def slow(self, password):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return "hash"

    monkeypatch.setattr(PasswordHasher, "hash", slow)
    passwords = quick()
    await asyncio.gather(*(passwords.hash("correct horse") for _ in range(8)))
    assert most == 2
