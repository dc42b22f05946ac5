"""How one calendar account is, and what to do about whatever is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daygate.domain.moments import MS_PER_S
from daygate.domain.profile import Profile, SyncState
from daygate.link.kinds import LIST_CALENDARS
from daygate.link.remedies import Remedy, remedy_of
from daygate.store import calendars, checkups
from daygate.store.checkups import Shared
from daygate.store.engine import Tx
from daygate.work.outlook import Ahead, ahead

OVERDUE_S = 120
"""Work that is due is taken within seconds; after two minutes nobody is taking it."""

_NOBODY_WORKS = "See whether `daygate serve` or `daygate worker` is running, and what it logs."


@dataclass(frozen=True, slots=True)
class Checkup:
    """Everything that tells how a profile is; `now_ms` is when it was gathered."""

    profile: Profile
    shared: Sequence[Shared]
    calendars: Sequence[SyncState]
    credential: bool
    listed_ms: int | None
    ahead: Sequence[Ahead]
    now_ms: int

    @property
    def changed_ms(self) -> int | None:
        """When a change was last seen in any of its calendars."""
        return max(filter(None, (each.changed_ms for each in self.calendars)), default=None)

    @property
    def looked_ms(self) -> int | None:
        """When the service was last asked with success."""
        pulled = (each.pulled_ms for each in self.calendars)
        return max(filter(None, (self.listed_ms, *pulled)), default=None)

    @property
    def next_look(self) -> Ahead | None:
        """The row that looks at the account."""
        return next((each for each in self.ahead if each.kind == LIST_CALENDARS), None)


async def gather(tx: Tx, profile: Profile) -> Checkup:
    """Read what there is to know of a profile."""
    account_id, profile_id = profile.account_id, profile.profile_id
    states = [
        each for each in await calendars.states(tx, account_id, profile_id) if not each.deleted
    ]
    kept = await checkups.kept(tx, account_id, profile_id)
    return Checkup(
        profile,
        await checkups.shared(tx, account_id, profile_id),
        states,
        kept.credential,
        kept.listed_ms,
        await ahead(tx, account_id, [profile_id, *(each.calendar_id for each in states)]),
        await tx.now_ms(),
    )


def findings(checkup: Checkup) -> Sequence[Remedy]:
    """What is wrong, the gravest first; nothing if the account is fine."""
    return [*_of_account(checkup), *_of_work(checkup), *_of_calendars(checkup)]


def is_overdue(row: Ahead, now_ms: int) -> bool:
    """Whether nobody has taken a row for so long that nobody seems to be there."""
    return not row.parked and row.due_ms + OVERDUE_S * MS_PER_S < now_ms


def _of_account(checkup: Checkup) -> Iterator[Remedy]:
    profile = checkup.profile
    if profile.last_fault:
        yield remedy_of(profile.last_fault)
    elif not profile.connected:
        yield remedy_of("wrong_password")
    if not checkup.credential:
        yield Remedy("No credential is stored.", "The person has to connect it again.")
    if not checkup.shared:
        yield Remedy(
            "No application may see it.",
            "Nothing to do: it is erased once no request of the person waits for an answer.",
        )


def _of_work(checkup: Checkup) -> Iterator[Remedy]:
    look = checkup.next_look
    if look is None and checkup.profile.connected:
        yield Remedy("No look at it is planned.", "The person has to connect it again.")
    for row in checkup.ahead:
        if row.parked and checkup.profile.connected:
            yield Remedy(
                f"Its work `{row.kind}` is set aside after {row.attempts} tries: {row.reason}",
                "Connecting it again starts afresh.",
            )
        elif is_overdue(row, checkup.now_ms):
            waits_s = (checkup.now_ms - row.due_ms) // MS_PER_S
            yield Remedy(f"Its work `{row.kind}` has been due for {waits_s} s.", _NOBODY_WORKS)


def _of_calendars(checkup: Checkup) -> Iterator[Remedy]:
    for each in checkup.calendars:
        if each.last_fault and each.last_fault != checkup.profile.last_fault:
            said = remedy_of(each.last_fault)
            yield Remedy(f"Calendar {each.calendar_id}: {said.what}", said.remedy)
