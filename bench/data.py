"""A database to measure on, and the very statements Daygate runs against it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from daygate.applications import members, register
from daygate.applications.register import Registered
from daygate.domain.application import Client
from daygate.domain.developer import CONSOLE
from daygate.domain.ids import (
    AccountId,
    ProfileId,
    calendar_id,
    new_account_id,
    new_profile_id,
)
from daygate.domain.moments import epoch_s
from daygate.domain.profile import ListedCalendar, Profile
from daygate.domain.subject import Subject
from daygate.kit.crypto import fingerprint, random_text
from daygate.oauth import grants, tokens
from daygate.occurrences.expand import Source, expand_object
from daygate.occurrences.save import save
from daygate.occurrences.window import Reach
from daygate.settings import Settings
from daygate.store import accounts, calendars, profiles, readings
from daygate.store.engine import Store, Tx
from daygate.store.grants import Grant
from daygate.store.migrate import migrate
from daygate.wiring import Parts, open_parts

SERIES = 412  # each once a day: 412 * 243 days = 100,116 occurrences
PAGE = 50
ACCOUNTS = 200  # refresh tokens in turn, so that no grant reaches its cap on rows
SCOPE = "read_write"
_PASSWORD_CHARS = 20


@dataclass(frozen=True, slots=True)
class Bench:
    """What the client sends, and what the bare handler runs."""

    client_id: str
    client_secret: str
    refresh_tokens: tuple[str, ...]
    access_token: str
    day: str
    next_day: str
    occurrences: int
    statements: dict[str, dict[str, Any]]


async def build(settings: Settings) -> Bench:
    """Fill the database of these settings, and listen to what Daygate would run on it."""
    await migrate(settings.store_url)
    async with open_parts(settings) as parts:
        made = await application(parts)
        client = _client(made)
        issued = [await _in(parts, _grant(client)) for _ in range(ACCOUNTS)]
        account_id, profile_id = await _in(parts, _calendar_account)
        occurrences = await _fill(parts, account_id, profile_id)
        reader = await _in(parts, _grant(client, account_id, profile_id))
        day = datetime.now(UTC).date() + timedelta(days=7)
        refreshes = [each[1].refresh_token for each in issued]
        insert = await _refresh(parts, client, refreshes)
        select = await _page(parts, client, reader[0], day)
        return Bench(
            client_id=client.client_id,
            client_secret=made.client_secret,
            refresh_tokens=tuple(refreshes),
            access_token=reader[1].access_token,
            day=day.isoformat(),
            next_day=(day + timedelta(days=1)).isoformat(),
            occurrences=occurrences,
            statements={"insert": insert, "select": select},
        )


async def _in(parts: Parts, act: Callable[[Tx], Awaitable[Any]]) -> Any:
    return await parts.store.transact(act)


async def application(parts: Parts) -> Registered:
    """An application with its secret, and a developer who owns it."""
    newcomer = await members.prepare(
        parts.passwords,
        email="bench@example.org",
        name="Bench",
        password=random_text(_PASSWORD_CHARS),
    )

    async def make(tx: Tx) -> Registered:
        owner = await members.create_user(tx, newcomer, operator=True)
        return await register.register(
            tx, parts.ring, owner, register.Wanted("Bench", access_token_life_s=86_400), CONSOLE
        )

    return await parts.store.transact(make)


def _client(made: Registered) -> Client:
    application = made.application
    return Client(
        application.application_id,
        application.client_id,
        application.token_shape,
        application.refresh_mode,
        application.access_token_life_s,
    )


def _grant(
    client: Client, account_id: AccountId | None = None, profile_id: ProfileId | None = None
) -> Callable[[Tx], Awaitable[tuple[Grant, tokens.Issued]]]:
    async def make(tx: Tx) -> tuple[Grant, tokens.Issued]:
        owner = account_id
        if owner is None:
            owner = new_account_id()
            await accounts.create(tx, owner, name="Somebody", email=None)
        ticked = frozenset({profile_id} if profile_id else ())
        grant = await grants.consent(tx, owner, client.application_id, SCOPE, (ticked, ticked))
        return grant, await tokens.issue(tx, client, grant)

    return make


async def _calendar_account(tx: Tx) -> tuple[AccountId, ProfileId]:
    account_id, profile_id = new_account_id(), new_profile_id()
    await accounts.create(tx, account_id, name="Busy", email=None)
    profile = Profile(
        account_id=account_id,
        profile_id=profile_id,
        provider_key="generic",
        provider_name="caldav",
        provider_service="generic",
        profile_name="busy@example.org",
        connected=True,
        initial_sync_done=True,
        last_fault="",
        failures=0,
    )
    await profiles.create(tx, profile, identity=fingerprint(profile_id), facts={})
    listed = ListedCalendar(
        calendar_id(profile_id, "/work/"), "/work/", "Work", None, 0, None, False, True, False
    )
    await calendars.add(tx, account_id, profile_id, listed)
    return account_id, profile_id


async def _fill(parts: Parts, account_id: AccountId, profile_id: ProfileId) -> int:
    settings, calendar = parts.settings, calendar_id(profile_id, "/work/")
    source = Source.of(calendar, None, "busy@example.org", {})
    reach = Reach(settings.window_past_days, settings.window_ahead_days)

    async def write(tx: Tx) -> int:
        window = reach.served(await tx.now_ms())
        sweep = await calendars.begin_sweep(tx, account_id, calendar, forget_cursor=True)
        expanded = [
            expand_object(f"/work/{number}.ics", "1", _series(number), source, window)
            for number in range(SERIES)
        ]
        return await save(tx, account_id, source, window, sweep, expanded)

    return await parts.store.transact(write)


def _series(number: int) -> bytes:
    hour, minute = divmod(number * 3 % 1380, 60)
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Daygate//Bench//EN", "BEGIN:VEVENT",
        f"UID:series-{number}@example.org", "DTSTAMP:20260101T000000Z",
        f"DTSTART:20260101T{hour:02}{minute:02}00Z", "DURATION:PT30M", "RRULE:FREQ=DAILY",
        f"SUMMARY:Meeting number {number}", f"LOCATION:Room {number % 20}",
        "DESCRIPTION:" + "An agenda with several points to talk about. " * 8,
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


async def _refresh(parts: Parts, client: Client, refresh_tokens: list[str]) -> dict[str, Any]:
    seen = _record(parts.store)
    issued = await parts.store.transact(lambda tx: tokens.refresh(tx, client, refresh_tokens[0]))
    statement, values = next(each for each in seen if "INSERT INTO access_tokens" in each[0])
    return {
        "statement": statement,
        "values": [_told(value) for value in values],
        "fresh_at": values.index(fingerprint(issued.access_token)),
        "presented_at": values.index(fingerprint(refresh_tokens[0])),
        "presented": [fingerprint(token).hex() for token in refresh_tokens],
    }


async def _page(parts: Parts, client: Client, grant: Grant, day: Any) -> dict[str, Any]:
    from_s = epoch_s(day)
    bounds = readings.Bounds(from_s, from_s + 86_400, from_s, from_s + 86_400)
    subject = Subject(grant.account_id, grant.grant_id, client.application_id, SCOPE, from_s * 1000)
    seen = _record(parts.store)
    async with parts.store.read() as tx:
        rows = await readings.page(tx, subject, readings.Asked(bounds), None, PAGE + 1)
    statement, values = seen[-1]
    columns = list(rows[0]._mapping)
    return {
        "statement": statement,
        "values": [_told(value) for value in values],
        "pieces_at": [columns.index("head"), columns.index("tail")],
    }


def _record(store: Store) -> list[tuple[str, tuple[Any, ...]]]:
    """From now on, what is sent to the driver."""
    seen: list[tuple[str, tuple[Any, ...]]] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        plain = (bytes(value) if isinstance(value, memoryview) else value for value in values)
        seen.append((statement, tuple(plain)))

    for engine in (store.engine, store.reading):
        sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    return seen


def _told(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes) else value
