"""The calendars of the sandbox, laid out around a given day; the same day gives the same world."""

from collections.abc import Iterable, Iterator
from datetime import date

from daygate.sandbox.collections import Kind, Look
from daygate.sandbox.drafts import (
    FUTURE_DAYS,
    PAST_DAYS,
    Days,
    Draft,
    attendee,
    instance,
    objects,
    organizer,
    timed,
)
from daygate.sandbox.faults import Faults
from daygate.sandbox.ics_text import component, escape, vcalendar
from daygate.sandbox.people import ADA, BRUNO, CHIYO, Person
from daygate.sandbox.world import World

EVERY_THREE_WEEKS_DAYS = 21
HOLIDAYS_SOURCE = "https://holidays.example/harbour.ics"
TODOS = ("Renew the passport", "Water the tomatoes")


def build_world(today: date, *, faults: Faults | None = None, epoch: str | None = None) -> World:
    """A new world around `today`: three people, some sixty objects from 30 days ago to 180 ahead.

    `epoch` goes into sync tokens, so that those of an earlier run are refused; random if not given.
    """
    world = World(today) if epoch is None else World(today, epoch)
    world.faults = faults or world.faults
    days = Days(today)
    for person in (ADA, BRUNO, CHIYO):
        _settle(world, days, person)
    for person, slug, drafts in (
        (ADA, "work", _ada_work(days)),
        (ADA, "private", _ada_private(days)),
        (BRUNO, "work", _bruno_work(days)),
        (BRUNO, "private", _bruno_private(days)),
        (CHIYO, "work", _chiyo_work(days)),
        (CHIYO, "private", _chiyo_private(days)),
    ):
        _fill(world, days, (person.user, slug), drafts)
    _team(world, days)
    _holidays(world, days)
    return world


def _settle(world: World, days: Days, person: Person) -> None:
    world.settle(person)
    world.open_calendar(person.user, "work", Look("Work", "#2F6FDEFF", 1))
    world.open_calendar(person.user, "private", Look("Private", "#C2410CFF", 2))
    look = Look("Tasks", "#52525BFF", 9)
    world.open_calendar(person.user, "tasks", look, components=("VTODO",))
    for number, words in enumerate(TODOS):
        uid = f"todo-{person.user}-{number}"
        lines = [f"UID:{uid}", f"DTSTAMP:{days.stamp:%Y%m%dT%H%M%SZ}", f"SUMMARY:{escape(words)}"]
        world.edit(person.user, "tasks", vcalendar([component("VTODO", lines)]), name=f"{uid}.ics")


def _fill(world: World, days: Days, where: tuple[str, str], drafts: Iterable[Draft]) -> None:
    for uid, text in objects(drafts, days.stamp).items():
        world.edit(*where, text, name=f"{uid}.ics")


def _scattered(days: Days, person: Person, summary: str, clock: str) -> Iterator[Draft]:
    """Single events over the whole span of the world."""
    for number, day in enumerate(range(-PAST_DAYS + 3, FUTURE_DAYS, EVERY_THREE_WEEKS_DAYS)):
        start = days.at(day, clock, person.zone)
        yield timed(f"single-{person.user}-{number}", summary, start, f"SEQUENCE:{number % 3}")


def _launch(days: Days, bruno: str, chiyo: str) -> Draft:
    """Ada's invitation; each of the invited holds a copy of their own (RFC 6638 section 3)."""
    return timed(
        "launch-review",
        "Launch review 🚀",
        days.at(8, "13:00", ADA.zone),
        organizer(ADA),
        attendee(ADA, "ACCEPTED"),
        attendee(BRUNO, bruno),
        attendee(CHIYO, chiyo),
        "LOCATION:" + escape("Harbour Room, 2nd floor; video link in the notes"),
        "SEQUENCE:1",
    )


def _planning(days: Days) -> Iterator[Draft]:
    """A series over a change of clocks: one occurrence moved, one called off, one left out."""
    first, clock, zone = -27, "10:00", ADA.zone
    left_out = days.at(first + 7 * 7, clock, zone)
    series = timed(
        "planning",
        "Planning",
        days.at(first, clock, zone),
        f"RRULE:FREQ=WEEKLY;{days.until(FUTURE_DAYS)}",
        f"EXDATE;TZID={zone}:{left_out:%Y%m%dT%H%M%S}",
        "CATEGORIES:Team," + escape("Plans, big and small"),
    )
    yield series
    moved, called_off = days.at(first + 5 * 7, clock, zone), days.at(first + 6 * 7, clock, zone)
    yield instance(series, moved, days.at(first + 5 * 7 + 1, "11:30", zone), "SEQUENCE:1")
    yield instance(series, called_off, called_off, "STATUS:CANCELLED", "SEQUENCE:2")


def _ada_work(days: Days) -> Iterator[Draft]:
    zone = ADA.zone
    yield timed(
        "stand-up",
        "Stand-up",
        days.at(-28, "09:30", zone),
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    )
    yield from _planning(days)
    yield _launch(days, "ACCEPTED", "NEEDS-ACTION")
    yield timed("offer", "Interview: José Ñandú", days.at(2, "15:00", zone), "STATUS:TENTATIVE")
    yield timed("focus", "Focus time", days.at(3, "14:00", zone), "TRANSP:TRANSPARENT")
    yield timed(
        "board",
        "Board report",
        days.at(days.last_friday(), "16:00", zone),
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=8",
        *component("VALARM", ["ACTION:DISPLAY", "DESCRIPTION:Board", "TRIGGER:-PT15M"]),
    )
    yield timed(
        "site-visit",
        "Site visit",
        days.at(1, "11:00", zone),
        "LOCATION:" + escape("Old Pier, Brighton"),
        "GEO:50.816667;-0.136944",
        "URL:https://harbour.example/visits/7",
    )
    yield timed(
        "hostile",
        '<script>alert("hello")</script> & <b>bold</b> {{ 7 * 7 }}',
        days.at(4, "12:00", zone),
        "DESCRIPTION:" + escape("<img src=x onerror=alert(1)>\n'single' \"double\" %3Cscript%3E"),
        "LOCATION:" + escape("javascript:alert(1)"),
    )
    flight = days.at(15, "11:30", zone), days.at(16, "08:25", CHIYO.zone)
    yield Draft("flight", "Flight to Tokyo ✈️ LHR→HND", *flight, ("TRANSP:OPAQUE",))
    yield from _scattered(days, ADA, "One to one with Bruno", "15:30")


