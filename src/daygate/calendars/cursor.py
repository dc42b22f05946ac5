"""Where the next page begins: sealed text that only the grant it was made for can use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from daygate.domain.errors import NotFound
from daygate.domain.subject import Subject
from daygate.kit.crypto import KeyRing, Undecryptable
from daygate.store.readings import Asked, Bounds, Place


@dataclass(frozen=True, slots=True)
class Cursor:
    """A read in progress. `extra` is what the face needs again to shape the answers."""

    asked: Asked
    after: Place
    current: int
    total: int
    extra: Mapping[str, Any]


def seal(ring: KeyRing, subject: Subject, kind: str, cursor: Cursor) -> str:
    """The opaque last part of `next_page`."""
    return ring.seal(orjson.dumps(cursor), _aad(subject, kind))


def unseal(ring: KeyRing, subject: Subject, kind: str, text: str) -> Cursor:
    """Open a page token. Raises `NotFound` for a foreign, altered or made-up one."""
    try:
        body = orjson.loads(ring.open_sealed(text, _aad(subject, kind)))
    except Undecryptable:
        raise NotFound from None
    asked = body["asked"]
    bounds = Bounds(**asked["bounds"]) if asked["bounds"] else None
    return Cursor(
        asked=Asked(**{**asked, "bounds": bounds, "calendar_ids": tuple(asked["calendar_ids"])}),
        after=Place(**body["after"]),
        current=body["current"],
        total=body["total"],
        extra=body["extra"],
    )


def _aad(subject: Subject, kind: str) -> str:
    return f"page|{kind}|{subject.account_id}|{subject.grant_id}"
