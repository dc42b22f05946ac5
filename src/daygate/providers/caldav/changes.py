"""Reading one calendar's changes on the best rung of the ladder that its server can hold.

    sync   sync-collection with a token (RFC 6578)
    ctag   compare one tag; when it moved, list names and etags
    etag   list names and etags every time
    hash   list names, load everything and compare contents

Whatever the rung, everything is compared once a day, and whenever the ctag moved although the
server named no change: several servers answer a dead token with an empty success.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daygate.domain.moments import Window
from daygate.providers import faults
from daygate.providers.base import Cursor, Known, Page
from daygate.providers.caldav import cursor, delta, listing
from daygate.providers.caldav.client import Client
from daygate.providers.caldav.cursor import RUNGS, Position, Rung
from daygate.providers.caldav.delta import Delta, NoSync
from daygate.providers.caldav.fetch import Fetcher, Loaded
from daygate.providers.caldav.hrefs import folded
from daygate.providers.caldav.listing import State
from daygate.providers.caldav.members import Member

MAX_OWED = 200


@dataclass(slots=True)
class _Stored:
    """What the house holds, found by folded key so that a new spelling is no new object."""

    revisions: Mapping[str, str]
    keys: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = {folded(key): key for key in self.revisions}

    def holds(self, name: str, revision: str) -> bool:
        """Whether the stored revision of an object is this one."""
        return bool(revision) and self.revisions.get(self.keys.get(name, "")) == revision

    def named(self, name: str, member: Member) -> Member:
        """The member under the key it is stored by."""
        return replace(member, key=self.keys.get(name, member.key))


@dataclass(slots=True)
class _Progress:
    """What a pull adds up while its pages go out; 0 are expected while nobody knows how many."""

    expected: int = 0
    done: int = 0
    owed: dict[str, str] = field(default_factory=dict)

    def page(self, loaded: Loaded, stored: _Stored) -> Page:
        """A page of one batch; objects that turn out to be what is stored are only mentioned."""
        self.done += len(loaded.objects) + len(loaded.gone) + len(loaded.owed)
        self.owed.update({member.key: member.url for member in loaded.owed})
        if len(self.owed) > MAX_OWED:
            raise faults.Unreachable("unreachable", "too many objects could not be loaded")
        same = [o.key for o in loaded.objects if stored.revisions.get(o.key) == o.revision]
        owed = [member.key for member in loaded.owed if member.key in stored.revisions]
        return Page(
            objects=[o for o in loaded.objects if stored.revisions.get(o.key) != o.revision],
            removed=[key for key in loaded.gone if key in stored.revisions],
            unchanged=[*same, *owed],
            done=self.done,
            expected=self.expected,
        )

    def end(self, position: Position, *, complete: bool) -> Page:
        """The last page."""
        cursor = replace(position, owed=self.owed).write()
        return Page(cursor=cursor, complete=complete, done=self.done, expected=self.expected)


class Changes:
    """Reads one calendar."""

    def __init__(
        self,
        client: Client,
        collection: str,
        ladder: Rung,
        known: Known,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._collection = collection
        self._ladder = ladder
        self._known = known
        self._now = now

    async def pages(self, since: Cursor | None, first: Window | None) -> AsyncIterator[Page]:
        """Pages of changes after `since`; everything, compared, where that is needed."""
        position = cursor.read(since) if since is not None else None
        state = await listing.state(self._client, self._collection)
        if position is not None and self._now() >= position.compare_at_s:
            position = None
        start = self._start(state, position)
        found: Delta | Position = start
        if position is not None and position.rung == start.rung:
            if _still(position, state):
                yield Page(cursor=since)
                return
            found = await self._delta(position, start)
        if isinstance(found, Delta) and position is not None:
            steps = self._from_delta(found, position, state)
        else:
            steps = self._everything(found if isinstance(found, Position) else start, first)
        async for page in steps:
            yield page

    def _start(self, state: State, position: Position | None) -> Position:
        """The highest rung that the facts and this collection allow.

        A rung that failed since the last comparison is not tried again before the next one.
        """
        rung = self._ladder
        if position is not None:
            rung = max(rung, position.rung, key=RUNGS.index)
        if rung == "sync" and not state.token:
            rung = "ctag"
        if rung == "ctag" and not state.ctag:
            rung = "etag"
        at = cursor.next_comparison_s(self._now())
        return Position(rung, state.token if rung == "sync" else "", state.ctag, at)

    async def _delta(self, position: Position, start: Position) -> Delta | Position:
        """What changed, or the position to list everything for."""
        if position.rung != "sync":
            return start
        try:
            found = await delta.since(self._client, self._collection, position.token)
        except NoSync:
            return replace(start, rung="ctag" if start.ctag else "etag", token="")
        return start if found.empty and start.ctag != position.ctag else found

    async def _from_delta(
        self, found: Delta, position: Position, state: State
    ) -> AsyncIterator[Page]:
        stored = _Stored(await self._known() if not found.empty or position.owed else {})
        changed = {folded(key): Member(key, url) for key, url in position.owed.items()}
        changed.update(found.changed)
        wanted = [
            stored.named(name, member)
            for name, member in changed.items()
            if name not in found.gone and not stored.holds(name, member.revision)
        ]
        removed = [stored.keys[name] for name in found.gone if name in stored.keys]
        progress = _Progress(expected=len(wanted))
        if removed:
            yield Page(removed=removed, expected=progress.expected)
        async for loaded in self._fetcher(position.rung).load(wanted):
            yield progress.page(loaded, stored)
        yield progress.end(replace(position, token=found.token, ctag=state.ctag), complete=False)

    async def _everything(self, start: Position, first: Window | None) -> AsyncIterator[Page]:
        """A full listing against what the house holds; what touches `first` goes ahead.

        The head start does not wait for the listing, which takes long for a large calendar.
        """
        stored = _Stored(await self._known())
        fetcher, early = self._fetcher(start.rung), dict[str, Member]()
        async for loaded in fetcher.load(await self._head_start(stored, start.rung, first)):
            yield _Progress(done=len(early)).page(loaded, stored)
            early.update({folded(o.key): Member(o.key, "", o.revision) for o in loaded.objects})
        members = await listing.every_member(self._client, self._collection)
        rest = {name: one for name, one in members.items() if not _is_loaded(one, early.get(name))}
        same, wanted = _compared(rest, stored, start.rung)
        progress = _Progress(expected=len(members), done=len(members) - len(wanted))
        vanished = [one.key for name, one in early.items() if name not in members]
        if same or vanished:
            done, expected = progress.done, progress.expected
            yield Page(unchanged=same, removed=vanished, done=done, expected=expected)
        async for loaded in fetcher.load(wanted):
            yield progress.page(loaded, stored)
        yield progress.end(start, complete=True)

    async def _head_start(
        self, stored: _Stored, rung: Rung, first: Window | None
    ) -> Sequence[Member]:
        if first is None:
            return ()
        found = await listing.in_window(self._client, self._collection, first)
        return _compared(found, stored, rung)[1]

    def _fetcher(self, rung: Rung) -> Fetcher:
        return Fetcher(self._client, self._collection, hashed=rung == "hash")


def _compared(
    members: Mapping[str, Member], stored: _Stored, rung: Rung
) -> tuple[list[str], list[Member]]:
    """Stored keys that still hold, and members to load."""
    same, wanted = [], []
    for name, member in members.items():
        if rung != "hash" and stored.holds(name, member.revision):
            same.append(stored.keys[name])
        else:
            wanted.append(stored.named(name, member))
    return same, wanted


def _is_loaded(member: Member, early: Member | None) -> bool:
    """Whether the head start brought what the listing names; without an etag it is believed."""
    return early is not None and member.revision in {"", early.revision}


def _still(position: Position, state: State) -> bool:
    """Whether every tag there is says that nothing moved, and nothing is owed."""
    if position.owed or position.rung in {"etag", "hash"}:
        return False
    token_still = position.rung != "sync" or position.token == state.token
    return token_still and position.ctag == state.ctag
