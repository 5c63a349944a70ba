"""A case ("item" on screens): the whole of what the engine knows of it.

A case is the fold of its records: `evolution.py` makes the next one, nothing else does.
"""

from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from engine.counting import Choosing
from engine.values import Json

ADDED = "+"
"""Ends the seat of an added signer, who belongs to the seat before it."""


class Task(Struct, frozen=True):
    """One open piece of work. `principal` is `u:USER` or `g:ROLE@UNIT`; a claimed group task keeps its `group`.

    `seat` names one of several tasks side by side; `lender` is who delegated the task and gets it back;
    `added_by` is who asked for this extra signer, `beside` the task it was added to. While the task `after` is open,
    this one waits for it. A task with a `question` is to be answered, not decided. Who took it for somebody else works
    on it for `behalf_of`, `under` a standing authorisation. A task that `draws` is for drawing lots.
    """

    id: str
    state: str
    seat: str
    principal: str
    opened_at: datetime
    due_at: datetime | None = None
    group: str | None = None
    lender: str | None = None
    added_by: str | None = None
    weight: int = 1
    beside: str | None = None
    after: str | None = None
    question: str = ""
    behalf_of: str | None = None
    under: str | None = None
    draws: bool = False

    def given_to(self, principal: str) -> "Task":
        """Give the same task in the hands of somebody else for good, who works on it in their own name."""
        return replace(self, principal=principal, group=None, lender=None, behalf_of=None, under=None)

    @property
    def own_seat(self) -> str:
        """The seat this task counts for; an added signer belongs to the seat of who added them."""
        return self.seat.rstrip(ADDED)

    @property
    def root(self) -> str:
        """The task that this one and its added signers belong to."""
        return self.beside or self.id


class Ballot(Struct, frozen=True):
    """One vote cast in the current round; `score` in hundredths of a point."""

    task: str
    seat: str
    voter: str
    choice: Choosing
    at: datetime
    weight: int = 1
    score: int | None = None
    comment: str = ""
    form: dict[str, Json] = field(default_factory=dict)
    behalf_of: str | None = None
    under: str | None = None

    @property
    def own_seat(self) -> str:
        """The seat this ballot counts for."""
        return self.seat.rstrip(ADDED)


class Timer(Struct, frozen=True):
    """The next rung of the state's ladder. Firing with another generation than the armed one does nothing."""

    name: str
    generation: int
    fires_at: datetime
    rung: int


class RunningClock(Struct, frozen=True):
    """The state's deadline; `fired` rungs are behind us. `provisional` when it counts days not yet announced."""

    started_at: datetime
    due_at: datetime
    provisional: bool = False
    fired: int = 0


class PausedClock(Struct, frozen=True):
    """A deadline that stands still until the case is back in its state.

    `refused` are the rungs whose action is still to be tried again.
    """

    started_at: datetime
    due_at: datetime
    paused_at: datetime
    fired: int = 0
    refused: tuple[int, ...] = ()


class Mark(Struct, frozen=True):
    """Who decided something, when, and for whom under which standing authorisation."""

    user: str
    at: datetime
    behalf_of: str | None = None
    under: str | None = None


class Signature(Struct, frozen=True):
    """One signer's agreement in a state where a task has added signers: the case moves when the last one has signed."""

    task: str
    root: str
    action: str
    user: str
    at: datetime
    behalf_of: str | None = None
    under: str | None = None


class Sent(Struct, frozen=True):
    """Who sent the case to where it is, through which task, and the clock that ran there: what withdrawing restores."""

    user: str
    at: datetime
    task: Task | None = None
    clock: RunningClock | None = None
    behalf_of: str | None = None
    under: str | None = None


class WayBack(Struct, frozen=True):
    """A return that asks to come straight back: who leaves `at` forward goes to `to`, where work goes on as it was."""

    at: str
    to: str
    tasks: tuple[Task, ...]
    ballots: tuple[Ballot, ...]
    path: tuple[str, ...]


class Last(Struct, frozen=True):
    """Who did what last, and when: what may be undone."""

    user: str
    at: datetime
    command: str


class Drawing(Struct, frozen=True):
    """A draw by lot in a state: what was fixed before it, and (once drawn) the seed, the word, the order, who sits.

    `excluded` says why each was left out; `reached` is how far in the order redraws have come.
    """

    state: str
    number: int
    count: int
    candidates: tuple[str, ...]
    excluded: dict[str, str]
    commitment: str = ""
    seed: str = ""
    word: str = ""
    order: tuple[str, ...] = ()
    sitting: tuple[str, ...] = ()
    reached: int = 0

    def name(self, case_id: str) -> str:
        """Give what the secret seed of this draw is kept under."""
        return f"{case_id}/{self.state}/{self.number}"

    def committed(self, commitment: str) -> "Drawing":
        """Give the draw with its commitment."""
        return replace(self, commitment=commitment)


class Case(Struct):
    """All of a case. `revision` counts its records; `times` counts `state.action`, `visits` entries of a state.

    `ballots` are those of the running round, `rounds` the last closed round of each voting state; `signatures` those
    given in a state without a vote while other signers are awaited.
    `turns` numbers the last entry of each state, among all entries.
    `actors` remembers the last decider of each `state` and each `state.action`, `hands` everybody who ever decided in
    a state, themselves or through another. `path` is the chain of steps that led here, without its loops;
    `ways_back` the returns that are to come straight back, the next one last. `touched` says that somebody has worked
    in this state since it was entered. `task_count` and `timer_count` number tasks and timers for ever, so that no id
    is used twice.
    """

    id: str
    code: str
    definition: str
    version: int
    state: str
    revision: int
    initiator: str
    unit: str
    opened_at: datetime
    entered_at: datetime
    data: dict[str, Json] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    rounds: dict[str, tuple[Ballot, ...]] = field(default_factory=dict)
    timers: tuple[Timer, ...] = ()
    clock: RunningClock | None = None
    paused: dict[str, PausedClock] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    actors: dict[str, Mark] = field(default_factory=dict)
    hands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    previous_state: str | None = None
    path: tuple[str, ...] = ()
    ways_back: tuple[WayBack, ...] = ()
    sent: Sent | None = None
    touched: bool = False
    last: Last | None = None
    task_count: int = 0
    timer_count: int = 0
    urged_at: datetime | None = None
    suspended_at: datetime | None = None
    closed_at: datetime | None = None
    draws: dict[str, Drawing] = field(default_factory=dict)

    @property
    def deciding(self) -> tuple[Task, ...]:
        """The open tasks that decide something: all but questions and draws."""
        return tuple(task for task in self.tasks if not task.question and not task.draws)

    @property
    def is_terminated(self) -> bool:
        """Whether an administrator ended it where it stood; what ends by itself does so as it enters its last state."""
        return self.closed_at is not None and self.closed_at != self.entered_at

    def copy(self) -> "Case":
        """Give a case of its own with the same values (they are never changed in place)."""
        return replace(self)


CASE_FIELDS = Case.__struct_fields__
"""Names of all that a case holds."""
