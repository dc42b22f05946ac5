"""Public identifiers: their prefixes, their alphabet, and how each is made.

SDKs put ids into paths without percent-encoding, so every id is `[A-Za-z0-9_-]` only. None of them
is an authorization: knowing one opens nothing.
"""

import hashlib
import secrets
import string
from typing import NewType

AccountId = NewType("AccountId", str)
ApplicationId = NewType("ApplicationId", str)
CalendarId = NewType("CalendarId", str)
EventUid = NewType("EventUid", str)
GrantId = NewType("GrantId", str)
ProfileId = NewType("ProfileId", str)
UserId = NewType("UserId", str)

_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
_PROFILE_BODY = 16
_HEX = 12


def _hex24() -> str:
    return secrets.token_hex(_HEX)


def _digest24(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[: 2 * _HEX]


def new_account_id() -> AccountId:
    """`acc_` and 24 hex digits."""
    return AccountId(f"acc_{_hex24()}")


def new_application_id() -> ApplicationId:
    """`app_` and 24 hex digits; internal, never on the wire."""
    return ApplicationId(f"app_{_hex24()}")


def new_user_id() -> UserId:
    """`usr_` and 24 hex digits: a developer or operator of this installation."""
    return UserId(f"usr_{_hex24()}")


def new_grant_id() -> GrantId:
    """`gra_` and 24 hex digits; internal, never on the wire."""
    return GrantId(f"gra_{_hex24()}")


def new_profile_id() -> ProfileId:
    """`pro_` and 16 letters and digits."""
    body = "".join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(_PROFILE_BODY))
    return ProfileId(f"pro_{body}")


def calendar_id(profile: ProfileId, remote_id: str) -> CalendarId:
    """`cal_<profile body>_<24 hex>`: the same remote calendar keeps its id for ever."""
    body = profile.removeprefix("pro_")
    return CalendarId(f"cal_{body}_{_digest24(profile, remote_id)}")


def event_uid(calendar: CalendarId, uid: str, recurrence_id: str | None) -> EventUid:
    """`evt_external_<24 hex>`: one per (calendar, iCalendar UID, original start)."""
    return EventUid(f"evt_external_{_digest24(calendar, uid, recurrence_id or '')}")


def series_identifier(calendar: CalendarId, uid: str) -> str:
    """24 hex digits shared by every occurrence of one series."""
    return _digest24("series", calendar, uid)
