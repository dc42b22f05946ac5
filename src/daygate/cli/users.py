"""`daygate users`: developers and operators of this installation."""

from typing import Annotated

import typer

from daygate.applications import members
from daygate.cli.terminal import secret_from, with_parts
from daygate.domain.developer import User
from daygate.wiring import Parts

group = typer.Typer(no_args_is_help=True, help="Developers and operators of this installation.")


@group.callback()
def _group() -> None:
    """Keep `create` a command of its own although it is the only one."""


@group.command()
def create(
    email: Annotated[str, typer.Argument(help="Whose; also the name to sign in with.")],
    name: Annotated[str, typer.Option(help="What to call them.")] = "",
    operator: Annotated[bool, typer.Option("--operator", help="May verify and see all.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make a developer, or an operator."""
    password = secret_from(password_stdin, "Password")

    async def make(parts: Parts) -> User:
        newcomer = await members.prepare(
            parts.passwords, email=email, name=name or email.partition("@")[0], password=password
        )
        return await parts.store.transact(
            lambda tx: members.create_user(tx, newcomer, operator=operator)
        )

    made = with_parts(make)
    typer.echo(f"{made.email} can sign in now.")
