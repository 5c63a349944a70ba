"""The definitions page and the pages of a version: what there is, what is wrong with it, what publishing it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from adapters.sql.publishing import Headline
from engine.definition import Definition
from engine.problem import Problem
from engine.texts import Text
from service.texts import Catalogue, Speech
from service.texts.flaws import sentence
from service.web.parts import Status, Tone
from service.web.views.naming import Naming
from service.web.views.trace_words import way_words

ROOT = "/admin/definitions"
TONES: Mapping[str, Tone] = {
    "draft": "warn",
    "review": "active",
    "published": "good",
    "retired": "plain",
    "rejected": "bad",
}
ARROW = " → "

Running = Mapping[tuple[str, int], int]
"""Items that are not closed, by key and version of their definition."""


class VersionRow(Struct, frozen=True):
    """A version in a list; `running` counts its items that are not closed."""

    version: int
    url: str
    status: Status
    author: str
    reviewer: str
    changed_at: datetime
    running: int


class DefinitionRow(Struct, frozen=True):
    """A definition in a list. `published` and `draft` are its versions, None when there is none."""

    key: str
    title: str
    url: str
    published: int | None
    draft: int | None
    versions: Sequence[VersionRow]

    @property
    def running(self) -> int:
        """Items that are not closed, on whatever version."""
        return sum(version.running for version in self.versions)


class FlawLine(Struct, frozen=True):
    """A problem or a note. `trace` is a way that shows it, in words; `line` is 0 where it is of the whole."""

    line: int
    path: str
    text: str
    trace: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing a draft does to items: those that run stay where they are, by version."""

    staying: Sequence[tuple[int, int]]

    @property
    def total(self) -> int:
        """All items that stay."""
        return sum(count for _, count in self.staying)


def version_url(key: str, version: int, *more: str) -> str:
    """Give the address of a version's page, or of one below it."""
    return "/".join([ROOT, key, str(version), *more])


def edit_url(key: str, *more: str) -> str:
    """Give the address where the draft of a procedure is written, or of one below it."""
    return "/".join([ROOT, key, "edit", *more])


def status_of(status: str, t: Speech) -> Status:
    """Say how far a version has come."""
    return Status(t(f"definitions.status.{status}"), TONES.get(status, "plain"))


def definition_rows(
    headlines: Iterable[Headline], titles: Mapping[str, Text], running: Running, naming: Naming
) -> list[DefinitionRow]:
    """Give a row for each key; a key whose title is not known is shown by itself."""
    return [
        _definition_row(key, list(group), titles.get(key), running, naming)
        for key, group in groupby(sorted(headlines, key=attrgetter("key")), key=attrgetter("key"))
    ]


def version_rows(headlines: Iterable[Headline], running: Running, naming: Naming) -> list[VersionRow]:
    """Give the versions of one key, the newest first."""
    newest_first = sorted(headlines, key=attrgetter("version"), reverse=True)
    return [_version_row(headline, running, naming) for headline in newest_first]


def newest(headlines: Iterable[Headline], status: str) -> int | None:
    """Give the newest version of a status."""
    return max((one.version for one in headlines if one.status == status), default=None)


def impact(headlines: Iterable[Headline], running: Running) -> Impact:
    """Count the items that stay on their version when another one is published."""
    counts = [(one.version, running.get((one.key, one.version), 0)) for one in headlines]
    return Impact([(version, count) for version, count in counts if count])


def flaw_lines(
    problems: Iterable[Problem], definition: Definition | None, catalogue: Catalogue, naming: Naming
) -> list[FlawLine]:
    """Put problems into words, in the order of the text."""
    return [
        FlawLine(
            line=problem.line,
            path=problem.path,
            text=sentence(catalogue, naming.language, problem),
            trace=ARROW.join(way_words(problem.trace, definition, naming)),
        )
        for problem in sorted(problems, key=attrgetter("line"))
    ]


def _definition_row(
    key: str, headlines: list[Headline], title: Text | None, running: Running, naming: Naming
) -> DefinitionRow:
    published = newest(headlines, "published")
    draft = newest(headlines, "draft") or newest(headlines, "review")
    shown = published or draft or max(one.version for one in headlines)
    return DefinitionRow(
        key=key,
        title=naming.says(title) if title is not None else key,
        url=version_url(key, shown),
        published=published,
        draft=draft,
        versions=version_rows(headlines, running, naming),
    )


def _version_row(headline: Headline, running: Running, naming: Naming) -> VersionRow:
    return VersionRow(
        version=headline.version,
        url=version_url(headline.key, headline.version),
        status=status_of(headline.status, naming.t),
        author=naming.person(headline.author),
        reviewer=naming.person(headline.reviewer) if headline.reviewer is not None else "",
        changed_at=headline.retired_at or headline.published_at or headline.created_at,
        running=running.get((headline.key, headline.version), 0),
    )
