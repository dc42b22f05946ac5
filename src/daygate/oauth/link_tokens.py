"""Link tokens: an application's leave to add a profile to an account it knows, once."""

from daygate.domain.ids import AccountId, ApplicationId
from daygate.domain.subject import Subject
from daygate.kit.crypto import fingerprint, random_text
from daygate.store import link_tokens
from daygate.store.engine import Tx

LINK_TOKEN_LENGTH = 32
LIFE_S = 3600
"""The public API calls them temporary; an hour is enough to follow a link."""


async def mint(tx: Tx, subject: Subject) -> str:
    """A new link token for the account the subject speaks for."""
    token = random_text(LINK_TOKEN_LENGTH)
    await link_tokens.insert(
        tx, fingerprint(token), subject.account_id, subject.application_id, LIFE_S
    )
    return token


async def redeem(tx: Tx, token: str, application_id: ApplicationId) -> AccountId | None:
    """The account a link token leads to; None for a stranger's, a used or an expired one."""
    return await link_tokens.claim(tx, fingerprint(token), application_id)
