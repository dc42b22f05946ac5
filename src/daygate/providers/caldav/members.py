"""The objects of a collection as listings name them: key, address, revision."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from daygate.providers.caldav.hrefs import folded, name_of, path, same
from daygate.providers.caldav.multistatus import OK, Row
from daygate.providers.caldav.names import CONTENT_TYPE, ETAG, RESOURCE_TYPE, d
from daygate.providers.caldav.territory import Territory

_MAX_KEY_CHARS = 1024
# iCloud sends no type; Kerio `text/vtodo` and Scalix `message/rfc822` for events.
_TYPES = ("text/calendar", "text/vtodo", "message/rfc822")
_VAGUE_TYPES = ("", "text/plain", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Member:
    """One object.

    `key` is its last path segment as the server spells it: that survives a collection that
    answers under another address (Zimbra, Open-Xchange).
    """

    key: str
    url: str
    revision: str = ""
    status: int = OK

    @property
    def path(self) -> str:
        """What to name it by in a multiget."""
        return path(self.url)


def members(rows: Iterable[Row], collection: str, territory: Territory) -> dict[str, Member]:
    """Rows that may be calendar objects, by folded key.

    The collection itself is none: iCloud lists it as a member, others to say 507.
    """
    found: dict[str, Member] = {}
    own = folded(name_of(collection.rstrip("/")))
    for row in rows:
        url = territory.upgraded(row.url)
        key = name_of(url)
        name = folded(key)
        if not key or len(key) > _MAX_KEY_CHARS or (name == own and same(url, collection)):
            continue
        if territory.allows(url) and _is_object(row):
            found[name] = Member(key, url, revision(row.text(ETAG)), row.status)
    return found


def revision(etag: str) -> str:
    """An etag in its strong, quoted form, which is what If-Match wants; empty for none.

    Cyrus and GMX give `W/"x"` in one place and `"x"` in another; Robur leaves out the quotes.
    """
    value = etag.strip()
    value = value[2:] if value.startswith(("W/", "w/")) else value
    value = value.strip('"')
    return f'"{value}"' if value else ""


def content_hash(raw: bytes) -> str:
    """A revision for servers that give none; never quoted, so that it is not taken for an etag."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _is_object(row: Row) -> bool:
    if d("collection") in row.kinds(RESOURCE_TYPE):
        return False
    if CONTENT_TYPE not in row.props:
        return True
    kind = row.text(CONTENT_TYPE).partition(";")[0].strip().lower()
    return kind.startswith(_TYPES) or (kind in _VAGUE_TYPES and row.url.lower().endswith(".ics"))
