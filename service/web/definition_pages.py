"""What the pages of a version show: its text read and judged, in words, as a picture, as tables; what may be done."""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from adapters.diagrams.layout import Layout, lay_out
from adapters.sql.migrating import Migrations
from adapters.sql.publishing import Edition, Headline
from engine.checking import Checked
from engine.comparing import compare
from engine.definition import Definition
from engine.refusal import NotFound
from service.http.front import Front
from service.web.beside import Child, measures_of
from service.web.definition_graph import graph_of
from service.web.diagram import Diagram, Marks, draw
from service.web.formats import Formats
from service.web.parts import Fact, Status, Tab
from service.web.reading import Look
from service.web.site import CHINA
from service.web.views.definition_tables import FieldRow, MatrixRow, fields, matrix
from service.web.views.definitions import FlawLine, flaw_lines, newest, status_of, version_url
from service.web.views.difference_words import sentence
from service.web.views.migrations import MigrationView, migration_view
from service.web.views.rulebook import Paragraph, Rulebook
from service.web.views.text_changes import Changes, changes
from service.web.views.version_life import Life, life_of

VIEWS = ("words", "graph", "matrix", "fields", "yaml", "changes")
LOOKS = ("impact", "backtest", "rehearse")
"""Pages below a version on which it is tried."""

LAYOUTS_MAX = 32

CHECKED_MAX = 16

_CHECKED: OrderedDict[str, Checked] = OrderedDict()
"""Judged texts by their digest: what a text is worth does not change while the service runs."""

_LAYOUTS: OrderedDict[str, Layout] = OrderedDict()
"""Laid-out processes by the digest of their text."""


class VersionPage(Struct, frozen=True):
    """A version as its page shows it; only what belongs to the chosen view is filled in."""

    title: str
    edition: Edition
    status: Status
    facts: Sequence[Fact]
    tabs: Sequence[Tab]
    view: str
    problems: Sequence[FlawLine]
    notes: Sequence[FlawLine]
    is_read: bool
    may: frozenset[str]
    paragraphs: Sequence[Paragraph] = ()
    diagram: Diagram | None = None
    matrix: Sequence[MatrixRow] = ()
    fields: Sequence[FieldRow] = ()
    lines: Sequence[str] = ()
    changes: Changes | None = None
    differences: Sequence[str] | None = None
    compared_with: int | None = None
    others: Sequence[int] = ()
    orders: Sequence[MigrationView] = ()
    life: Life | None = None
    measures: Sequence[Child] = ()


def editions_of(front: Front, key: str) -> list[Headline]:
    """Give the versions of a key, the newest first; `NotFound` when there are none."""
    found = [one for one in front.assembly.publishing.headlines() if one.key == key]
    if not found:
        raise NotFound(f"definition {key}")
    return found


def version_page(found: Look, edition: Edition, view: str, against: str = "") -> VersionPage:
    """Read a version for its page; `against` is the version that it is compared with."""
    naming = found.reader
    editions = editions_of(found.front, edition.key)
    checked = check(found, edition.source, edition.key)
    view = view if view in VIEWS else "words"
    others = [one.version for one in editions if one.version != edition.version]
    before = int(against) if against in map(str, others) else compared(editions, edition.version)
    catalogue = found.front.assembly.catalogue
    definition = checked.definition
    return VersionPage(
        title=naming.says(definition.title) if definition is not None else edition.key,
        edition=edition,
        status=status_of(edition.status, naming.t),
        facts=_facts(found, edition),
        tabs=_tabs(found, edition, view, before),
        view=view,
        problems=flaw_lines(checked.problems, definition, catalogue, naming),
        notes=flaw_lines(checked.notes, definition, catalogue, naming),
        is_read=definition is not None,
        may=may(found, edition),
        paragraphs=Rulebook(definition, naming).paragraphs() if definition is not None and view == "words" else (),
        diagram=picture(found, definition, edition.digest) if definition is not None and view == "graph" else None,
        matrix=matrix(definition, naming) if definition is not None and view == "matrix" else (),
        fields=fields(definition, naming) if definition is not None and view == "fields" else (),
        lines=edition.source.splitlines() if view == "yaml" else (),
        changes=_changes(found, edition, before) if view == "changes" else None,
        differences=differences(found, edition, before) if view == "changes" else None,
        compared_with=before,
        others=others,
        orders=_orders(found, edition),
        life=life_of(found, edition, checked),
        measures=measures_of(found, edition.key, edition.version),
    )


def differences(found: Look, edition: Edition, before: int | None) -> list[str] | None:
    """Say what changed in behaviour since another version; None where one of the two can not be read."""
    if before is None:
        return None
    sources = (found.front.assembly.publishing.edition(edition.key, before).source, edition.source)
    old, new = (check(found, source, edition.key).definition for source in sources)
    if old is None or new is None:
        return None
    return [sentence(one, old, new, found.reader) for one in compare(old, new)]


