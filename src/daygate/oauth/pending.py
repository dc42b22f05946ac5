"""An authorization request while a person decides: begun, attached to an account, settled once.

The browser holds a handle and a key in a cookie; everything else stays here, so that no form can
change what is agreed to. The outcome is kept, encrypted under a key that only the handle gives: a
second click gets the same answer, and a copy of the database holds no code.
"""

from collections.abc import Set
from dataclasses import dataclass, field, replace

from daygate.domain.application import Application
from daygate.domain.ids import AccountId, ProfileId
from daygate.kit.crypto import derived_from, fingerprint, random_text, same
from daygate.oauth import checks, codes, grants, link_tokens, scopes
from daygate.oauth.checks import Fault
from daygate.oauth.refusals import (
    NothingChosen,
    Shown,
    TooManyAccounts,
    UnknownAuthorization,
)
from daygate.oauth.request import AuthorizationRequest
from daygate.store import applications, audit, authorizations
from daygate.store import grants as stored_grants
from daygate.store.authorizations import StoredAuthorization
from daygate.store.engine import Tx

HANDLE_LENGTH = 32
LIFE_S = 600
_PROVIDER_MAX = 64
_LABEL = "daygate authorization outcome v1"
_DENIED = "access_denied"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator has set."""

    issuer: str
    code_ttl_s: int
    unverified_accounts: int


@dataclass(frozen=True, slots=True)
class Consent:
    """The profiles that the consent page showed, and those left ticked on it; from where."""

    shown: Set[ProfileId]
    ticked: Set[ProfileId]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A request as the pages show it. Once `outcome` is set, that is where the browser goes."""

    handle: str = field(repr=False)
    application: Application
    redirect_uri: str
    scope: str
    state: str = field(repr=False)
    code_challenge: str | None
    provider_name: str | None
    avoid_linking: bool
    locale: str
    link_account_id: AccountId | None
    account_id: AccountId | None
    profile_id: ProfileId | None
    outcome: str | None = field(repr=False)


async def begin(
    tx: Tx, application: Application, request: AuthorizationRequest, browser_key: str, issuer: str
) -> str:
    """Keep a request that has passed every check; give back its handle."""
    link_account_id = None
    if request.link_token:
        found = await link_tokens.redeem(tx, request.link_token, application.application_id)
        if found is None:
            fault = Fault("invalid_request", "the link_token is unknown, used or expired")
            raise checks.refuse(request, application, fault, issuer=issuer)
        link_account_id = found
    handle = random_text(HANDLE_LENGTH)
    known = 0 < len(request.provider_name) <= _PROVIDER_MAX
    stored = StoredAuthorization(
        authorization_hash=fingerprint(handle),
        browser_key_hash=fingerprint(browser_key),
        application_id=application.application_id,
        redirect_uri=request.redirect_uri,
        scope=scopes.parse(request.scope).text,
        state=request.state,
        code_challenge=request.code_challenge or None,
        provider_key=request.provider_name if known else None,
        avoid_linking=request.avoid_linking,
        locale=request.locale if len(request.locale) <= checks.LOCALE_MAX else "",
        link_account_id=link_account_id,
    )
    await authorizations.insert(tx, stored, LIFE_S)
    return handle


async def load(tx: Tx, handle: str, browser_key: str) -> Pending:
    """The request of a handle, for the browser that began it."""
    stored = await authorizations.get(tx, fingerprint(handle))
    if stored is None or not same(stored.browser_key_hash, fingerprint(browser_key)):
        # One answer to both: whether somebody else's request exists is not told.
        raise UnknownAuthorization
    application = await applications.by_id(tx, stored.application_id)
    if application is None or application.disabled:
        raise _not_in_use()
    return _pending(handle, stored, application)


async def attach(tx: Tx, pending: Pending, account_id: AccountId, profile_id: ProfileId) -> Pending:
    """The person has connected a profile in this pass, and thereby said who they are."""
    if pending.link_account_id not in (None, account_id):
        raise Shown("access_denied", "this link leads to another account")
    if not await authorizations.attach(tx, fingerprint(pending.handle), account_id, profile_id):
        raise UnknownAuthorization
    return replace(pending, account_id=account_id, profile_id=profile_id)


