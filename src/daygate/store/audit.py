"""The audit log: append-only, and each entry's hash covers the entry before it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.kit.crypto import random_text, same
from daygate.store.engine import Tx
from daygate.store.schema import audit, facts

_HEAD = "audit_head"
_START = bytes(32)
_GENESIS = f"0 {_START.hex()}"
_ENTRY = ("actor", "act", "subject", "detail", "address")
_ID_CHARS = 24
_LONGEST = {"actor": 80, "act": 64, "subject": 120, "address": 64}
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how far the chain holds, and the first position where it does not.

    Whoever can write to the whole database could chain it anew, but not keep `chain_hash`: note
    it down elsewhere, and compare.
    """

    entries: int
    chain_hash: bytes
    broken_at: int | None


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


async def verify(tx: Tx) -> Verdict:
    """Recompute the chain up to the head: a changed, moved, missing or added entry breaks it."""
    verdict = Verdict(0, _START, None)
    while verdict.broken_at is None:
        if batch := await _after(tx, verdict.entries):
            verdict = _follow(verdict, batch)
            continue
        # Read after the entries, so that the head of an honest log can only be ahead of them.
        position, head = await _read_head(tx)
        if (position, head) == (verdict.entries, verdict.chain_hash):
            break
        if position <= verdict.entries or not await _after(tx, verdict.entries):
            return replace(verdict, broken_at=min(position, verdict.entries) + 1)
    return verdict


async def _after(tx: Tx, position: int) -> Sequence[sa.Row[Any]]:
    page = sa.select(audit).where(audit.c.position > position).order_by(audit.c.position)
    return await tx.all(page.limit(_BATCH))


def _follow(verdict: Verdict, batch: Sequence[sa.Row[Any]]) -> Verdict:
    position, before = verdict.entries, verdict.chain_hash
    for row in batch:
        entry = {name: getattr(row, name) for name in _ENTRY}
        chained = chain(before, row.position, row.at_ms, entry)
        if row.position != position + 1 or not same(chained, bytes(row.chain_hash)):
            return Verdict(position, before, broken_at=position + 1)
        position, before = row.position, chained
    return Verdict(position, before, broken_at=None)


async def _head(tx: Tx) -> tuple[int, bytes]:
    """The next position and the last hash; the row stays locked until the transaction ends."""
    into = postgresql.insert(facts) if tx.dialect == "postgresql" else sqlite.insert(facts)
    first = into.values(name=_HEAD, value=_GENESIS)
    await tx.execute(first.on_conflict_do_nothing())
    position, last = await _read_head(tx, lock=True)
    return position + 1, last


async def _read_head(tx: Tx, *, lock: bool = False) -> tuple[int, bytes]:
    head = sa.select(facts.c.value).where(facts.c.name == _HEAD)
    row = await tx.first(head.with_for_update() if lock else head)
    position, _, last = (row.value if row else _GENESIS).partition(" ")
    return int(position), bytes.fromhex(last)
