"""Tasks and items as lines of lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.sql.reads.cases import CaseLine
from adapters.sql.reads.queue import TaskLine
from engine.calendar import WorkingCalendar
from engine.definition import Definition, StateKind
from engine.standing import amount_of
from engine.values import Json
from service.web.parts import Stage, Status, Tone
from service.web.views.addresses import item_url, task_url
from service.web.views.reader import Due, Reader

Definitions = Mapping[tuple[str, int], Definition]
"""The definitions of some lines, by key and version."""

Calendars = Mapping[str, WorkingCalendar]
Summaries = Mapping[str, Mapping[str, Json]]
"""Summary fields by case and name."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task in a list. `amount` is in fen, `age_days` counts days since the task was opened."""

    id: str
    url: str
    code: str
    title: str
    state: str
    unit: str
    holder: str
    amount: int | None
    due: Due | None
    age_days: int
    is_group: bool
    is_late: bool
    closed_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list. `holders` are the words for those who have work of it.

    `note` says why it is here, `act_url` leads to what is to be done about it.
    """

    code: str
    url: str
    title: str
    state: Status
    phase: str
    unit: str
    amount: int | None
    due: Due | None
    holders: Sequence[str]
    opened_at: datetime
    is_closed: bool
    stages: Sequence[Stage] = ()
    note: str = ""
    act_url: str = ""


def task_row(
    line: TaskLine, definition: Definition, reader: Reader, calendar: WorkingCalendar, summary: Mapping[str, Json]
) -> TaskRow:
    """Show a task."""
    state = definition.states[line.state]
    action = state.actions.get(line.action)
    return TaskRow(
        id=line.id,
        url=task_url(line.id),
        code=line.code,
        title=line.title,
        state=reader.says(state.title),
        unit=reader.unit(line.unit),
        holder=reader.holder(line.principal),
        amount=amount_of(definition, summary),
        due=reader.due(calendar, line.due_at),
        age_days=(calendar.local_day(reader.now) - calendar.local_day(line.opened_at)).days,
        is_group=line.principal.startswith("g:"),
        is_late=line.due_at is not None and line.due_at < reader.now,
        closed_at=line.closed_at,
        outcome=reader.says(action.title) if action is not None else "",
    )


def task_rows(
    lines: Iterable[TaskLine], definitions: Definitions, reader: Reader, calendars: Calendars, summaries: Summaries
) -> list[TaskRow]:
    """Show tasks, in their order."""
    return [
        task_row(line, definition, reader, calendars[definition.calendar], summaries.get(line.case_id, {}))
        for line in lines
        for definition in (definitions[line.definition, line.version],)
    ]


def item_row(
    line: CaseLine,
    definition: Definition,
    reader: Reader,
    calendar: WorkingCalendar,
    summary: Mapping[str, Json],
    holders: Sequence[str] = (),
) -> ItemRow:
    """Show an item; `holders` are principals."""
    state = definition.states[line.state]
    phase = definition.phases.get(line.phase)
    is_late = line.due_at is not None and line.due_at < reader.now and line.closed_at is None
    return ItemRow(
        code=line.code,
        url=item_url(line.code),
        title=line.title,
        state=Status(
            reader.says(state.title), state_tone(is_resting=state.kind is not StateKind.WORK, is_late=is_late)
        ),
        phase=reader.says(phase.title) if phase is not None else "",
        unit=reader.unit(line.unit),
        amount=amount_of(definition, summary),
        due=None if line.closed_at is not None else reader.due(calendar, line.due_at),
        holders=tuple(reader.holder(principal) for principal in holders),
        opened_at=line.opened_at,
        is_closed=line.closed_at is not None,
    )


def item_rows(
    lines: Iterable[CaseLine],
    definitions: Definitions,
    reader: Reader,
    calendars: Calendars,
    summaries: Summaries,
    holders: Mapping[str, Sequence[str]] | None = None,
) -> list[ItemRow]:
    """Show items, in their order; `holders` are principals by case."""
    held = holders or {}
    return [
        item_row(
            line,
            definition,
            reader,
            calendars[definition.calendar],
            summaries.get(line.id, {}),
            held.get(line.id, ()),
        )
        for line in lines
        for definition in (definitions[line.definition, line.version],)
    ]


def state_tone(*, is_resting: bool, is_late: bool) -> Tone:
    """Choose how the state of an item looks; nobody works on one that rests or is closed."""
    if is_resting:
        return "plain"
    return "bad" if is_late else "active"
