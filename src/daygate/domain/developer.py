"""People who sign in to the dashboard: developers and operators, and their sessions."""

from dataclasses import dataclass, field

from daygate.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class User:
    """A developer, or an operator, of this installation."""

    user_id: UserId
    email: str
    name: str
    operator: bool
    created_ms: int
    disabled_ms: int | None
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in; `created_ms` is when the password was given."""

    session_hash: bytes = field(repr=False)
    user: User
    address: str
    agent: str
    created_ms: int
    seen_ms: int
    expires_ms: int

    @property
    def handle(self) -> str:
        """A name for the session in forms and lists; it opens nothing."""
        return self.session_hash.hex()[:16]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request came from, as counters and the audit log note it."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose authority something is done, as the audit log names it."""

    name: str
    address: str = ""
    user_id: UserId | None = None


CONSOLE = Actor("console")
"""Whoever runs the command line: they hold the database and its keys already."""


def acting(user: User, visitor: Visitor) -> Actor:
    """A signed-in user as an actor."""
    return Actor(f"user:{user.user_id}", visitor.address, user.user_id)
