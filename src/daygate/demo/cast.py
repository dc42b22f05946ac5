"""The developer and the application that a demo begins with."""

from dataclasses import dataclass, field

from daygate.applications import members, register
from daygate.domain.developer import CONSOLE
from daygate.kit.crypto import random_text
from daygate.store.engine import Tx
from daygate.wiring import Parts

DEVELOPER = "developer@demo.example"
APPLICATION = "Sample planner"
_PASSWORD_CHARS = 12


@dataclass(frozen=True, slots=True)
class Cast:
    """How to sign in as the developer, and what the application is known by."""

    email: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)


async def make(parts: Parts, home: str, redirect_uris: tuple[str, ...]) -> Cast:
    """Make them. The developer is an operator too, so that every page can be looked at."""
    password = random_text(_PASSWORD_CHARS)
    newcomer = await members.prepare(
        parts.passwords, email=DEVELOPER, name="Demo Developer", password=password
    )
    wanted = register.Wanted(APPLICATION, home, redirect_uris)

    async def both(tx: Tx) -> register.Registered:
        owner = await members.create_user(tx, newcomer, operator=True)
        return await register.register(tx, parts.ring, owner, wanted, CONSOLE)

    made = await parts.store.transact(both)
    return Cast(DEVELOPER, password, made.application.client_id, made.client_secret)
