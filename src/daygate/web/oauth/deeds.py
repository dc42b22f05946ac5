"""What people do on these pages, as the audit log keeps it: who, what, and from where."""

from starlette.requests import Request

from daygate.domain.ids import AccountId, ProfileId
from daygate.store import audit
from daygate.store.engine import Tx

CONNECTED = "profile.connected"
RELINKED = "profile.relinked"
UNLINKED = "profile.unlinked"


async def note(
    tx: Tx,
    request: Request,
    account_id: AccountId,
    act: str,
    profile_id: ProfileId,
    detail: str = "",
) -> None:
    """Write down, in the caller's transaction, what a person did with a calendar account."""
    await audit.append(tx, f"account:{account_id}", act, profile_id, detail, address_of(request))


def address_of(request: Request) -> str:
    """Where the browser is; proxies are believed where the server is told to."""
    return request.client.host if request.client else ""
