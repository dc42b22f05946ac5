"""How commands talk: one JSON document or plain lines on standard output, refusals on the other."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import orjson
import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from daygate.domain.errors import Invalid, NotFound, Refusal
from daygate.kit.crypto import BadKey
from daygate.settings import Settings
from daygate.store.engine import Tx
from daygate.store.vault import WrongKeys
from daygate.wiring import Misconfigured, Parts, open_parts

T = TypeVar("T")
_AWAY = (ConnectionError, TimeoutError, socket.gaierror)


def refuse(text: str) -> NoReturn:
    """Say why not, and leave with 1."""
    typer.echo(text, err=True)
    raise typer.Exit(1)


def say_json(body: Any) -> None:
    """Print one JSON document and nothing else."""
    sys.stdout.write(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode() + "\n")


def settings_or_exit() -> Settings:
    """The settings; a bad one is named, its value is not shown."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"DAYGATE_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        refuse("Settings cannot be read:\n  " + "\n  ".join(lines))


def run(act: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; an expected "no" becomes a line and exit code 1."""
    try:
        return asyncio.run(act)
    except (Misconfigured, BadKey, WrongKeys) as error:
        refuse(str(error))
    except DBAPIError as error:
        refuse(f"The database refuses: {_first_line(error.orig)}\nAsk `daygate doctor`.")
    except _AWAY as error:
        refuse(f"The database does not answer: {_first_line(error)}\nAsk `daygate doctor`.")
    except NotFound:
        refuse("Not found.")
    except Invalid as refusal:
        refuse("\n".join(f"{each.field}: {each.description}" for each in refusal.errors))
    except Refusal as refusal:
        refuse(str(refusal))


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]


def with_parts(act: Callable[[Parts], Awaitable[T]]) -> T:
    """Run a command that needs the house open."""
    settings = settings_or_exit()

    async def opened() -> T:
        async with open_parts(settings) as parts:
            return await act(parts)

    return run(opened())


def in_one_transaction(act: Callable[[Parts, Tx], Awaitable[T]]) -> T:
    """Run a command that is one transaction."""
    return with_parts(lambda parts: parts.store.transact(lambda tx: act(parts, tx)))


def secret_from(stdin: bool, prompt: str) -> str:
    """A secret from standard input, or typed without being shown."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt(prompt, hide_input=True, err=True)
    return typed
