"""`/relink/{profile_id}`: bring a calendar account back whose credentials stopped working.

The address opens nothing: whatever is typed must open the very same account at the service, and
until the browser is known to be its person's, the page names nothing but the service.
"""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.errors import NotFound
from daygate.domain.ids import ProfileId
from daygate.domain.profile import Profile
from daygate.kit.crypto import random_text
from daygate.link import finish
from daygate.oauth import browsers
from daygate.providers.base import Credential, ProviderSpec
from daygate.providers.catalog import Catalog
from daygate.store import profile_owners
from daygate.store.engine import Store, Tx
from daygate.web.cookies import FLOW, PERSON, read_cookie, set_cookie
from daygate.web.forms import csrf_token, posted
from daygate.web.oauth import deeds, door
from daygate.web.pages import page
from daygate.web.transaction import in_transaction

KEY_LENGTH = 32
LIFE_S = 3600
_ID_MAX = 64


@dataclass(frozen=True, slots=True)
class Broken:
    """The profile to bring back; `mine` if this browser is signed in to its account."""

    profile: Profile
    spec: ProviderSpec
    mine: bool
    key: str = field(repr=False)


async def ask(request: Request) -> Response:
    """GET: the form of the profile's service."""
    broken = await _broken(request)
    return _page(request, broken, door.shown(broken.spec))


async def answer(request: Request) -> Response:
    """POST: try what was typed; only the same account at the service will do."""
    broken = await _broken(request)
    form = await posted(request, read_cookie(request, FLOW), _purpose(broken))
    tried = await door.attempt(request, broken.spec, form)
    if tried.credential is None:
        return _page(request, broken, door.shown(broken.spec, form, tried.fault), status=422)
    try:
        secret = await _relink(request, broken, tried.credential)
    except finish.AnotherAccount:
        context = door.shown(broken.spec, form) | {"reason": "another_account"}
        return _page(request, broken, context, status=422)
    response = page(request, "connect/relinked.html", {"spec": broken.spec})
    set_cookie(request, response, PERSON, secret, max_age_s=browsers.LIFE_S)
    return response


async def _relink(request: Request, broken: Broken, credential: Credential) -> str:
    parts = request.app.state.parts

    async def keep(tx: Tx) -> str:
        kept = await finish.relink(tx, parts.ring, broken.spec, credential, broken.profile)
        await deeds.note(tx, request, kept.account_id, deeds.RELINKED, kept.profile_id)
        return await browsers.sign_in(tx, kept.account_id, read_cookie(request, PERSON))

    return await in_transaction(parts.store, keep)


async def _broken(request: Request) -> Broken:
    profile_id = request.path_params["profile_id"]
    if not (profile_id.isascii() and profile_id.isprintable() and len(profile_id) <= _ID_MAX):
        raise NotFound
    store: Store = request.app.state.parts.store
    async with store.read() as tx:
        profile = await profile_owners.find(tx, ProfileId(profile_id))
        account_id = await browsers.account_of(tx, read_cookie(request, PERSON))
    catalog: Catalog = request.app.state.parts.catalog
    spec = catalog.by_key(profile.provider_key) if profile else None
    if profile is None or spec is None:
        raise NotFound
    key = read_cookie(request, FLOW) or random_text(KEY_LENGTH)
    return Broken(profile, spec, profile.account_id == account_id, key)


def _page(
    request: Request, broken: Broken, context: dict[str, object], *, status: int = 200
) -> Response:
    always: dict[str, object] = {
        "profile_name": broken.profile.profile_name if broken.mine else "",
        "csrf": csrf_token(broken.key, _purpose(broken)),
    }
    response = page(request, "connect/relink.html", always | context, status=status)
    set_cookie(request, response, FLOW, broken.key, max_age_s=LIFE_S)
    return response


def _purpose(broken: Broken) -> str:
    return f"relink {broken.profile.profile_id}"
