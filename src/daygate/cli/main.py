"""The `daygate` command, put together from its groups."""

import typer

from daygate.cli import apps, calendars, demo, doctor, keys, serving, users

command = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A gateway between applications and people's calendars.",
)
demo.register(command)
serving.register(command)
calendars.register(command)
doctor.register(command)
command.add_typer(users.group, name="users")
command.add_typer(apps.group, name="apps")
command.add_typer(keys.group, name="keys")
command.add_typer(calendars.events, name="events")


def main() -> None:
    """Run the command line."""
    command()
