"""The world: people, their homes of calendars, the faults in force, and edits made from outside."""

import secrets
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hmac import compare_digest

from daygate.sandbox.collections import Collection, Kind, Look, Member
from daygate.sandbox.faults import Faults
from daygate.sandbox.people import Person, app_password

REMEMBERED_REQUESTS = 2_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection as it stands in one person's home: under a name, writable or not."""

    slug: str
    collection: Collection
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in and what it got."""

    method: str
    path: str
    depth: str | None
    status: int


class NoSuchThing(LookupError):
    """No such person, calendar or object in this world."""


@dataclass(slots=True, eq=False)
class World:
    """Everything the servers of the sandbox serve; change it while they run."""

    today: date
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    faults: Faults = field(default_factory=Faults)
    people: dict[str, Person] = field(default_factory=dict)
    homes: dict[str, dict[str, Shelf]] = field(default_factory=dict)
    requests: deque[Seen] = field(default_factory=lambda: deque(maxlen=REMEMBERED_REQUESTS))
    _opened: int = 0
    _issues: dict[str, int] = field(default_factory=dict)
    _revoked: set[str] = field(default_factory=set)
    _ripening: list[tuple[float, str, Shelf]] = field(default_factory=list)

    def settle(self, person: Person) -> None:
        """Give a person an account with an empty home, an inbox and an outbox."""
        self.people[person.user] = person
        self.homes[person.user] = {}
        self.open_calendar(person.user, "inbox", Look("Inbox"), kind=Kind.INBOX)
        self.open_calendar(person.user, "outbox", Look("Outbox"), kind=Kind.OUTBOX)

    def open_calendar(
        self,
        user: str,
        slug: str,
        look: Look,
        *,
        kind: Kind = Kind.CALENDAR,
        components: tuple[str, ...] = ("VEVENT",),
    ) -> Collection:
        """A new collection in a home."""
        shelf = self._shelf(user, slug, look, kind, components)
        self.homes[user][slug] = shelf
        return shelf.collection

    def open_later(self, user: str, slug: str, look: Look, components: tuple[str, ...]) -> None:
        """A new calendar that is not to be seen before the delay the faults name."""
        shelf = self._shelf(user, slug, look, Kind.CALENDAR, components)
        ripe_s = time.monotonic() + self.faults.write.mkcalendar_delay_s
        self._ripening.append((ripe_s, user, shelf))
        self.ripen()

    def ripen(self) -> None:
        """Show the calendars whose delay is over."""
        now_s = time.monotonic()
        for ripe_s, user, shelf in list(self._ripening):
            if ripe_s <= now_s:
                self._ripening.remove((ripe_s, user, shelf))
                self.homes[user][shelf.slug] = shelf

    def _shelf(
        self, user: str, slug: str, look: Look, kind: Kind, components: tuple[str, ...]
    ) -> Shelf:
        self._opened += 1
        collection = Collection(f"{self.epoch}-{self._opened}", user, look, kind, components)
        return Shelf(slug, collection, kind is Kind.CALENDAR)

    def share(self, owner: str, slug: str, user: str, under: str) -> None:
        """Show somebody's calendar to another person, who may read it."""
        self.homes[user][under] = Shelf(under, self.collection(owner, slug), writable=False)

    def close_calendar(self, collection: Collection) -> None:
        """Delete a calendar, in every home it stood in."""
        for home in self.homes.values():
            for slug in [s for s, shelf in home.items() if shelf.collection is collection]:
                del home[slug]

    def collection(self, user: str, slug: str) -> Collection:
        """The collection under a name in somebody's home."""
        return self.shelf(user, slug).collection

    def shelf(self, user: str, slug: str) -> Shelf:
        """A collection as it stands in somebody's home."""
        try:
            return self.homes[user][slug]
        except KeyError:
            raise NoSuchThing(f"{user}/{slug}") from None

    def calendars(self, user: str) -> Iterator[Shelf]:
        """The calendars of a home that hold events, in the person's order."""
        shelves = (s for s in self.homes[user].values() if "VEVENT" in s.collection.components)
        kinds = (Kind.CALENDAR, Kind.SUBSCRIPTION)
        shown = (s for s in shelves if s.collection.kind in kinds)
        return iter(sorted(shown, key=lambda s: s.collection.look.order))

    def person_of(self, login: str) -> Person | None:
        """Who signs in under a user name or one of their addresses."""
        people = self.people.values()
        return next((p for p in people if login in (p.user, *p.addresses)), None)

    def app_password(self, user: str) -> str:
        """The app password issued last, revoked or not."""
        return app_password(user, self._issues.get(user, 1))

    def admits(self, user: str, password: str) -> bool:
        """Whether CalDAV lets this person in; their ordinary password does not."""
        live = user in self.people and user not in self._revoked
        right = compare_digest(password.encode(), self.app_password(user).encode())
        return live and right

    def revoked(self, user: str) -> bool:
        """Whether the person has no working app password."""
        return user in self._revoked

    def revoke(self, user: str) -> None:
        """The person takes the app password back; every request with it is 401 from now on."""
        self._revoked.add(user)

    def reissue(self, user: str) -> str:
        """A new app password, which is returned; the old one stays dead."""
        self._issues[user] = self._issues.get(user, 1) + 1
        self._revoked.discard(user)
        return self.app_password(user)

    def edit(self, user: str, slug: str, text: str, *, name: str | None = None) -> Member:
        """Add or change an object as its owner would in their own client: by UID, unless named."""
        collection = self.collection(user, slug)
        return collection.put(name or collection.name_for(text), text)

    def erase(self, user: str, slug: str, uid: str) -> None:
        """Delete an object by its UID as its owner would."""
        collection = self.collection(user, slug)
        member = collection.by_uid(uid)
        if member is None:
            raise NoSuchThing(f"{user}/{slug} {uid}")
        collection.remove(member.name)

    def replace(self, user: str, slug: str, uid: str, old: str, new: str) -> Member:
        """Change a piece of an object's text as its owner would: `SUMMARY:Lunch`, `SUMMARY:Tea`."""
        collection = self.collection(user, slug)
        member = collection.by_uid(uid)
        if member is None or old not in member.text:
            raise NoSuchThing(f"{user}/{slug} {uid} {old}")
        return collection.put(member.name, member.text.replace(old, new))
