"""Who the caller speaks for: account, userinfo, profiles, link tokens."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain.errors import Unauthenticated
from daygate.domain.ids import ProfileId
from daygate.domain.profile import Account, Calendar, Profile
from daygate.domain.subject import Subject
from daygate.link.revoke import revoke_profile
from daygate.oauth import link_tokens
from daygate.settings import Settings
from daygate.store import accounts, audit, calendars, profiles
from daygate.store.engine import Tx
from daygate.web.subject import subject
from daygate.web.v1.answers import accepted, json_answer, parts_of, reading, writing
from daygate.web.v1.shapes import calendar_flags


async def get_account(request: Request) -> Response:
    """The account that the token speaks for."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, "read_account")
        account = await _account(tx, caller)
        return json_answer(
            {
                "account": {
                    "account_id": account.account_id,
                    "email": account.email,
                    "name": account.name,
                    "scope": caller.scope,
                    "default_tzid": account.default_tzid,
                }
            }
        )

    return await reading(request, rule)


async def get_profiles(request: Request) -> Response:
    """The calendar accounts of the grant, and how they are."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        found = await profiles.of_grant(tx, caller.account_id, caller.grant_id)
        settings = parts_of(request).settings
        return json_answer({"profiles": [profile_shape(each, settings) for each in found]})

    return await reading(request, rule)


async def get_userinfo(request: Request) -> Response:
    """The account with everything that the grant may see."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        return json_answer(await userinfo(tx, caller, parts_of(request).settings))

    return await reading(request, rule)


async def revoke(request: Request) -> Response:
    """Take a calendar account out of the grant; whatever the body holds is ignored."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        profile_id = ProfileId(request.path_params["profile_id"])
        await revoke_profile(tx, caller.account_id, caller.grant_id, profile_id)
        await audit.append(
            tx,
            caller.application_id,
            "profile.unlinked",
            profile_id,
            caller.account_id,
            request.client.host if request.client else "",
        )
        return accepted()

    return await writing(request, rule)


async def create_link_token(request: Request) -> Response:
    """A link token for the account; whatever the body holds is ignored."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        return json_answer({"link_token": await link_tokens.mint(tx, caller)})

    return await writing(request, rule)


async def userinfo(tx: Tx, caller: Subject, settings: Settings) -> Mapping[str, Any]:
    """The OpenID-like description of the account, with everything the grant may see."""
    account = await _account(tx, caller)
    seen = await profiles.of_grant(tx, caller.account_id, caller.grant_id)
    listed = await calendars.of_grant(tx, caller.account_id, caller.grant_id)
    return {
        "sub": account.account_id,
        "email": account.email,
        "name": account.name,
        "zoneinfo": account.default_tzid,
        "cronofy.type": "account",
        "cronofy.data": {
            "authorization": {"scope": caller.scope, "status": "active"},
            "profiles": [_with_calendars(each, listed, settings) for each in seen],
        },
    }


def profile_shape(profile: Profile, settings: Settings) -> dict[str, Any]:
    """A profile as lists of them show it; the relink address only while it is disconnected."""
    shape: dict[str, Any] = {
        "provider_name": profile.provider_name,
        "provider_service": profile.provider_service,
        "profile_id": profile.profile_id,
        "profile_name": profile.profile_name,
        "profile_connected": profile.connected,
        "profile_initial_sync_required": not profile.initial_sync_done,
    }
    if not profile.connected:
        shape["profile_relink_url"] = f"{settings.app_url}/relink/{profile.profile_id}"
    return shape


def _with_calendars(
    profile: Profile, listed: Sequence[Calendar], settings: Settings
) -> dict[str, Any]:
    own = [calendar_flags(each) for each in listed if each.profile_id == profile.profile_id]
    return {**profile_shape(profile, settings), "profile_calendars": own}


async def _account(tx: Tx, caller: Subject) -> Account:
    account = await accounts.get(tx, caller.account_id)
    if account is None:
        raise Unauthenticated(given=True)
    return account
