"""The first pages of a request: who asks, which service, and what opens the calendars there."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.errors import NotFound
from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.profile import Account, Profile
from daygate.link import finish
from daygate.link.revoke import forget_if_unused
from daygate.oauth import browsers, pending
from daygate.providers.base import Credential, ProviderSpec
from daygate.providers.catalog import Catalog
from daygate.store import accounts, profiles
from daygate.store.engine import Tx
from daygate.web.cookies import PERSON, drop_cookie, set_cookie
from daygate.web.oauth import deeds, door
from daygate.web.oauth.flow import Flow, answered_or_not, flow_of
from daygate.web.pages import see_other, settings_of

CHOOSE = "choose"
"""In the address, when the person wants another service than the application named."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whose browser this is, and the calendar accounts that work there now."""

    account: Account
    profiles: Sequence[Profile]


async def who_asks(request: Request) -> Response:
    """GET /connect/{handle}: who asks, and a service to pick."""
    flow = await flow_of(request)
    catalog: Catalog = request.app.state.parts.catalog
    named = catalog.for_provider_name(flow.pending.provider_name or "")
    known = await flow.look(lambda tx: _known(tx, flow))
    if named and not known and CHOOSE not in request.query_params:
        return see_other(flow.path(f"/service/{named.key}"))
    return flow.page("choose.html", {"specs": catalog.specs, "known": known})


async def ask_credentials(request: Request) -> Response:
    """GET /connect/{handle}/service/{key}: the form of one service."""
    flow = await flow_of(request)
    return flow.page("service.html", door.shown(_spec(request)))


async def try_credentials(request: Request) -> Response:
    """POST /connect/{handle}/service/{key}: try them, keep them, and go on to consent."""
    flow = await flow_of(request)
    form, spec = await flow.form(), _spec(request)
    tried = await door.attempt(request, spec, form)
    if tried.credential is None:
        return flow.page("service.html", door.shown(spec, form, tried.fault), status=422)
    return await _connected(flow, spec, tried.credential)


async def go_on(request: Request) -> Response:
    """POST /connect/{handle}/account: go on with a calendar account connected before."""
    flow = await flow_of(request)
    chosen = (await flow.form()).one("profile")

    async def attach(tx: Tx) -> AccountId:
        known = await _known(tx, flow)
        wanted = [each for each in known.profiles if each.profile_id == chosen] if known else []
        if not wanted:
            raise NotFound
        await pending.attach(tx, flow.pending, wanted[0].account_id, wanted[0].profile_id)
        return wanted[0].account_id

    account_id = await flow.run(attach)
    response = see_other(flow.path("/consent"))
    flow.prove(response, account_id)
    return response


async def not_me(request: Request) -> Response:
    """POST /connect/{handle}/not-me: forget whose browser this is, and begin again."""
    flow = await flow_of(request)
    await flow.form()

    async def begin_again(tx: Tx) -> None:
        await browsers.sign_out(tx, flow.person)
        await _forget_unshared(tx, flow)

    await flow.run(begin_again)
    response = see_other(flow.path())
    drop_cookie(request, response, PERSON)
    flow.prove(response, None)
    return response


async def deny(request: Request) -> Response:
    """POST /connect/{handle}/deny: the person does not want to; the application is told."""
    flow = await answered_or_not(request)
    await flow.form()
    issuer = settings_of(request).app_url

    async def say_no(tx: Tx) -> str:
        await _forget_unshared(tx, flow)
        return await pending.deny(tx, flow.pending, issuer, deeds.address_of(request))

    return see_other(await flow.run(say_no))


async def _connected(flow: Flow, spec: ProviderSpec, credential: Credential) -> Response:
    ring = flow.request.app.state.parts.ring

    async def keep(tx: Tx) -> tuple[AccountId, str | None]:
        joined = await _joins(tx, flow)
        kept = await finish.keep(tx, ring, spec, credential, joined)
        await pending.attach(tx, flow.pending, kept.account_id, kept.profile_id)
        act = deeds.CONNECTED if kept.new_profile else deeds.RELINKED
        await _note(tx, flow, kept.account_id, act, kept.profile_id)
        if not _remembers(flow):
            return kept.account_id, None
        return kept.account_id, await browsers.sign_in(tx, kept.account_id, flow.person)

    account_id, secret = await flow.run(keep)
    response = see_other(flow.path("/consent"))
    flow.prove(response, account_id)
    if secret is not None:
        set_cookie(flow.request, response, PERSON, secret, max_age_s=browsers.LIFE_S)
    return response


async def _joins(tx: Tx, flow: Flow) -> AccountId | None:
    """The account a new profile joins; None lets the profile itself decide."""
    if flow.pending.link_account_id is not None:
        return flow.pending.link_account_id
    if flow.account_id is not None or flow.pending.avoid_linking:
        return flow.account_id
    return await browsers.account_of(tx, flow.person)


async def _forget_unshared(tx: Tx, flow: Flow) -> None:
    """What was connected in this pass and is shared with nobody is not kept.

    On a shared computer somebody's calendar may have joined another person's account.
    """
    undecided = flow.pending.outcome is None
    account_id, profile_id = flow.account_id, flow.pending.profile_id
    if not undecided or account_id is None or profile_id is None:
        return
    if await forget_if_unused(tx, account_id, profile_id):
        await _note(tx, flow, account_id, deeds.UNLINKED, profile_id)


async def _note(tx: Tx, flow: Flow, account_id: AccountId, act: str, profile_id: ProfileId) -> None:
    application_id = flow.pending.application.application_id
    await deeds.note(tx, flow.request, account_id, act, profile_id, application_id)


def _remembers(flow: Flow) -> bool:
    """Whether connecting signs the browser in.

    Never on the strength of a link token: it is the application's word, not the person's, and must
    not open the account's other calendars.
    """
    return flow.pending.link_account_id is None and not flow.pending.avoid_linking


async def _known(tx: Tx, flow: Flow) -> Known | None:
    if not _remembers(flow):
        return None
    account_id = await browsers.account_of(tx, flow.person)
    if account_id is None:
        return None
    tx.enter(account_id)
    account = await accounts.get(tx, account_id)
    if account is None:
        return None
    connected = [
        each for each in await profiles.of_account(tx, account.account_id) if each.connected
    ]
    return Known(account, connected) if connected else None


def _spec(request: Request) -> ProviderSpec:
    catalog: Catalog = request.app.state.parts.catalog
    spec = catalog.by_key(request.path_params["key"])
    if spec is None:
        raise NotFound
    return spec
