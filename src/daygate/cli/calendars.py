"""`daygate connect` and `daygate events`: calendars, by the operator's hand."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
import typer

from daygate.applications.register import by_client_id
from daygate.cli.terminal import refuse, run, say_json, secret_from, settings_or_exit, with_parts
from daygate.domain.application import Application, Client
from daygate.domain.developer import CONSOLE
from daygate.domain.errors import NotFound
from daygate.domain.ids import AccountId
from daygate.kit.outbound import Answer, Outbound, OutboundError
from daygate.link import finish
from daygate.oauth import grants, scopes, tokens
from daygate.oauth.refusals import TooManyAccounts
from daygate.providers.base import Credential, ProviderSpec
from daygate.providers.faults import Fault
from daygate.store import applications, audit, profiles
from daygate.store.engine import Tx
from daygate.web.oauth.token import token_answer
from daygate.wiring import Parts

events = typer.Typer(no_args_is_help=True, help="Events, as an application sees them.")
_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


def register(command: typer.Typer) -> None:
    """Add the command that stands alone."""
    command.command()(connect)


def connect(
    client_id: Annotated[str, typer.Option(help="For which application.")],
    provider: Annotated[str, typer.Option(help="`generic`, `icloud`, `fastmail`, ...")],
    url: Annotated[str, typer.Option(help="The server, where the service has no fixed one.")] = "",
    username: Annotated[str, typer.Option(help="The person's name at the service.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    scope: Annotated[str, typer.Option(help="What the application may do.")] = "read_write",
    account: Annotated[str, typer.Option(help="Add to this account; default: a new one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The token answer.")] = False,
) -> None:
    """Let an application in on the operator's authority, and print its tokens."""
    password = secret_from(password_stdin, "Password")
    answer = {"address": url or username, "host": url, "user": username, "password": password}

    async def act(parts: Parts) -> dict[str, Any]:
        wanted = scopes.parse(scope)
        spec = parts.catalog.for_provider_name(provider)
        if spec is None:
            raise typer.BadParameter(f"no such provider: {provider}")
        credential = await finish.admit(spec, answer)
        named = client_id, account
        try:
            return await parts.store.transact(
                lambda tx: let_in(parts, tx, named, (spec, credential), wanted.text)
            )
        except TooManyAccounts as full:
            refuse(
                f"The application is not verified and has connected {full.limit} accounts, the "
                f"most it may. To lift the limit: daygate apps verify {client_id}"
            )

    try:
        body = with_parts(act)
    except Fault as fault:
        refuse(f"The calendar service could not be connected: {fault}")
    if as_json:
        say_json(body)
    else:
        typer.echo(f"access_token: {body['access_token']}\nrefresh_token: {body['refresh_token']}")


async def let_in(
    parts: Parts,
    tx: Tx,
    named: tuple[str, str],
    shown: tuple[ProviderSpec, Credential],
    scope: str,
) -> dict[str, Any]:
    """Keep what was shown and make the grant. `named`: client_id, and an account or nothing."""
    client_id, account = named
    application = await by_client_id(tx, client_id)
    if not await applications.hold(tx, application.application_id):
        raise NotFound
    connected = await finish.keep(
        tx, parts.ring, *shown, AccountId(account) if account else None, fresh=not account
    )
    most = parts.settings.unverified_accounts
    if not await grants.has_room(tx, application, connected.account_id, most):
        raise TooManyAccounts(most, "")
    one = frozenset({connected.profile_id})
    grant = await grants.consent(
        tx, connected.account_id, application.application_id, scope, (one, one)
    )
    client = Client(
        application.application_id,
        application.client_id,
        application.token_shape,
        application.refresh_mode,
        application.access_token_life_s,
    )
    issued = await tokens.issue(tx, client, grant)
    profile = await profiles.brief(tx, connected.account_id, connected.profile_id)
    await _note(tx, "profile.connected", connected.profile_id, application)
    await _note(tx, "consent.given", grant.grant_id, application)
    whose = {"account_id": connected.account_id, "sub": connected.account_id}
    return token_answer(replace(issued, profile=profile), client.token_shape, whose)


async def _note(tx: Tx, act: str, subject: str, application: Application) -> None:
    await audit.append(tx, CONSOLE.name, act, subject, application.application_id, "")


@events.callback()
def _group() -> None:
    """Keep `list` a command of its own although it is the only one."""


@events.command("list")
def list_events(
    token: Annotated[str, typer.Option(help="An access token.", envvar="DAYGATE_TOKEN")],
    start: Annotated[str, typer.Option("--from", help="A date or a time.")] = "",
    end: Annotated[str, typer.Option("--to", help="A date or a time.")] = "",
    tzid: Annotated[str, typer.Option(help="Whose days.")] = "Etc/UTC",
    as_json: Annotated[bool, typer.Option("--json", help="The API's own answer.")] = False,
) -> None:
    """Ask the running Daygate for the first page of events a token may see."""
    query = {"from": start, "to": end, "tzid": tzid, "include_managed": "true"}
    base = settings_or_exit().api_base_url
    address = f"{base}/v1/events?" + urlencode({k: v for k, v in query.items() if v})
    try:
        answer = run(_get(address, token))
    except OutboundError as error:
        refuse(f"Daygate does not answer at {base}: {error.public}")
    if answer.status != 200:
        refuse(f"{answer.status} {answer.body.decode(errors='replace')}".strip())
    body = orjson.loads(answer.body)
    if as_json:
        say_json(body)
        return
    for each in body["events"]:
        typer.echo(f"{each['start']}  {each['end']}  {each['summary']}")


async def _get(address: str, token: str) -> Answer:
    outbound = Outbound(allow=_ANYWHERE, plain_http=True)
    try:
        return await outbound.request("GET", address, headers={"Authorization": f"Bearer {token}"})
    finally:
        await outbound.close()
