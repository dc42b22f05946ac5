"""Passwords of people who sign in: argon2id hashes, worked out off the event loop, two at a time.

Random secrets of programs are not hashed here: a fast fingerprint is enough for those
(see `daygate.kit.crypto.fingerprint`).
"""

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106 section 4, second recommended option: 64 MiB and three passes; one lane instead of four
# because a small server's cores also answer requests.
_MEMORY_KIB = 65_536
_PASSES = 3
_LANES = 1
# Two hashes bound the memory at 128 MiB, whatever the number of sign-ins that come at once.
_AT_ONCE = 2
# OWASP ASVS 2.1.2: longer passwords are refused rather than silently cut.
LONGEST_PASSWORD_CHARS = 128


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password fits, and whether its hash was made with outdated parameters."""

    ok: bool
    rehash: bool = False


class Passwords:
    """Hashes and verifies passwords; one instance per process holds the limit of two at once."""

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, passes: int = _PASSES) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=_LANES, type=Type.ID
        )
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """Give the PHC string to store."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> Verdict:
        """Check a password; without a stored hash the same work is done and the answer is no.

        An unknown address then takes as long as a known one and cannot be told from it.
        """
        async with self._turns:
            return await asyncio.to_thread(self._judge, stored, password)

    async def prepare(self) -> None:
        """Make the hash that unknown addresses are checked against, before the first of them."""
        async with self._turns:
            await asyncio.to_thread(self._decoy_hash)

    def _judge(self, stored: str | None, password: str) -> Verdict:
        known = stored is not None
        against = stored if stored is not None else self._decoy_hash()
        try:
            self._hasher.verify(against, password)
        except (VerificationError, InvalidHashError):
            return Verdict(ok=False)
        return Verdict(ok=known, rehash=known and self._hasher.check_needs_rehash(against))

    def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = self._hasher.hash("")
        return self._decoy
