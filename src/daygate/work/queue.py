"""Things to do later: one row per (account, kind, key), written with the reason for it.

Duplicates collapse on the primary key and one run holds a row at a time. A row is in one of five
states, told apart by its columns:

    waiting   no claim; due at `due_ms`, and an `enqueue` may bring that forward
    running   claimed under a random token until `due_ms`, the end of its lease
    lapsed    claimed, but `due_ms` is past: its worker is dead or stuck; anyone may claim it
    deferred  claimed by nobody until `due_ms`: a service asked for quiet, which a poke must not end
    parked    set aside with its reason, until it is enqueued again

`generation` counts the pokes. A run remembers the generation it claimed, so that a poke during the
run is seen at its end and the row is due again at once.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.ids import AccountId
from daygate.domain.retry import Again, Park, Pause, RetryPolicy, Wait, backoff_s
from daygate.store.engine import Store, Tx
from daygate.store.row_security import Errand
from daygate.store.schema import work

INSTALLATION = AccountId("installation")
"""Whose work it is when it is no account's: cleaning, rolling, rotating."""

_NOBODY = "nobody"
_CLAIM_BYTES = 16  # 32 hex digits; two runs never draw the same one
_PARKED_SHOWN = 200


class Lane(StrEnum):
    """Where work waits; each lane has slots of its own, so that none starves another."""

    PULL = "pull"
    PUSH = "push"
    DELIVER = "deliver"
    DELIVER_SLOW = "deliver-slow"
    RENEW = "renew"
    TIDY = "tidy"


class LostClaim(Exception):
    """The row is no longer this run's: its lease ended and another took it, or it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row in the hands of one run; `attempts` counts this one."""

    account_id: AccountId
    kind: str
    key: str
    lane: Lane
    claim: str
    generation: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Parked:
    """A row set aside, and why."""

    account_id: AccountId
    kind: str
    key: str
    lane: Lane
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a lane should be running by now, and how many are set aside."""

    due: int = 0
    parked: int = 0


async def enqueue(
    tx: Tx, account_id: AccountId, kind: str, key: str, lane: Lane, *, delay_s: float = 0.0
) -> None:
    """Ask for attention in the caller's transaction; asking twice is asking once, at the earlier.

    A parked row starts afresh. While a run holds the row, the poke makes it due again afterwards.
    """
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(work)
    new = {
        "account_id": account_id,
        "kind": kind,
        "key": key,
        "lane": lane.value,
        "due_ms": tx.now + round(delay_s * 1000),
        "created_ms": tx.now,
    }
    due_ms = sa.case(
        (work.c.claim.is_not(None), work.c.due_ms),
        (work.c.parked | (upsert.excluded.due_ms < work.c.due_ms), upsert.excluded.due_ms),
        else_=work.c.due_ms,
    )
    poked = {
        "generation": work.c.generation + 1,
        "lane": lane.value,
        "due_ms": due_ms,
        "attempts": sa.case((work.c.parked, 0), else_=work.c.attempts),
        "parked": False,
        "reason": sa.case((work.c.parked, ""), else_=work.c.reason),
    }
    row = upsert.values(new).on_conflict_do_update(
        index_elements=["account_id", "kind", "key"], set_=poked
    )
    with tx.within(account_id):
        await tx.execute(row)


async def withdraw(tx: Tx, account_id: AccountId, kind: str, key: str) -> None:
    """Drop the row; a run that holds it loses its claim."""
    with tx.within(account_id):
        await tx.execute(sa.delete(work).where(_row(account_id, kind, key)))


async def claim(
    store: Store, slots: Mapping[Lane, int], lease_s: float, kinds: Collection[str]
) -> list[Claimed]:
    """Take due rows, the longest due first: at most `slots[lane]` of each lane.

    Only `kinds` that this process knows: during an upgrade the other ones wait for a newer worker.
    """
    asked = [lane for lane, free in slots.items() if free > 0]
    lanes = await _lanes_with_due(store, asked, kinds)
    if not lanes:
        return []

    async def take(tx: Tx) -> list[Claimed]:
        with tx.house(Errand.WORK):
            taken = [await _claim_lane(tx, lane, slots[lane], lease_s, kinds) for lane in lanes]
        return [claimed for group in taken for claimed in group]

    return await store.transact(take)


async def renew(store: Store, claimed: Claimed, lease_s: float) -> bool:
    """Lengthen the lease; False if the claim is lost."""

    async def lengthen(tx: Tx) -> bool:
        end_ms = tx.now + round(lease_s * 1000)
        tx.enter(claimed.account_id)
        return await tx.count(sa.update(work).where(_ours(claimed)).values(due_ms=end_ms)) == 1

    return await store.transact(lengthen)


async def hold(tx: Tx, claimed: Claimed) -> None:
    """Make sure, until this transaction ends, that the row is still this run's.

    Called in every transaction by which a run writes its results: a worker that was paused past
    its lease then finds its claim gone, and nothing of what it meant to write is committed.
    """
    tx.enter(claimed.account_id)
    mine = sa.select(work.c.claim).where(_ours(claimed)).with_for_update()
    if await tx.first(mine) is None:
        raise LostClaim(claimed)


async def finish(tx: Tx, claimed: Claimed, *, again_in_s: float | None) -> None:
    """The run is over: forget the row or have it due `again_in_s` from now; at once if poked."""
    tx.enter(claimed.account_id)
    unpoked = work.c.generation == claimed.generation
    if again_in_s is None and await tx.count(sa.delete(work).where(_ours(claimed), unpoked)):
        return
    later = tx.now + round((again_in_s or 0.0) * 1000)
    await _settle(
        tx,
        claimed,
        {
            **_FREE,
            "due_ms": sa.case((unpoked, later), else_=tx.now),
            "attempts": 0,
            "reason": "",
        },
    )


async def release(tx: Tx, claimed: Claimed) -> None:
    """Give the row back unharmed, due at once: this worker is going away."""
    await _settle(tx, claimed, {**_FREE, "due_ms": tx.now, "attempts": claimed.attempts - 1})


async def fail(tx: Tx, claimed: Claimed, policy: RetryPolicy, reason: str) -> None:
    """The run failed: do with the row as the policy says, and keep the reason to show."""
    values: dict[str, Any] = {**_FREE, "reason": reason}
    match policy:
        case Wait(delay_s):
            # A service that asks for quiet is not a failure of the work: the try is given back.
            values["claim"] = _NOBODY
            values["due_ms"] = tx.now + round(delay_s * 1000)
            values["attempts"] = claimed.attempts - 1
        case Again(tries) if claimed.attempts < tries:
            values["due_ms"] = tx.now + round(backoff_s(claimed.attempts) * 1000)
        case Again() | Pause() | Park():
            # A poke during the run counts as coming after it: it would have unparked the row.
            unpoked = work.c.generation == claimed.generation
            values["due_ms"] = tx.now
            values["parked"] = unpoked
            values["attempts"] = sa.case((unpoked, claimed.attempts), else_=0)
    await _settle(tx, claimed, values)


async def parked(tx: Tx, *, limit: int = _PARKED_SHOWN) -> list[Parked]:
    """Rows set aside, the oldest first."""
    aside = sa.and_(work.c.lane.in_([lane.value for lane in Lane]), work.c.parked)
    with tx.house(Errand.WORK):
        rows = await tx.all(sa.select(work).where(aside).order_by(work.c.due_ms).limit(limit))
    return [
        Parked(
            AccountId(row.account_id), row.kind, row.key, Lane(row.lane), row.attempts, row.reason
        )
        for row in rows
    ]


async def counts(tx: Tx) -> dict[Lane, Count]:
    """What waits in each lane, the empty ones too."""
    with tx.house(Errand.WORK):
        return {lane: await _count(tx, lane) for lane in Lane}


async def _count(tx: Tx, lane: Lane) -> Count:
    # Two ranges of the index; one pass with a GROUP BY would read every row that is not due.
    due = work.c.parked.is_(False) & (work.c.due_ms <= _now_once(tx))
    row = await tx.first(
        sa.select(
            _rows(lane, due).label("due"),
            _rows(lane, work.c.parked).label("parked"),
        )
    )
    return Count(row.due, row.parked) if row else Count()


def _rows(lane: Lane, which: ColumnElement[bool]) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).select_from(work)
    return counted.where(work.c.lane == lane.value, which).scalar_subquery()


_FREE: dict[str, Any] = {"claim": None, "claimed_generation": None}


async def _lanes_with_due(store: Store, lanes: list[Lane], kinds: Collection[str]) -> list[Lane]:
    """Look before writing: an idle worker must not take SQLite's write lock at every poll."""
    async with store.read() as tx:
        looks = [
            sa.select(sa.literal(lane.value)).where(sa.exists().where(_is_due(tx, lane, kinds)))
            for lane in lanes
        ]
        with tx.house(Errand.WORK):
            return [Lane(row[0]) for row in await tx.all(sa.union_all(*looks))] if looks else []


