"""Who bears an access token (RFC 6750)."""

from daygate.domain.errors import Unauthenticated
from daygate.domain.subject import Subject
from daygate.kit.crypto import fingerprint
from daygate.oauth import scopes
from daygate.store import tokens
from daygate.store.engine import Tx


async def subject_of(tx: Tx, token_text: str) -> Subject:
    """The bearer, by one statement on the database's clock; else `Unauthenticated`."""
    found = await tokens.bearer(tx, fingerprint(token_text))
    if found is None:
        raise Unauthenticated(given=True)
    return Subject(
        found.account_id,
        found.grant_id,
        found.application_id,
        scopes.cut(found.scope, found.grant_scope),
        found.asked_ms,
    )
