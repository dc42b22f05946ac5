"""The page where a person agrees: to whom, to what, for which calendars, and to what not."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.ids import AccountId, ProfileId
from daygate.domain.profile import Account, Profile
from daygate.oauth import browsers, pending, scopes
from daygate.oauth.pending import Consent, Terms
from daygate.oauth.refusals import NothingChosen
from daygate.store import accounts, grants, profiles
from daygate.store.engine import Tx
from daygate.web.oauth import deeds
from daygate.web.oauth.flow import Flow, answered_or_not, flow_of
from daygate.web.pages import see_other, settings_of

PERMISSIONS = (
    "read_events",
    "read_free_busy",
    "create_event",
    "delete_event",
    "change_participation_status",
    "create_calendar",
    "list_calendars",
)
"""In the order of the page. `read_events` says what `read_free_busy` would."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands on the page: the account, its profiles, and those ticked at first.

    `shared` are those that the application has already.
    """

    account: Account
    profiles: Sequence[Profile]
    ticked: Set[ProfileId]
    shared: Set[ProfileId]

    @property
    def ids(self) -> frozenset[ProfileId]:
        """Everything on the page."""
        return frozenset(each.profile_id for each in self.profiles)


async def ask(request: Request) -> Response:
    """GET /connect/{handle}/consent."""
    flow = await flow_of(request)
    return await _page(flow)


async def answer(request: Request) -> Response:
    """POST /connect/{handle}/consent: allow. A second click gets the first one's answer."""
    flow = await answered_or_not(request)
    form = await flow.form()
    account_id = flow.account_id
    if account_id is None:
        return see_other(flow.path())
    settings = settings_of(request)
    terms = Terms(settings.app_url, settings.code_ttl_s, settings.unverified_accounts)
    ticked, shown = frozenset(form.all("profile")), frozenset(form.all("shown"))

    async def approve(tx: Tx) -> str:
        # Whatever the form says, it is about profiles that this page may show.
        ids = (await _offer(tx, flow, account_id)).ids
        consent = Consent(
            frozenset(each for each in ids if each in shown or each in ticked),
            frozenset(each for each in ids if each in ticked),
            deeds.address_of(request),
        )
        return await pending.approve(tx, flow.pending, consent, terms)

    try:
        return see_other(await flow.run(approve))
    except NothingChosen:
        return await _page(flow, nothing_chosen=True)


def may(scope: str) -> Sequence[str]:
    """The permissions to put in words, the wider one instead of two."""
    allowed = scopes.permissions(scope)
    covered = {"read_free_busy"} if "read_events" in allowed else set()
    return [each for each in PERMISSIONS if each in allowed and each not in covered]


def may_not(scope: str) -> Sequence[str]:
    """What the application will not see or do, beginning with the nearest fear."""
    allowed = scopes.permissions(scope)
    reads = {"details": "read_events", "busy": "read_free_busy"}
    unseen = [word for word, needed in reads.items() if needed not in allowed]
    unseen = ["events"] if len(unseen) == len(reads) else unseen
    writes = () if allowed & {"create_event", "delete_event"} else ("write",)
    return [*unseen, *writes, "password", "others"]


async def _page(flow: Flow, *, nothing_chosen: bool = False) -> Response:
    account_id = flow.account_id
    if account_id is None:
        return see_other(flow.path())
    offer = await flow.look(lambda tx: _offer(tx, flow, account_id))
    context: Mapping[str, object] = {
        "offer": offer,
        "may": may(flow.pending.scope),
        "may_not": may_not(flow.pending.scope),
        "nothing_chosen": nothing_chosen,
    }
    return flow.page("consent.html", dict(context), status=422 if nothing_chosen else 200)


async def _offer(tx: Tx, flow: Flow, account_id: AccountId) -> Offer:
    tx.enter(account_id)
    account = await accounts.get(tx, account_id)
    held = await profiles.of_account(tx, account_id)
    grant = await grants.active(tx, account_id, flow.pending.application.application_id)
    granted = await profiles.of_grant(tx, account_id, grant.grant_id) if grant else ()
    shared = frozenset(each.profile_id for each in granted)
    new = frozenset(filter(None, [flow.pending.profile_id]))
    others = await _shows_others(tx, flow, account_id)
    visible = [each for each in held if others or each.profile_id in new]
    visible.sort(key=lambda each: each.profile_id not in new)
    return Offer(account or Account(account_id, "", None, ""), visible, new | shared, shared)


async def _shows_others(tx: Tx, flow: Flow, account_id: AccountId) -> bool:
    """Whether the account's other profiles may stand on the page.

    Not where linking was to be avoided; and with a link token, which is the application's word
    alone, only if the browser is signed in to that account by itself.
    """
    if flow.pending.avoid_linking:
        return False
    if flow.pending.link_account_id is None:
        return True
    return await browsers.account_of(tx, flow.person) == account_id
