"""Where a password goes and where it does not, and what a person is told when it fails."""

import pytest
from aiohttp import web

from daygate.providers import faults
from tests.servers.faulty import PASSWORD, USER, WORK, faulty, multistatus, row
from tests.servers.process import free_port


async def test_401_without_a_challenge_is_a_wrong_password(server, spec) -> None:
    server.challenge = False
    with pytest.raises(faults.NeedsRelink) as caught:
        await spec.door.finish(server.typed(password="wrong"))
    assert caught.value.reason == "wrong_password"
    assert len(server.asked) == 1


async def test_a_password_revoked_in_the_middle_pauses(server, house) -> None:
    await house.pull()
    server.password = "changed"
    with pytest.raises(faults.NeedsRelink):
        await house.pull()


async def test_passwords_travel_in_utf_8(server, spec) -> None:
    server.password = "pässwörd €"
    assert await spec.door.finish(server.typed(password="pässwörd €"))


@pytest.mark.parametrize("place", ["principal_href", "home_href"])
async def test_credentials_do_not_follow_an_href_to_another_origin(server, spec, place) -> None:
    async with faulty() as other:
        setattr(server, place, f"{other.url}p/")
        with pytest.raises(faults.Refused) as caught:
            await spec.door.finish(server.typed())
        assert caught.value.reason == "confirm_host"
        assert f"http://{caught.value.detail}/" == other.url
        assert other.asked == []


async def test_credentials_do_not_follow_a_redirect_to_another_origin(server, spec) -> None:
    async with faulty() as other:
        server.override = lambda request, body: web.Response(
            status=301, headers={"Location": other.url}
        )
        with pytest.raises(faults.Refused) as caught:
            await spec.door.finish(server.typed())
        assert caught.value.reason == "confirm_host"
        assert other.asked == []


async def test_a_confirmed_host_is_followed_and_names_the_account(server, spec) -> None:
    async with faulty() as other:
        server.principal_href = f"{other.url}p/"
        host = other.url.removeprefix("http://").rstrip("/")
        credential = await spec.door.finish(server.typed(confirmed_host=host))
        assert credential.identity == f"{other.url}p/"
        calendars = await spec.open(credential.secret, credential.facts).calendars()
        assert [calendar.remote_id for calendar in calendars] == [WORK]


async def test_a_server_cannot_name_an_account_elsewhere(server, spec) -> None:
    """The other host refuses the password, so nobody becomes its principal."""
    async with faulty() as other:
        other.password = "quite another"
        server.principal_href = f"{other.url}p/"
        host = other.url.removeprefix("http://").rstrip("/")
        with pytest.raises(faults.NeedsRelink):
            await spec.door.finish(server.typed(confirmed_host=host))


async def test_a_redirect_repeats_method_and_body(server, spec) -> None:
    def redirect(request: web.Request, body: bytes) -> web.Response | None:
        if request.path == "/dav":
            return web.Response(status=302, headers={"Location": "/"})
        return None

    server.override = redirect
    assert await spec.door.finish(server.typed(host=f"{server.url}dav"))
    first, second = server.asked[:2]
    assert (first.method, first.body) == (second.method, second.body)
    assert second.authorization == first.authorization


async def test_redirects_in_a_circle_end(server, spec) -> None:
    server.override = lambda request, body: web.Response(status=302, headers={"Location": "/x"})
    with pytest.raises(faults.Refused) as caught:
        await spec.door.finish(server.typed())
    assert caught.value.reason == "not_caldav"


async def test_a_web_page_is_not_caldav(server, spec) -> None:
    server.override = lambda request, body: web.Response(text="<html>Hello</html>")
    with pytest.raises(faults.Refused) as caught:
        await spec.door.finish(server.typed())
    assert caught.value.reason == "not_caldav"


async def test_an_account_without_calendars_says_so(server, spec) -> None:
    server.override = lambda request, body: (
        multistatus(row("/cal/", "")) if request.path == "/cal/" else None
    )
    with pytest.raises(faults.Refused) as caught:
        await spec.door.finish(server.typed())
    assert caught.value.reason == "no_calendars"


async def test_a_server_that_is_not_there_is_unreachable(server, spec) -> None:
    with pytest.raises(faults.Unreachable) as caught:
        await spec.door.finish(server.typed(host=f"http://127.0.0.1:{free_port()}"))
    assert caught.value.reason == "unreachable"


async def test_a_host_inside_is_blocked(spec) -> None:
    with pytest.raises(faults.Refused) as caught:
        await spec.door.finish({"host": "https://10.0.0.1/", "user": "a", "password": "b"})
    assert caught.value.reason == "blocked"


async def test_one_calendar_without_a_principal_belongs_to_the_login(server, services) -> None:
    generic = services.by_key("generic")
    server.principal_href = ""
    address = f"{server.url}cal/work/"
    answer = {"address": address, "user": USER, "password": PASSWORD}
    credential = await generic.door.finish(answer)
    assert credential.identity == f"{address}#{USER}"
    calendars = await generic.open(credential.secret, credential.facts).calendars()
    assert [(one.remote_id, one.primary) for one in calendars] == [(WORK, True)]
