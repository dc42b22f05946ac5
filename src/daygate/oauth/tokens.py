"""Access and refresh tokens: issued, refreshed in one of two ways, revoked.

*same* (the default of the public API): a refresh answers with the refresh token it was given.
*rotating* (RFC 9700 section 4.14.2): each refresh gives a new one. Because an answer can get lost,
the immediately preceding token is good for a short grace, in which it gets the same successor
again; any other use of an old token ends its whole family.
"""

from dataclasses import dataclass, field

from daygate.domain.application import Client, RefreshMode
from daygate.domain.ids import AccountId, ApplicationId, GrantId
from daygate.domain.profile import ProfileBrief
from daygate.kit.crypto import derived_from, fingerprint, random_text
from daygate.oauth import grants, scopes
from daygate.oauth.clients import PresentedClient
from daygate.oauth.refusals import InvalidGrant, InvalidScope, RefreshReplayed
from daygate.store import audit, refresh_tokens
from daygate.store import grants as stored_grants
from daygate.store import tokens as stored
from daygate.store.engine import Tx
from daygate.store.grants import Grant

TOKEN_LENGTH = 32
"""Of [A-Za-z0-9]: 190 bits. The public API promises 32 ASCII characters."""
GRACE_S = 30
"""https://docs.aws.amazon.com/cognito, "Refresh token rotation": 0 to 60 s; this is the middle."""
GRACE_USES = 3
_LABEL = "daygate refresh successor v1"


@dataclass(frozen=True, slots=True)
class Issued:
    """What a token answer tells; `profile` is the one linked in this pass, if it was one."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_s: int
    scope: str
    account_id: AccountId
    profile: ProfileBrief | None = None


async def issue(tx: Tx, client: Client, grant: Grant, family_hash: bytes | None = None) -> Issued:
    """A first pair of tokens; their family is named by a code, or by the refresh token itself."""
    access, refresh_token = random_text(TOKEN_LENGTH), random_text(TOKEN_LENGTH)
    refresh_hash = fingerprint(refresh_token)
    family = family_hash or refresh_hash
    holder = stored.Holder(grant.account_id, grant.grant_id, grant.application_id, grant.scope)
    life_s = client.access_token_life_s
    await refresh_tokens.insert(tx, refresh_hash, holder, family)
    await stored.insert_access(tx, fingerprint(access), holder, family, life_s)
    return Issued(access, refresh_token, life_s, grant.scope, grant.account_id)


async def refresh(tx: Tx, client: Client, presented: str, scope: str = "") -> Issued:
    """Trade a refresh token of this client for a new access token; a narrower scope may be asked.

    The scope of the answer is the grant's as it stands now: the last word is the last consent's.
    """
    narrowed = await _narrowed(tx, client, presented, scope) if scope else None
    if client.refresh_mode is RefreshMode.ROTATING:
        successor = await _rotate(tx, client, presented)
    else:
        successor = presented
    access = random_text(TOKEN_LENGTH)
    holder = await stored.refresh(
        tx,
        fingerprint(successor),
        client.application_id,
        fingerprint(access),
        client.access_token_life_s,
        narrowed,
    )
    if holder is None:
        raise InvalidGrant("refresh_token")
    return Issued(access, successor, client.access_token_life_s, holder.scope, holder.account_id)


async def refresh_at_once(
    tx: Tx, presented_client: PresentedClient, presented: str
) -> Issued | None:
    """The plain case of authentication and refresh together, in one statement.

    None settles nothing: the caller goes the whole way, which tells what is wrong. The secret is
    found by its SHA-256, so that the time taken tells nothing of the secret.
    """
    ((client_id, secret), *others) = presented_client.readings
    if others:
        return None
    access = random_text(TOKEN_LENGTH)
    found = await stored.refresh_at_once(
        tx, client_id, fingerprint(secret), fingerprint(presented), fingerprint(access)
    )
    if found is None:
        return None
    holder, life_s = found
    return Issued(access, presented, life_s, holder.scope, holder.account_id)


async def revoke(tx: Tx, application_id: ApplicationId, token: str) -> bool:
    """End the whole grant of an access or refresh token; False if it is none of this client's."""
    found = await stored.grant_of(tx, fingerprint(token), application_id)
    return found is not None and await _end(tx, application_id, *found)


async def revoke_account(tx: Tx, application_id: ApplicationId, account_id: AccountId) -> bool:
    """End what this application may do for an account; False if that was nothing."""
    tx.enter(account_id)
    grant = await stored_grants.active(tx, account_id, application_id)
    return grant is not None and await _end(tx, application_id, grant.account_id, grant.grant_id)


async def _end(
    tx: Tx, application_id: ApplicationId, account_id: AccountId, grant_id: GrantId
) -> bool:
    if not await grants.revoke(tx, account_id, grant_id):
        return False
    await audit.append(tx, application_id, "grant.revoked", account_id, grant_id, "")
    return True


async def _narrowed(tx: Tx, client: Client, presented: str, scope: str) -> str:
    asked = scopes.parse(scope)
    holder = await stored.holder_of(tx, fingerprint(presented), client.application_id)
    if holder is None:
        raise InvalidGrant("refresh_token")
    if not scopes.covers(holder.scope, asked):
        raise InvalidScope("the scope is wider than what was granted")
    return asked.text


async def _rotate(tx: Tx, client: Client, presented: str) -> str:
    """The token that takes the place of `presented`: a new one, or within the grace the same."""
    successor = random_text(TOKEN_LENGTH)
    presented_hash = fingerprint(presented)
    sealed = derived_from(presented, _LABEL).encrypt(successor.encode(), _place(presented_hash))
    old = await refresh_tokens.supersede(tx, presented_hash, client.application_id, sealed)
    if old is None:
        return await _replay(tx, client, presented)
    holder = await stored.holder_of(tx, presented_hash, client.application_id)
    if holder is None:
        raise InvalidGrant("refresh_token")
    await refresh_tokens.insert(
        tx, fingerprint(successor), holder, old.family_hash, old.generation + 1
    )
    await refresh_tokens.forget_successor(tx, old.family_hash, old.generation - 1)
    return successor


async def _replay(tx: Tx, client: Client, presented: str) -> str:
    presented_hash = fingerprint(presented)
    known = await refresh_tokens.get(tx, presented_hash)
    if known is None or known.application_id != client.application_id or known.revoked_ms:
        raise InvalidGrant("refresh_token")
    replayed = await refresh_tokens.replay(tx, presented_hash, GRACE_S, GRACE_USES)
    if replayed is not None and replayed.successor_sealed is not None:
        ring = derived_from(presented, _LABEL)
        return ring.decrypt(replayed.successor_sealed, _place(presented_hash)).decode()
    if await refresh_tokens.within_grace(tx, presented_hash, GRACE_S):
        # A burst of retries of one client: no more answers, but no reason to end the family.
        raise InvalidGrant("refresh_token")
    await stored.end_family(tx, known.family_hash)
    await audit.append(
        tx, client.application_id, "refresh_token.replayed", known.account_id, known.grant_id, ""
    )
    raise RefreshReplayed("refresh_token")


def _place(token_hash: bytes) -> str:
    return f"refresh_tokens|successor_sealed|{token_hash.hex()}"
