"""How an application wants to be answered; what only the operator may allow it."""

from dataclasses import dataclass

from daygate.domain.application import Application, RefreshMode, TokenShape
from daygate.domain.developer import Actor
from daygate.domain.errors import FieldError, Invalid
from daygate.store import application_changes, audit
from daygate.store.engine import Tx

SHORTEST_TOKEN_LIFE_S = 60
LONGEST_TOKEN_LIFE_S = 86_400


@dataclass(frozen=True, slots=True)
class Options:
    """The whole of what an owner may choose: `verified` and host wildcards are not among it."""

    token_shape: TokenShape
    refresh_mode: RefreshMode
    require_pkce: bool
    access_token_life_s: int


def parse(token_shape: str, refresh_mode: str, *, require_pkce: bool, life_s: str) -> Options:
    """Read the choices of a form, naming everything that is wrong with them."""
    wrong: list[FieldError] = []
    if token_shape not in set(TokenShape):
        wrong.append(FieldError("token_shape", "errors.invalid", "must be nested or flat"))
    if refresh_mode not in set(RefreshMode):
        wrong.append(FieldError("refresh_mode", "errors.invalid", "must be same or rotating"))
    if not _is_life(life_s):
        limits = f"must be between {SHORTEST_TOKEN_LIFE_S} and {LONGEST_TOKEN_LIFE_S} seconds"
        wrong.append(FieldError("access_token_life_s", "errors.invalid", limits))
    if wrong:
        raise Invalid(wrong)
    return Options(TokenShape(token_shape), RefreshMode(refresh_mode), require_pkce, int(life_s))


async def choose(tx: Tx, application: Application, options: Options, actor: Actor) -> None:
    """Save an owner's choices."""
    values: dict[str, str | int | bool] = {
        "token_shape": options.token_shape,
        "refresh_mode": options.refresh_mode,
        "require_pkce": options.require_pkce,
        "access_token_life_s": options.access_token_life_s,
    }
    await application_changes.change(tx, application.application_id, values)
    detail = " ".join(f"{name}={value}" for name, value in values.items())
    await _note(tx, actor, "options.changed", application, detail)


async def allow_host_wildcards(
    tx: Tx, application: Application, actor: Actor, *, allowed: bool
) -> None:
    """Let an application register `*.` hosts, or no longer; for the operator."""
    await application_changes.change(tx, application.application_id, {"host_wildcards": allowed})
    await _note(tx, actor, "host_wildcards.changed", application, str(allowed).lower())


def _is_life(text: str) -> bool:
    shaped = text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_TOKEN_LIFE_S))
    return shaped and SHORTEST_TOKEN_LIFE_S <= int(text) <= LONGEST_TOKEN_LIFE_S


async def _note(tx: Tx, actor: Actor, act: str, application: Application, detail: str) -> None:
    await audit.append(tx, actor.name, act, application.application_id, detail, actor.address)
