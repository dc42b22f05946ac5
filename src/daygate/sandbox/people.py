"""The people of the sandbox and their app passwords."""

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: user name, shown name, zone, and the addresses that mean them."""

    user: str
    name: str
    zone: str
    addresses: tuple[str, ...]

    @property
    def email(self) -> str:
        """The first of their addresses."""
        return self.addresses[0]

    @property
    def tzinfo(self) -> ZoneInfo:
        """Their zone."""
        return ZoneInfo(self.zone)

    @property
    def ordinary_password(self) -> str:
        """What they sign in to the web pages with; CalDAV refuses it."""
        return f"{self.user}-at-home"


ADA = Person(
    "ada", "Ada Whitfield", "Europe/London", ("ada@harbour.example", "a.whitfield@harbour.example")
)
BRUNO = Person("bruno", "Bruno Araújo", "America/Sao_Paulo", ("bruno@harbour.example",))
CHIYO = Person("chiyo", "Chiyo Morita 森田千代", "Asia/Tokyo", ("chiyo@harbour.example",))


def app_password(user: str, issue: int) -> str:
    """Four groups of four letters, the same for a person and issue; it guards invented data."""
    digest = hashlib.sha256(f"sandbox {user} {issue}".encode()).digest()
    letters = "".join(chr(ord("a") + octet % 26) for octet in digest[:16])
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))