async def _claim_lane(
    tx: Tx, lane: Lane, limit: int, lease_s: float, kinds: Collection[str]
) -> list[Claimed]:
    due = (
        sa.select(work.c.account_id, work.c.kind, work.c.key)
        .where(_is_due(tx, lane, kinds))
        .order_by(work.c.due_ms)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        sa.update(work)
        .where(*(work.c[name] == due.c[name] for name in ("account_id", "kind", "key")))
        .values(
            claim=secrets.token_hex(_CLAIM_BYTES),
            claimed_generation=work.c.generation,
            attempts=work.c.attempts + 1,
            due_ms=tx.now + round(lease_s * 1000),
        )
        .returning(work)
    )
    return [
        Claimed(
            AccountId(row.account_id), row.kind, row.key, lane, row.claim, row.generation,
            row.attempts,
        )
        for row in await tx.all(taken)
    ]  # fmt: skip


def _is_due(tx: Tx, lane: Lane, kinds: Collection[str]) -> ColumnElement[bool]:
    return sa.and_(
        work.c.lane == lane.value,
        work.c.parked.is_(False),
        work.c.due_ms <= _now_once(tx),
        work.c.kind.in_(sorted(kinds)),
    )


def _now_once(tx: Tx) -> ColumnElement[int]:
    """Now, as a subquery: an index is of no use for a comparison with a volatile function."""
    return sa.select(tx.now).scalar_subquery()


def _row(account_id: AccountId, kind: str, key: str) -> ColumnElement[bool]:
    return sa.and_(work.c.account_id == account_id, work.c.kind == kind, work.c.key == key)


def _ours(claimed: Claimed) -> ColumnElement[bool]:
    row = _row(claimed.account_id, claimed.kind, claimed.key)
    return sa.and_(row, work.c.claim == claimed.claim)


async def _settle(tx: Tx, claimed: Claimed, values: Mapping[str, Any]) -> None:
    tx.enter(claimed.account_id)
    if not await tx.count(sa.update(work).where(_ours(claimed)).values(values)):
        raise LostClaim(claimed)
