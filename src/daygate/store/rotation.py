"""Re-encrypts every sealed record under the active key, while the server runs.

Each record is rewritten in a transaction of its own and only if it is still the one that was read,
so that a run may be killed at any moment and begun again: what is done is recognised and skipped.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from daygate.kit.crypto import KeyRing, Undecryptable
from daygate.store.engine import Store, Tx
from daygate.store.row_security import Errand
from daygate.store.schema import application_secrets, credentials
from daygate.store.vault import place, retire_other_keys

_BATCH = 200


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of records under the key ring; `row` and `owner` bind each to its place."""

    column: sa.Column[bytes]
    row: sa.Column[str]
    owner: sa.Column[str]


SEALED_COLUMNS = (
    SealedColumn(
        application_secrets.c.secret_sealed,
        row=application_secrets.c.secret_id,
        owner=application_secrets.c.application_id,
    ),
    SealedColumn(
        credentials.c.secret_sealed, row=credentials.c.profile_id, owner=credentials.c.account_id
    ),
)
"""Not `refresh_tokens.successor_sealed`: its key is derived from a token and not of the ring."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did; keys are retired only if every record could be read."""

    rewritten: int
    unreadable: int
    retired: tuple[str, ...]


def _silent(_line: str) -> None:
    """Say nothing."""


async def rotate(
    store: Store, ring: KeyRing, *, progress: Callable[[str], None] = _silent
) -> Rotated:
    """Rewrite what stands under an older key; start every process with the new ring before."""
    rewritten = unreadable = 0
    for sealed in SEALED_COLUMNS:
        async for batch in _batches(store, sealed):
            for record in batch:
                try:
                    rewritten += await _rewrite(store, ring, sealed, record)
                except Undecryptable:
                    unreadable += 1
            progress(f"{sealed.column.table.name}: {rewritten} rewritten, {unreadable} unreadable")
    retired: list[str] = []
    if not unreadable:
        retired = await store.transact(lambda tx: retire_other_keys(tx, ring))
    return Rotated(rewritten, unreadable, tuple(retired))


async def _batches(store: Store, sealed: SealedColumn) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    keys = tuple(sealed.column.table.primary_key.columns)
    page = sa.select(*keys, sealed.row, sealed.owner, sealed.column).order_by(*keys).limit(_BATCH)
    after: sa.ColumnElement[bool] = sa.true()
    while True:
        async with store.read() as tx:
            with tx.house(Errand.KEYS):
                batch = await tx.all(page.where(after))
        if not batch:
            return
        yield batch
        last = batch[-1]._mapping
        after = sa.tuple_(*keys) > sa.tuple_(*(sa.literal(last[key]) for key in keys))


async def _rewrite(store: Store, ring: KeyRing, sealed: SealedColumn, record: sa.Row[Any]) -> int:
    """Rewrite one record; tells how many rows that changed (none if it is new enough already)."""
    values = record._mapping
    blob = bytes(values[sealed.column])
    if not ring.needs_rotation(blob):
        return 0
    where = place(sealed.column, values[sealed.row], values[sealed.owner])
    fresh = ring.encrypt(ring.decrypt(blob, where), where)
    keys = sealed.column.table.primary_key.columns
    unchanged = [key == values[key] for key in keys] + [sealed.column == blob]
    update = sa.update(sealed.column.table).where(*unchanged)

    async def write(tx: Tx) -> int:
        with tx.house(Errand.KEYS):
            return await tx.count(update.values({sealed.column.name: fresh}))

    return await store.transact(write)
