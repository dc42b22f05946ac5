"""Client authentication (RFC 6749 section 2.3): whether an application is who it says."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from daygate.domain.application import Application, Client
from daygate.domain.errors import Refusal, TooMany, Unauthenticated
from daygate.kit.crypto import fingerprint, same
from daygate.oauth.refusals import WrongSecret
from daygate.store import applications, limits
from daygate.store.applications import StoredSecret
from daygate.store.engine import Tx

# RFC 6749 section 2.3.1 asks for protection of secrets against guessing. A right secret always
# passes: with 253 random bits there is nothing to guess, and nobody can be locked out.
WRONG_SECRETS_PER_MIN = 20
WRONG_SECRETS_OF_NETWORK_PER_MIN = 100
_WINDOW_S = 60
_SUBJECT_HEX = 32
_NOBODYS = (StoredSecret("", secrets.token_bytes(32), fresh=True),)


@dataclass(frozen=True, slots=True)
class PresentedClient:
    """An id and a secret, in every way they can be read; `basic` if in the Authorization header."""

    readings: tuple[tuple[str, str], ...] = field(repr=False)
    basic: bool = False


async def authenticate(tx: Tx, presented: PresentedClient, network: str) -> Client:
    """The client with this id and secret; `network` is where the request came from."""
    for client_id, secret in presented.readings:
        known = await applications.stored_client(tx, client_id)
        in_use = known is not None and not known.disabled
        # The same work for an id that nobody has: the time taken must not tell.
        right = _right(known.secrets if known and in_use else _NOBODYS, secret)
        if known is not None and right is not None:
            if not right.fresh:
                await applications.note_secret_used(tx, right.secret_id)
            return known.client
    raise await _wrong(tx, presented, network)


async def by_api_key(tx: Tx, secret: str) -> Application:
    """The application whose secret is presented as a bearer, as API keys are."""
    found = await applications.by_secret_hash(tx, fingerprint(secret))
    if found is None or found.disabled:
        raise Unauthenticated(given=True)
    return found


def _right(candidates: Sequence[StoredSecret], secret: str) -> StoredSecret | None:
    presented = fingerprint(secret)
    matching = [held for held in candidates if same(held.secret_hash, presented)]
    return matching[0] if matching else None


async def _wrong(tx: Tx, presented: PresentedClient, network: str) -> Refusal:
    client_id = presented.readings[0][0]
    whose = fingerprint(f"{client_id}|{network}").hex()[:_SUBJECT_HEX]
    whence = fingerprint(network).hex()[:_SUBJECT_HEX]
    tried = await limits.hit(tx, f"secret|{whose}", _WINDOW_S)
    tried_from_there = await limits.hit(tx, f"secret network|{whence}", _WINDOW_S)
    if tried > WRONG_SECRETS_PER_MIN or tried_from_there > WRONG_SECRETS_OF_NETWORK_PER_MIN:
        return TooMany(_WINDOW_S)
    return WrongSecret(basic=presented.basic)
