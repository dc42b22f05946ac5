"""Developers and applications to test with, made by the same rules as real ones."""

from daygate.applications.members import Newcomer, create_user
from daygate.applications.register import Registered, Wanted, register
from daygate.domain.developer import Actor, User, Visitor, acting
from daygate.kit.crypto import KeyRing
from daygate.kit.passwords import Passwords
from daygate.store.engine import Store

VISITOR = Visitor("192.0.2.7", "Testfox/1.0")
RING = KeyRing.generate()
PASSWORD = "correct horse battery"


def quick_passwords() -> Passwords:
    return Passwords(memory_kib=1024, passes=1)


async def developer(
    store: Store, email: str = "dev@example.org", *, operator: bool = False
) -> User:
    newcomer = Newcomer(email, "Dee Veloper", await quick_passwords().hash(PASSWORD))
    return await store.transact(lambda tx: create_user(tx, newcomer, operator=operator))


async def application(
    store: Store, owner: User, *uris: str, name: str = "Acme Planner"
) -> Registered:
    wanted = Wanted(name, "https://acme.example", tuple(uris))
    return await store.transact(lambda tx: register(tx, RING, owner, wanted, by(owner)))


def by(user: User) -> Actor:
    return acting(user, VISITOR)
