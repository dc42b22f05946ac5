"""The page of documentation that lists the presets, written from the table itself."""

import sys
from collections.abc import Iterator

from daygate.providers.presets import Preset, Source, presets

_HEAD = """# Presets

Services that a password opens, as `src/daygate/providers/presets.toml` holds them. This page is
written by `python -m daygate.providers.preset_page`; a test compares the two.

*Verified* means that our own tests ran the connector against that server. Every other row was
taken from the sources it names and has not been tried by us: where a fact in particular was not
checked, it is listed.
"""
_APP_PASSWORD = {"yes": "always", "2fa": "with two-factor sign-in", "no": "no"}


def page() -> str:
    """The whole page."""
    offered = [preset for preset in presets() if preset.offered]
    others = [preset for preset in presets() if not preset.offered]
    parts = [_HEAD, *(_section(preset) for preset in offered)]
    parts.append("## Known, but reached another way\n")
    parts.append("\n".join(_referral(preset) for preset in others) + "\n")
    return "\n".join(parts)


def _section(preset: Preset) -> str:
    return "\n".join([f"## {preset.label}\n", *_lines(preset), *_quirks(preset), ""])


def _lines(preset: Preset) -> Iterator[str]:
    facts = {
        "Key": f"`{preset.key}`",
        "Address": f"`{preset.base_url}`" if preset.base_url else "found from what is typed",
        "Mail domains": ", ".join(preset.domains),
        "Asked for": ", ".join(field.label for field in preset.fields),
        "App password": _APP_PASSWORD[preset.app_password],
        "Help": " ".join(filter(None, [preset.help_text, preset.help_url])),
        "Password also goes to": ", ".join(f"`{host}`" for host in preset.partition_hosts),
        "Lacks": ", ".join(preset.lacks),
        "Verified": "yes" if preset.verified else "no",
        "Not checked": ", ".join(preset.unverified),
        "Sources": "; ".join(map(_source, preset.sources)),
    }
    return (f"- {name}: {value}" for name, value in facts.items() if value)


def _quirks(preset: Preset) -> Iterator[str]:
    values = preset.quirks.model_dump(exclude={"note"}, exclude_defaults=True)
    if values:
        yield "- Habits: " + ", ".join(f"{name} {value}" for name, value in values.items())
    if preset.quirks.note:
        yield f"- Note: {preset.quirks.note}"


def _source(source: Source) -> str:
    facts = f"{', '.join(source.facts)}: " if source.facts else ""
    return f"{facts}{source.what} ({source.seen})"


def _referral(preset: Preset) -> str:
    return f"- {preset.label}: use `{preset.refer_to}`. {preset.help_text}"


if __name__ == "__main__":
    sys.stdout.write(page())
