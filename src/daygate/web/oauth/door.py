"""The form of a calendar service: what was typed is tried, and a failure is put in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from daygate.applications.attempts import network_of
from daygate.domain.errors import TooMany
from daygate.kit.crypto import fingerprint
from daygate.link import finish
from daygate.providers.base import Credential, ProviderSpec
from daygate.providers.faults import Fault
from daygate.store import limits
from daygate.store.engine import Store
from daygate.web.forms import Form

CONFIRMED = "confirmed_host"
TRIES_MAX = 30
TRIES_WINDOW_S = 900
"""NIST SP 800-63B section 5.2.2: this form must be of no use for guessing at other services."""
_AT_FIELD: Mapping[str, tuple[str, ...]] = {
    "wrong_password": ("password",),
    "app_password_needed": ("password",),
    "bad_address": ("host", "address", "user"),
    "not_caldav": ("host", "address"),
    "no_calendars": ("host", "address", "user"),
}
"""The fields a fault may be about; the first that the form has is marked."""


@dataclass(frozen=True, slots=True)
class Try:
    """How it went: a credential, or a fault to explain."""

    credential: Credential | None = field(default=None, repr=False)
    fault: Fault | None = None


async def attempt(request: Request, spec: ProviderSpec, form: Form) -> Try:
    """Try what was typed. Nothing of the database is held while the service is asked."""
    await _count(request)
    try:
        return Try(credential=await finish.admit(spec, _answer(spec, form)))
    except Fault as fault:
        return Try(fault=fault)


def shown(
    spec: ProviderSpec, form: Form | None = None, fault: Fault | None = None
) -> dict[str, object]:
    """What the template needs; everything typed is kept except the password."""
    asked = spec.door.begin()
    names = {each.name for each in asked.fields}
    reason = fault.reason if fault else ""
    return {
        "spec": spec,
        "door": asked,
        "typed": {
            each.name: form.one(each.name) if form and each.kind != "password" else each.value
            for each in asked.fields
        },
        "reason": reason,
        "detail": fault.detail if fault else "",
        "marked": next((name for name in _AT_FIELD.get(reason, ()) if name in names), ""),
    }


def _answer(spec: ProviderSpec, form: Form) -> Mapping[str, str]:
    names = [each.name for each in spec.door.begin().fields]
    return {name: form.one(name) for name in (*names, CONFIRMED)}


async def _count(request: Request) -> None:
    network = network_of(request.client.host if request.client else "")
    store: Store = request.app.state.parts.store
    subject = f"connect|{fingerprint(network).hex()[:32]}"
    if await store.transact(lambda tx: limits.hit(tx, subject, TRIES_WINDOW_S)) > TRIES_MAX:
        raise TooMany(TRIES_WINDOW_S)
