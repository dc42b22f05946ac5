"""Places of ids that are in no path: queries, forms, headers, cookies."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from urllib.parse import urlencode

from daygate.domain.ids import calendar_id, new_account_id, new_profile_id, new_user_id
from daygate.kit.crypto import random_text
from daygate.web.dashboard.routes import OPERATORS, SIGNED_IN

from . import ids
from .client import Answer, Caller
from .places import Place, bearing, endpoints, signed_in
from .world import CALLBACK, World

Pair = Callable[[World, str], Awaitable[Answer]]
_REVEAL = "daygate_reveal"


def places() -> Iterator[Place]:
    """All of them."""
    yield from (bearing(*each) for each in endpoints() if each[1].startswith("/v1/"))
    for route in (*SIGNED_IN, *OPERATORS):
        yield from (signed_in(method, route.path) for method in (route.methods or set()) - {"HEAD"})
    yield from _calendars()
    yield from _people()
    yield from _authorize()
    yield from _token()
    yield from _revoke()
    yield from _desk()
    yield from _operators()
    yield from _trial()


def _own(ask: Pair, value: Callable[[World], str]) -> Callable[[World], Awaitable[Answer]]:
    async def own(world: World) -> Answer:
        return await ask(world, value(world))

    return own


# --- /v1 ------------------------------------------------------------------------------------------


def _calendars() -> Iterator[Place]:
    """A filter: what is not there to be seen leaves nothing over, and that is no error."""
    for kind in ("events", "free_busy"):
        for name in ("calendar_ids[]", "calendar_ids"):
            ask = _filtered(kind, name)
            yield Place(
                f"GET /v1/{kind}",
                f"query {name}",
                ask,
                lambda world: {
                    "another user, same application": world.ay.calendar_ids[0],
                    "another application, same account": world.bx.calendar_ids[0],
                    "another developer's": world.bz.calendar_ids[0],
                    "deleted": world.gone.calendar_ids[0],
                },
                lambda _: calendar_id(new_profile_id(), "/nowhere/"),
                _own(ask, lambda world: world.ax.calendar_ids[0]),
                refused=200,
                junk=frozenset({200, 400}),
            )


def _filtered(kind: str, name: str) -> Pair:
    async def ask(world: World, value: str) -> Answer:
        # Beyond the served window too, where the stored objects are read instead.
        query = {name: value, "from": "2026-10-01", "to": "2028-06-01", "include_deleted": "true"}
        return await world.bearer(world.ax.access_token).get(f"/v1/{kind}?{urlencode(query)}")

    return ask


# --- People's pages -------------------------------------------------------------------------------


def _people() -> Iterator[Place]:
    def others(world: World) -> Mapping[str, str]:
        return {
            "another user, same application": world.ay.profile_id,
            "another developer's": world.bz.profile_id,
            "deleted": world.gone.profile_id,
        }

    async def go_on(world: World, value: str) -> Answer:
        path = f"/connect/{world.mallory.handle}/account"
        return await world.mallory.ask("POST", path, {"profile": value})

    def consent(field: str) -> Pair:
        async def ask(world: World, value: str) -> Answer:
            path = f"/connect/{world.mallory.handle}/consent"
            return await world.mallory.ask("POST", path, {field: value})

        return ask

    async def own_consent(world: World) -> Answer:
        person = await world.connected(world.planner.application.client_id, "ada")
        form = {"profile": world.ax.profile_id, "shown": world.ax.profile_id}
        return await person.ask("POST", f"/connect/{person.handle}/consent", form)

    never: Callable[[World], str] = lambda _: new_profile_id()  # noqa: E731
    mine = _own(go_on, lambda world: world.ax.profile_id)
    yield Place("POST /connect/{handle}/account", "form profile", go_on, others, never, mine)
    for field in ("profile", "shown"):
        yield Place(
            "POST /connect/{handle}/consent",
            f"form {field}",
            consent(field),
            others,
            never,
            own_consent,
            refused=422,
            junk=frozenset({422, 400}),
        )


# --- OAuth ----------------------------------------------------------------------------------------


def _authorize() -> Iterator[Place]:
    for method in ("GET", "POST"):
        for name, others, own in (
            ("client_id", _clients_of_others, _planners_id),
            ("link_token", _link_tokens, _fresh_link_token),
            ("redirect_uri", _uris_of_others, _verified_uri),
        ):
            yield Place(
                f"{method} /oauth/authorize",
                f"query {name}" if method == "GET" else f"form {name}",
                _asked(method, name),
                others,
                (lambda _: "https://never.example/cb") if name == "redirect_uri" else ids.a_token,
                own(_asked(method, name)),
                refused=400,
                junk=frozenset({400}),
            )


def _asked(method: str, name: str) -> Pair:
    async def ask(world: World, value: str) -> Answer:
        made = world.verified if name == "redirect_uri" else world.planner
        asked = {
            "response_type": "code",
            "client_id": made.application.client_id,
            "redirect_uri": CALLBACK,
            "scope": "read_events",
            name: value,
        }
        path, caller = "/oauth/authorize", Caller(world.app)
        if method == "GET":
            return await caller.get(f"{path}?{urlencode(asked)}")
        return await caller.ask("POST", path, asked)

    return ask


def _clients_of_others(world: World) -> Mapping[str, str]:
    return {"of a deleted application": world.other_ids["closed client"]}


def _planners_id(ask: Pair) -> Callable[[World], Awaitable[Answer]]:
    return _own(ask, lambda world: world.planner.application.client_id)


def _link_tokens(world: World) -> Mapping[str, str]:
    return {
        "T96: another application's, same account": world.other_ids["foreign link token"],
        "used": world.other_ids["used link token"],
        "an access token": world.ax.access_token,
    }


def _fresh_link_token(ask: Pair) -> Callable[[World], Awaitable[Answer]]:
    async def own(world: World) -> Answer:
        return await ask(world, await world.link_token(world.ax))

    return own


def _uris_of_others(world: World) -> Mapping[str, str]:
    return {
        "another developer's": "https://rival.example/callback",
        "another application's, same developer": "https://planner.example/callback",
        "removed": world.other_ids["removed uri"],
    }


def _verified_uri(ask: Pair) -> Callable[[World], Awaitable[Answer]]:
    return _own(ask, lambda _: "https://verified.example/callback")


def _token() -> Iterator[Place]:
    yield Place(
        "POST /oauth/token",
        "form code",
        _traded("code"),
        lambda world: {
            "T35: another application's": world.other_ids["foreign code"],
            "an access token": world.ax.access_token,
        },
        ids.a_token,
        _own_code,
        refused=400,
        junk=frozenset({400}),
        alarms=True,
    )
    yield Place(
        "POST /oauth/token",
        "form refresh_token",
        _traded("refresh_token"),
        lambda world: {
            "T67: another application's, same account": world.bx.refresh_token,
            "another developer's": world.bz.refresh_token,
            "revoked": world.other_ids["dead refresh"],
            "of a grant that ended": world.gone.refresh_token,
            "an access token": world.ax.access_token,
        },
        ids.a_token,
        _own(_traded("refresh_token"), lambda world: world.ax.refresh_token),
        refused=400,
        junk=frozenset({400}),
    )
    for path in ("/oauth/token", "/oauth/token/revoke"):
        yield from _credentials(path)


def _traded(kind: str) -> Pair:
    grant_type = "authorization_code" if kind == "code" else kind

    async def ask(world: World, value: str) -> Answer:
        form = {**world.ax.client, "grant_type": grant_type, "redirect_uri": CALLBACK, kind: value}
        return await Caller(world.app).ask("POST", "/oauth/token", form)

    return ask


async def _own_code(world: World) -> Answer:
    return await _traded("code")(world, await world.code(world.planner.application.client_id))


def _credentials(path: str) -> Iterator[Place]:
    others: Mapping[str, ids.Other] = {
        "client_id": lambda world: {
            "another developer's": world.rival.application.client_id,
            "another application's, same developer": world.second.application.client_id,
            "of a deleted application": world.other_ids["closed client"],
        },
        "client_secret": lambda world: {
            "another developer's": world.rival.client_secret,
            "another application's, same developer": world.second.client_secret,
            "of a deleted application": world.other_ids["closed secret"],
            "an access token": world.ax.access_token,
        },
    }
    for name, foreign in others.items():
        ask = _authenticating(path, name)
        yield Place(
            f"POST {path}",
            f"form {name}",
            ask,
            foreign,
            ids.a_token,
            _own(ask, lambda world, name=name: world.ax.client[name]),  # type: ignore[misc]
            refused=401,
            junk=frozenset({401, 400}),
        )


def _authenticating(path: str, name: str) -> Pair:
    async def ask(world: World, value: str) -> Answer:
        form = {**world.ax.client, "grant_type": "refresh_token", name: value}
        return await Caller(world.app).ask("POST", path, form)

    return ask


def _revoke() -> Iterator[Place]:
    """RFC 7009 section 2.2: an unknown token is as good as a revoked one, hence 200."""
    for name in ("token", "refresh_token", "access_token", "sub"):
        yield Place(
            "POST /oauth/token/revoke",
            f"form {name}",
            _revoked(name),
            _accounts_of_others if name == "sub" else _live_tokens_of_others,
            (lambda _: new_account_id()) if name == "sub" else ids.a_token,
            _nothing_named,
            refused=200,
            junk=frozenset({200, 400}),
        )


def _revoked(name: str) -> Pair:
    async def ask(world: World, value: str) -> Answer:
        form = {**world.ax.client, name: value}
        return await Caller(world.app).ask("POST", "/oauth/token/revoke", form)

    return ask


async def _nothing_named(world: World) -> Answer:
    # One's own is answered as a stranger's; `test_tenancy.py` looks at what it ends.
    return await Caller(world.app).ask("POST", "/oauth/token/revoke", world.ax.client)


def _live_tokens_of_others(world: World) -> Mapping[str, str]:
    return {
        "another application's, same account": world.bx.refresh_token,
        "another application's access token": world.bx.access_token,
        "another developer's": world.bz.refresh_token,
        "another developer's access token": world.bz.access_token,
    }


def _accounts_of_others(world: World) -> Mapping[str, str]:
    return {"another developer's": world.bz.account_id}


# --- The dashboard --------------------------------------------------------------------------------


def _desk() -> Iterator[Place]:
    app = "/dashboard/apps/{application_id}"
    yield Place(
        f"POST {app}/secrets/retire",
        "form secret",
        _posted("secrets/retire", "secret"),
        lambda world: {
            "another developer's": world.other_ids["foreign secret"],
            "another application's, same developer": world.other_ids["second secret"],
        },
        lambda _: f"sec_{random_text(24)}",
        _own(_posted("secrets/retire", "secret"), lambda world: world.other_ids["own secret"]),
        junk=frozenset({404, 400}),
    )
    yield Place(
        f"POST {app}/uris/remove",
        "form uri",
        _posted("uris/remove", "uri"),
        _uris_of_others_than_planner,
        lambda _: "https://never.example/cb",
        _own(_posted("uris/remove", "uri"), lambda _: "https://planner.example/callback"),
        junk=frozenset({404, 400}),
    )
    yield Place(
        "POST /dashboard/sessions/revoke",
        "form session",
        _session_ended,
        lambda world: {
            "another developer's": world.remo.session.handle,
            "the operator's": world.operator.session.handle,
            "ended": world.other_ids["ended handle"],
        },
        lambda _: "0123456789abcdef",
        _own_session,
        junk=frozenset({404, 400}),
    )
    yield Place(
        f"GET {app}/connections",
        "query search",
        _searched,
        lambda world: {
            "another developer's account": world.bz.account_id,
            "another application's profile, same account": world.bx.profile_id,
            "another developer's profile": world.bz.profile_id,
            "deleted": world.gone.profile_id,
        },
        lambda _: new_account_id(),
        _own(_searched, lambda world: world.ax.account_id),
        refused=200,
        junk=frozenset({200, 400}),
    )
    yield Place(
        f"GET {app}/secret",
        "cookie reveal",
        _revealed,
        lambda world: {
            "another application's, same developer": world.other_ids["second reveal"],
            "another developer's": world.other_ids["foreign reveal"],
        },
        ids.a_token,
        _own(_revealed, lambda world: world.other_ids["own reveal"]),
        refused=303,
        junk=frozenset({303}),
    )


def _posted(rest: str, field: str) -> Pair:
    async def ask(world: World, value: str) -> Answer:
        path = f"/dashboard/apps/{world.planner.application.application_id}/{rest}"
        return await world.dora.ask("POST", path, {field: value})

    return ask


def _uris_of_others_than_planner(world: World) -> Mapping[str, str]:
    return {
        "another developer's": "https://rival.example/callback",
        "another application's, same developer": "https://second.example/callback",
        "removed": world.other_ids["removed uri"],
    }


async def _session_ended(world: World, value: str) -> Answer:
    return await world.dora.ask("POST", "/dashboard/sessions/revoke", {"session": value})


async def _own_session(world: World) -> Answer:
    other = await world.session(world.dora.user)
    return await _session_ended(world, other.session.handle)


async def _searched(world: World, value: str) -> Answer:
    path = f"/dashboard/apps/{world.planner.application.application_id}/connections"
    return await world.dora.ask("GET", f"{path}?{urlencode({'search': value})}")


async def _revealed(world: World, value: str) -> Answer:
    cookies = {**world.dora.caller.cookies, _REVEAL: value}
    path = f"/dashboard/apps/{world.planner.application.application_id}/secret"
    return await Caller(world.app, cookies=cookies).get(path)


def _operators() -> Iterator[Place]:
    def asking(by_operator: bool) -> Pair:
        async def ask(world: World, value: str) -> Answer:
            asker = world.operator if by_operator else world.dora
            return await asker.ask("POST", "/dashboard/users/lock", {"user": value})

        return ask

    def developers(world: World) -> Mapping[str, str]:
        return {"a developer": world.remo.user.user_id, "herself": world.dora.user.user_id}

    for by_operator in (True, False):
        yield Place(
            "POST /dashboard/users/lock",
            f"form user ({'operator' if by_operator else 'no operator'})",
            asking(by_operator),
            (lambda _: {}) if by_operator else developers,
            lambda _: new_user_id(),
            _own(asking(True), lambda world: world.remo.user.user_id),
            junk=frozenset({404, 400}),
        )


def _trial() -> Iterator[Place]:
    path = "/dashboard/apps/{application_id}/try"
    yield Place(
        f"GET {path}",
        "query state",
        _back_with_state,
        lambda world: {
            "another application's, same developer": world.other_ids["second trial"],
            "another developer's": world.other_ids["foreign trial"],
        },
        ids.a_token,
        _own(_back_with_state, lambda world: world.other_ids["own trial"]),
        refused=303,
        junk=frozenset({303}),
    )
    yield Place(
        f"GET {path}",
        "query code",
        _back_with_code,
        lambda world: {"another application's": world.other_ids["second foreign code"]},
        ids.a_token,
        _own(_back_with_state, lambda world: world.other_ids["own trial"]),
        refused=200,
        junk=frozenset({200}),
        alarms=True,
    )


async def _back(world: World, given: Mapping[str, str]) -> Answer:
    path = f"/dashboard/apps/{world.planner.application.application_id}/try"
    return await world.dora.ask("GET", f"{path}?{urlencode(given)}")


async def _back_with_state(world: World, value: str) -> Answer:
    return await _back(world, {"state": value})


async def _back_with_code(world: World, value: str) -> Answer:
    answer = await _back(world, {"state": world.other_ids["own trial"], "code": value})
    return Answer(answer.status, answer.headers, answer.body.replace(f"{value[:4]}…", "MASKED"))