def _orders(found: Look, edition: Edition) -> list[MigrationView]:
    """Give the orders to put items on a version, the newest first."""
    if edition.is_open:
        return []
    made = Migrations(found.front.assembly.database).of(edition.key)
    definition = found.definition(edition.key, edition.version)
    return [
        migration_view(one, definition, found.reader, version_url(edition.key, edition.version, "migrations", one.id))
        for one in made
        if one.version == edition.version
    ]


def compared(editions: Sequence[Headline], version: int) -> int | None:
    """Choose what a version is compared with: the one in use, or for a published one the one before."""
    older = [one for one in editions if one.version < version]
    return newest(older, "published") or newest(older, "retired")


def picture(found: Look, definition: Definition, digest: str, marks: Marks | None = None) -> Diagram:
    """Draw the process of a text."""
    graph = graph_of(definition)
    if digest not in _LAYOUTS:
        _LAYOUTS[digest] = lay_out(graph)
        while len(_LAYOUTS) > LAYOUTS_MAX:
            _LAYOUTS.popitem(last=False)
    return draw("process", found.reader.says(definition.title), graph, _LAYOUTS[digest], found.reader.language, marks)


def may(found: Look, edition: Headline) -> frozenset[str]:
    """Say what the reader's roles and the version's state allow; other refusals are told on trying."""
    offered = {
        "edit": edition.is_open,
        "draft": not edition.is_open,
        "send": edition.status == "draft",
        "publish": edition.is_open,
        "return": edition.status == "review",
        "retire": edition.status == "published",
    }
    done = {verb for verb, fits in offered.items() if fits and allowed(found, verb)}
    return frozenset(done | {one for one in LOOKS if allowed(found, one, "GET")})


def called(found: Look, key: str) -> str:
    """Name a procedure as the version in use does; by its key before there is one."""
    library = found.front.assembly.library
    return found.reader.says(library.get(key).definition.title) if key in library.published() else key


def allowed(found: Look, verb: str, method: str = "POST") -> bool:
    """Say whether the policy lets the reader do something with definitions."""
    path = "edit" if verb == "edit" else f"{{version}}/{verb}"
    rule = found.front.policy.rules[method, f"/admin/definitions/{{key}}/{path}"]
    return rule.allows(found.caller.roles)


def check(found: Look, source: str, key: str) -> Checked:
    """Judge a text, once as long as it is remembered."""
    digest = sha256(source.encode()).hexdigest()
    if digest not in _CHECKED:
        _CHECKED[digest] = found.front.assembly.publishing.check(source, key)
        while len(_CHECKED) > CHECKED_MAX:
            _CHECKED.popitem(last=False)
    return _CHECKED[digest]


def judged(found: Look, source: str, key: str) -> tuple[Checked, list[FlawLine], list[FlawLine]]:
    """Judge a text, with problems and notes in words."""
    checked = check(found, source, key)
    catalogue = found.front.assembly.catalogue
    problems, notes = (
        flaw_lines(flaws, checked.definition, catalogue, found.reader) for flaws in (checked.problems, checked.notes)
    )
    return checked, problems, notes


def _facts(found: Look, edition: Edition) -> list[Fact]:
    t, reader, moment = found.t, found.reader, Formats(found.t, CHINA).moment
    running = found.front.assembly.publishing.running().get((edition.key, edition.version), 0)
    rows = [Fact(t("definitions.fact.written"), f"{reader.person(edition.author)} · {moment(edition.created_at)}")]
    if edition.published_at is not None and edition.reviewer is not None:
        text = f"{reader.person(edition.reviewer)} · {moment(edition.published_at)}"
        rows.append(Fact(t("definitions.fact.published"), text))
    if edition.retired_at is not None:
        rows.append(Fact(t("definitions.fact.retired"), moment(edition.retired_at)))
    rows.append(Fact(t("definitions.fact.running"), t("definitions.items", count=running)))
    rows.append(Fact(t("definitions.fact.digest"), edition.digest))
    return rows


def _tabs(found: Look, edition: Edition, view: str, before: int | None) -> list[Tab]:
    url = version_url(edition.key, edition.version)
    views = VIEWS if before is not None or view == VIEWS[-1] else VIEWS[:-1]
    return [Tab(found.t(f"definitions.view.{one}"), f"{url}?view={one}", one == view) for one in views]


def _changes(found: Look, edition: Edition, before: int | None) -> Changes | None:
    if before is None:
        return None
    return changes(found.front.assembly.publishing.edition(edition.key, before).source, edition.source)
