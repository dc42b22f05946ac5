"""What can go wrong between us and a calendar service: one closed tree, each with its retry policy.

    Fault
    ├── NeedsRelink    the credential is dead or insufficient: pause, tell the person
    ├── Refused        the service understood and said no: park
    ├── Missing        the object or calendar is gone
    ├── Outdated       changed since we read it (412): re-read, once more
    ├── CursorLost     the sync token is not known any more: full pull
    ├── Throttled      too many requests: wait as told
    ├── Unreachable    network, time-out, 5xx: back off
    └── Nonsense       an answer that makes no sense: skip the item, count it

Faults carry data, not prose: `reason` is one of a few words a page can translate. The policies are
those of one operation, such as a write; reading an account is given up for a dead password alone
(`link/health.py`, and docs/faults.md for the whole table).
"""

from typing import ClassVar, Literal

from daygate.domain.retry import Again, Park, Pause, RetryPolicy, Wait

Reason = Literal[
    "wrong_password",
    "app_password_needed",
    "unreachable",
    "blocked",
    "certificate",
    "no_calendars",
    "not_caldav",
    "bad_address",
    "other_service",
    "confirm_host",
    "throttled",
    "refused",
    "missing",
    "outdated",
    "cursor_lost",
    "nonsense",
]


class Fault(Exception):
    """Base of everything a connector or a door may raise."""

    policy: ClassVar[RetryPolicy] = Again()

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail

    @property
    def retry(self) -> RetryPolicy:
        """What to do next."""
        return self.policy


class NeedsRelink(Fault):
    """The credential no longer opens the account."""

    policy = Pause()


class Refused(Fault):
    """Understood and declined; the same request would be declined again."""

    policy = Park()


class Missing(Fault):
    """Gone, or never there."""

    policy = Park()


class Outdated(Fault):
    """Somebody changed it after we read it."""

    policy = Again(tries=2)


class CursorLost(Fault):
    """The service does not know our cursor any more; everything must be listed again."""

    policy = Again()


class Throttled(Fault):
    """The service asks us to wait `delay_s` seconds."""

    def __init__(self, delay_s: float, detail: str = "") -> None:
        super().__init__("throttled", detail)
        self.delay_s = delay_s

    @property
    def retry(self) -> RetryPolicy:
        """Wait as long as the service said."""
        return Wait(self.delay_s)


class Unreachable(Fault):
    """No answer, or none of use; nothing is known to have changed."""

    policy = Again()


class Nonsense(Fault):
    """An answer outside the protocol."""

    policy = Again(tries=4)
