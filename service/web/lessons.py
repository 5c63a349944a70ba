"""Lessons that projects left behind: published ones, of the whole county, told without the project they are from.

Lessons are de-identified before they are published (rule `no_personal_data`) and shared with whoever applies next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from msgspec import Struct

from adapters.sql.reads.cases import EVERYBODY, WORDS_LENGTH_MAX, Filter, list_cases
from adapters.sql.reads.paging import PAGE_MAX, Page
from engine.case import Case
from engine.definition import Definition
from service.http.lists import scope_of
from service.web.fields import Choice
from service.web.lists import Address
from service.web.parts import Status
from service.web.reading import Look
from service.web.views.addresses import item_url
from service.web.views.values import said
from workflows.guards.reading import Row, text_in

LESSON, PUBLISHED, LESSONS = "lesson", "published", "/lessons"
CATEGORIES = "categories"
TEXTS = ("context", "happened", "why", "advice")
SEARCHED = ("name", *TEXTS)
CHOSEN = (CATEGORIES, "kind", "stage")
"""The fields that lessons are narrowed by; an address names them so too."""

PAGE_LINES, HINTS_MAX = 20, 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lessons: those that hold some words, and have these values in the fields of `CHOSEN`."""

    words: str = ""
    chosen: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, address: Address) -> "Wanted":
        """Read an address."""
        chosen = tuple((name, address.get(name)) for name in CHOSEN if address.get(name))
        return cls(address.get("words").strip()[:WORDS_LENGTH_MAX], chosen)

    def fits(self, case: Case) -> bool:
        """Say whether a lesson is wanted; every word has to be found somewhere in it."""
        text = "\n".join(text_in(case.data, name) for name in SEARCHED).casefold()
        return all(word in text for word in self.words.casefold().split()) and all(
            value in _values(case.data, name) for name, value in self.chosen
        )


class Lesson(Struct, frozen=True):
    """A lesson in words; `texts` are its parts under their titles, `url` is empty for who does not see its project."""

    name: str
    kind: Status
    categories: str
    stage: str
    advice: str
    texts: Sequence[tuple[str, str]]
    url: str


class Found(Struct, frozen=True):
    """A page of the lessons that fit, where the next begins (None: there is none), and what they are narrowed by."""

    lessons: Sequence[Lesson]
    after: str | None
    choices: Sequence[tuple[str, str, Sequence[Choice]]]


def find_lessons(found: Look, wanted: Wanted, after: str | None) -> Found:
    """Give a page of the lessons that fit, the newest first, and the choices there are."""
    listed = lessons_page(found, wanted, after, PAGE_LINES)
    known = LESSON in found.front.assembly.library.published()
    fields = [found.definition(LESSON).fields[name] for name in CHOSEN if known]
    choices = [
        (one.name, found.reader.says(one.title), [Choice(each.name, found.reader.says(each.title)) for each in one.of])
        for one in fields
    ]
    return Found(listed.lines, listed.after, choices)


def lessons_page(found: Look, wanted: Wanted, after: str | None, lines: int) -> Page[Lesson]:
    """Give the lessons that fit from a place on; no more of them are read than it takes to fill the page."""
    fitting = list(islice((case for case in _published(found, after) if wanted.fits(case)), lines + 1))
    cases = fitting[:lines]
    return Page(tuple(_told(found, cases)), cases[-1].id if len(fitting) > lines else None)


def lesson_labels(found: Look) -> dict[str, str]:
    """Name the columns of a file of lessons."""
    fields = found.definition(LESSON).fields
    return {name: found.reader.says(fields[name].title) for name in ("name", "kind", CATEGORIES, "stage", *TEXTS)}


def lesson_cell(lesson: Lesson, key: str) -> str:
    """Give what a file shows of a lesson in a column."""
    told = dict(zip(TEXTS, (text for _, text in lesson.texts), strict=False))
    own = {"kind": lesson.kind.label, CATEGORIES: lesson.categories, "stage": lesson.stage, "advice": lesson.advice}
    return {"name": lesson.name, **told, **own}[key]


def lessons_for(found: Look, project: Row) -> list[Lesson]:
    """Give the newest lessons about the categories of a project; about any where it has none yet."""
    wanted = set(_values(project, CATEGORIES))
    fitting = (case for case in _published(found) if not wanted or wanted & set(_values(case.data, CATEGORIES)))
    return _told(found, [case for case, _ in zip(fitting, range(HINTS_MAX), strict=False)])


def _published(found: Look, after: str | None = None) -> Iterator[Case]:
    """Give published lessons from a place on, the newest first, as far as anybody looks."""
    wanted = Filter(definition=LESSON, states=(PUBLISHED,))
    while True:
        listed = list_cases(found.connection, EVERYBODY, wanted, after, PAGE_MAX)
        yield from (found.case(line.id) for line in listed.lines)
        after = listed.after
        if after is None:
            return


def _values(data: Row, name: str) -> list[str]:
    value = data.get(name) or []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _told(found: Look, cases: Sequence[Case]) -> list[Lesson]:
    ids = frozenset(case.id for case in cases)
    seen = {line.id for line in list_cases(found.connection, scope_of(found.caller), Filter(ids=ids)).lines}
    return [_lesson(found, case, found.definition_of(case), is_seen=case.id in seen) for case in cases]


def _lesson(found: Look, case: Case, definition: Definition, *, is_seen: bool) -> Lesson:
    reader, data, fields = found.reader, case.data, definition.fields
    kind = said(reader, fields["kind"], data.get("kind"))
    return Lesson(
        name=text_in(data, "name"),
        kind=Status(kind, "good" if data.get("kind") == "success" else "warn"),
        categories=said(reader, fields["categories"], data.get("categories")),
        stage=said(reader, fields["stage"], data.get("stage")),
        advice=text_in(data, "advice"),
        texts=[(reader.says(fields[name].title), text_in(data, name)) for name in TEXTS[:-1]],
        url=item_url(case.code) if is_seen else "",
    )
