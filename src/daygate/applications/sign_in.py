"""Signing in to the dashboard, and the sessions that come of it.

A session is a random secret in a cookie; the database knows its SHA-256 alone. Signing in, and
giving the password again, always makes a new one (session fixation).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from daygate.applications import attempts
from daygate.domain.developer import Session, User, Visitor
from daygate.domain.errors import NotFound, Settled
from daygate.domain.moments import DAY_S, MS_PER_S
from daygate.kit.crypto import fingerprint, random_text
from daygate.kit.passwords import Verdict
from daygate.store import audit, sessions, users
from daygate.store.engine import Tx

IDLE_S = 12 * 3600
LONGEST_S = 30 * DAY_S
# A password given this recently is enough for what could hand an application to somebody else.
RECENT_S = 15 * 60
_SECRET_CHARS = 43
_TOUCH_EVERY_S = 60
_LONGEST_AGENT = 200
_LONGEST_ADDRESS = 64
_IDLE_MS = IDLE_S * MS_PER_S


class SignInRefused(Settled):
    """Wrong address or password, or locked out: which of them is not told."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, and the secret that opens it."""

    session: Session
    secret: str = field(repr=False)


async def knock(tx: Tx, email: str, visitor: Visitor) -> User | None:
    """Count the attempt and find who it may be, whose password is then to be checked."""
    cleaned = email.strip().lower()
    await attempts.count_sign_in(tx, cleaned, visitor)
    return await users.by_email(tx, cleaned)


async def enter(
    tx: Tx, knocking: User | None, verdict: Verdict, visitor: Visitor, former: str | None = None
) -> SignedIn:
    """Sign in with a checked password, or raise `SignInRefused`; a former session ends."""
    user = await users.by_id(tx, knocking.user_id) if knocking and verdict.ok else None
    # The password may have been changed, or the user locked out, while it was being checked.
    stale = user is None or knocking is None or user.password_hash != knocking.password_hash
    if user is None or stale or user.disabled_ms is not None:
        subject = knocking.user_id if knocking else "-"
        await audit.append(tx, "visitor", "sign_in.refused", subject, "", visitor.address)
        raise SignInRefused
    if former is not None:
        await sessions.end(tx, user.user_id, fingerprint(former))
    signed_in = await _open(tx, user, visitor)
    await audit.append(
        tx, f"user:{user.user_id}", "sign_in", user.user_id, visitor.agent[:80], visitor.address
    )
    return signed_in


async def renew_hash(tx: Tx, user: User, password_hash: str) -> None:
    """Keep a password under today's parameters, unless it was changed meanwhile."""
    current = await users.by_id(tx, user.user_id)
    if current is not None and current.password_hash == user.password_hash:
        await users.set_password(tx, user.user_id, password_hash)


async def current(tx: Tx, secret: str | None) -> Session | None:
    """The live session of a cookie."""
    return await sessions.alive(tx, fingerprint(secret), _IDLE_MS) if secret else None


def due_for_touch(session: Session, now_ms: int) -> bool:
    """Whether it is worth a write to note that the session is in use."""
    return now_ms - session.seen_ms >= _TOUCH_EVERY_S * MS_PER_S


def is_recent(session: Session, now_ms: int) -> bool:
    """Whether the password was given recently enough for a serious change."""
    return now_ms - session.created_ms < RECENT_S * MS_PER_S


async def touch(tx: Tx, session: Session) -> None:
    """Note that the session is in use."""
    await sessions.touch(tx, session.session_hash)


async def sign_out(tx: Tx, session: Session, visitor: Visitor) -> None:
    """End this session."""
    await sessions.end(tx, session.user.user_id, session.session_hash)
    user_id = session.user.user_id
    await audit.append(tx, f"user:{user_id}", "sign_out", user_id, "", visitor.address)


async def listed(tx: Tx, session: Session) -> Sequence[Session]:
    """Every live session of the same user, the latest used first."""
    return await sessions.of_user(tx, session.user.user_id, _IDLE_MS)


async def revoke(tx: Tx, session: Session, handle: str, visitor: Visitor) -> None:
    """End another session of the same user."""
    user_id = session.user.user_id
    for other in await sessions.of_user(tx, user_id, _IDLE_MS):
        if other.handle == handle:
            await sessions.end(tx, user_id, other.session_hash)
            await audit.append(
                tx, f"user:{user_id}", "session.revoked", user_id, handle, visitor.address
            )
            return
    raise NotFound


async def _open(tx: Tx, user: User, visitor: Visitor) -> SignedIn:
    secret, now_ms = random_text(_SECRET_CHARS), await tx.now_ms()
    session = Session(
        session_hash=fingerprint(secret),
        user=user,
        address=visitor.address[:_LONGEST_ADDRESS],
        agent=visitor.agent[:_LONGEST_AGENT],
        created_ms=now_ms,
        seen_ms=now_ms,
        expires_ms=now_ms + LONGEST_S * MS_PER_S,
    )
    await sessions.insert(tx, session)
    return SignedIn(session, secret)
