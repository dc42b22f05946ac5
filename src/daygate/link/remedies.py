"""What each fault of a calendar service means for whoever looks after it, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from daygate.providers.faults import Reason


@dataclass(frozen=True, slots=True)
class Remedy:
    """What happened, and whose move it is."""

    what: str
    remedy: str


_RELINK = "The person has to connect it again; its relink address does that."
_WAIT = "Nothing to do: it is tried again by itself, ever less often."
_REPORT = "If it stays so, look into the log for this profile and report it."

_WORDS: Mapping[Reason, Remedy] = {
    "wrong_password": Remedy("The service refuses the password.", _RELINK),
    "app_password_needed": Remedy("The service wants an app password.", _RELINK),
    "unreachable": Remedy("The service does not answer, or is in trouble.", _WAIT),
    "blocked": Remedy(
        "The server's address may not be reached from here.",
        "Allow its network with DAYGATE_ALLOW_NETWORKS, if it is meant to be reached.",
    ),
    "certificate": Remedy(
        "The server's certificate cannot be trusted.", "Its operator has to mend it."
    ),
    "no_calendars": Remedy("The account shows no calendar.", "The person has to make one there."),
    "not_caldav": Remedy("There is no calendar server at this address any more.", _RELINK),
    "bad_address": Remedy("The address cannot be right.", _RELINK),
    "other_service": Remedy("The account belongs to another service.", _RELINK),
    "confirm_host": Remedy("The service leads to a server of another name.", _RELINK),
    "throttled": Remedy("The service asks us to wait.", _WAIT),
    "refused": Remedy(
        "The service understood, and refuses.", "The person has to ask whoever runs the service."
    ),
    "missing": Remedy("A calendar is gone at the service.", _WAIT),
    "outdated": Remedy("Something changed while it was being written.", _WAIT),
    "cursor_lost": Remedy("The service forgot where we were.", "Nothing to do: all is read again."),
    "nonsense": Remedy("The service gave an answer outside the protocol.", _REPORT),
}


def remedy_of(reason: str) -> Remedy:
    """The words for a stored reason; one that no release of ours wrote is quoted."""
    known = next((each for each in get_args(Reason) if each == reason), None)
    return _WORDS[known] if known else Remedy(f"The last look failed: {reason}.", _REPORT)
