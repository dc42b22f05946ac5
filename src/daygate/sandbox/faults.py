"""What can go wrong with a calendar service: switches to flip while the world runs."""

from dataclasses import dataclass, field
from enum import StrEnum


class BadToken(StrEnum):
    """How a server answers a sync token it does not know; RFC 6578 section 3.2 wants FORBIDDEN."""

    FORBIDDEN = "403 with valid-sync-token"
    CONFLICT = "409 with valid-sync-token"
    PRECONDITION_FAILED = "412, as Xandikos"
    SILENT = "207 with no change and a new token, as DAViCal, SOGo and Cyrus"


class Prefixes(StrEnum):
    """Namespace prefixes are free (XML Namespaces section 4); clients must not care."""

    LETTERS = "d: c: cs: a:"
    DEFAULT = "DAV: is the default namespace, as Radicale"
    NUMBERED = "ns0: ns1: ..., as Xandikos"


@dataclass(slots=True)
class Outage:
    """Requests are refused with `status`: the next `times` of them, those `methods`, or all.

    `below` names a path that they must begin with. `after` of them are let through first.
    """

    status: int = 503
    retry_after: str | None = None
    times: int | None = None
    methods: frozenset[str] = frozenset()
    below: str = ""
    after: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is refused; counts it."""
        concerned = not self.methods or method in self.methods
        if not (concerned and path.startswith(self.below)) or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class TransportFaults:
    """Below CalDAV: refusals, slowness, broken connections."""

    outage: Outage | None = None
    delay_s: float = 0.0
    # Announce the whole body, send this much of it, and close the connection.
    cut_after_bytes: int | None = None
    # Yahoo answers 401 without WWW-Authenticate.
    challenge: bool = True
    # Google's rate limit: 403 with an empty DAV:error.
    empty_403: bool = False


@dataclass(slots=True)
class ShapeFaults:
    """The same answer written differently; none of these is an error of the server."""

    prefixes: Prefixes = Prefixes.LETTERS
    cdata: bool = False
    missing_first: bool = False
    absolute_hrefs: bool = False
    # The origin of the host that holds the homes, `http://127.0.0.1:5002`, as iCloud's partitions.
    home_origin: str | None = None
    # iCloud and GMX answer 400 to Depth: 1 on a principal.
    principal_depth_0_only: bool = False
    # No current-user-privilege-set, no supported-calendar-component-set.
    terse_calendars: bool = False


@dataclass(slots=True)
class SyncFaults:
    """How changes are told, or not (RFC 6578 and its readers)."""

    offered: bool = True
    ctag: bool = True
    bad_token: BadToken = BadToken.FORBIDDEN
    # Truncate on the server's own decision after so many members.
    page: int | None = None
    # Cut the list at the client's limit, say nothing, hand out the newest token.
    limit_without_507: bool = False
    # Refuse a request that names a limit, with 507 for the whole.
    limit_refused: bool = False
    # Infomaniak says 418 where RFC 6578 section 3.2 says 404.
    removed_status: int = 404
    # iCloud lists the collection among its members.
    lists_itself: bool = False
    # Radicale's first answer names what was deleted before.
    tombstones_at_first: bool = False
    # RFC 6578 section 3.2 wants a 400 for anything but 0; old servers want 1. Radicale, Xandikos
    # and most others take both, and clients that send 1 live by that.
    depths: frozenset[str] = frozenset({"0", "1"})


@dataclass(slots=True)
class ReportFaults:
    """What reports besides sync-collection leave out."""

    # SOGo, Yahoo and GMX answer with the series itself.
    expand: bool = True
    # SOGo answers 501 to free-busy-query.
    free_busy: bool = True


@dataclass(slots=True)
class WriteFaults:
    """What storing does besides storing."""

    # The text is changed on arrival, so no ETag is sent (RFC 4791 section 5.3.4).
    rewrites: bool = False
    # GET and PUT send W/"x" where reports send "x", as servers behind compression do.
    weak_etags: bool = False
    # SOGo and Zimbra overwrite in spite of If-None-Match: *.
    if_none_match_ignored: bool = False
    # One UID in all calendars of a person (RFC 6638 section 3.2.4.1), as iCloud and Cyrus.
    one_uid_per_person: bool = False
    # iCloud refuses an event with neither DTEND nor DURATION.
    end_required: bool = False
    mkcalendar_offered: bool = True
    # Infomaniak says 201 and shows the calendar up to ten seconds later.
    mkcalendar_delay_s: float = 0.0


@dataclass(slots=True)
class Faults:
    """All switches of a world, off at first."""

    transport: TransportFaults = field(default_factory=TransportFaults)
    shape: ShapeFaults = field(default_factory=ShapeFaults)
    sync: SyncFaults = field(default_factory=SyncFaults)
    reports: ReportFaults = field(default_factory=ReportFaults)
    write: WriteFaults = field(default_factory=WriteFaults)
