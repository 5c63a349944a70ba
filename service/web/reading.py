"""One look at the database for one page, made in a thread: what is there, who asks, and the frame around the page."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from adapters.sql.directory import CaseFacts
from adapters.sql.histories import load
from adapters.sql.notices import count_unread
from adapters.sql.reads.cases import titles_by_code
from adapters.sql.reads.queue import count_open
from adapters.sql.rows import title
from adapters.sql.statements import Connection
from engine.case import Case
from engine.commands import Actor
from engine.definition import Definition
from service.http.callers import Caller
from service.http.credentials import credential_of
from service.http.front import Front
from service.http.gate import CALLER_KEY, AnyRequest, caller_if_any, caller_of, in_thread, seen_row
from service.http.policy import Policy
from service.http.problems import Wording
from service.http.rendering import Rendering
from service.telling import item_name
from service.texts import Speech
from service.web.frame import NavLink, Viewer
from service.web.pages import preferences_of, speech_of
from service.web.views.reader import Reader
from service.web.views.starting import startable

VIEWER_KEY = "viewer"
QUEUE = "/queue"
LINKS = (
    ("home", "/", ""),
    ("overview", "/dashboard", "g d"),
    ("expert", "/expert", "g e"),
    ("queue", "/queue", "g q"),
    ("apply", "/apply", "g a"),
    ("mine", "/mine", "g m"),
    ("duties", "/duties", "g u"),
    ("items", "/items", "g i"),
    ("funds", "/funds", "g f"),
    ("reports", "/reports", "g r"),
    ("admin", "/admin", "g z"),
)
"""The main navigation: the key of the words, the address, the shortcut. The policy says who sees which."""

BELOW = {
    "/calls": "/admin",
    "/disbursements": "/funds",
    "/drafts": "/mine",
    "/evaluations": "/reports",
    "/lessons": "/reports",
    "/returned": "/mine",
}
"""Pages that belong to a link of the navigation without standing under its address."""

STARTERS_ONLY = frozenset({"apply", "mine", "duties"})
"""Links that only those see who may start something."""

T = TypeVar("T")


class Look(Struct, frozen=True):
    """What a page works from."""

    front: Front
    connection: Connection
    facts: CaseFacts
    caller: Caller
    reader: Reader

    @property
    def t(self) -> Speech:
        """The text lookup in the reader's language."""
        return self.reader.t

    @property
    def actor(self) -> Actor:
        """The person as the engine knows them."""
        return self.caller.actor

    def case(self, case_id: str) -> Case:
        """Read a case; NotFound when there is none."""
        return load(self.connection, case_id)

    def title(self, case: Case) -> str:
        """Give the name of a case; one that stands beside another goes by that one's."""
        definition = self.definition_of(case)
        own = title(case, definition)
        over = titles_by_code(self.connection, [own]) if definition.parent is not None else {}
        return item_name(own, over.get(own), self.reader.says(definition.title))

    def definition_of(self, case: Case) -> Definition:
        """Give the definition a case follows."""
        return self.definition(case.definition, case.version)

    def definition(self, key: str, version: int | None = None) -> Definition:
        """Give a definition, the newest version when none is named."""
        return self.front.assembly.library.get(key, version).definition

    def startable(self) -> list[tuple[Definition, tuple[str, ...]]]:
        """Give the definitions the person may start, each with the units they may start it for."""
        every = (self.definition(key) for key in self.front.assembly.library.published())
        return list(startable(every, self.facts, self.actor, self.reader.now))


async def look(request: AnyRequest, front: Front, work: Callable[[Look], T]) -> T:
    """Let `work` read what a page needs, and make the frame's viewer on the way."""
    caller = caller_of(request)

    def reading() -> T:
        with front.assembly.database.read() as connection:
            found = _found(request, front, caller, connection)
            request.scope["state"][VIEWER_KEY] = _viewer(found, request.url.path)
            return work(found)

    return await in_thread(front.assembly.threads, reading)


