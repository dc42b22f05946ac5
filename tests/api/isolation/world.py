"""One small world for the whole matrix: developers, applications, people, and what is gone."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.types import ASGIApp

from daygate.app import build_app
from daygate.applications import members, redirects, register, sign_in, verify
from daygate.applications.register import Registered, Wanted
from daygate.domain.developer import CONSOLE, Session, User, Visitor
from daygate.domain.ids import AccountId, ApplicationId, CalendarId, GrantId, ProfileId
from daygate.domain.verification import Contact
from daygate.kit.crypto import fingerprint
from daygate.kit.passwords import Verdict
from daygate.oauth import grants, tokens
from daygate.store import grants as stored_grants
from daygate.store import schema, users
from daygate.store.engine import Store, Tx
from daygate.store.row_security import Errand
from daygate.web.cookies import FLOW, SESSION
from daygate.web.forms import csrf_token
from tests.servers.inside import Inside, inside

from .client import ORIGIN, Answer, Caller, Form

VISITOR = Visitor("192.0.2.7", "Testfox/1.0")
CALLBACK = "https://planner.example/callback"
_UNLIMITED = 1_000_000_000
_VOLATILE = ("facts", "limits", "audit", "work", "objects", "occurrences", "changes")
"""Tables that requests of anybody may add to, and the bulk that no route writes."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """What one grant holds: an application's view of one account."""

    client: Mapping[str, str]
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    account_id: AccountId
    profile_id: ProfileId
    calendar_ids: tuple[CalendarId, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    """Everything that a reader of this grant alone may ever see: ids and names."""


@dataclass(slots=True)
class Developer:
    """Somebody at the dashboard, with a session that is recent enough for anything."""

    user: User
    session: Session
    caller: Caller
    csrf: str = field(repr=False)

    async def ask(self, method: str, path: str, form: Form | None = None) -> Answer:
        posted = {"csrf": self.csrf, **(form or {})} if method == "POST" else None
        return await self.caller.ask(method, path, posted)


@dataclass(slots=True)
class Person:
    """A browser that has connected a calendar, or is about to."""

    caller: Caller
    handle: str = ""

    @property
    def key(self) -> str:
        return self.caller.cookies[cookie_of(self.handle)].partition(".")[0]

    async def ask(self, method: str, path: str, form: Form | None = None) -> Answer:
        token = csrf_token(self.key, self.handle)
        posted = {"csrf": token, **(form or {})} if method == "POST" else None
        return await self.caller.ask(method, path, posted)

    def claiming(self, handle: str) -> "Person":
        """The same browser with its own key in a cookie named after somebody else's request."""
        cookies = {**self.caller.cookies, cookie_of(handle): self.key}
        return Person(replace(self.caller, cookies=cookies), handle)


@dataclass(slots=True)
class World:
    """Planner is Dora's, Rival is Remo's; `ax` is what Planner may see of account X, and so on."""

    house: Inside
    app: ASGIApp
    dora: Developer
    remo: Developer
    operator: Developer
    planner: Registered
    second: Registered
    rival: Registered
    verified: Registered
    ax: Tenant
    ay: Tenant
    bx: Tenant
    bz: Tenant
    gone: Tenant
    mallory: "Person" = field(init=False)
    other_ids: dict[str, str] = field(init=False, default_factory=dict)

    @property
    def store(self) -> Store:
        return self.house.parts.store

    async def run(self, act: Callable[[Tx], Any]) -> Any:
        return await self.store.transact(act)

    def bearer(self, token: str) -> Caller:
        return Caller(self.app, token)

    async def registered(self, owner: User, *uris: str) -> Registered:
        """A new application."""
        wanted = Wanted("Spare", redirect_uris=uris)
        ring = self.house.parts.ring
        made: Registered = await self.run(
            lambda tx: register.register(tx, ring, owner, wanted, CONSOLE)
        )
        return made

    async def secret_id(self, application_id: str) -> str:
        """The id of an application's oldest secret."""
        s = schema.application_secrets.c
        oldest = sa.select(s.secret_id).where(s.application_id == application_id)
        row = await self.run(lambda tx: tx.first(oldest.order_by(s.created_ms).limit(1)))
        return str(row.secret_id)

    async def logo(self) -> dict[str, str]:
        """The address of the logo of an application that has one."""
        made, content = await self.registered(self.dora.user), b"a picture"
        digest = hashlib.sha256(content).digest()
        row = schema.metadata.tables["application_logos"].insert()
        values = {
            "application_id": made.application.application_id,
            "logo_hash": digest,
            "media_type": "image/png",
            "content": content,
            "stored_ms": 0,
        }
        await self.run(lambda tx: tx.execute(row, values))
        return {"client_id": made.application.client_id, "stamp": digest.hex()[:16]}

    async def link_token(self, tenant: Tenant) -> str:
        """A link token that nobody has used."""
        answer = await self.bearer(tenant.access_token).ask("POST", "/v1/link_tokens")
        return str(json.loads(answer.body)["link_token"])

    async def reveal(self, developer: "Developer", made: Registered) -> str:
        """The cookie that shows a new secret once."""
        path = f"/dashboard/apps/{made.application.application_id}/secrets"
        answer = await developer.ask("POST", path)
        assert answer.status == 303, answer.body
        return developer.caller.cookies.pop("daygate_reveal")

    async def trial(self, developer: "Developer", made: Registered) -> str:
        """The sealed state of a connection test that has just begun."""
        path = f"/dashboard/apps/{made.application.application_id}/test"
        answer = await developer.ask("POST", path)
        handle = answer.headers["location"].rsplit("/", 1)[1]
        a = schema.authorizations.c
        asked = sa.select(a.state).where(a.authorization_hash == fingerprint(handle))
        row = await self.run(lambda tx: tx.first(asked))
        return str(row.state)

    async def spare_tenant(self) -> Tenant:
        """A grant of Planner's to a new account."""
        return await _let_in(self.house, self.planner, "chiyo")

    async def session(self, user: User) -> Developer:
        """A new session of a developer."""
        return await signed_in(self.house, self.app, user)

    async def asked_for_verification(self, made: Registered) -> str:
        """A request in the operator's queue."""
        contact = Contact("dev@example.org", "Dev")
        await self.run(
            lambda tx: verify.request(tx, made.application, [CALLBACK], contact, CONSOLE)
        )
        found = await self.run(lambda tx: verify.latest(tx, made.application))
        return str(found.verification_id)

    async def begun(self, client_id: str, caller: Caller | None = None, **more: str) -> Person:
        """A browser in which an application has just sent a person to Daygate."""
        asked = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "scope": "read_write",
        }
        browser = caller or Caller(self.app)
        answer = await browser.get(f"/oauth/authorize?{urlencode(asked | more)}")
        assert answer.status == 303, answer.body
        return Person(browser, answer.headers["location"].rsplit("/", 1)[1])

    async def connected(self, client_id: str, user: str = "ada", **more: str) -> Person:
        """The same, and the person has shown a calendar account."""
        person = await self.begun(client_id, None, **more)
        typed = {"user": user, "password": self.house.world.app_password(user)}
        answer = await person.ask("POST", f"/connect/{person.handle}/service/sandbox", typed)
        assert answer.status == 303, answer.body
        return person

    async def code(self, client_id: str, user: str = "ada") -> str:
        """A code that this application has not redeemed yet, of a profile that it has already."""
        person = await self.connected(client_id, user)
        page = await person.caller.get(f"/connect/{person.handle}/consent")
        shown = page.body.split('name="shown" value="')[1].split('"')[0]
        answer = await person.ask("POST", f"/connect/{person.handle}/consent", {"profile": shown})
        return str(answer.headers["location"].split("code=")[1].split("&")[0])

    async def snapshot(self) -> frozenset[str]:
        """Every row of every table that a stranger's request must leave as it is."""
        kept = [table for table in schema.metadata.sorted_tables if table.name not in _VOLATILE]
        rows = []
        async with self.store.read() as tx:
            with tx.house(Errand.KEYS):
                for table in kept:
                    found = await tx.all(sa.select(table))
                    rows += [f"{table.name} {_told(row._mapping)}" for row in found]
        return frozenset(rows)


