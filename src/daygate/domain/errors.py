"""Every expected "no" of the house: one closed tree. Only what is not here is a surprise.

    Refusal
    ├── Unauthenticated      no, unknown, expired or revoked credentials
    ├── Malformed            the request itself is broken
    ├── Forbidden            credentials fine, permission missing
    ├── NotFound             no such thing for whoever asks
    ├── Invalid              fields with something wrong, each named
    ├── ProfileLocked        no working credentials for the calendar account
    ├── TooMany              over a limit
    ├── TooLarge             the body is over the cap
    ├── Unavailable          the database does not answer
    └── Settled              a refusal whose writes are kept

A rule raises; the transaction around it rolls back, except for `Settled`: what it wrote (a revoked
family, an attempt counted, an audit entry) commits, and then the refusal is answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class Refusal(Exception):
    """An expected "no"."""


class Unauthenticated(Refusal):
    """`given` tells whether a token was presented at all (RFC 6750 section 3)."""

    def __init__(self, *, given: bool) -> None:
        super().__init__("unauthenticated")
        self.given = given


class Malformed(Refusal):
    """The request cannot be read; `description` is safe to show."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class Forbidden(Refusal):
    """`scope` is what the caller lacks (RFC 6750 section 3.1, insufficient_scope)."""

    def __init__(self, scope: str = "") -> None:
        super().__init__(scope)
        self.scope = scope


class NotFound(Refusal):
    """Not there, or not for this caller: the answer is the same."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `key` for programs, `description` for people."""

    field: str
    key: str
    description: str


class Invalid(Refusal):
    """One or more fields are wrong."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(f"{error.field}: {error.key}" for error in errors))
        self.errors = tuple(errors)


def invalid(field: str, key: str, description: str) -> Invalid:
    """An `Invalid` of a single field."""
    return Invalid((FieldError(field, key, description),))


class ProfileLocked(Refusal):
    """The profile is disconnected; its person has to relink it."""


class TooMany(Refusal):
    """Over a limit; worth another try after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class TooLarge(Refusal):
    """The body is larger than `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"over {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class Unavailable(Refusal):
    """The database does not answer now; nothing was half done."""


class Settled(Refusal):
    """A refusal whose writes are kept."""
