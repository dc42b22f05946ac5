"""`daygate keys`: the ring that secrets are kept under."""

import typer

from daygate.cli.terminal import refuse, with_parts
from daygate.kit.crypto import KeyRing
from daygate.store.rotation import Rotated
from daygate.store.rotation import rotate as rotate_records
from daygate.wiring import Parts

group = typer.Typer(no_args_is_help=True, help="The keys that secrets are kept under.")


@group.command()
def generate() -> None:
    """Print a new key for DAYGATE_SECRET_KEYS; put it first, and keep the others behind it."""
    typer.echo(KeyRing.generate().text())


@group.command()
def rotate() -> None:
    """Rewrite every secret under the ring's first key, while the house goes on serving."""

    async def rewrite(parts: Parts) -> Rotated:
        return await rotate_records(parts.store, parts.ring, progress=typer.echo)

    done = with_parts(rewrite)
    if done.unreadable:
        refuse(f"{done.unreadable} record(s) need a key that the ring lacks.")
    typer.echo(f"{done.rewritten} record(s) rewritten.")
