"""The one way out: every request to a host named by somebody else leaves through `Outbound`."""

from daygate.kit.outbound.client import Answer, Limits, Outbound, Redirects
from daygate.kit.outbound.faults import (
    BadCertificate,
    BadUrl,
    Blocked,
    Garbled,
    OutboundError,
    Resting,
    TimedOut,
    TooLarge,
    TooManyHops,
    Unreachable,
    Unresolvable,
)
from daygate.kit.outbound.hosts import HostLimits
from daygate.kit.outbound.targets import normal_url

__all__ = [
    "Answer",
    "BadCertificate",
    "BadUrl",
    "Blocked",
    "Garbled",
    "HostLimits",
    "Limits",
    "Outbound",
    "OutboundError",
    "Redirects",
    "Resting",
    "TimedOut",
    "TooLarge",
    "TooManyHops",
    "Unreachable",
    "Unresolvable",
    "normal_url",
]
