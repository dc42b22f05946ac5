"""Where a person's password may go: the origin it was given for, and nowhere else by default."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from daygate.providers.caldav.hrefs import netloc, origin


@dataclass(frozen=True, slots=True)
class Territory:
    """The origin of the service, and hosts that may be visited with the same password.

    `partition_hosts` come from the preset (iCloud keeps each home on a host of its own); `*`
    stands for letters, digits and hyphens, never for a dot. `confirmed` are hosts that the person
    has seen named on a page and agreed to.
    """

    origin: str
    partition_hosts: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()

    def allows(self, url: str) -> bool:
        """Whether credentials may follow an address that a server gave."""
        if url.startswith(f"{self.origin}/"):
            return True
        if not url.startswith(f"{self.scheme}://"):
            return False
        return netloc(url) in self.confirmed or self.partition(url)

    def partition(self, url: str) -> bool:
        """Whether the preset itself lists the host."""
        return any(_matches(pattern, netloc(url)) for pattern in self.partition_hosts)

    @property
    def scheme(self) -> str:
        """https, except where the operator allows plain http and the address said so."""
        return self.origin.partition("://")[0]

    def upgraded(self, url: str) -> str:
        """`url` with https again where a server behind a proxy answered with its own http name.

        Cyrus redirects `/.well-known/caldav` to an absolute `http://` address on the same host.
        """
        if url.startswith(f"{self.origin}/"):
            return url
        host = self.origin.partition("://")[2]
        same_host = netloc(url).partition(":")[0] == host.partition(":")[0]
        if self.scheme == "https" and url.startswith("http://") and same_host:
            return self.origin + url.removeprefix(origin(url))
        return url


def _matches(pattern: str, host: str) -> bool:
    wild: Iterable[str] = map(re.escape, pattern.split("*"))
    return re.fullmatch("[a-z0-9-]+".join(wild), host) is not None
