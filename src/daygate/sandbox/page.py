"""The people's page: who lives in the sandbox, their app passwords, their week to be edited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from daygate.domain.moments import Window
from daygate.sandbox.drafts import HOUR, Days, Draft, objects
from daygate.sandbox.people import Person
from daygate.sandbox.places import CONTEXT
from daygate.sandbox.spans import Happening, happenings
from daygate.sandbox.world import NoSuchThing, Shelf, World

WEEK = timedelta(days=7)
SUMMARY_LIMIT = 200
HEADERS = {
    # No scripts at all; the forms come back here.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
TEMPLATES = Environment(
    loader=PackageLoader("daygate.sandbox"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a week: what is on, in which calendar, and when on the person's wall."""

    happening: Happening
    shelf: Shelf
    when: str


class Page:
    """The page of one world and the forms on it."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def show(self, request: Request) -> Response:
        """Everybody and their week."""
        home = f"{request.url.scheme}://{request.url.netloc}{_mount(request)}"
        html = TEMPLATES.get_template("people.html").render(
            world=self._world,
            server=f"{home}{CONTEXT}",
            mount=_mount(request),
            today=self._world.today,
            weeks=[(p, list(self._week(p))) for p in self._world.people.values()],
            monday=Days(self._world.today).monday,
        )
        return HTMLResponse(html, headers=HEADERS)

    async def add(self, request: Request) -> Response:
        """Add an event of an hour, as the person would in their own client."""
        person, form = self._person(request), await _fields(request)
        shelf = self._writable(person, form.get("calendar", ""))
        summary = form.get("summary", "").strip()[:SUMMARY_LIMIT] or "Something new"
        try:
            wall = datetime.fromisoformat(form.get("start", ""))
        except ValueError:
            raise HTTPException(422, "start: a day and a time, 2026-05-04T09:30") from None
        start = wall.replace(tzinfo=person.tzinfo, second=0, microsecond=0)
        draft = Draft(f"{uuid4()}", summary, start, start + HOUR)
        for text in objects([draft], datetime.now(UTC)).values():
            self._world.edit(person.user, shelf.slug, text)
        return _back(request, person)

    async def delete(self, request: Request) -> Response:
        """Delete an object, a series as a whole."""
        person, form = self._person(request), await _fields(request)
        shelf = self._writable(person, form.get("calendar", ""))
        try:
            self._world.erase(person.user, shelf.slug, form.get("uid", ""))
        except NoSuchThing:
            raise HTTPException(404, "uid: no such event; it may be deleted already") from None
        return _back(request, person)

    async def password(self, request: Request) -> Response:
        """Take the app password back, or issue a new one."""
        person, form = self._person(request), await _fields(request)
        if form.get("wish") == "revoke":
            self._world.revoke(person.user)
        else:
            self._world.reissue(person.user)
        return _back(request, person)

    def _week(self, person: Person) -> Iterator[Row]:
        opening = datetime.combine(Days(self._world.today).monday, time(), person.tzinfo)
        window = Window(opening.astimezone(UTC), (opening + WEEK).astimezone(UTC))
        rows = [
            (one.starts(person.tzinfo), Row(one, shelf, _when(one, person)))
            for shelf in self._world.calendars(person.user)
            for one in happenings(shelf.collection.members.values(), window, person.tzinfo)
        ]
        return (row for _, row in sorted(rows, key=lambda pair: pair[0]))

    def _person(self, request: Request) -> Person:
        """Whose form it is; a form sent from another site is refused."""
        origin = request.headers.get("origin")
        if origin not in (None, f"{request.url.scheme}://{request.url.netloc}"):
            raise HTTPException(403, "This form was sent from another site")
        try:
            return self._world.people[request.path_params["user"]]
        except KeyError:
            raise HTTPException(404, "No such person") from None

    def _writable(self, person: Person, slug: str) -> Shelf:
        writable = {s.slug: s for s in self._world.calendars(person.user) if s.writable}
        if slug not in writable:
            raise HTTPException(422, f"calendar: one of {', '.join(writable)}")
        return writable[slug]


async def style(_: Request) -> Response:
    """The page's style sheet."""
    return Response(STYLE_SHEET, media_type="text/css")


STYLE_SHEET = (Path(__file__).parent / "templates" / "sandbox.css").read_text(encoding="utf-8")


def _when(one: Happening, person: Person) -> str:
    start, end = one.event.span.start, one.event.span.end
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        return f"{start:%a %-d %b}, all day"
    wall_start, wall_end = start.astimezone(person.tzinfo), end.astimezone(person.tzinfo)
    until = f"{wall_end:%H:%M}" if wall_start.date() == wall_end.date() else f"{wall_end:%a %H:%M}"
    return f"{wall_start:%a %-d %b %H:%M} to {until}"


def _mount(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=10)
    return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}


def _back(request: Request, person: Person) -> Response:
    return RedirectResponse(f"{_mount(request)}/#{person.user}", 303)