async def approve(tx: Tx, pending: Pending, consent: Consent, terms: Terms) -> str:
    """The person agrees: where the browser goes. A second click gets the same answer."""
    if not await authorizations.claim(tx, fingerprint(pending.handle)):
        return await _outcome(tx, pending.handle)
    if pending.account_id is None or pending.profile_id is None:
        raise UnknownAuthorization
    account_id, application = pending.account_id, pending.application
    if not await applications.hold(tx, application.application_id):
        raise _not_in_use()
    tx.enter(account_id)
    # From here on nothing takes a profile away that is about to be shared.
    await stored_grants.hold(tx, account_id)
    ticked = await stored_grants.own_profiles(tx, account_id, consent.ticked)
    if not ticked:
        raise NothingChosen
    await _within_limit(tx, pending, account_id, terms)
    await _note_unlinked(tx, pending, account_id, consent)
    grant = await grants.consent(
        tx, account_id, application.application_id, pending.scope, (consent.shown, ticked)
    )
    detail = f"{grant.grant_id}: {grant.scope}; {' '.join(sorted(ticked))}"
    await _note(tx, pending, account_id, "consent.given", (detail, consent.address))
    linked = pending.profile_id if pending.profile_id in ticked else min(ticked)
    binding = codes.Binding(pending.redirect_uri, pending.code_challenge, linked)
    code = await codes.mint(tx, grant, binding, terms.code_ttl_s)
    return await _settle(
        tx, pending, checks.answer(pending.redirect_uri, pending.state, terms.issuer, code=code)
    )


async def deny(tx: Tx, pending: Pending, issuer: str, address: str = "") -> str:
    """The person does not agree: where the browser goes."""
    if not await authorizations.claim(tx, fingerprint(pending.handle)):
        return await _outcome(tx, pending.handle)
    await _note(tx, pending, pending.account_id, "consent.refused", (pending.scope, address))
    return await _settle(
        tx, pending, checks.answer(pending.redirect_uri, pending.state, issuer, error=_DENIED)
    )


async def _within_limit(tx: Tx, pending: Pending, account_id: AccountId, terms: Terms) -> None:
    if not await grants.has_room(tx, pending.application, account_id, terms.unverified_accounts):
        back = checks.answer(pending.redirect_uri, pending.state, terms.issuer, error=_DENIED)
        raise TooManyAccounts(terms.unverified_accounts, back)


def _not_in_use() -> Shown:
    return Shown("unauthorized_client", "this application is not in use")


async def _note_unlinked(tx: Tx, pending: Pending, account_id: AccountId, consent: Consent) -> None:
    application_id = pending.application.application_id
    grant = await stored_grants.active(tx, account_id, application_id)
    if grant is None:
        return
    held = await stored_grants.profile_ids(tx, account_id, grant.grant_id)
    for profile_id in sorted(held & (consent.shown - consent.ticked)):
        await audit.append(
            tx,
            f"account:{account_id}",
            "profile.unlinked",
            profile_id,
            application_id,
            consent.address,
        )


async def _note(
    tx: Tx, pending: Pending, account_id: AccountId | None, act: str, what: tuple[str, str]
) -> None:
    """Write down an answer; `what` is a detail, and the address it came from."""
    actor = f"account:{account_id}" if account_id else "visitor"
    await audit.append(tx, actor, act, pending.application.application_id, *what)


async def _settle(tx: Tx, pending: Pending, location: str) -> str:
    ring = derived_from(pending.handle, _LABEL)
    authorization_hash = fingerprint(pending.handle)
    sealed = ring.seal(location.encode(), _place(authorization_hash))
    await authorizations.settle(tx, authorization_hash, sealed)
    return location


async def _outcome(tx: Tx, handle: str) -> str:
    stored = await authorizations.get(tx, fingerprint(handle))
    outcome = _opened(handle, stored) if stored else None
    if outcome is None:
        raise UnknownAuthorization
    return outcome


def _opened(handle: str, stored: StoredAuthorization) -> str | None:
    if not stored.outcome:
        return None
    ring = derived_from(handle, _LABEL)
    return ring.open_sealed(stored.outcome, _place(stored.authorization_hash)).decode()


def _pending(handle: str, stored: StoredAuthorization, application: Application) -> Pending:
    return Pending(
        handle=handle,
        application=application,
        redirect_uri=stored.redirect_uri,
        scope=stored.scope,
        state=stored.state,
        code_challenge=stored.code_challenge,
        provider_name=stored.provider_key,
        avoid_linking=stored.avoid_linking,
        locale=stored.locale,
        link_account_id=stored.link_account_id,
        account_id=stored.account_id,
        profile_id=stored.profile_id,
        outcome=_opened(handle, stored),
    )


def _place(authorization_hash: bytes) -> str:
    return f"authorizations|outcome|{authorization_hash.hex()}"
