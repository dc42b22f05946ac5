"""Finding a person's calendars from an address: RFC 6764 section 6 and RFC 5397, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daygate.providers import faults
from daygate.providers.caldav import bodies
from daygate.providers.caldav.client import Client, elsewhere, understood
from daygate.providers.caldav.hrefs import as_collection, origin, path, same
from daygate.providers.caldav.multistatus import Row
from daygate.providers.caldav.names import RESOURCE_TYPE, c, d

_HOME = c("calendar-home-set")
_ADDRESSES = c("calendar-user-address-set")
MAX_HOMES = 10


@dataclass(frozen=True, slots=True)
class Account:
    """What a server says of the person whose password it accepted.

    `principal` is where the principal answered 207 to these credentials. `certain` tells whether
    the server called it the current user's; without that, `principal` is merely a place that
    opened, and many people may be able to open it.
    """

    principal: str
    certain: bool
    homes: tuple[str, ...] = ()
    single: str | None = None
    addresses: tuple[str, ...] = ()
    name: str = ""
    default: str | None = None

    @property
    def origin(self) -> str:
        """The origin that answered to these credentials."""
        return origin(self.principal)


_NETWORK = frozenset({"unreachable", "certificate", "blocked", "bad_address"})
_TELLING = ("confirm_host", "throttled", "certificate", "blocked")


def verdict(failed: Sequence[faults.Fault]) -> faults.Fault:
    """The most telling fault of a search.

    A pointer elsewhere beats a wrong kind of answer, and any answer at all beats silence.
    """
    for reason in _TELLING:
        for fault in failed:
            if fault.reason == reason:
                return fault
    if failed and all(fault.reason in _NETWORK for fault in failed):
        return failed[0]
    return faults.Refused("not_caldav")


async def discover(client: Client, starts: Sequence[str]) -> Account:
    """Try each start until one leads to a principal, a home or a calendar.

    A refused password ends the search at once: more tries might lock the account.
    """
    failed: list[faults.Fault] = []
    for start in starts:
        try:
            if account := await _from(client, start):
                return account
            failed.append(faults.Refused("not_caldav"))
        except faults.NeedsRelink:
            raise
        except faults.Fault as fault:
            failed.append(fault)
            if _silent(fault):
                break
    raise verdict(failed)


def _silent(fault: faults.Fault) -> bool:
    """No connection at all: other paths of the same host will not answer either."""
    return fault.reason in _NETWORK and not fault.detail.startswith("HTTP")


async def _from(client: Client, start: str) -> Account | None:
    place = await _place(client, start)
    if place is None:
        return None
    claims = [*place.hrefs(d("current-user-principal")), *place.hrefs(d("principal-URL"))]
    if claims:
        return await principal(client, claims[0], certain=True)
    if place.hrefs(_HOME):
        return await _described(client, place, certain=False)
    if c("calendar") in place.kinds(RESOURCE_TYPE):
        return Account(place.url, certain=False, single=as_collection(place.url))
    # `unauthenticated` (RFC 5397 section 3) means that this place ignores passwords; the next
    # one may ask for it.
    owners = place.hrefs(d("owner"))
    return await principal(client, owners[0], certain=False) if owners else None


async def principal(client: Client, url: str, *, certain: bool) -> Account:
    """Read a principal. Depth 0: iCloud and GMX answer 400 to Depth 1 there."""
    if not client.territory.allows(url):
        raise elsewhere(url)
    answer = await client.ask("PROPFIND", url, bodies.propfind(bodies.PRINCIPAL), 0)
    rows = (await understood(answer)).rows
    if not rows:
        raise faults.Refused("not_caldav", "an empty answer for the principal")
    # The place that answered, not the place the answer names: nobody vouches for the latter.
    row = Row(answer.url, rows[0].status, rows[0].props, answer.url)
    return await _described(client, row, certain=certain)


async def _place(client: Client, start: str) -> Row | None:
    names = (*bodies.PLACE, _HOME)
    answer = await client.ask("PROPFIND", start, bodies.propfind(names), 0)
    rows = (await understood(answer)).rows
    row = next((row for row in rows if same(row.url, answer.url)), rows[0] if rows else None)
    return row and Row(answer.url, row.status, row.props, answer.url)


async def _described(client: Client, row: Row, *, certain: bool) -> Account:
    homes = tuple(as_collection(url) for url in row.hrefs(_HOME))[:MAX_HOMES]
    for home in homes:
        if not client.territory.allows(home):
            raise elsewhere(home)
    return Account(
        principal=row.url,
        certain=certain,
        homes=homes or (as_collection(row.url),),
        addresses=tuple(_mail_addresses(row)),
        name=row.text(d("displayname")),
        default=await _default_calendar(client, row),
    )


def _mail_addresses(row: Row) -> Iterable[str]:
    """`mailto:` entries, the preferred one first; Radicale gives a path, Xandikos nothing."""
    prop = row.props.get(_ADDRESSES)
    hrefs = [] if prop is None else list(prop.iterfind(d("href")))
    hrefs.sort(key=lambda href: href.get("preferred") != "1")
    for href in hrefs:
        scheme, _, address = (href.text or "").strip().partition(":")
        if scheme.lower() == "mailto" and "@" in address:
            yield address.lower()


async def _default_calendar(client: Client, row: Row) -> str | None:
    """RFC 6638 section 9.2: the scheduling inbox names the default calendar, if there is one."""
    for inbox in row.hrefs(c("schedule-inbox-URL")):
        if not client.territory.allows(inbox):
            continue
        body = bodies.propfind([c("schedule-default-calendar-URL")])
        try:
            answer = await client.propfind(inbox, body, 0)
        except (faults.Refused, faults.Missing, faults.Nonsense, faults.Unreachable):
            return None
        for found in answer.rows:
            for url in found.hrefs(c("schedule-default-calendar-URL")):
                return path(url)
    return None
