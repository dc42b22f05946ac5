"""Ids by what they name: whose there are, one that never was, and who asks for them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from daygate.domain.ids import new_application_id, new_profile_id
from daygate.kit.crypto import random_text
from daygate.web.cookies import SESSION as SESSION_COOKIE

from .client import Answer, Caller, Form
from .world import CALLBACK, World

SESSION = SESSION_COOKIE
Other = Callable[[World], Mapping[str, str]]
HUGE = ("a" * 10_000, "9" * 4_000, "pro_" + "Ж" * 3_000)
MALFORMED = (
    "0", "-1", "null", "undefined", "[]", "{}", "%", "%00", "..", "../..", "a/b", "' OR '1'='1",
    '"; DROP TABLE grants; --', "\x00", "a\x00b", "\r\nX-Injected: 1", " ", "\u202e", "😀", "*",
    "<script>alert(1)</script>", "${7*7}", "1e309", "acc_", "9223372036854775808",
)  # fmt: skip
RAW = ("\udcff\udcfe", "\udcc0\udc80")
"""Bytes that are not UTF-8, for places that can carry them."""


class Asker(Protocol):
    """Somebody who can send a request."""

    async def ask(self, method: str, path: str, form: Form | None = None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Ids:
    """What may stand in one parameter of a path."""

    others: Other
    never: Callable[[World], str]
    asker: Callable[[World, str], Awaitable[tuple[Asker, Mapping[str, str]]]]
    own: Callable[[World], Awaitable[tuple[Asker, Mapping[str, str]]]]
    note: str = ""
    refused: int = 404
    junk: frozenset[int] = field(default_factory=frozenset)


ANY_IDS = {
    "profile_id": "pro_0000000000000000",
    "page_token": "AAAA",
    "application_id": "app_000000000000000000000000",
    "verification_id": "ver_000000000000000000000000",
}


def a_token(_world: World) -> str:
    """Of the right form, and nobody's."""
    return random_text(32)


def near(value: str) -> tuple[str, ...]:
    """Spellings that must not be taken for an id that exists."""
    return (value.swapcase(), f"{value} ", f"{value}\x00", value[:-1], f"{value}%", f" {value}")


def of_path(path: str, name: str) -> list[Ids]:
    """Who may ask for what in this parameter of this path."""
    if name == "page_token":
        return [_pages("free_busy" if "free_busy" in path else "events")]
    if name == "profile_id" and path.startswith("/relink/"):
        return [RELINK]
    if name not in _OF_NAME:
        raise LookupError(f"say in ids.py whose {name} there are, and who asks for {path}")
    return _OF_NAME[name]


# --- /v1 ------------------------------------------------------------------------------------------


