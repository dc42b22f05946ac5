"""Calendar collections: members with ETags, and the history a sync token points into (RFC 6578)."""

import hashlib
from dataclasses import dataclass, field
from enum import Enum, auto

from daygate.sandbox.ics_text import skim

TOKEN_PREFIX = "urn:daygate-sandbox:sync"  # noqa: S105 - a sync token is a URI (RFC 6578 section 4), no secret


class Kind(Enum):
    """What a collection is for."""

    CALENDAR = auto()
    SUBSCRIPTION = auto()
    INBOX = auto()
    OUTBOX = auto()


@dataclass(frozen=True, slots=True)
class Member:
    """One calendar object resource: its file name, text, UID, component and strong ETag."""

    name: str
    text: str
    uid: str
    component: str
    etag: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened after a revision, oldest first; `member` is None for what is gone."""

    rows: tuple[tuple[str, Member | None], ...]
    revision: int
    truncated: bool


class UnknownToken(Exception):
    """A sync token of another collection, of the future, or from before the remembered history."""


@dataclass(slots=True)
class Look:
    """What a person may change about a calendar (PROPPATCH)."""

    name: str
    color: str = "#4477AAFF"
    order: int = 1
    transparent: bool = False
    timezone: str | None = None


@dataclass(slots=True, eq=False)
class Collection:
    """A calendar, its members by file name, and when each last changed."""

    ident: str
    owner: str
    look: Look
    kind: Kind = Kind.CALENDAR
    components: tuple[str, ...] = ("VEVENT",)
    source: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    revision: int = 0
    _touched: dict[str, int] = field(default_factory=dict)
    _remembered_from: int = 0

    def put(self, name: str, text: str) -> Member:
        """Store a text under a name, new or anew."""
        skimmed = skim(text)
        self._touch(name)
        digest = hashlib.sha256(f"{self.ident} {self.revision} {text}".encode()).hexdigest()
        member = Member(name, text, skimmed.uid, skimmed.component, f'"{digest[:24]}"')
        self.members[name] = member
        return member

    def remove(self, name: str) -> None:
        """Take a member away and remember that it was there."""
        del self.members[name]
        self._touch(name)

    def by_uid(self, uid: str) -> Member | None:
        """The member that holds a UID."""
        return next((member for member in self.members.values() if member.uid == uid), None)

    def name_for(self, text: str) -> str:
        """The file name for a text: that of the member with its UID, or a new one."""
        uid = skim(text).uid
        known = self.by_uid(uid)
        return known.name if known else f"{hashlib.sha256(uid.encode()).hexdigest()[:20]}.ics"

    def forget_history(self) -> None:
        """Make every token handed out so far unknown."""
        self._remembered_from = self.revision = self.revision + 1

    @property
    def token(self) -> str:
        """The sync token of this moment."""
        return self.token_at(self.revision)

    def token_at(self, revision: int) -> str:
        """The sync token of a revision."""
        return f"{TOKEN_PREFIX}:{self.ident}:{revision}"

    @property
    def ctag(self) -> str:
        """Changes with every change; only equality means anything."""
        return f"{self.ident}-{self.revision}"

    def revision_of(self, token: str) -> int:
        """The revision a token stands for; the empty token stands for the beginning."""
        if not token:
            return -1
        prefix, _, number = token.rpartition(":")
        known = prefix == f"{TOKEN_PREFIX}:{self.ident}" and number.isdecimal()
        if not known or not self._remembered_from <= int(number) <= self.revision:
            raise UnknownToken(token)
        return int(number)

    def changes(self, since: int, limit: int | None = None) -> Changes:
        """Members touched after a revision, in order, at most `limit` of them."""
        later = [(at, name) for name, at in self._touched.items() if at > since]
        later.sort()
        page = later if limit is None else later[:limit]
        truncated = len(page) < len(later)
        revision = page[-1][0] if truncated and page else self.revision
        rows = tuple((name, self.members.get(name)) for _, name in page)
        return Changes(rows, revision, truncated)

    def _touch(self, name: str) -> None:
        self.revision += 1
        self._touched[name] = self.revision
