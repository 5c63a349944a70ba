"""What happened: past tense, frozen, complete enough to rebuild the case without asking anything again."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from engine.case import Ballot, Case, Drawing, PausedClock, RunningClock, Signature, Task, Timer, WayBack
from engine.values import Json


class Opened(Struct, frozen=True):
    """The case exists, in its initial state."""

    code: str
    definition: str
    version: int
    state: str
    initiator: str
    unit: str


class DataChanged(Struct, frozen=True):
    """Fields took new values; `None` empties a field."""

    values: dict[str, Json]


class How(StrEnum):
    """By what a case moves: somebody's action, the system's, or one of the verbs that need no action."""

    ACTION = "action"
    SYSTEM = "system"
    WITHDRAWAL = "withdrawal"
    REVOCATION = "revocation"
    JUMP = "jump"


class Moved(Struct, frozen=True):
    """The case went from one state to another (or back into the same). `action` is empty for a verb."""

    action: str
    source: str
    target: str
    comment: str = ""
    task: str | None = None
    behalf_of: str | None = None
    how: How = How.ACTION
    under: str | None = None


class WaysBackKept(Struct, frozen=True):
    """The returns that are to come straight back are these now, the next one last."""

    ways: tuple[WayBack, ...]


class StepResumed(Struct, frozen=True):
    """Work in the state just entered goes on as it was: with the votes that were cast, and the steps that led to it."""

    ballots: tuple[Ballot, ...]
    path: tuple[str, ...]


class Closed(Struct, frozen=True):
    """The case is over: it reached a final state, or was terminated where it stood."""

    comment: str = ""


class Suspended(Struct, frozen=True):
    """All work stands still."""

    comment: str


class Continued(Struct, frozen=True):
    """Work goes on."""

    comment: str = ""


class Undone(Struct, frozen=True):
    """The last record was taken back: the case is what it was before it (its tasks and timers come in other events)."""

    revision: int
    case: Case


class Migrated(Struct, frozen=True):
    """The case goes on under another version of its definition, in the same state or in another.

    Work begins `anew` where the state is another one or has become something else.
    `states` maps states that are gone to those that stand for them, wherever the case remembers them; `path` and
    `clock` are what is left of its way and what its deadline is now.
    """

    version: int
    target: str
    states: dict[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    clock: RunningClock | None = None
    comment: str = ""
    anew: bool = False


class Signed(Struct, frozen=True):
    """One of several signers agreed; the case waits for the others."""

    signature: Signature
    comment: str = ""


class Voted(Struct, frozen=True):
    """One voter's ballot was taken."""

    ballot: Ballot
    action: str


class RoundClosed(Struct, frozen=True):
    """The ballots of the state are counted. `score` in hundredths of a point."""

    passed: bool
    ballots: int
    score: int | None = None


class Picked(Struct, frozen=True):
    """One of several people was picked for a task, `by` what; `compared` is what was known of each, the picked too."""

    state: str
    seat: str
    by: str
    user: str
    compared: dict[str, str]


class DrawCommitted(Struct, frozen=True):
    """Who may be drawn, who is left out and why, how many, and the digest of the seed are fixed before a draw."""

    drawing: Drawing


class Drawn(Struct, frozen=True):
    """Lots were drawn: the seed is told, and with the word it gives every candidate's place in the `order`."""

    state: str
    seed: str
    word: str
    order: tuple[str, ...]
    users: tuple[str, ...]


class Redrawn(Struct, frozen=True):
    """The next one of the order takes the place of somebody who can not take part; who left is passed over."""

    state: str
    out: str
    user: str
    reason: str
    passed_over: tuple[str, ...] = ()


class Skipped(Struct, frozen=True):
    """A step had nobody to work in it (or only who may not, or need not, decide again): the system takes an action.

    `reason` is `nobody`, `initiator` or `repeated`; `users` are those who would have had the tasks.
    """

    state: str
    reason: str
    action: str
    users: tuple[str, ...] = ()


class Replaced(Struct, frozen=True):
    """Somebody else got a task: `reason` says why not `principal`, who would have had it."""

    state: str
    reason: str
    principal: str
    by: tuple[str, ...]


class TaskOpened(Struct, frozen=True):
    """Somebody has work."""

    task: Task


class TaskClosed(Struct, frozen=True):
    """The task is over: `done`, `cancelled`, `removed` or `undone`."""

    task: str
    outcome: str
    action: str = ""


RECOUNTED = "recount"
"""How a task was changed whose deadline the calendar has moved: nobody has worked in it."""


WENT_ON = "go_on"
"""How a task was changed whose deadline a suspension has moved: neither has anybody worked in it."""

NO_WORK = frozenset({RECOUNTED, WENT_ON})


class TaskChanged(Struct, frozen=True):
    """The task is held by somebody else now (`verb` says how)."""

    task: Task
    verb: str
    comment: str = ""


class Replied(Struct, frozen=True):
    """A question was answered; its task says what was asked."""

    task: str
    comment: str


class Copied(Struct, frozen=True):
    """People got a copy of the case."""

    users: tuple[str, ...]
    comment: str = ""


class ClockStarted(Struct, frozen=True):
    """The state's deadline runs (from the start, or again with what was left)."""

    clock: RunningClock


class ClockPaused(Struct, frozen=True):
    """A state's deadline stands still until the case is back."""

    state: str
    clock: PausedClock


class TimerArmed(Struct, frozen=True):
    """The next rung of the ladder is waited for."""

    timer: Timer


class TimerCancelled(Struct, frozen=True):
    """The rung is no longer waited for."""

    timer: str


class TimerFired(Struct, frozen=True):
    """A rung was reached."""

    timer: str
    rung: int


class Marked(Struct, frozen=True):
    """The ladder put a mark on the case (overdue, supervision order, …)."""

    mark: str


class Notified(Struct, frozen=True):
    """People (principals) are told something; the outbox delivers it."""

    kind: str
    audience: tuple[str, ...]
    params: dict[str, Json] = field(default_factory=dict)


class Commented(Struct, frozen=True):
    """A remark was added."""

    comment: str


class Urged(Struct, frozen=True):
    """The holders were reminded by a person."""

    comment: str = ""


class Held(Struct, frozen=True):
    """An automatic action was tried and refused; it is tried again later."""

    action: str
    reasons: tuple[str, ...]


class Posted(Struct, frozen=True):
    """Money moved, was promised or released: an entry of the ledger, in the ledger's own words.

    The engine only carries it. Stores write its rows in the transaction that writes this record.
    """

    rule: str
    entry: dict[str, Json]


Event = (
    Opened
    | DataChanged
    | Moved
    | Posted
    | WaysBackKept
    | StepResumed
    | Closed
    | Suspended
    | Continued
    | Undone
    | Migrated
    | Signed
    | Voted
    | RoundClosed
    | Picked
    | DrawCommitted
    | Drawn
    | Redrawn
    | Skipped
    | Replaced
    | TaskOpened
    | TaskClosed
    | TaskChanged
    | Replied
    | Copied
    | ClockStarted
    | ClockPaused
    | TimerArmed
    | TimerCancelled
    | TimerFired
    | Marked
    | Notified
    | Commented
    | Urged
    | Held
)


class Record(Struct, frozen=True):
    """One command's outcome, as it is chained and stored: `seq` is the revision it made."""

    case_id: str
    seq: int
    at: datetime
    actor: str
    command: str
    events: tuple[Event, ...]
