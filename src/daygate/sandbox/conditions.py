"""Conditional requests and the ETags they compare (RFC 9110 section 13)."""

from starlette.datastructures import Headers

from daygate.sandbox.collections import Member
from daygate.sandbox.faults import WriteFaults


def listed(header: str | None) -> set[str]:
    """The tags of a list header, without their W/; If-None-Match compares weakly."""
    return {tag.strip().removeprefix("W/") for tag in (header or "").split(",") if tag.strip()}


def holds(headers: Headers, member: Member | None, faults: WriteFaults) -> bool:
    """Whether a write may go on; a weak tag never satisfies If-Match (section 13.1.1)."""
    match, none_match = headers.get("if-match"), headers.get("if-none-match")
    if match is not None:
        tags = {tag.strip() for tag in match.split(",")}
        if member is None or not ({"*", member.etag} & tags):
            return False
    if none_match is not None and not faults.if_none_match_ignored and member is not None:
        return not ({"*", member.etag} & listed(none_match))
    return True


def etag_header(faults: WriteFaults, etag: str) -> str:
    """The ETag header's value: strong, or weak as behind a compressing proxy."""
    return f"W/{etag}" if faults.weak_etags else etag