async def _planner(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return world.bearer(world.ax.access_token), {}


async def _own_profile(world: World) -> tuple[Asker, Mapping[str, str]]:
    """A profile that may be let go: nothing else of the matrix stands on it."""
    tenant = await world.spare_tenant()
    return world.bearer(tenant.access_token), {"profile_id": tenant.profile_id}


def _pages(kind: str) -> Ids:
    other_kind = "events" if kind == "free_busy" else "free_busy"

    async def own(world: World) -> tuple[Asker, Mapping[str, str]]:
        return world.bearer(world.ax.access_token), {"page_token": world.ax.pages[kind]}

    return Ids(
        others=lambda world: {
            "another user, same application": world.ay.pages[kind],
            "another application, same account": world.bx.pages[kind],
            "another developer's": world.bz.pages[kind],
            "of a grant that ended": world.gone.pages[kind],
            "of another read": world.ax.pages[other_kind],
        },
        never=lambda _: random_text(400),
        asker=_planner,
        own=own,
    )


PROFILES = Ids(
    others=lambda world: {
        "another user, same application": world.ay.profile_id,
        "another application, same account": world.bx.profile_id,
        "another developer's": world.bz.profile_id,
        "deleted": world.gone.profile_id,
    },
    never=lambda _: new_profile_id(),
    asker=_planner,
    own=_own_profile,
)


# --- People's pages -------------------------------------------------------------------------------


async def _anybody(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return Caller(world.app), {}


async def _any_profile(world: World) -> tuple[Asker, Mapping[str, str]]:
    return Caller(world.app), {"profile_id": world.ax.profile_id}


# The address stands in answers to applications and names the service alone, to whoever follows it;
# `test_tenancy.py` compares what it shows of different people's profiles.
RELINK = Ids(
    others=lambda world: {"deleted": world.gone.profile_id},
    never=lambda _: new_profile_id(),
    asker=_anybody,
    own=_any_profile,
)


async def _forging(world: World, value: str) -> tuple[Asker, Mapping[str, str]]:
    """With a key of its own in a cookie that has the right name."""
    named = value.isascii() and value.isalnum()
    return (world.mallory.claiming(value) if named else world.mallory), {"key": "sandbox"}


async def _without_cookie(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return replace(world.mallory.caller), {"key": "sandbox"}


async def _own_handle(world: World) -> tuple[Asker, Mapping[str, str]]:
    person = await world.connected(world.planner.application.client_id)
    return person, {"handle": person.handle, "key": "sandbox"}


def _handles(world: World) -> Mapping[str, str]:
    names = ("another browser's", "another application's", "answered", "run out")
    return {name: world.other_ids[f"handle, {name}"] for name in names}


async def _own_flow(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return world.mallory, {"handle": world.mallory.handle}


# A handle is a secret and not an id: a request without one is broken (400), as in /oauth/authorize.
HANDLES = [
    Ids(_handles, a_token, _forging, _own_handle, " (forged cookie)", 400, frozenset({404})),
    Ids(_handles, a_token, _without_cookie, _own_handle, " (no cookie)", 400, frozenset({404})),
]
SERVICES = Ids(
    others=lambda _: {}, never=lambda _: "carrierpigeon", asker=_own_flow, own=_own_handle
)


# --- The dashboard --------------------------------------------------------------------------------


async def _dora(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return world.dora, {}


async def _operator(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return world.operator, {}


async def _own_application(world: World) -> tuple[Asker, Mapping[str, str]]:
    made = await world.registered(world.dora.user, CALLBACK)
    return world.dora, {"application_id": made.application.application_id}


async def _operators_own(world: World) -> tuple[Asker, Mapping[str, str]]:
    made = await world.registered(world.operator.user, CALLBACK)
    return world.operator, {"application_id": made.application.application_id}


async def _waiting_request(world: World) -> tuple[Asker, Mapping[str, str]]:
    made = await world.registered(world.dora.user)
    return world.operator, {"verification_id": await world.asked_for_verification(made)}


APPLICATIONS = [
    Ids(
        others=lambda world: {
            "another developer's": world.rival.application.application_id,
            "deleted": world.other_ids["closed"],
            "another developer's, deleted": world.other_ids["foreign closed"],
        },
        never=lambda _: new_application_id(),
        asker=_dora,
        own=_own_application,
    ),
    Ids(
        others=lambda world: {"a developer's": world.planner.application.application_id},
        never=lambda _: new_application_id(),
        asker=_operator,
        own=_operators_own,
        note=" (operator)",
    ),
]
VERIFICATIONS = [
    Ids(
        others=lambda world: {"of a deleted application": world.other_ids["closed request"]},
        never=lambda _: f"ver_{random_text(24)}",
        asker=_operator,
        own=_waiting_request,
    ),
    Ids(
        others=lambda world: {
            name: world.other_ids[name]
            for name in ("own request", "foreign request", "closed request")
        },
        never=lambda _: f"ver_{random_text(24)}",
        asker=_dora,
        own=_waiting_request,
        note=" (no operator)",
    ),
]


# --- Public ---------------------------------------------------------------------------------------


async def _an_asset(world: World) -> tuple[Asker, Mapping[str, str]]:
    page = await Caller(world.app).get("/dashboard/sign-in")
    name = page.body.split('href="/static/')[1].split('"')[0]
    return Caller(world.app), {"path": name}


ASSETS = Ids(
    others=lambda _: {"a file of the package": "static.py", "above it": "../settings.py"},
    never=lambda _: "nothing.css",
    asker=_anybody,
    own=_an_asset,
)


async def _some_picture(world: World, _value: str) -> tuple[Asker, Mapping[str, str]]:
    return Caller(world.app), await world.logo()


async def _own_logo(world: World) -> tuple[Asker, Mapping[str, str]]:
    return Caller(world.app), await world.logo()


# A logo is for whoever is asked by its application; both parts of its address have to be right.
LOGOS = Ids(
    others=lambda world: {
        "another application's": world.rival.application.client_id,
        "of a deleted application": world.other_ids["closed client"],
    },
    never=a_token,
    asker=_some_picture,
    own=_own_logo,
)
STAMPS = Ids(
    others=lambda _: {}, never=lambda _: "0123456789abcdef", asker=_some_picture, own=_own_logo
)
_OF_NAME: Mapping[str, list[Ids]] = {
    "client_id": [LOGOS],
    "stamp": [STAMPS],
    "profile_id": [PROFILES],
    "handle": HANDLES,
    "key": [SERVICES],
    "application_id": APPLICATIONS,
    "verification_id": VERIFICATIONS,
    "path": [ASSETS],
}


# --- Headers and cookies --------------------------------------------------------------------------


def tokens_of_others(world: World) -> Mapping[str, str]:
    """T65: everything else that the house gives out is no access token."""
    return {
        "refresh token": world.ax.refresh_token,
        "code": world.other_ids["code"],
        "client id": world.planner.application.client_id,
        "client secret": world.planner.client_secret,
        "link token": world.other_ids["foreign link token"],
        "page token": world.ax.pages["events"][:500],
        "account id": world.ax.account_id,
        "session": world.dora.caller.cookies[SESSION],
        "revoked": world.other_ids["dead access"],
        "revoked refresh token": world.other_ids["dead refresh"],
    }


def keys_of_others(world: World) -> Mapping[str, str]:
    """What is no client secret, or none of an application in use."""
    return {
        "access token": world.ax.access_token,
        "refresh token": world.ax.refresh_token,
        "client id": world.planner.application.client_id,
        "of a deleted application": world.other_ids["closed secret"],
    }


def sessions_of_others(world: World) -> Mapping[str, str]:
    """What is no secret of a live session."""
    return {
        "ended": world.other_ids["ended session"],
        "its name in the list": world.dora.session.handle,
        "access token": world.ax.access_token,
        "a person's browser": world.mallory.caller.cookies["daygate_person"],
    }
