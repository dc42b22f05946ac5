"""Authorization codes: minted at consent, redeemed once (RFC 6749 sections 4.1.2 and 4.1.3)."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace

from daygate.domain.application import Client
from daygate.domain.ids import ProfileId
from daygate.kit.crypto import fingerprint, random_text, same
from daygate.oauth import tokens
from daygate.oauth.refusals import CodeReplayed, InvalidGrant, WrongVerifier
from daygate.oauth.tokens import Issued
from daygate.store import audit, codes, grants, profiles
from daygate.store import tokens as stored_tokens
from daygate.store.codes import StoredCode
from daygate.store.engine import Tx
from daygate.store.grants import Grant

CODE_LENGTH = 32
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636 section 4.1


@dataclass(frozen=True, slots=True)
class PresentedCode:
    """A code as a client brings it, with what must belong to it."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a code is tied to besides its grant."""

    redirect_uri: str
    code_challenge: str | None
    profile_id: ProfileId


async def mint(tx: Tx, grant: Grant, binding: Binding, life_s: int) -> str:
    """A new code of a grant."""
    code = random_text(CODE_LENGTH)
    stored = StoredCode(
        code_hash=fingerprint(code),
        account_id=grant.account_id,
        grant_id=grant.grant_id,
        application_id=grant.application_id,
        profile_id=binding.profile_id,
        redirect_uri=binding.redirect_uri,
        scope=grant.scope,
        code_challenge=binding.code_challenge,
    )
    await codes.insert(tx, stored, life_s)
    return code


async def redeem(tx: Tx, client: Client, presented: PresentedCode) -> Issued:
    """Trade a code for tokens. Whoever comes second ends what the first one got."""
    code = await codes.claim(tx, fingerprint(presented.code), client.application_id)
    if code is None:
        raise await _useless(tx, client, presented)
    tx.enter(code.account_id)
    if not same(code.redirect_uri.encode(), presented.redirect_uri.encode()):
        raise InvalidGrant("code", "the code is not for this redirect_uri")
    if not _verified(code.code_challenge, presented.verifier):
        await codes.burn(tx, code.code_hash)
        await _note(tx, client, "code.wrong_verifier", code)
        raise WrongVerifier("code")
    grant = await grants.get(tx, code.account_id, code.grant_id)
    if grant is None:
        raise InvalidGrant("code")
    # What this code was given for, even if a later consent has changed the grant meanwhile.
    issued = await tokens.issue(tx, client, replace(grant, scope=code.scope), code.code_hash)
    profile = await profiles.brief(tx, code.account_id, code.profile_id)
    return replace(issued, profile=profile)


async def _useless(tx: Tx, client: Client, presented: PresentedCode) -> InvalidGrant:
    """Why a code could not be claimed; a second or a foreign presentation is an alarm."""
    code = await codes.burn(tx, fingerprint(presented.code))
    if code is None:
        return InvalidGrant("code")
    await stored_tokens.end_family(tx, code.code_hash)
    await _note(tx, client, "code.replayed", code)
    return CodeReplayed("code")


async def _note(tx: Tx, client: Client, act: str, code: StoredCode) -> None:
    await audit.append(tx, client.application_id, act, code.account_id, code.grant_id, "")


def _verified(challenge: str | None, verifier: str) -> bool:
    """Whether verifier and challenge belong together; one without the other never does.

    A verifier for a code without a challenge means that the challenge was stripped on its way
    here (RFC 9700 section 4.8.2).
    """
    if not challenge or not verifier:
        return not challenge and not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return same(base64.urlsafe_b64encode(digest).rstrip(b"="), challenge.encode())
