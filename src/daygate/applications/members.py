"""Developers and operators: made, listed, locked out; their passwords.

A password is hashed before the transaction begins: the work takes long, and a transaction must not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from daygate.applications import fields
from daygate.domain.developer import CONSOLE, Actor, Session, User, Visitor
from daygate.domain.errors import FieldError, Invalid, NotFound, invalid
from daygate.domain.ids import UserId, new_user_id
from daygate.kit.passwords import LONGEST_PASSWORD_CHARS, Passwords
from daygate.store import audit, sessions, users
from daygate.store.engine import Tx

# NIST SP 800-63B section 5.1.1.2.
SHORTEST_PASSWORD_CHARS = 8
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to have an account: checked, and the password hashed."""

    email: str
    name: str
    password_hash: str = field(repr=False)


async def prepare(passwords: Passwords, *, email: str, name: str, password: str) -> Newcomer:
    """Check what was typed, naming everything wrong with it, and hash the password."""
    typed = fields.cleaned(
        email=lambda: fields.email(email),
        name=lambda: fields.name(name),
        password=lambda: _fit(password, email),
    )
    return Newcomer(typed["email"], typed["name"], await passwords.hash(password))


def password_faults(password: str, email: str = "") -> list[FieldError]:
    """What keeps a password from being used."""
    if len(password) < SHORTEST_PASSWORD_CHARS:
        return [
            _password(
                f"must have at least {SHORTEST_PASSWORD_CHARS} characters", "errors.too_short"
            )
        ]
    if len(password) > LONGEST_PASSWORD_CHARS:
        return [
            _password(f"must have at most {LONGEST_PASSWORD_CHARS} characters", "errors.too_long")
        ]
    if email and password.lower() == email.strip().lower():
        return [_password("must not be the e-mail address", "errors.guessable")]
    return []


async def create_user(
    tx: Tx, newcomer: Newcomer, *, operator: bool, actor: Actor = CONSOLE
) -> User:
    """Make a developer or an operator on the operator's authority."""
    user = await _insert(tx, newcomer, operator=operator)
    if user is None:
        raise invalid("email", "errors.taken", "has an account already")
    act = "operator.created" if operator else "user.created"
    await audit.append(tx, actor.name, act, user.user_id, user.email, actor.address)
    return user


async def sign_up(tx: Tx, newcomer: Newcomer, visitor: Visitor) -> None:
    """Make a developer of a visitor; if the address has an account, do nothing and tell nothing.

    Both ways hash, write and commit alike: neither the answer nor its time tells them apart.
    """
    user = await _insert(tx, newcomer, operator=False)
    subject = user.user_id if user else "-"
    act = "user.signed_up" if user else "user.sign_up_again"
    await audit.append(tx, "visitor", act, subject, newcomer.email, visitor.address)


async def change_password(tx: Tx, session: Session, password_hash: str, actor: Actor) -> None:
    """Replace the password of somebody who has just given the old one; other sessions end."""
    await users.set_password(tx, session.user.user_id, password_hash)
    ended = await sessions.end_all(tx, session.user.user_id, but=session.session_hash)
    await audit.append(
        tx,
        actor.name,
        "password.changed",
        session.user.user_id,
        f"{ended} other sessions ended",
        actor.address,
    )


async def set_disabled(tx: Tx, user_id: str, actor: Actor, *, disabled: bool) -> None:
    """Lock somebody out of the dashboard, or let them in again; for the operator."""
    if user_id == actor.user_id:
        raise invalid("user", "errors.invalid", "you cannot lock yourself out")
    if not await users.set_disabled(tx, UserId(user_id), disabled=disabled):
        raise NotFound
    await sessions.end_all(tx, UserId(user_id))
    act = "user.disabled" if disabled else "user.enabled"
    await audit.append(tx, actor.name, act, user_id, "", actor.address)


async def every(tx: Tx) -> Sequence[User]:
    """Every user, the newest first; for the operator."""
    return await users.everyone(tx, limit=_PAGE)


async def by_email(tx: Tx, email: str) -> User:
    """Any user, by address; for the operator."""
    found = await users.by_email(tx, fields.email(email))
    if found is None:
        raise NotFound
    return found


def _fit(password: str, email: str) -> str:
    faults = password_faults(password, email)
    if faults:
        raise Invalid(faults)
    return password


async def _insert(tx: Tx, newcomer: Newcomer, *, operator: bool) -> User | None:
    user = User(
        user_id=new_user_id(),
        email=newcomer.email,
        name=newcomer.name,
        operator=operator,
        created_ms=await tx.now_ms(),
        disabled_ms=None,
        password_hash=newcomer.password_hash,
    )
    return user if await users.insert(tx, user) else None


def _password(description: str, key: str) -> FieldError:
    return FieldError("password", key, description)
