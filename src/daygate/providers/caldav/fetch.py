"""Loading calendar objects: multiget in batches that shrink, and single GETs where it fails."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from daygate.providers import faults
from daygate.providers.base import RemoteObject
from daygate.providers.caldav import bodies, verdicts
from daygate.providers.caldav.client import Client, understood
from daygate.providers.caldav.hrefs import folded, name_of
from daygate.providers.caldav.members import Member, content_hash, revision
from daygate.providers.caldav.multistatus import GONE, Row
from daygate.providers.caldav.names import CALENDAR_DATA, ETAG

# DAVx5 takes 10 at once, Thunderbird 100.
BATCH = 50
_SMALLER = frozenset({413, 414, 502, 504, 507})
_NO_MULTIGET = frozenset({400, 403, 405, 415, 501})
_CALENDAR = b"BEGIN:VCALENDAR"


@dataclass(slots=True)
class Loaded:
    """What became of a batch: loaded, gone, or owed because the server could not say."""

    objects: list[RemoteObject] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    owed: list[Member] = field(default_factory=list)


class Fetcher:
    """Loads members of one collection."""

    def __init__(self, client: Client, collection: str, *, hashed: bool) -> None:
        self._client = client
        self._collection = collection
        self._hashed = hashed
        self._size = BATCH

    async def load(self, members: Sequence[Member]) -> AsyncIterator[Loaded]:
        """Every member, a batch at a time, in the order given."""
        at = 0
        while at < len(members):
            batch = members[at : at + self._size]
            rows = await self._multiget(batch)
            if rows is None:
                self._size = max(1, self._size // 2)
                continue
            yield await self._sorted(batch, rows)
            at += len(batch)

    async def _multiget(self, batch: Sequence[Member]) -> dict[str, Row] | None:
        """Rows by folded key; None when the batch should be smaller.

        One object with characters that XML forbids spoils the whole answer, so an unreadable
        answer also means a smaller batch, down to a plain GET.
        """
        if len(batch) == 1 and self._size == 1:
            return {}
        body = bodies.multiget([member.path for member in batch])
        try:
            answer = await self._client.ask("REPORT", self._collection, body, 1)
            if answer.status in _SMALLER:
                return None
            if answer.status in _NO_MULTIGET and not verdicts.throttled(answer):
                return {}
            return {folded(name_of(row.url)): row for row in (await understood(answer)).rows}
        except faults.Nonsense:
            return None

    async def _sorted(self, batch: Sequence[Member], rows: dict[str, Row]) -> Loaded:
        loaded = Loaded()
        for member in batch:
            row = rows.get(folded(name_of(member.url)))
            text = row.props.get(CALENDAR_DATA) if row else None
            if row is None or text is None or not text.text:
                await self._single(member, row is not None and row.gone, loaded)
            else:
                raw = text.text.encode()
                loaded.objects.append(self._object(member, row.text(ETAG), raw))
        return loaded

    async def _single(self, member: Member, said_gone: bool, loaded: Loaded) -> None:
        """GET one object that the multiget did not give; its 404 is only believed when both agree.

        A server that answers under another address than it was asked for would otherwise look
        as if it had lost everything.
        """
        if not self._client.territory.allows(member.url):
            loaded.owed.append(member)
            return
        answer = await self._client.ask("GET", member.url)
        if answer.status == HTTPStatus.OK and _CALENDAR in answer.body:
            etag = answer.headers.get("ETag", "")
            loaded.objects.append(self._object(member, etag, answer.body))
        elif answer.status in GONE or (said_gone and _refused(answer.status)):
            loaded.gone.append(member.key)
        elif isinstance(fault := verdicts.fault_of(answer), faults.NeedsRelink | faults.Throttled):
            raise fault
        else:
            loaded.owed.append(member)

    def _object(self, member: Member, etag: str, raw: bytes) -> RemoteObject:
        """The revision of the listing wins: comparing is done against listings.

        Some front ends change the etag of a compressed answer, and an object that changed
        between listing and loading is merely loaded once more.
        """
        if self._hashed:
            return RemoteObject(member.key, content_hash(raw), raw)
        known = member.revision or revision(etag) or content_hash(raw)
        return RemoteObject(member.key, known, raw)


def _refused(status: int) -> bool:
    """Robur answers 403 for whatever is missing; passwords and rate limits mean something else."""
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
