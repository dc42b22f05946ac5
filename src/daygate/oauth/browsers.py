"""A person's browser: signed in to an account by having connected one of its calendars."""

from daygate.domain.ids import AccountId
from daygate.kit.crypto import fingerprint, random_text
from daygate.store import browsers
from daygate.store.engine import Tx

SECRET_LENGTH = 32
LIFE_S = 90 * 86_400
"""How long a browser is remembered; connecting a calendar again begins anew."""


async def sign_in(tx: Tx, account_id: AccountId, previous: str | None) -> str:
    """A new secret for the cookie; the one before it is dead, so that none can be planted."""
    await sign_out(tx, previous)
    secret = random_text(SECRET_LENGTH)
    await browsers.insert(tx, fingerprint(secret), account_id, LIFE_S)
    return secret


async def account_of(tx: Tx, secret: str | None) -> AccountId | None:
    """Whose browser bears this secret."""
    return await browsers.account_of(tx, fingerprint(secret)) if secret else None


async def sign_out(tx: Tx, secret: str | None) -> None:
    """Forget this browser."""
    if secret:
        await browsers.delete(tx, fingerprint(secret))
