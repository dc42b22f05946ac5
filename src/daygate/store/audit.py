"""The audit log: append-only, and each entry's hash covers the entry before it."""

import hashlib
import json

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.kit.crypto import random_text
from daygate.store.engine import Tx
from daygate.store.schema import audit, facts

_HEAD = "audit_head"
_GENESIS = f"0 {'0' * 64}"
_ID_CHARS = 24
_LONGEST = {"actor": 80, "act": 64, "subject": 120, "address": 64}


async def append(tx: Tx, actor: str, act: str, subject: str, detail: str, address: str) -> None:
    """Write that `actor` did `act` to `subject`, from `address`, in the caller's transaction."""
    position, before = await _head(tx)
    entry = {
        name: value[: _LONGEST.get(name)]
        for name, value in (
            ("actor", actor),
            ("act", act),
            ("subject", subject),
            ("detail", detail),
            ("address", address),
        )
    }
    at_ms = await tx.now_ms()
    chained = chain(before, position, at_ms, entry)
    row = {"entry_id": f"aud_{random_text(_ID_CHARS)}", "position": position, "at_ms": at_ms}
    await tx.execute(sa.insert(audit).values(row | entry | {"chain_hash": chained}))
    head = sa.update(facts).where(facts.c.name == _HEAD)
    await tx.execute(head.values(value=f"{position} {chained.hex()}"))


def chain(before: bytes, position: int, at_ms: int, entry: dict[str, str]) -> bytes:
    """The hash of an entry, which covers the hash of the one before it."""
    text = json.dumps([position, at_ms, *(entry[name] for name in sorted(entry))])
    return hashlib.sha256(before + text.encode()).digest()


async def _head(tx: Tx) -> tuple[int, bytes]:
    """The next position and the last hash; the row stays locked until the transaction ends."""
    into = postgresql.insert(facts) if tx.dialect == "postgresql" else sqlite.insert(facts)
    first = into.values(name=_HEAD, value=_GENESIS)
    await tx.execute(first.on_conflict_do_nothing())
    row = await tx.first(sa.select(facts.c.value).where(facts.c.name == _HEAD).with_for_update())
    position, _, last = (row.value if row else _GENESIS).partition(" ")
    return int(position) + 1, bytes.fromhex(last)
