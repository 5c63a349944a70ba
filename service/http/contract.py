"""The shapes that requests and answers have: what other programs rely on.

Texts are in the reader's language. Money is a whole number of fen, times are UTC, `null` means that there is none.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from engine.definition import ActionKind, Comment, StateKind
from service.http.problems import Reason

COMMENT_LENGTH_MAX = 2_000
NAME_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}$"
ID_PATTERN = r"^[A-Za-z0-9_.:\-]{1,100}$"
BATCH_MAX = 100
FILES_MAX = 500
SEATS_MAX = 50
"""Most seats that a return names."""

Name = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]
Id = Annotated[str, msgspec.Meta(pattern=ID_PATTERN)]
Opinion = Annotated[str, msgspec.Meta(max_length=COMMENT_LENGTH_MAX)]
Data = dict[str, Any]


class Named(msgspec.Struct):
    """Something with an id and a name to show."""

    id: str
    name: str


class StateShape(msgspec.Struct):
    """A state of a definition."""

    name: str
    title: str
    phase: str
    kind: StateKind


class TaskShape(msgspec.Struct):
    """A task. `holder` is a person or, for a task that waits to be claimed, a role in a unit.

    `after` is the task that is waited for; a `question` is to be answered, not decided.
    `outcome` is `open`, `done`, `cancelled`, `removed` or `undone`; `action` what was decided through it.
    """

    id: str
    item_id: str
    state: str
    seat: str
    principal: str
    holder: str
    is_mine: bool
    opened_at: datetime
    due_at: datetime | None
    group: str | None
    lender: str | None
    added_by: str | None
    after: str | None = None
    question: str = ""
    closed_at: datetime | None = None
    outcome: str = "open"
    action: str = ""


class ItemStarted(msgspec.Struct):
    """A new item."""

    id: str
    code: str
    state: str
    revision: int


class ItemShape(msgspec.Struct):
    """An item as it is. `definition` and `version` say which rules it follows."""

    id: str
    code: str
    title: str
    definition: str
    version: int
    state: StateShape
    revision: int
    initiator: Named
    unit: Named
    opened_at: datetime
    entered_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    marks: list[str]
    data: Data
    tasks: list[TaskShape]


class ItemLine(msgspec.Struct):
    """An item in a list."""

    id: str
    code: str
    title: str
    definition: str
    state: str
    state_title: str
    phase: str
    revision: int
    unit: Named
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class ItemPage(msgspec.Struct):
    """A page of items, the newest first. `next` is what `after` takes to get the following page; null on the last.

    `total` counts up to 1000.
    """

    items: list[ItemLine]
    next: str | None
    total: int


class OptionShape(msgspec.Struct):
    """A button. `refused` says why it is not this person's; `missing` what is to be done before it works.

    `choices` are the earlier steps that a return may go to, where the person chooses.
    """

    action: str
    title: str
    kind: ActionKind
    allowed: bool
    task: str | None
    comment: Comment
    refused: list[Reason]
    missing: list[Reason]
    edit: list[str]
    require: list[str]
    choices: list[str]


class VerbShape(msgspec.Struct):
    """Something to do besides deciding, with a task or (when there is none) with the item; `refused` says why not."""

    verb: str
    task: str | None
    allowed: bool
    refused: list[Reason]


class Options(msgspec.Struct):
    """What a person can do with an item now."""

    revision: int
    actions: list[OptionShape]
    verbs: list[VerbShape]


class ItemStart(msgspec.Struct, forbid_unknown_fields=True):
    """Open an item. `unit` is the own one when left out, `version` the newest published one."""

    definition: Name
    data: Data = msgspec.field(default_factory=dict)
    unit: Id | None = None


class DataChange(msgspec.Struct, forbid_unknown_fields=True):
    """Fields to change; null empties one."""

    data: Data


class ActionCall(msgspec.Struct, forbid_unknown_fields=True):
    """Take an action: the values of its form and an opinion.

    `to` is the earlier step that a return goes to, where the person chooses; `seats` are those of that step that are
    asked again (all when empty).
    """

    form: Data = msgspec.field(default_factory=dict)
    comment: Opinion = ""
    to: Name | None = None
    seats: Annotated[list[Name], msgspec.Meta(max_length=SEATS_MAX)] = msgspec.field(default_factory=list)


class ActionDone(msgspec.Struct):
    """What the item is after the command; `replayed` when the same key had done it before."""

    id: str
    code: str
    state: str
    revision: int
    tasks: list[TaskShape]
    replayed: bool


class Remarking(msgspec.Struct, forbid_unknown_fields=True):
    """Something to say."""

    comment: Annotated[str, msgspec.Meta(min_length=1, max_length=COMMENT_LENGTH_MAX)]


class Drawing(msgspec.Struct, forbid_unknown_fields=True):
    """A word for a draw: dice, a lottery number, whatever nobody knew when the pool was fixed."""

    word: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Handing(msgspec.Struct, forbid_unknown_fields=True):
    """To whom a task goes, and why."""

    to: Id
    comment: Opinion = ""


class Commenting(msgspec.Struct, forbid_unknown_fields=True):
    """An opinion that may be left out."""

    comment: Opinion = ""


class BatchLine(msgspec.Struct, forbid_unknown_fields=True):
    """One task of a batch and the revision of its item that was seen."""

    task: Id
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """The same action on several tasks. Each is its own transaction."""

    action: Name
    tasks: Annotated[list[BatchLine], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]
    form: Data = msgspec.field(default_factory=dict)
    comment: Opinion = ""


class BatchResult(msgspec.Struct):
    """What became of one task of a batch: 200, or the status and the reasons it was refused with."""

    task: str
    status: int
    state: str | None
    revision: int | None
    title: str
    reasons: list[Reason]


class BatchDone(msgspec.Struct):
    """What became of each task, in the order asked."""

    results: list[BatchResult]


class TaskLine(msgspec.Struct):
    """A task in a list, with what is needed of its item. Of a copy (`cc`) there is no task, but when it came.

    `why` an open task is whose it is stands only where one task is read.
    """

    task: TaskShape | None
    copied_at: datetime | None
    item_id: str
    item_code: str
    item_title: str
    definition: str
    state_title: str
    phase: str
    revision: int
    unit: Named
    why: list[str] = msgspec.field(default_factory=list)


class TaskPage(msgspec.Struct):
    """A page of tasks. `next` is what `after` takes to get the following page; null on the last.

    `total` counts open tasks up to 1000; null for the other views.
    """

    tasks: list[TaskLine]
    next: str | None
    total: int | None


class FileShape(msgspec.Struct):
    """A file of an item. A field takes it by its `id`; `digest` is its SHA-256."""

    id: str
    item_id: str
    field: str
    name: str
    kind: str
    size: int
    digest: str
    by: Named
    at: datetime


class FileList(msgspec.Struct):
    """The files of an item, oldest first."""

    files: list[FileShape]


class EventShape(msgspec.Struct):
    """One thing that happened. `kind` names it; `facts` are its own."""

    kind: str
    facts: Data


class RecordShape(msgspec.Struct):
    """What one command did: `seq` is the revision it made."""

    seq: int
    at: datetime
    actor: Named
    command: str
    events: list[EventShape]


class Timeline(msgspec.Struct):
    """The history of an item, oldest first."""

    item_id: str
    records: list[RecordShape]


View = Literal["mine", "claimable", "done", "cc"]