def cookie_of(handle: str) -> str:
    """The name of the cookie that binds a pending request to its browser."""
    return f"{FLOW}_{handle[:8]}"


async def signed_in(house: Inside, app: ASGIApp, user: User) -> Developer:
    entered = await house.parts.store.transact(
        lambda tx: sign_in.enter(tx, user, Verdict(ok=True), VISITOR)
    )
    caller = Caller(app, cookies={SESSION: entered.secret})
    return Developer(user, entered.session, caller, csrf_token(entered.secret, "dashboard"))


@asynccontextmanager
async def world(store: Store) -> AsyncIterator[World]:
    """Build it; about a second."""
    async with inside(store) as house:
        settings = house.parts.settings.model_copy(
            update={"public_url": ORIGIN, "api_per_s": _UNLIMITED, "api_per_min": _UNLIMITED}
        )
        house.parts = replace(house.parts, settings=settings)
        app = build_app(settings, house.parts)
        built = await _peopled(house, app)
        built.mallory = await built.connected(built.planner.application.client_id)
        built.other_ids = {**await _others(built), **await _handles(built)}
        yield built


async def _peopled(house: Inside, app: ASGIApp) -> World:
    run = house.parts.store.transact
    dora = await run(lambda tx: users.by_email(tx, "dev@example.org"))
    assert dora is not None
    remo = await run(lambda tx: members.create_user(tx, _newcomer("remo"), operator=False))
    chief = await run(lambda tx: members.create_user(tx, _newcomer("chief"), operator=True))
    ring = house.parts.ring

    async def application(owner: User, name: str) -> Registered:
        wanted = Wanted(name, redirect_uris=(f"https://{name.lower()}.example/callback",))
        return await run(lambda tx: register.register(tx, ring, owner, wanted, CONSOLE))

    planner = await application(dora, "Planner")
    second = await application(dora, "Second")
    rival = await application(remo, "Rival")
    verified = await application(dora, "Verified")
    await run(lambda tx: verify.approve(tx, verified.application))
    ax = await _let_in(house, planner, "ada")
    tenants = {
        "ax": ax,
        "ay": await _let_in(house, planner, "chiyo"),
        "bx": await _let_in(house, rival, "bruno", ax.account_id),
        "bz": await _let_in(house, rival, "bruno"),
        "gone": await _let_in(house, second, "chiyo", ax.account_id),
    }
    await house.drain()
    seen = {name: await _seen(app, tenant) for name, tenant in tenants.items()}
    await _end(house, seen["gone"], second.application.application_id)
    return World(
        house,
        app,
        dora=await signed_in(house, app, dora),
        remo=await signed_in(house, app, remo),
        operator=await signed_in(house, app, chief),
        planner=planner,
        second=second,
        rival=rival,
        verified=verified,
        **seen,
    )


