"""Where things are: from a path to what stands there, and back."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from daygate.sandbox.collections import Member
from daygate.sandbox.people import Person
from daygate.sandbox.world import Shelf, World

CONTEXT = "/dav/"


@dataclass(frozen=True, slots=True)
class Root:
    """The context path, where discovery starts."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person as WebDAV knows them (RFC 3744 section 2)."""

    person: Person


@dataclass(frozen=True, slots=True)
class Home:
    """The collection of a person's calendars."""

    person: Person


@dataclass(frozen=True, slots=True)
class Place:
    """One collection in a home."""

    person: Person
    shelf: Shelf

    @property
    def slug(self) -> str:
        """Its name there."""
        return self.shelf.slug


@dataclass(frozen=True, slots=True)
class Leaf:
    """One calendar object; `member` is None where nothing is stored yet."""

    place: Place
    name: str
    member: Member | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A name in a home under which no collection stands yet."""

    person: Person
    slug: str


Resource = Root | Principal | Home | Place | Leaf | Gap


def locate(world: World, path: str) -> Resource | None:
    """What stands at a decoded path below the application's mount point."""
    if path in ("/", CONTEXT, CONTEXT.rstrip("/")):
        return Root()
    match [part for part in path.removeprefix(CONTEXT).split("/") if part]:
        case ["principals", user] if user in world.people:
            return Principal(world.people[user])
        case ["calendars", user, *rest] if user in world.people:
            return _in_home(world, world.people[user], rest)
    return None


def _in_home(world: World, person: Person, rest: list[str]) -> Resource | None:
    home = world.homes[person.user]
    match rest:
        case []:
            return Home(person)
        case [slug] if slug not in home:
            return Gap(person, slug)
        case [slug]:
            return Place(person, home[slug])
        case [slug, name] if slug in home:
            place = Place(person, home[slug])
            return Leaf(place, name, place.shelf.collection.members.get(name))
    return None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Writes hrefs: below a mount point, and with an origin where one is wanted."""

    mount: str = ""
    origin: str = ""
    home_origin: str = ""

    def root(self) -> str:
        """Of the context path."""
        return f"{self.origin}{self.mount}{CONTEXT}"

    def principal(self, user: str) -> str:
        """Of a principal."""
        return f"{self.root()}principals/{quote(user)}/"

    def home(self, user: str) -> str:
        """Of a home, which may be on another host."""
        return f"{self.home_origin or self.origin}{self.mount}{CONTEXT}calendars/{quote(user)}/"

    def of(self, resource: Resource) -> str:
        """Of anything."""
        match resource:
            case Root():
                return self.root()
            case Principal(person):
                return self.principal(person.user)
            case Home(person):
                return self.inside(person)
            case Leaf(place, name):
                return self.inside(place.person, place.shelf.slug, name)
            case _:
                return self.inside(resource.person, resource.slug, "")

    def inside(self, person: Person, *parts: str) -> str:
        """Of something in a home, on the host that was asked."""
        path = "/".join(quote(part, safe="") for part in parts)
        return f"{self.origin}{self.mount}{CONTEXT}calendars/{quote(person.user)}/{path}"

    def path_of(self, reference: str) -> str:
        """The decoded path below the mount point that an href of a request means."""
        bare = reference.strip()
        if "://" in bare:
            bare = "/" + bare.split("://", 1)[1].partition("/")[2]
        return unquote(bare).removeprefix(self.mount)
