"""One request is one transaction: commit on success, roll back on raise, except `Settled`."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from daygate.domain.errors import Settled
from daygate.store.engine import Store, Tx

T = TypeVar("T")


async def in_transaction(store: Store, rule: Callable[[Tx], Awaitable[T]]) -> T:
    """Run a rule. A `Settled` refusal is raised after its writes are committed."""

    async def settle(tx: Tx) -> T | Settled:
        try:
            return await rule(tx)
        except Settled as refusal:
            return refusal

    outcome = await store.transact(settle)
    if isinstance(outcome, Settled):
        raise outcome
    return outcome
