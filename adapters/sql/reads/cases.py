"""Lists of cases: filtered, newest first, and only those a person may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from adapters.sql.reads.paging import COUNT_MAX, END, Page, Place, bound_place, bounded, page, place
from adapters.sql.rows import value_key
from adapters.sql.statements import Connection
from adapters.sql.tables import CASE_FIELD, CASES, PARTICIPANT
from engine.refusal import Refusal, Refused
from engine.values import Json

LINE = (
    CASES.c.id,
    CASES.c.code,
    CASES.c.title,
    CASES.c.definition,
    CASES.c.version,
    CASES.c.state,
    CASES.c.phase,
    CASES.c.revision,
    CASES.c.initiator,
    CASES.c.unit,
    CASES.c.opened_at,
    CASES.c.entered_at,
    CASES.c.due_at,
    CASES.c.closed_at,
)
WORDS_LENGTH_MAX = 100
"""Longest text that is searched for, in characters."""


class CaseLine(Struct, frozen=True):
    """A case in a list."""

    id: str
    code: str
    title: str
    definition: str
    version: int
    state: str
    phase: str
    revision: int
    initiator: str
    unit: str
    opened_at: datetime
    entered_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases: those the `people` take part in, and those of units below some paths (`None`: all there are)."""

    people: frozenset[str]
    below: tuple[str, ...] | None = ()


EVERYBODY = Scope(frozenset(), None)
"""All cases there are: for jobs and proofs, which nobody reads over."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases; what is None does not matter.

    `below` is the path of a unit, `words` part of title or code, `field` a summary field and the value it must have,
    `overdue_at` the moment at which the state's deadline must have passed. `opened` is a span of moments (the first
    included, the last not), `ids` are the only cases that come into question.
    """

    definition: str | None = None
    states: tuple[str, ...] = ()
    phase: str | None = None
    initiator: str | None = None
    below: str | None = None
    words: str | None = None
    field: tuple[str, Json] | None = None
    is_closed: bool | None = None
    overdue_at: datetime | None = None
    opened: tuple[datetime, datetime] | None = None
    ids: frozenset[str] | None = None


ALL = Filter()


def list_cases(
    connection: Connection, scope: Scope, wanted: Filter = ALL, after: str | None = None, limit: int = 50
) -> Page[CaseLine]:
    """Give the cases of a scope that fit, the newest first. Their ids sort by time."""
    limit = bounded(limit)
    query = select(*LINE).where(*conditions(scope, wanted))
    if after is not None:
        query = query.where(CASES.c.id < after)
    rows = connection.rows_once(query.order_by(CASES.c.id.desc()).limit(limit + 1))
    return page(rows, limit, lambda row: CaseLine(*row), lambda line: line.id)


def count_cases(connection: Connection, scope: Scope, wanted: Filter = ALL) -> int:
    """Count the cases of a scope that fit, up to `COUNT_MAX`."""
    found = select(CASES.c.id).where(*conditions(scope, wanted)).limit(COUNT_MAX)
    (row,) = connection.rows_once(select(func.count()).select_from(found.subquery()))
    return int(row[0])


def count_by_state(connection: Connection, scope: Scope, wanted: Filter = ALL) -> dict[tuple[str, str], int]:
    """Count the cases of a scope that fit, by definition and state."""
    query = select(CASES.c.definition, CASES.c.state, func.count()).where(*conditions(scope, wanted))
    rows = connection.rows_once(query.group_by(CASES.c.definition, CASES.c.state))
    return {(definition, state): int(number) for definition, state, number in rows}


def lines_of(connection: Connection, ids: Collection[str]) -> dict[str, CaseLine]:
    """Give cases by id, as lists show them."""
    if not ids:
        return {}
    rows = connection.rows_once(select(*LINE).where(CASES.c.id.in_(sorted(ids))))
    return {row[0]: CaseLine(*row) for row in rows}


def find_by_code(connection: Connection, code: str) -> str | None:
    """Give the id of the case with a code."""
    found = connection.one(_BY_CODE, code=code)
    return None if found is None else str(found[0])