def _ada_private(days: Days) -> Iterator[Draft]:
    yield timed("dentist", "Dentist", days.at(1, "08:00", ADA.zone), "CLASS:PRIVATE")
    yield days.whole("trip", "Walking in the Lakes 🥾", 19, 5, "LOCATION:Keswick")
    yield days.whole(
        "birthday", "Bruno's birthday 🎂", 10, 1, "RRULE:FREQ=YEARLY", "TRANSP:TRANSPARENT"
    )
    yield timed("radio", "Radio play", days.at(5, "20:00", None))
    yield timed("moon", "Eclipse of the moon", days.at(24, "02:10", "UTC"))
    choir = "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=12"
    yield timed("choir", "Choir", days.at(-19, "19:15", ADA.zone), choir)


def _bruno_work(days: Days) -> Iterator[Draft]:
    zone = BRUNO.zone
    yield _launch(days, "ACCEPTED", "NEEDS-ACTION")
    yield timed(
        "caixa", "Fechamento do mês", days.at(-20, "17:00", zone), "RRULE:FREQ=MONTHLY;COUNT=7"
    )
    weekly = f"RRULE:FREQ=WEEKLY;BYDAY=TU,TH;{days.until(90)}"
    yield timed("suporte", "Plantão de suporte", days.at(-27, "14:00", zone), weekly)
    # The zone of Ada's office: overlaps his own lunch in one half of the year only.
    start = days.at(-26, "15:00", ADA.zone)
    yield timed("sync-london", "Sync with London", start, "RRULE:FREQ=WEEKLY")
    yield timed("folga", "Talvez: folga", days.at(11, "09:00", zone), "STATUS:TENTATIVE")
    yield from _scattered(days, BRUNO, "Conversa com a Ada", "12:30")


def _bruno_private(days: Days) -> Iterator[Draft]:
    yield days.whole("praia", "Praia 🏖️", 33, 9)
    yield timed(
        "futebol", "Futebol ⚽", days.at(-25, "20:00", BRUNO.zone), "RRULE:FREQ=WEEKLY;COUNT=26"
    )
    yield timed("medico", "Consulta médica", days.at(9, "08:30", BRUNO.zone), "CLASS:CONFIDENTIAL")


def _chiyo_work(days: Days) -> Iterator[Draft]:
    zone = CHIYO.zone
    yield _launch(days, "ACCEPTED", "NEEDS-ACTION")
    notes = "週次の定例会議です。" * 12 + "\nEnglish below; bring tea, please."
    weekly = ("RRULE:FREQ=WEEKLY;BYDAY=MO", "DESCRIPTION:" + escape(notes))
    yield timed("teirei", "定例会議", days.at(-28, "10:00", zone), *weekly)
    yield timed("review", "設計レビュー", days.at(2, "16:00", zone), "LOCATION:品川オフィス")
    night = days.at(6, "23:30", zone), days.at(7, "01:30", zone)
    yield Draft("release", "深夜リリース 🌙", *night)
    yield from _scattered(days, CHIYO, "面談", "11:00")


def _chiyo_private(days: Days) -> Iterator[Draft]:
    yield days.whole("onsen", "温泉旅行 ♨️", 26, 3)
    yield timed(
        "ikebana",
        "生け花",
        days.at(-24, "18:30", CHIYO.zone),
        "RRULE:FREQ=DAILY;INTERVAL=10;COUNT=20",
    )
    yield timed("arabic", "درس اللغة العربية", days.at(4, "19:00", CHIYO.zone))


def _team(world: World, days: Days) -> None:
    """Ada's team calendar, which the others may read."""
    world.open_calendar(ADA.user, "team", Look("Team", "#15803DFF", 3, transparent=True))
    for person in (BRUNO, CHIYO):
        world.share(ADA.user, "team", person.user, "team-of-ada")
    drafts = [
        days.whole("team-week", "Whole team in Lisbon", 54, 5, "LOCATION:Lisboa"),
        days.whole("freeze", "Release freeze", 13, 4),
        timed("all-hands", "All hands", days.at(-24, "14:00", "UTC"), "RRULE:FREQ=WEEKLY;COUNT=30"),
        timed("retro", "Retrospective", days.at(10, "13:00", "UTC")),
    ]
    _fill(world, days, (ADA.user, "team"), drafts)


def _holidays(world: World, days: Days) -> None:
    """A calendar Chiyo subscribed to elsewhere: shown, never written."""
    look = Look("Harbour holidays", "#A16207FF", 5, transparent=True)
    calendar = world.open_calendar(CHIYO.user, "holidays", look, kind=Kind.SUBSCRIPTION)
    calendar.source = HOLIDAYS_SOURCE
    names = ("Harbour Day", "Lantern Night", "Day of Ropes")
    drafts = (days.whole(f"holiday-{n}", name, 12 + 45 * n, 1) for n, name in enumerate(names))
    _fill(world, days, (CHIYO.user, "holidays"), drafts)