def _newcomer(name: str) -> members.Newcomer:
    return members.Newcomer(f"{name}@example.org", name.title(), "no password")


async def _let_in(
    house: Inside, made: Registered, user: str, account_id: AccountId | None = None
) -> Tenant:
    house.client = {
        "client_id": made.application.client_id,
        "client_secret": made.client_secret,
    }
    answer = await house.connect(user, account=account_id or "")
    return Tenant(
        client=house.client,
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
        account_id=AccountId(answer["sub"]),
        profile_id=ProfileId(answer["linking_profile"]["profile_id"]),
    )


async def _seen(app: ASGIApp, tenant: Tenant) -> Tenant:
    """The tenant with every id that it is told when it asks for everything."""
    caller = Caller(app, tenant.access_token)
    listed = json.loads((await caller.get("/v1/calendars")).body)["calendars"]
    first = {
        kind: json.loads((await caller.get(f"/v1/{kind}?include_deleted=true")).body)
        for kind in ("events", "free_busy")
    }
    events = first["events"]["events"]
    pages = {kind: body["pages"]["next_page"].rsplit("/", 1)[1] for kind, body in first.items()}
    calendar_ids = tuple(CalendarId(each["calendar_id"]) for each in listed)
    words = {tenant.profile_id, *calendar_ids, *(each["event_uid"] for each in events)}
    return replace(tenant, calendar_ids=calendar_ids, pages=pages, words=frozenset(words))


async def _end(house: Inside, tenant: Tenant, application_id: ApplicationId) -> None:
    """The person takes the grant back; nothing of its profile stays."""

    async def end(tx: Tx) -> None:
        tx.enter(tenant.account_id)
        grant = await stored_grants.active(tx, tenant.account_id, application_id)
        assert grant is not None
        await grants.revoke(tx, tenant.account_id, GrantId(grant.grant_id))

    await house.parts.store.transact(end)
    await house.drain()