def _found(request: AnyRequest, front: Front, caller: Caller, connection: Connection) -> Look:
    wording, facts = wording_of(request, front), front.assembly.organisation.facts(connection)
    rendering = Rendering(wording, facts.directory, caller.actor)
    t = wording.catalogue.speak(wording.language)
    return Look(front, connection, facts, caller, Reader(t, rendering, front.assembly.clock.now()))


async def look_at_case(request: AnyRequest, front: Front, work: Callable[[Look, Case], T]) -> T:
    """As `look`, with the case that the path names."""
    case_id = seen_row(request).case_id
    return await look(request, front, lambda found: work(found, found.case(case_id)))


def wording_of(request: AnyRequest, front: Front) -> Wording:
    """Give the words for the reader of a page: in the page's language, not the header's."""
    return Wording(front.assembly.catalogue, preferences_of(request).language)


def viewer_of(request: AnyRequest) -> Viewer | None:
    """Give the signed-in person for the frame, as `look` found them; else as `greet` does."""
    viewer = request.scope["state"].get(VIEWER_KEY)
    if viewer is None and caller_if_any(request) is not None:
        viewer = greet(request, request.app.state["front"])
    assert viewer is None or isinstance(viewer, Viewer)
    return viewer


def greet(request: AnyRequest, front: Front) -> Viewer:
    """Make the frame of a page that looks at nothing, such as help: the same as everywhere, so that nothing jumps.

    Reads the database: call it, or draw the page, in a thread.
    """
    caller = caller_of(request)
    with front.assembly.database.read() as connection:
        viewer = _viewer(_found(request, front, caller, connection), request.url.path)
    request.scope["state"][VIEWER_KEY] = viewer
    return viewer


def greet_briefly(request: AnyRequest, front: Front) -> None:
    """Make the frame of a page that tells of a failure, without asking the database, which may be what failed."""
    caller = caller_if_any(request)
    if caller is not None:
        unit = caller.directory.units.get(caller.actor.unit)
        links = _links(front.policy, caller.roles, speech_of(request), request.url.path, may_start=False)
        viewer = Viewer(caller.actor.name, unit.name if unit is not None else "", navigation=links)
        request.scope["state"][VIEWER_KEY] = viewer


def recognise(request: AnyRequest, front: Front) -> None:
    """Find who asks for an address that nothing serves, where no gate did: they are signed in there too."""
    state, credential = request.scope["state"], credential_of(request, is_tls=front.assembly.settings.is_tls)
    if CALLER_KEY in state or credential is None:
        return
    callers, now = front.callers, front.assembly.clock.now()
    caller = callers.kept(credential) or callers.find(credential, now, is_use=False)
    if caller is not None:
        state[CALLER_KEY] = caller


def forgery_token_of(request: AnyRequest) -> str:
    """Give the token that the page's forms carry."""
    caller = caller_if_any(request)
    return caller.forgery_token if caller is not None else ""


def _viewer(found: Look, path: str) -> Viewer:
    waiting = count_open(found.connection, [f"u:{found.actor.id}"])
    return Viewer(
        name=found.actor.name,
        unit=found.reader.unit(found.actor.unit),
        unread_count=count_unread(found.connection, found.actor.id),
        navigation=_navigation(found, path, waiting),
        may_search=found.front.policy.rules["GET", "/search"].allows(found.caller.roles),
    )


def _navigation(found: Look, path: str, waiting: int) -> list[NavLink]:
    may_start = bool(found.startable())
    links = _links(found.front.policy, found.caller.roles, found.t, path, may_start=may_start)
    return [replace(link, count=waiting) if link.url == QUEUE else link for link in links]


def _links(policy: Policy, roles: frozenset[str], t: Speech, path: str, *, may_start: bool) -> list[NavLink]:
    """Give the navigation as far as roles tell it."""
    rules, path = policy.rules, BELOW.get(path, path)
    return [
        NavLink(
            label=t(f"layout.link.{name}"),
            url=url,
            current=path == url or (url != "/" and path.startswith(f"{url}/")),
            key=key,
        )
        for name, url, key in LINKS
        if ("GET", url) in rules and rules["GET", url].allows(roles) and (may_start or name not in STARTERS_ONLY)
    ]