def titles_by_code(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Give the titles of the cases with some codes, of those that have one."""
    wanted = sorted(set(codes))
    rows = connection.rows_once(select(CASES.c.code, CASES.c.title).where(CASES.c.code.in_(wanted))) if wanted else ()
    return {code: title for code, title in rows if title != code}


def codes_by_title(connection: Connection, definition: str) -> dict[tuple[str, str], str]:
    """Give the codes of a definition's cases by unit and title, whatever became of them."""
    query = select(CASES.c.unit, CASES.c.title, CASES.c.code).where(CASES.c.definition == definition)
    return {(unit, title): code for unit, title, code in connection.rows_once(query)}


def copied_cases(
    connection: Connection, user_id: str, after: str | None = None, limit: int = 20
) -> Page[tuple[datetime, CaseLine]]:
    """Give the cases a person got a copy of, with when, the latest first."""
    limit = bounded(limit)
    start = place(after, END)
    rows = connection.rows(_COPIED, user_id=user_id, after_at=start.at, after_id=start.id, lines=limit + 1)
    return page(
        rows,
        limit,
        lambda row: (row[0], CaseLine(*row[1:])),
        lambda line: Place(line[0], line[1].id).text(),
    )


_BY_CODE = select(CASES.c.id).where(CASES.c.code == bindparam("code"))
_COPIED = (
    select(PARTICIPANT.c.copied_at, *LINE)
    .join(CASES, CASES.c.id == PARTICIPANT.c.case_id)
    .where(
        PARTICIPANT.c.user_id == bindparam("user_id"),
        PARTICIPANT.c.copied_at.is_not(None),
        tuple_(PARTICIPANT.c.copied_at, PARTICIPANT.c.case_id) < bound_place(),
    )
    .order_by(PARTICIPANT.c.copied_at.desc(), PARTICIPANT.c.case_id.desc())
    .limit(bindparam("lines"))
)


def below(column: ColumnElement[str], path: str) -> ColumnElement[bool]:
    """Say that a path lies in the subtree of another (both end with `/`), so that an index finds it."""
    return and_(column >= path, column < path.removesuffix("/") + "0")


def conditions(scope: Scope, wanted: Filter) -> list[ColumnElement[bool]]:
    """Say what a case must be to be listed."""
    found = [
        column == value
        for column, value in (
            (CASES.c.definition, wanted.definition),
            (CASES.c.phase, wanted.phase),
            (CASES.c.initiator, wanted.initiator),
        )
        if value is not None
    ]
    if scope.below is not None:
        found.append(or_(*_visible(scope.people, scope.below)))
    if wanted.states:
        found.append(CASES.c.state.in_(wanted.states))
    if wanted.below is not None:
        found.append(below(CASES.c.unit_path, wanted.below))
    if wanted.words:
        found.append(holds(bindparam("words", pattern(wanted.words))))
    if wanted.field is not None:
        found.append(_has(*wanted.field))
    if wanted.is_closed is not None:
        found.append(CASES.c.closed_at.is_not(None) if wanted.is_closed else CASES.c.closed_at.is_(None))
    if wanted.overdue_at is not None:
        found += [CASES.c.due_at < wanted.overdue_at, CASES.c.closed_at.is_(None)]
    if wanted.opened is not None:
        found += [CASES.c.opened_at >= wanted.opened[0], CASES.c.opened_at < wanted.opened[1]]
    if wanted.ids is not None:
        found.append(CASES.c.id.in_(sorted(wanted.ids)))
    return found


def _visible(people: frozenset[str], paths: Sequence[str]) -> list[ColumnElement[bool]]:
    taking_part = select(PARTICIPANT.c.case_id).where(PARTICIPANT.c.user_id.in_(sorted(people)))
    return [CASES.c.id.in_(taking_part), *(below(CASES.c.unit_path, path) for path in paths)]


def holds(words: BindParameter[str]) -> ColumnElement[bool]:
    """Say that title or code of a case hold some words, which `pattern` has made fit."""
    return or_(CASES.c.title.icontains(words, escape="/"), CASES.c.code.icontains(words, escape="/"))


def pattern(words: str) -> str:
    """Give what to look for, its wildcards taken literally; `Refused` when it is too long."""
    if len(words) > WORDS_LENGTH_MAX:
        raise Refused(Refusal("search.too_long", where="words", params={"max": WORDS_LENGTH_MAX}))
    return words.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _has(field: str, value: Json) -> ColumnElement[bool]:
    found = select(CASE_FIELD.c.case_id).where(CASE_FIELD.c.field == field, CASE_FIELD.c.value == value_key(value))
    return CASES.c.id.in_(found)