async def _others(made: World) -> dict[str, str]:
    """Ids that exist, or did, and are nothing to Dora, to Planner, or to its people."""
    closed = await made.registered(made.dora.user)
    foreign_closed = await made.registered(made.remo.user)
    closed_request = await made.asked_for_verification(closed)
    for each in (closed, foreign_closed):
        application = each.application
        await made.run(lambda tx, which=application: register.close(tx, which, CONSOLE))  # type: ignore[misc]
    ended = await made.session(made.dora.user)
    await made.run(lambda tx: sign_in.sign_out(tx, ended.session, VISITOR))
    return {
        "closed": closed.application.application_id,
        "closed client": closed.application.client_id,
        "closed secret": closed.client_secret,
        "closed request": closed_request,
        "foreign closed": foreign_closed.application.application_id,
        "foreign request": await made.asked_for_verification(made.rival),
        "own request": await made.asked_for_verification(made.second),
        "ended session": ended.caller.cookies[SESSION],
        "ended handle": ended.session.handle,
        **await _secret_ids(made),
        **await _removed_uri(made),
        **await _link_tokens(made),
        **await _dead_tokens(made),
    }


async def _handles(made: World) -> dict[str, str]:
    planner, rival = (each.application.client_id for each in (made.planner, made.rival))
    answered = await made.connected(planner, "chiyo")
    assert (await answered.ask("POST", f"/connect/{answered.handle}/deny")).status == 303
    late = await made.begun(planner)
    run_out = sa.update(schema.authorizations).where(
        schema.authorizations.c.authorization_hash == fingerprint(late.handle)
    )
    await made.run(lambda tx: tx.execute(run_out.values(expires_ms=1)))
    return {
        "code": await made.code(planner),
        "foreign code": await made.code(rival, "bruno"),
        "handle, another browser's": (await made.begun(planner)).handle,
        "handle, another application's": (await made.connected(rival, "bruno")).handle,
        "handle, answered": answered.handle,
        "handle, run out": late.handle,
        "own trial": await made.trial(made.dora, made.planner),
        "second trial": await made.trial(made.dora, made.second),
        "foreign trial": await made.trial(made.remo, made.rival),
        "second foreign code": await made.code(rival, "bruno"),
    }


async def _secret_ids(made: World) -> dict[str, str]:
    return {
        "own secret": await made.secret_id(made.planner.application.application_id),
        "foreign secret": await made.secret_id(made.rival.application.application_id),
        "second secret": await made.secret_id(made.second.application.application_id),
        "own reveal": await made.reveal(made.dora, made.planner),
        "second reveal": await made.reveal(made.dora, made.second),
        "foreign reveal": await made.reveal(made.remo, made.rival),
    }


async def _removed_uri(made: World) -> dict[str, str]:
    uri = "https://planner.example/removed"

    async def add_and_remove(tx: Tx) -> None:
        await redirects.add(tx, made.planner.application, [uri], CONSOLE)
        await redirects.remove(tx, made.planner.application, uri, CONSOLE)

    await made.run(add_and_remove)
    return {"removed uri": uri}


async def _link_tokens(made: World) -> dict[str, str]:
    used = await made.link_token(made.ax)
    await made.begun(made.planner.application.client_id, link_token=used)
    return {
        "foreign link token": await made.link_token(made.bx),
        "used link token": used,
    }


async def _dead_tokens(made: World) -> dict[str, str]:
    """Tokens of Planner's that were ended; their grant is another than `ax`."""
    dead = await _let_in(made.house, made.planner, "bruno")
    application_id = made.planner.application.application_id
    await made.run(lambda tx: tokens.revoke(tx, application_id, dead.refresh_token))
    return {"dead access": dead.access_token, "dead refresh": dead.refresh_token}


def _told(row: Mapping[Any, Any]) -> str:
    return json.dumps(
        {
            str(name): hashlib.sha256(bytes(value)).hexdigest()
            if isinstance(value, bytes | memoryview)
            else value
            for name, value in row.items()
            if name not in ("seen_ms", "used_ms", "last_used_ms")
        },
        default=str,
    )


def challenge(verifier: str) -> str:
    """RFC 7636 section 4.2, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
