"""`daygate doctor`: what is wrong with the installation or one calendar account, and the remedy.

Exit 0: fine. 1: something needs attention, and each thing is named with its remedy. 2: no such
profile or service.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from daygate.cli.installation import Check, examine
from daygate.cli.terminal import say_json, settings_or_exit, with_parts
from daygate.domain.ids import ProfileId
from daygate.domain.moments import from_ms, wire_time
from daygate.domain.profile import Profile, SyncState
from daygate.link.checkup import Checkup, findings, gather
from daygate.link.remedies import remedy_of
from daygate.providers.base import Cursor, ProviderSpec
from daygate.store import checkups, profile_owners
from daygate.store.engine import Tx
from daygate.wiring import Parts

_SHOWN = 100


def register(command: typer.Typer) -> None:
    """Add the command."""
    command.command()(doctor)


def doctor(
    what: Annotated[
        str,
        typer.Argument(
            help="A profile_id, or a service (`icloud`, `fastmail`, `caldav` ...); without it, the "
            "installation.",
            metavar="PROFILE|SERVICE",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Look for what is wrong, and say the remedy. Exit 0 if all is fine, 1 if not."""
    found = with_parts(lambda parts: _named(parts, what)) if what else _installation()
    if as_json:
        say_json(found)
    else:
        for line in _lines(found):
            typer.echo(line)
    if not found["ok"]:
        raise typer.Exit(1)


def _installation() -> dict[str, Any]:
    checks = examine(settings_or_exit())
    wrong = [each for each in checks if not each.ok]
    return {
        "checks": [_check(each) for each in checks],
        "ok": not wrong,
        "verdict": _verdict(len(wrong)),
    }


def _check(check: Check) -> dict[str, Any]:
    return {"name": check.name, "ok": check.ok, "found": check.found, "remedy": check.remedy}


async def _named(parts: Parts, named: str) -> dict[str, Any]:
    specs = [each for each in parts.catalog.specs if named in (each.key, each.name)]
    async with parts.store.read() as tx:
        if specs:
            return await _of_service(tx, specs)
        profile = await profile_owners.find(tx, ProfileId(named))
        if profile is None:
            raise typer.BadParameter(f"no such profile or service: {named}")
        return _of_profile(parts, await gather(tx, profile))


async def _of_service(tx: Tx, specs: Sequence[ProviderSpec]) -> dict[str, Any]:
    keys = [each.key for each in specs]
    count, unwell = await checkups.of_services(tx, keys, limit=_SHOWN)
    wrong = []
    for each in unwell:
        said = remedy_of(each.last_fault or "wrong_password")
        state = "" if each.connected else "disconnected. "
        wrong.append({"what": f"{each.profile_id}: {state}{said.what}", "remedy": said.remedy})
    return {
        "services": ", ".join(keys),
        "profiles": count,
        "findings": wrong,
        "ok": not wrong,
        "verdict": _verdict(len(wrong)),
    }


def _of_profile(parts: Parts, checkup: Checkup) -> dict[str, Any]:
    profile = checkup.profile
    wrong = [{"what": each.what, "remedy": each.remedy} for each in findings(checkup)]
    look = checkup.next_look
    spec = parts.catalog.by_key(profile.provider_key)
    learns = spec.learns if spec else _unknown
    return {
        **_who(parts, profile),
        "shared_with": [
            {"client_id": each.client_id, "name": each.application, "scope": each.scope}
            for each in checkup.shared
        ],
        "calendars": [_calendar(each, learns) for each in checkup.calendars],
        "last_change": _time(checkup.changed_ms),
        "last_look": _time(checkup.looked_ms),
        "next_look": _time(look.due_ms) if look and not look.parked else None,
        "looking_now": bool(look and look.running),
        "last_error": profile.last_fault or None,
        "findings": wrong,
        "ok": not wrong,
        "verdict": _verdict(len(wrong)),
    }


def _who(parts: Parts, profile: Profile) -> dict[str, Any]:
    return {
        "profile_id": profile.profile_id,
        "profile_name": profile.profile_name,
        "sub": profile.account_id,
        "service": profile.provider_service,
        "connected": profile.connected,
        "first_synchronization_done": profile.initial_sync_done,
        "relink_url": f"{parts.settings.app_url}/relink/{profile.profile_id}",
    }


def _calendar(state: SyncState, learns: Callable[[Cursor], str]) -> dict[str, Any]:
    return {
        "calendar_id": state.calendar_id,
        "name": state.name,
        "cursor": state.cursor is not None,
        "learns": learns(Cursor(state.cursor)) if state.cursor is not None else "not read yet",
        "objects": f"{state.objects_done} of {state.objects_expected}",
        "last_look": _time(state.pulled_ms),
        "last_change": _time(state.changed_ms),
        "last_error": state.last_fault or None,
    }


def _unknown(_cursor: Cursor) -> str:
    return "its service is not offered by this installation any more"


def _time(moment_ms: int | None) -> str | None:
    return wire_time(from_ms(moment_ms)) if moment_ms is not None else None


def _verdict(wrong: int) -> str:
    if not wrong:
        return "All is fine."
    return "One thing needs attention." if wrong == 1 else f"{wrong} things need attention."


def _lines(found: Mapping[str, Any]) -> Sequence[str]:
    lines: list[str] = []
    for name, value in found.items():
        if name == "verdict" or name == "ok":
            continue
        if not isinstance(value, list):
            lines.append(f"{name}: {_plain(value)}")
            continue
        lines += [f"{name}: none"] if not value else []
        for each in value:
            lines += _entry(name, each)
    return [*lines, found["verdict"]]


def _entry(name: str, entry: Mapping[str, Any]) -> Sequence[str]:
    match name:
        case "checks":
            mark = "ok" if entry["ok"] else "WRONG"
            lines = [f"{mark:5}  {entry['name']}: {entry['found']}"]
        case "findings":
            lines = [f"WRONG  {entry['what']}"]
        case _:
            facts = ", ".join(f"{key} {_plain(value)}" for key, value in entry.items())
            return [f"{name}: {facts}"]
    return [*lines, f"       -> {entry['remedy']}"] if entry["remedy"] else lines


def _plain(value: Any) -> str:
    if value is None:
        return "none"
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
