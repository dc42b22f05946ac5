"""`daygate demo`: everything at once on this computer, to be tried without any account."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from daygate.cli.terminal import refuse, run
from daygate.demo.data import NotOurs
from daygate.demo.programme import programme
from daygate.demo.serving import NotListening
from daygate.demo.stage import Place, open_demo
from daygate.kit import log


def register(command: typer.Typer) -> None:
    """Add the command."""
    command.command()(demo)


def demo(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65_533, help="Daygate's port; the two after it are used too. 0: any free."
        ),
    ] = 8040,
    host: Annotated[str, typer.Option(help="Address to listen on: loopback only.")] = "127.0.0.1",
    data_dir: Annotated[
        Path, typer.Option(help="A directory for the demo alone; emptied at each start.")
    ] = Path("var/demo"),
) -> None:
    """Run Daygate with a sandbox of calendars and a sample application."""
    log.configure(form="console", level="warning")
    try:
        run(_demo(Place(host, port, data_dir)))
    except (NotOurs, NotListening) as refusal:
        refuse(str(refusal))


async def _demo(place: Place) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    async with open_demo(place) as running:
        for line in programme(running):
            typer.echo(line)
        await stop.wait()
        typer.echo("Stopping.", err=True)
