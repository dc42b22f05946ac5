"""An application: what its developer registered, and how it wants to be answered."""

from dataclasses import dataclass
from enum import StrEnum

from daygate.domain.ids import ApplicationId, UserId


class TokenShape(StrEnum):
    """How `linking_profile` stands in a token answer."""

    NESTED = "nested"
    FLAT = "flat"
    """For readers that refuse a nested object, such as DotNetOpenAuth with its default quotas."""


class RefreshMode(StrEnum):
    """What a refresh does to the refresh token (RFC 9700 section 4.14.2)."""

    SAME = "same"
    ROTATING = "rotating"


@dataclass(frozen=True, slots=True)
class Application:
    """One registered client; `approved_uris` count once it is verified.

    `logo` is a stamp of the picture kept for it, empty if there is none.
    """

    application_id: ApplicationId
    client_id: str
    owner_id: UserId
    name: str
    developer_name: str
    url: str
    verified: bool
    disabled: bool
    token_shape: TokenShape
    refresh_mode: RefreshMode
    require_pkce: bool
    access_token_life_s: int
    host_wildcards: bool
    logo: str = ""
    approved_uris: tuple[str, ...] = ()
    pending_uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """An application as far as the token endpoint has to know it."""

    application_id: ApplicationId
    client_id: str
    token_shape: TokenShape
    refresh_mode: RefreshMode
    access_token_life_s: int
