"""What a developer registers with an application, and the operator's verdict about it."""

from dataclasses import dataclass
from typing import Literal

from daygate.domain.ids import ApplicationId

UriState = Literal["pending", "approved", "refused"]
Verdict = Literal["pending", "approved", "refused", "superseded"]


@dataclass(frozen=True, slots=True)
class SecretNote:
    """What may be shown of a client secret after the one time it was shown whole."""

    secret_id: str
    hint: str
    created_ms: int
    used_ms: int | None
    retires_ms: int | None


@dataclass(frozen=True, slots=True)
class RedirectUri:
    """An address an application may send people back to, and what the operator said to it."""

    uri: str
    state: UriState
    created_ms: int
    decided_ms: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the operator asks when something is wrong with an application."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """One request to be verified, or to have more redirect URIs approved."""

    verification_id: str
    application_id: ApplicationId
    contact: Contact
    state: Verdict
    reason: str
    created_ms: int
    decided_ms: int | None
