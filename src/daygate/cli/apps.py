"""`daygate apps`: applications, by the operator's hand."""

from typing import Annotated, Any

import typer

from daygate.applications import members, register, secrets, verify
from daygate.cli.terminal import in_one_transaction, say_json
from daygate.domain.application import Application
from daygate.domain.developer import CONSOLE, User
from daygate.store.engine import Tx
from daygate.wiring import Parts

group = typer.Typer(no_args_is_help=True, help="Applications of this installation.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
ClientId = Annotated[str, typer.Argument(help="The application's client_id.")]


@group.command()
def create(
    name: Annotated[str, typer.Argument(help="What people will read.")],
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Where people are sent back to; repeatable.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Its developer's e-mail address; default: the only user.")
    ] = None,
    url: Annotated[str, typer.Option(help="Its home page.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an application; its secret is shown this once."""

    async def make(parts: Parts, tx: Tx) -> register.Registered:
        life_s = parts.settings.access_token_ttl_s
        wanted = register.Wanted(name, url, tuple(redirect_uri or ()), life_s)
        return await register.register(tx, parts.ring, await _owner(tx, owner), wanted, CONSOLE)

    made = in_one_transaction(make)
    body = {
        "client_id": made.application.client_id,
        "client_secret": made.client_secret,
        **_shape(made.application),
    }
    _say(body, as_json)


@group.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Every application."""

    async def read(_parts: Parts, tx: Tx) -> list[Application]:
        return list(await register.every(tx))

    found = [_described(each) for each in in_one_transaction(read)]
    if as_json:
        say_json(found)
    else:
        for each in found:
            typer.echo(f"{each['client_id']}  {each['name']}")


@group.command()
def show(client_id: ClientId, as_json: AsJson = False) -> None:
    """One application."""

    async def read(_parts: Parts, tx: Tx) -> Application:
        return await register.by_client_id(tx, client_id)

    _say(_described(in_one_transaction(read)), as_json)


@group.command("verify")
def verify_one(client_id: ClientId, as_json: AsJson = False) -> None:
    """Verify an application, with every redirect URI that waits."""

    async def approve(_parts: Parts, tx: Tx) -> Application:
        return await verify.approve(tx, await register.by_client_id(tx, client_id), CONSOLE)

    _say(_described(in_one_transaction(approve)), as_json)


@group.command("rotate-secret")
def rotate_secret(client_id: ClientId, as_json: AsJson = False) -> None:
    """Make a new secret; the former one works for another day."""

    async def rotate(parts: Parts, tx: Tx) -> str:
        application = await register.by_client_id(tx, client_id)
        return await secrets.rotate(tx, parts.ring, application, CONSOLE)

    _say({"client_id": client_id, "client_secret": in_one_transaction(rotate)}, as_json)


async def _owner(tx: Tx, email: str | None) -> User:
    if email is not None:
        return await members.by_email(tx, email)
    everyone = await members.every(tx)
    if len(everyone) != 1:
        raise typer.BadParameter("name the developer with --owner (daygate users create)")
    return everyone[0]


def _described(application: Application) -> dict[str, Any]:
    return {"client_id": application.client_id, **_shape(application)}


def _shape(application: Application) -> dict[str, Any]:
    return {
        "name": application.name,
        "redirect_uris": [*application.approved_uris, *application.pending_uris],
        "verified": application.verified,
    }


def _say(body: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(body)
        return
    for name, value in body.items():
        text = ", ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name}: {text}")
