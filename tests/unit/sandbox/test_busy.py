"""Busy times of a calendar, and of other people by way of the outbox."""

import pytest

from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import DECLARED, NAMESPACES, WORK, Answer, Dav, event

OUTBOX = "/dav/calendars/ada/outbox/"
PRIVATE = "/dav/calendars/ada/private/"
DAY = 'start="20270301T000000Z" end="20270302T000000Z"'


def on(day: str, start: str, end: str, *more: str) -> str:
    text = event(f"busy-{day}-{start}", f"DTEND:{day}T{end}Z", *more)
    return text.replace("DTSTART:20261126T100000Z", f"DTSTART:{day}T{start}Z")


async def ask(dav: Dav, path: str = WORK, window: str = DAY, depth: str = "1") -> Answer:
    body = f"<c:free-busy-query {DECLARED}><c:time-range {window}/></c:free-busy-query>"
    return await dav.report(path, body, depth)


def periods(text: str) -> list[str]:
    return [line for line in text.split("\r\n") if line.startswith("FREEBUSY")]


def fill(world: World) -> None:
    work = world.collection("ada", "work")
    for member in list(work.members):
        work.remove(member)
    for number, (start, end, *more) in enumerate(
        [
            ("090000", "100000"),
            ("093000", "110000"),
            ("110000", "113000", "STATUS:TENTATIVE"),
            ("140000", "150000", "TRANSP:TRANSPARENT"),
            ("160000", "170000", "STATUS:CANCELLED"),
        ]
    ):
        world.edit("ada", "work", on("20270301", start, end, *more), name=f"{number}.ics")
    world.edit("ada", "work", on("20270228", "230000", "235900"), name="before.ics")


async def test_a_calendar_tells_its_busy_times_merged_and_without_words(
    dav: Dav, world: World
) -> None:
    fill(world)
    answer = await ask(dav)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert periods(answer.body.decode()) == [
        "FREEBUSY;FBTYPE=BUSY:20270301T090000Z/20270301T110000Z",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270301T110000Z/20270301T113000Z",
    ]
    assert "Tea" not in answer.body.decode()


async def test_whole_days_count_on_the_persons_wall(dav: Dav, world: World) -> None:
    bruno = dav.as_("bruno")
    path = "/dav/calendars/bruno/work/"
    whole = event("whole", "DTEND;VALUE=DATE:20270303").replace(
        "DTSTART:20261126T100000Z", "DTSTART;VALUE=DATE:20270302"
    )
    world.collection("bruno", "work").members.clear()
    world.edit("bruno", "work", whole)
    window = 'start="20270301T000000Z" end="20270310T000000Z"'
    found = periods((await ask(bruno, path, window)).body.decode())
    assert found == ["FREEBUSY;FBTYPE=BUSY:20270302T030000Z/20270303T030000Z"]


async def test_depth_0_leaves_the_objects_out_and_a_window_is_needed(
    dav: Dav, world: World
) -> None:
    fill(world)
    assert periods((await ask(dav, depth="0")).body.decode()) == []
    assert (await dav.report(WORK, f"<c:free-busy-query {DECLARED}/>", "1")).status == 400


async def test_busy_times_can_be_withheld(dav: Dav, world: World) -> None:
    world.faults.reports.free_busy = False
    assert (await ask(dav)).status == 501


def question(*more: str, method: str = "REQUEST") -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//Example//EN",
        f"METHOD:{method}",
        "BEGIN:VFREEBUSY",
        "UID:question-1",
        "DTSTAMP:20270101T000000Z",
        *more,
        "END:VFREEBUSY",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


TIMES = ("DTSTART:20270301T000000Z", "DTEND:20270302T000000Z")
ME = "ORGANIZER:mailto:ada@harbour.example"
GUESTS = ("ATTENDEE:mailto:bruno@harbour.example", "ATTENDEE:mailto:nobody@else.example")


async def post(dav: Dav, text: str, path: str = OUTBOX) -> Answer:
    return await dav.send("POST", path, text, Content_Type="text/calendar")


async def test_the_outbox_tells_when_other_people_are_busy(dav: Dav, world: World) -> None:
    world.edit("bruno", "private", on("20270301", "120000", "130000"))
    answer = await post(dav, question(*TIMES, ME, *GUESTS))
    assert answer.status == 200
    known, unknown = answer.root.findall("c:response", NAMESPACES)
    assert known.findtext("c:request-status", None, NAMESPACES) == "2.0;Success"
    text = str(known.findtext("c:calendar-data", None, NAMESPACES)).replace("\n", "\r\n")
    assert "METHOD:REPLY" in text
    assert "FREEBUSY;FBTYPE=BUSY:20270301T120000Z/20270301T130000Z" in text
    assert str(unknown.findtext("c:request-status", None, NAMESPACES)).startswith("3.7")
    assert unknown.find("c:calendar-data", NAMESPACES) is None


@pytest.mark.parametrize(
    ("text", "status", "condition"),
    [
        (question(*TIMES, "ORGANIZER:mailto:bruno@harbour.example"), 403, "c:organizer-allowed"),
        (question(ME), 403, "c:valid-scheduling-message"),
        (question(*TIMES, ME, method="PUBLISH"), 403, "c:valid-scheduling-message"),
        ("no calendar", 400, "c:valid-calendar-data"),
    ],
)
async def test_any_other_message_is_refused_by_name(
    dav: Dav, text: str, status: int, condition: str
) -> None:
    answer = await post(dav, text)
    assert answer.status == status
    assert answer.refuses_with(condition)


async def test_only_ones_own_outbox_takes_messages(dav: Dav) -> None:
    assert (await post(dav, question(*TIMES, ME), WORK)).status == 405
    theirs = OUTBOX.replace("ada", "bruno")
    assert (await post(dav, question(*TIMES, ME), theirs)).status == 403
