"""`serve`, `worker`, `migrate`, `status`: running the house and asking how it is."""

import asyncio
import signal
from collections.abc import Awaitable
from enum import StrEnum
from importlib.metadata import version
from typing import Annotated, Any

import typer
import uvicorn

from daygate import worker as background
from daygate.app import build_app
from daygate.cli.bounded import BoundedHttp
from daygate.cli.terminal import (
    in_one_transaction,
    refuse,
    run,
    say_json,
    settings_or_exit,
)
from daygate.kit import log
from daygate.settings import Settings
from daygate.store.engine import Tx
from daygate.store.migrate import migrate as migrate_database
from daygate.wiring import Parts, key_ring, open_parts
from daygate.work.queue import counts


class Output(StrEnum):
    """How `status` is printed."""

    JSON = "json"
    ENV = "env"


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def register(command: typer.Typer) -> None:
    """Add these commands."""
    for function in (serve, worker, migrate, status):
        command.command()(function)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave background work to `daygate worker`.")
    ] = False,
) -> None:
    """Serve pages and the API, with a worker in the same process."""
    given = {"host": host, "port": port}
    chosen = settings_or_exit().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    if chosen.profile == "dev" and chosen.host not in _LOOPBACK:
        refuse("The dev profile listens on loopback only.")
    run(_serve(chosen, with_worker=not no_worker))


def worker() -> None:
    """Do background work until told to stop."""
    settings = settings_or_exit()
    _configure_log(settings)

    async def work() -> None:
        async with open_parts(settings) as parts:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(sign, stop.set)
            await background.run(parts, stop)

    run(work())


def migrate() -> None:
    """Bring the database's schema up to date."""
    settings = settings_or_exit()
    steps = run(
        migrate_database(
            settings.store_url,
            progress=lambda line: typer.echo(line, err=True),
            row_security=settings.row_security == "on",
        )
    )
    typer.echo(f"{len(steps)} step(s) done." if steps else "Nothing to do.")


def status(
    output: Annotated[Output, typer.Option("-o", help="How to print it.")] = Output.JSON,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Say how the installation is."""
    found = in_one_transaction(_status)
    if output is Output.ENV and not as_json:
        typer.echo(f"DAYGATE_URL={found['url']}\nDAYGATE_API_URL={found['api_url']}")
    else:
        say_json(found)


async def _status(parts: Parts, tx: Tx) -> dict[str, Any]:
    settings = parts.settings
    return {
        "url": settings.app_url,
        "api_url": settings.api_base_url,
        "version": version("daygate"),
        "database": parts.store.dialect,
        "workers": background.WORKERS_PER_PROCESS,
        "work": {
            lane.value: {"due": each.due, "parked": each.parked}
            for lane, each in (await counts(tx)).items()
        },
    }


async def _serve(settings: Settings, *, with_worker: bool) -> None:
    _configure_log(settings)
    await migrate_database(settings.store_url, row_security=settings.row_security == "on")
    async with open_parts(settings) as parts:
        server = uvicorn.Server(_uvicorn(settings, parts))
        stop = asyncio.Event()
        tasks: list[Awaitable[None]] = [_until_served(server, stop)]
        if with_worker:
            tasks.append(background.run(parts, stop))
        typer.echo(f"Daygate serves {settings.app_url}", err=True)
        await asyncio.gather(*tasks)


async def _until_served(server: uvicorn.Server, stop: asyncio.Event) -> None:
    try:
        await server.serve()
    finally:
        stop.set()


def _uvicorn(settings: Settings, parts: Parts) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(settings, parts),
        host=settings.host,
        port=settings.port,
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )


def _configure_log(settings: Settings) -> None:
    secrets = [key.text for key in key_ring(settings).keys]
    log.configure(form=settings.log_format, level=settings.log_level, secrets=secrets)
