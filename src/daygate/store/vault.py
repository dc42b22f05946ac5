"""What is kept to be needed back: sealed under the key ring, each record bound to its place.

A record opens only in its own table, row and column and for its own owner (the additional data of
AES-GCM): copied elsewhere by somebody who can write to the database, it is worthless there.
"""

import base64
import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import KeyRing
from daygate.store.engine import Store, Tx
from daygate.store.row_security import Errand
from daygate.store.schema import application_secrets, credentials, facts

_CHECK = "ring_check:"


class WrongKeys(Exception):
    """The ring cannot read the database; the message names keys by their public names."""


def place(column: sa.Column[bytes], row: str, owner: str) -> str:
    """Where a record stands, as the additional data that it is sealed with."""
    return f"{column.table.name}|{row}|{column.name}|{owner}"


async def save_credential(
    tx: Tx, ring: KeyRing, account_id: AccountId, profile_id: ProfileId, secret: Mapping[str, str]
) -> None:
    """Keep what opens a profile's account at its service, in place of what was kept before."""
    where = place(credentials.c.secret_sealed, profile_id, account_id)
    sealed = ring.encrypt(json.dumps(dict(secret)).encode(), where)
    values = {"secret_sealed": sealed, "stored_ms": tx.now}
    into = sqlite.insert(credentials) if tx.dialect == "sqlite" else postgresql.insert(credentials)
    row = into.values(account_id=account_id, profile_id=profile_id, **values)
    await tx.execute(
        row.on_conflict_do_update(index_elements=["account_id", "profile_id"], set_=values)
    )


async def load_credential(
    tx: Tx, ring: KeyRing, account_id: AccountId, profile_id: ProfileId
) -> dict[str, str] | None:
    """What opens the profile's account; None if nothing is kept."""
    row = await tx.first(
        sa.select(credentials.c.secret_sealed).where(
            credentials.c.account_id == account_id, credentials.c.profile_id == profile_id
        )
    )
    if row is None:
        return None
    where = place(credentials.c.secret_sealed, profile_id, account_id)
    secret: dict[str, str] = json.loads(ring.decrypt(row.secret_sealed, where))
    return secret


async def check_keys(store: Store, ring: KeyRing) -> None:
    """Let a process start only if its ring holds every key this database was written under.

    The first start leaves a check value of its active key, and so does the first with a new one:
    a ring that lacks a key, an older or a newer one, is noticed before anything is read or lost.
    """

    async def check(tx: Tx) -> None:
        known = await _check_values(tx)
        unknown = [name for name, value in known.items() if not ring.recognises(value)]
        if unknown:
            raise WrongKeys(
                f"the database holds records under the key {', '.join(unknown)}, which the key "
                f"ring lacks (it has {', '.join(ring.ids)}); start with the ring that wrote it"
            )
        if not known and await _holds_sealed(tx):
            raise WrongKeys("the database holds sealed records, but not the check value of a key")
        if ring.active.id not in known:
            await _leave_check_value(tx, ring)

    await store.transact(check)


async def retire_other_keys(tx: Tx, ring: KeyRing) -> list[str]:
    """No record needs a key but the active one: forget the others, and give back their names."""
    others = [name for name in await _check_values(tx) if name != ring.active.id]
    names = [f"{_CHECK}{name}" for name in others]
    await tx.execute(sa.delete(facts).where(facts.c.name.in_(names)))
    return others


async def _check_values(tx: Tx) -> dict[str, bytes]:
    rows = await tx.all(sa.select(facts).where(facts.c.name.startswith(_CHECK, autoescape=True)))
    return {row.name.removeprefix(_CHECK): base64.b64decode(row.value) for row in rows}


async def _leave_check_value(tx: Tx, ring: KeyRing) -> None:
    value = base64.b64encode(ring.check_value()).decode()
    into = sqlite.insert(facts) if tx.dialect == "sqlite" else postgresql.insert(facts)
    row = into.values(name=f"{_CHECK}{ring.active.id}", value=value)
    await tx.execute(row.on_conflict_do_nothing())  # another process may start with us


async def _holds_sealed(tx: Tx) -> bool:
    with tx.house(Errand.KEYS):
        for column in (credentials.c.secret_sealed, application_secrets.c.secret_sealed):
            if await tx.first(sa.select(column).limit(1)) is not None:
                return True
    return False
