"""The people's page, read as HTML and used through its forms."""

from lxml import html

from daygate.sandbox.people import ADA
from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import Answer, Dav, event


async def page(dav: Dav) -> html.HtmlElement:
    answer = await dav.send("GET", "/")
    assert answer.status == 200
    return html.fromstring(answer.body.decode())


def lines(tree: html.HtmlElement, user: str) -> list[str]:
    """A person's week as text."""
    rows = tree.xpath(f"//section[@id='{user}']//tbody/tr")
    return [" ".join(row.text_content().split()) for row in rows]


async def form(dav: Dav, path: str, fields: str, **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    return await dav.send("POST", path, fields, Content_Type=kind, **headers)


async def test_everybody_is_listed_with_name_and_app_password(dav: Dav, world: World) -> None:
    text = (await page(dav)).text_content()
    for person in world.people.values():
        assert person.name in text
        assert world.app_password(person.user) in text
    assert f"{dav.url}/dav/" in text


async def test_a_persons_week_is_told_in_their_own_zone(dav: Dav, world: World) -> None:
    world.edit("chiyo", "work", event("tea"))
    tree = await page(dav)
    ada, chiyo = lines(tree, "ada"), lines(tree, "chiyo")
    assert "Tue 24 Nov 11:00 to 12:00 Site visit Work Delete" in ada
    assert "Thu 26 Nov 19:00 to 20:00 Tea Work Delete" in chiyo
    assert "Fri 27 Nov 23:00 to Sat 00:00 All hands repeats Team read only" in chiyo


async def test_hostile_text_is_only_text(dav: Dav) -> None:
    answer = await dav.send("GET", "/")
    policy = answer.headers["Content-Security-Policy"]
    tree = await page(dav)
    assert not tree.xpath("//script")
    assert '<script>alert("hello")</script> & <b>bold</b> {{ 7 * 7 }}' in tree.text_content()
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


async def test_an_event_is_added_at_wall_time_and_seen_by_clients(dav: Dav, world: World) -> None:
    token = (await dav.sync()).sync_token
    fields = "calendar=work&summary=Tea+%F0%9F%8D%B5&start=2026-11-26T16:00"
    answer = await form(dav, "/people/ada/events", fields)
    (row,) = (await dav.sync(token)).rows
    text = world.collection("ada", "work").members[row.rsplit("/", 1)[1]].text
    assert (answer.status, answer.headers["Location"]) == (303, "/#ada")
    assert "DTSTART;TZID=Europe/London:20261126T160000" in text
    assert "SUMMARY:Tea 🍵" in text
    assert "Tea 🍵" in (await page(dav)).text_content()


async def test_an_event_is_deleted_and_only_once(dav: Dav, world: World) -> None:
    assert (await form(dav, "/people/ada/events/delete", "calendar=work&uid=offer")).status == 303
    assert (await form(dav, "/people/ada/events/delete", "calendar=work&uid=offer")).status == 404
    assert world.collection("ada", "work").by_uid("offer") is None


async def test_the_app_password_is_revoked_and_issued_anew(dav: Dav, world: World) -> None:
    old = world.app_password("ada")
    await form(dav, "/people/ada/password", "wish=revoke")
    revoked = (await page(dav)).text_content()
    await form(dav, "/people/ada/password", "wish=issue")
    assert "Revoked" in revoked
    assert not world.admits("ada", old)
    assert world.app_password("ada") in (await page(dav)).text_content()


async def test_a_form_from_another_site_is_refused(dav: Dav, world: World) -> None:
    own = await form(dav, "/people/ada/password", "wish=none", Origin=dav.url)
    other = await form(dav, "/people/ada/password", "wish=revoke", Origin="https://evil.example")
    assert (own.status, other.status) == (303, 403)
    assert not world.revoked(ADA.user)


async def test_forms_that_make_no_sense_say_so(dav: Dav) -> None:
    nobody = await form(dav, "/people/nobody/events", "")
    shared = await form(dav, "/people/bruno/events", "calendar=team-of-ada&start=2026-11-26T16:00")
    when = await form(dav, "/people/ada/events", "calendar=work&summary=x&start=soon")
    assert (nobody.status, shared.status, when.status) == (404, 422, 422)
    assert b"calendar: one of work, private" in shared.body


async def test_the_style_sheet_knows_light_and_dark(dav: Dav) -> None:
    answer = await dav.send("GET", "/sandbox.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert b"color-scheme: light dark" in answer.body
