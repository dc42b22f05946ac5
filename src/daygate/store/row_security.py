"""The second wall between accounts: PostgreSQL itself shows a transaction one account's rows.

The first wall is the `account_id` in every statement. With `DAYGATE_ROW_SECURITY=on` a policy on
each table of account data compares it once more, with what the transaction has been told: whose
rows it may see (`Tx.enter`), or that it runs an errand of the house over all of them (`Tx.house`).
Told neither, it sees none. Settings are local to the transaction (`set_config(..., true)`), so a
pooler in transaction mode never hands one caller's to the next.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from daygate.store.schema import ACCOUNT_DATA

POLICY = "one_account"
ACCOUNT = "daygate.account"
HOUSE = "daygate.house"
RULE = f"account_id = current_setting('{ACCOUNT}', true) OR current_setting('{HOUSE}', true) = 'on'"
"""What a row must satisfy to be seen, changed or written."""
_TELL = sa.text(
    f"SELECT set_config('{ACCOUNT}', :account, true), set_config('{HOUSE}', :house, true)"
)


class Errand(Enum):
    """Every reason to look over all accounts at once; there is no other way to do it."""

    BEARER = "a token's hash leads to its grant before anybody knows whose it is"
    HOLDERS = "a calendar account may be connected already, in whichever account"
    APPLICATION = "an application's developer sees, counts and ends its grants"
    UNSHARED = "requests that ran out leave profiles of many accounts behind"
    DOCTOR = "the operator's doctor counts and names accounts of a service that are not well"
    WORK = "a worker takes what is due, whose it is it learns from the row"
    KEYS = "a rotation of keys rewrites every sealed record"
    MIGRATION = "a step of the schema may have to rewrite rows"


class Wall:
    """What one transaction has been told, and what it is to be told before its next statement."""

    __slots__ = ("_told", "_wanted")

    def __init__(self, account_id: str = "") -> None:
        self._wanted = (account_id, "")
        self._told = ("", "")

    @classmethod
    def on_errand(cls, _errand: Errand) -> Self:
        """A transaction that looks over all accounts from its beginning to its end."""
        wall = cls()
        wall.open()
        return wall

    def enter(self, account_id: str) -> tuple[str, str]:
        """From now on, this account's rows and no others; gives back how it was, for `back`."""
        before, self._wanted = self._wanted, (account_id, "")
        return before

    def open(self) -> tuple[str, str]:
        """From now on, every row; gives back how it was, for `back`."""
        before, self._wanted = self._wanted, ("", "on")
        return before

    def back(self, before: tuple[str, str]) -> None:
        """As it was."""
        self._wanted = before

    async def tell(self, connection: AsyncConnection) -> None:
        """Tell the database, unless it knows."""
        if self._told != self._wanted:
            account_id, house = self._wanted
            await connection.execute(_TELL, {"account": account_id, "house": house})
            self._told = self._wanted


@dataclass(frozen=True, slots=True)
class State:
    """How the tables stand; `bypassed`: this role passes every policy, so that they are no wall."""

    guarded: frozenset[str]
    bypassed: bool

    @property
    def complete(self) -> bool:
        """Whether every table of account data is guarded, against its owner too."""
        return self.guarded == frozenset(table.name for table in ACCOUNT_DATA)


async def state(connection: AsyncConnection) -> State:
    """Look at a PostgreSQL database."""
    names = [table.name for table in ACCOUNT_DATA]
    guarded = sa.text(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity AND relname = ANY(:names)"
    )
    role = sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    rows = (await connection.execute(guarded, {"names": names})).all()
    bypassed = (await connection.execute(role)).scalar_one()
    return State(frozenset(row[0] for row in rows), bool(bypassed))


async def arrange(connection: AsyncConnection, *, on: bool) -> bool:
    """Put the policies in force, or out of it; False if they were. For the tables' owner."""
    found = await state(connection)
    if found.complete if on else not found.guarded:
        return False
    # FORCE: without it the owner, who is the application in most installations, passes.
    words = ("ENABLE", "FORCE") if on else ("DISABLE", "NO FORCE")
    for table in ACCOUNT_DATA:
        for word in words:
            await _alter(connection, table, word)
    return True


async def _alter(connection: Any, table: sa.Table, word: str) -> None:
    await connection.execute(sa.text(f"ALTER TABLE {table.name} {word} ROW LEVEL SECURITY"))
