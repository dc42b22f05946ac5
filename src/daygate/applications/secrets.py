"""Client secrets: two live at once, so that one can be replaced without an outage.

A secret is presented by the application (looked up by its SHA-256) and needed back to sign what is
sent to the application, so it is kept in both forms. It is shown once, when it is made.
"""

from collections.abc import Sequence

from daygate.domain.application import Application
from daygate.domain.developer import Actor
from daygate.domain.errors import NotFound, invalid
from daygate.domain.ids import ApplicationId
from daygate.domain.verification import SecretNote
from daygate.kit.crypto import KeyRing, fingerprint, random_text
from daygate.store import application_changes, audit
from daygate.store.engine import Tx

SECRET_CHARS = 43  # 256 bits of [A-Za-z0-9]
MOST_LIVE = 2
LONGEST_RETIREMENT_S = 30 * 86_400
_ID_CHARS = 24
_HINT_CHARS = 4


def aad(secret_id: str, application_id: ApplicationId) -> str:
    """The place a sealed secret belongs to; in any other it does not open."""
    return f"application_secrets|{secret_id}|secret_sealed|{application_id}"


async def issue(tx: Tx, ring: KeyRing, application: Application, actor: Actor) -> str:
    """Make a secret beside the live one, and give it for the only time."""
    live = await application_changes.secrets(tx, application.application_id)
    if len(live) >= MOST_LIVE:
        raise invalid(
            "secret", "errors.too_many", f"{MOST_LIVE} secrets are live; retire one of them first"
        )
    secret_id, secret = f"sec_{random_text(_ID_CHARS)}", random_text(SECRET_CHARS)
    await application_changes.insert_secret(
        tx,
        application.application_id,
        SecretNote(secret_id, secret[-_HINT_CHARS:], await tx.now_ms(), None, None),
        secret_hash=fingerprint(secret),
        sealed=ring.encrypt(secret.encode(), aad(secret_id, application.application_id)),
    )
    await _note(tx, actor, "secret.created", application, secret_id)
    return secret


async def retire(
    tx: Tx, application: Application, secret_id: str, actor: Actor, *, in_s: int = 0
) -> None:
    """Let a secret end, at once or in a while; the last one that would stay cannot be retired."""
    if not 0 <= in_s <= LONGEST_RETIREMENT_S:
        raise invalid("in_s", "errors.invalid", "must be between now and 30 days from now")
    live = await application_changes.secrets(tx, application.application_id)
    if secret_id not in {secret.secret_id for secret in live}:
        raise NotFound
    staying = [s for s in live if s.retires_ms is None and s.secret_id != secret_id]
    if not staying:
        raise invalid("secret", "errors.last", "make a new secret first: this is the last one")
    await application_changes.retire_secret(tx, application.application_id, secret_id, in_s)
    await _note(tx, actor, "secret.retired", application, f"{secret_id} in {in_s} s")


async def rotate(
    tx: Tx, ring: KeyRing, application: Application, actor: Actor, *, in_s: int = 86_400
) -> str:
    """Make a new secret and let the others end in a while.

    One that is ending already makes room at once; two that are not are for their owner to sort out.
    """
    former = await application_changes.secrets(tx, application.application_id)
    ending = [old.secret_id for old in former if old.retires_ms is not None]
    if len(former) >= MOST_LIVE and ending:
        await retire(tx, application, ending[0], actor)
    secret = await issue(tx, ring, application, actor)
    for old in former:
        if old.retires_ms is None:
            await retire(tx, application, old.secret_id, actor, in_s=in_s)
    return secret


async def live(tx: Tx, application: Application) -> Sequence[SecretNote]:
    """What may be shown of the secrets that work now, the oldest first."""
    return await application_changes.secrets(tx, application.application_id)


async def signing(tx: Tx, ring: KeyRing, application_id: ApplicationId) -> list[str]:
    """Every live secret in clear, to sign what is sent to the application with."""
    sealed = await application_changes.sealed_secrets(tx, application_id)
    return [
        ring.decrypt(blob, aad(secret_id, application_id)).decode() for secret_id, blob in sealed
    ]


async def _note(tx: Tx, actor: Actor, act: str, application: Application, detail: str) -> None:
    await audit.append(tx, actor.name, act, application.application_id, detail, actor.address)
