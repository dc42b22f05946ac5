"""Every "no" of the authorization server: one closed tree.

    OAuthRefusal                    has an error code of RFC 6749
    ├── TokenRefusal                answered by the token endpoint (section 5.2)
    │   ├── InvalidRequest
    │   ├── InvalidClient
    │   │   └── WrongSecret         settled: the attempt stays counted
    │   ├── InvalidGrant
    │   │   ├── CodeReplayed        settled: what the code gave is dead
    │   │   ├── WrongVerifier       settled: the code is burnt
    │   │   └── RefreshReplayed     settled: the family is dead
    │   ├── InvalidScope
    │   └── UnsupportedGrantType
    └── AuthorizationRefusal        answered to the person's browser (section 4.1.2.1)
        ├── Shown                   on a page of ours, never an automatic redirect
        │   ├── UnknownAuthorization
        │   ├── WrongBrowser
        │   ├── NothingChosen
        │   └── TooManyAccounts
        └── Redirected              sent to the application at `location`

Descriptions are constants of this program: nothing a caller sent is ever repeated in them.
"""

from daygate.domain.errors import Refusal, Settled


class OAuthRefusal(Refusal):
    """`error` is the code for programs, `description` the text for their authors."""

    error = "server_error"

    def __init__(self, description: str) -> None:
        super().__init__(f"{self.error}: {description}")
        self.description = description


class TokenRefusal(OAuthRefusal):
    """A refusal of the token endpoint."""


class InvalidRequest(TokenRefusal):
    """The request is broken."""

    error = "invalid_request"


class InvalidClient(TokenRefusal):
    """Nobody has this id with this secret; `basic` if the client used the Authorization header."""

    error = "invalid_client"

    def __init__(self, *, basic: bool = False) -> None:
        super().__init__("nobody has this client_id with this client_secret")
        self.basic = basic


class WrongSecret(InvalidClient, Settled):
    """The same to the caller; the attempt is kept."""


class InvalidGrant(TokenRefusal):
    """The code or refresh token is of no use here; `field` names which of them was presented."""

    error = "invalid_grant"

    def __init__(self, field: str, description: str = "unknown or used") -> None:
        super().__init__(description)
        self.field = field


class CodeReplayed(InvalidGrant, Settled):
    """A code came a second time, or from a stranger."""


class WrongVerifier(InvalidGrant, Settled):
    """The code came with a verifier that is not its own (RFC 7636 section 4.6)."""


class RefreshReplayed(InvalidGrant, Settled):
    """A rotated refresh token came again after its grace (RFC 9700 section 4.14.2)."""


class InvalidScope(TokenRefusal):
    """The scope is unknown, or wider than what was granted."""

    error = "invalid_scope"


class UnsupportedGrantType(TokenRefusal):
    """Only codes and refresh tokens are traded here (RFC 9700 section 2.4)."""

    error = "unsupported_grant_type"


class AuthorizationRefusal(OAuthRefusal):
    """A refusal at the authorization endpoint, with a code of its own."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        super().__init__(description)


class Shown(AuthorizationRefusal):
    """Answered on our page. `location` is where a "Return to HOST" button may lead, if anywhere."""

    def __init__(self, error: str, description: str, location: str | None = None) -> None:
        super().__init__(error, description)
        self.location = location


class UnknownAuthorization(Shown):
    """No such request waits for a decision: never did, or its time is over."""

    def __init__(self) -> None:
        super().__init__("invalid_request", "this request has ended; start again")


class WrongBrowser(Shown):
    """The request was begun in another browser."""

    def __init__(self) -> None:
        super().__init__("access_denied", "this request was begun in another browser")


class NothingChosen(Shown):
    """Consent without a single calendar account of this person."""

    def __init__(self) -> None:
        super().__init__("invalid_request", "choose at least one calendar account")


class TooManyAccounts(Shown):
    """An unverified application has connected as many accounts as it may."""

    def __init__(self, limit: int, location: str) -> None:
        super().__init__(
            "access_denied", "this application is not verified and may connect no more", location
        )
        self.limit = limit


class Redirected(AuthorizationRefusal):
    """Sent to the application, which is verified or has been chosen by the person."""

    def __init__(self, error: str, description: str, location: str) -> None:
        super().__init__(error, description)
        self.location = location
