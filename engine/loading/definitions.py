"""The whole of a definition: reading the top of the file in the order in which its parts need each other."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256

from engine.assignment import Assignment, HeadOf, OneUser, RoleIn
from engine.definition import USUAL_VERBS, Definition, Field, FieldType, Opening, Phase
from engine.guards import GuardBook
from engine.loading.always import read_always
from engine.loading.fields import computing_order, declared_types, read_fields, read_sections
from engine.loading.ladders import read_ladders
from engine.loading.limits import (
    NUMBERING_LENGTH_MAX,
    PHASES_MAX,
    SUMMARY_FIELDS_MAX,
)
from engine.loading.openings import check_given, read_opening
from engine.loading.parents import check_parent, read_parent
from engine.loading.people import UNREAD, read_who
from engine.loading.reading import NO_TEXT, Cursor, Report, quoted
from engine.loading.scope import Scope, compiler_for
from engine.loading.source import Keyed, line_of, parse
from engine.loading.states import StateReader, declared_actions, read_verbs
from engine.loading.trials import read_trials
from engine.returning import with_ways
from engine.texts import Text

REQUIRED_KEYS = ("workflow", "title", "phases", "states")
OPTIONAL_KEYS = (
    "calendar",
    "numbering",
    "starters",
    "summary",
    "fields",
    "sections",
    "ladders",
    "always",
    "verbs",
    "admins",
    "parent",
    "opening",
    "tests",
)
_CALENDAR = "cn"
_NUMBERING = "{year}-{n:6}"
_PATTERN = re.compile(r"(?:[\w/-]|\{year\}|\{unit\})*\{n:[1-9]\}(?:[\w/-]|\{year\}|\{unit\})*")
_NOT_LISTED = (FieldType.FILE, FieldType.FILES, FieldType.TABLE, FieldType.LONG_TEXT)


def load(
    source: str, *, file: str, book: GuardBook, version: int = 0, roles: frozenset[str] | None = None
) -> Definition:
    """Load a definition from its YAML text. `roles` are the roles of the organisation, when they are known.

    Raises:
        DefinitionErrors: all problems found, each with file, line and path.

    """
    return load_with_lines(source, file=file, book=book, version=version, roles=roles)[0]


def load_with_lines(
    source: str, *, file: str, book: GuardBook, version: int = 0, roles: frozenset[str] | None = None
) -> tuple[Definition, Callable[[str], int]]:
    """Load as `load` does; gives also what tells the line of a path such as `states.draft.actions.submit`."""
    report = Report(file)
    root = parse(source, file)
    definition = _read(Cursor(root, "", root.line, report), book, roles, version, sha256(source.encode()).hexdigest())
    if report.problems:
        raise report.errors()
    return definition, partial(line_of, root)


def _read(top: Cursor, book: GuardBook, roles: frozenset[str] | None, version: int, digest: str) -> Definition:
    parts = top.parts(REQUIRED_KEYS, OPTIONAL_KEYS)
    empty = Cursor(Keyed({}, {}, top.line), "", top.line, Report(""))
    phases = {name: Phase(name, entry.both()) for name, entry in _phases(parts.get("phases", empty)).items()}
    scope = _scope(parts.get("states", empty), parts.get("fields", empty), tuple(phases), book, roles)
    fields = read_fields(parts["fields"], scope) if "fields" in parts else {}
    computed = {name for name, field in fields.items() if field.computed is not None}
    ladders = read_ladders(parts["ladders"], scope) if "ladders" in parts else {}
    states_at = parts.get("states", empty)
    verbs = read_verbs(parts["verbs"]) if "verbs" in parts else USUAL_VERBS
    states = StateReader(scope, ladders, computed, _titles(states_at), verbs).read(states_at)
    definition = Definition(
        key=parts["workflow"].key() if "workflow" in parts else "",
        version=version,
        digest=digest,
        title=parts["title"].both() if "title" in parts else NO_TEXT,
        initial=next(iter(states), ""),
        calendar=parts["calendar"].key() if "calendar" in parts else _CALENDAR,
        numbering=_numbering(parts["numbering"]) if "numbering" in parts else _NUMBERING,
        phases=phases,
        fields=fields,
        sections=read_sections(parts["sections"], scope) if "sections" in parts else (),
        states=states,
        starters=_office(parts["starters"], scope) if "starters" in parts else None,
        always=read_always(parts["always"], scope) if "always" in parts else (),
        summary=_summary(parts["summary"], scope, fields) if "summary" in parts else (),
        computed=computing_order(fields, parts["fields"]) if computed else (),
        admins=_office(parts["admins"], scope) if "admins" in parts else None,
        tests=read_trials(parts["tests"], scope) if "tests" in parts else (),
        parent=read_parent(parts["parent"], scope) if "parent" in parts else None,
        opening=read_opening(parts["opening"], states, scope, computed) if "opening" in parts else Opening(),
    )
    if definition.parent is not None:
        check_parent(parts["parent"], definition)
    if definition.opening.given:
        check_given(parts["opening"], definition)
    written_out = with_ways(definition)
    _check_steps_back(written_out, states_at)
    return written_out


def _check_steps_back(definition: Definition, states: Cursor) -> None:
    """Note the returns of states that no other state leads to."""
    for state in definition.states.values():
        for action in state.actions.values():
            if action.back is not None and not action.to:
                states.at(state.name).at("actions").at(action.name).at("to").problem("no_step_back")


def _phases(cursor: Cursor) -> dict[str, Cursor]:
    return cursor.entries(PHASES_MAX, "phases", least=1)


def _scope(
    states: Cursor, fields: Cursor, phases: tuple[str, ...], book: GuardBook, roles: frozenset[str] | None
) -> Scope:
    """Gather the names first, so that every part can be read against all others."""
    types = declared_types(fields)
    broken = frozenset(set(fields.key_names()) - set(types))
    return Scope(
        states=declared_actions(states),
        fields={**dict.fromkeys(broken, FieldType.TEXT), **types},
        phases=phases,
        book=book,
        roles=roles,
        compiler=compiler_for(types),
        broken_fields=broken,
    )


def _titles(states: Cursor) -> dict[str, Text]:
    """Give the titles of the states, judged elsewhere."""
    cursors = {name: states.at(name).silent() for name in states.key_names()}
    return {name: cursor.at("title").both() if cursor.has("title") else NO_TEXT for name, cursor in cursors.items()}


def _office(cursor: Cursor, scope: Scope) -> Assignment:
    """Read who may open cases, or administer them: a role, a head or a user."""
    office = read_who(cursor, scope) if cursor.is_keyed() else None
    if not isinstance(office, RoleIn | OneUser | HeadOf):
        cursor.problem("bad_starters")
        return UNREAD
    return office


def _numbering(cursor: Cursor) -> str:
    pattern = cursor.text(NUMBERING_LENGTH_MAX)
    if pattern and not _PATTERN.fullmatch(pattern):
        cursor.problem("malformed", found=quoted(pattern), wanted="numbering")
    return pattern


def _summary(cursor: Cursor, scope: Scope, fields: Mapping[str, Field]) -> tuple[str, ...]:
    names = cursor.references(scope.fields, "field", SUMMARY_FIELDS_MAX)
    for name in names:
        if (kind := scope.fields.get(name)) in _NOT_LISTED:
            cursor.problem("not_summed_up", found=quoted(name), type=str(kind))
        elif name in fields and fields[name].sensitive is not None:
            cursor.problem("sensitive_listed", found=quoted(name))
    return names
