"""The words of a workflow definition: plain frozen values, made by the loader, read by everything else.

A definition is data. Nothing here does anything: `loading/` builds these values from YAML,
`graph.py` compiles the state machine, `decision.py` interprets them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.assignment import Assignment, Instead, RoleIn, System
from engine.counting import Choosing, Counting
from engine.decision_table import DecisionTable
from engine.duration import Duration, Moment
from engine.expression import Expression
from engine.sensitive import Sensitive
from engine.texts import Text
from engine.trials import Trial
from engine.values import Json


class FieldType(StrEnum):
    """Types of a case's data; `fields.py` says what each accepts."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    FILE = "file"
    FILES = "files"
    PERSON = "person"
    PERSONS = "persons"
    UNIT = "unit"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a choice field may take."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One typed datum of a case.

    `max`/`min` bound length for texts (characters), value for numbers (fen for money) and count for persons,
    files and tables (rows). `accept` lists file extensions. `columns` are the cells of a table row; `required`
    is for columns only (forms say which fields they require). `computed` is evaluated by the engine after every
    change and can not be edited. `of_role` limits person fields to holders of a role. `sensitive` is the kind of number
    a text holds that few may see whole.
    """

    name: str
    type: FieldType
    title: Text
    help: Text | None = None
    min: int | None = None
    max: int | None = None
    of: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()
    columns: tuple["Field", ...] = ()
    required: bool = False
    computed: Expression | DecisionTable | None = None
    of_role: str | None = None
    sensitive: Sensitive | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form: a titled group of fields."""

    name: str
    title: Text
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a person sees and fills: names of fields."""

    edit: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    show: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedGuard:
    """A rule of the closed guard book, with its arguments."""

    name: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleGuard:
    """A CEL rule written in the definition and the text shown when it does not hold."""

    that: Expression
    otherwise: Text


Guard = NamedGuard | RuleGuard


class Audience(StrEnum):
    """Whom a rung of a ladder addresses, besides a role."""

    ASSIGNEE = "assignee"
    SUPERVISOR = "supervisor"
    INITIATOR = "initiator"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of an escalation ladder: when, and what happens then (any combination).

    `act` is a system action of the state; when its guards refuse, it is tried again after `retry`.
    """

    at: Moment
    remind: Audience | RoleIn | None = None
    copy: Audience | RoleIn | None = None
    hand_to: Assignment | None = None
    act: str | None = None
    retry: Duration | None = None
    mark: str | None = None


class Clock(StrEnum):
    """What an action does to the running deadline of the state it leaves: end it, or pause it until we are back."""

    END = "end"
    PAUSE = "pause"

    @property
    def pauses(self) -> bool:
        """Whether the deadline stands still until we are back."""
        return self is Clock.PAUSE


@dataclass(frozen=True, slots=True)
class Vote:
    """How the tasks of one state are joined: seats that have a rule of their own first each by it, then all by this.

    `passed`/`failed` name system actions of the state that follow. In a `blind` round nobody sees the others' ballots
    before it is closed; in a `sequential` one, voters have their turn one after the other.
    """

    counting: Counting
    passed: str
    failed: str
    blind: bool = False
    sequential: bool = False


class Comment(StrEnum):
    """Whether an action asks for an opinion."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class ByRule:
    """A value that a rule of the closed book gives: `{rule: NAME}`."""

    rule: str

    @property
    def source(self) -> str:
        """How it is written."""
        return f"{{rule: {self.rule}}}"


Assigned = Expression | ByRule
"""What gives a field its value when an action is taken, or a case begins."""


class ActionKind(StrEnum):
    """What an action is to the person who looks at the button."""

    FORWARD = "forward"
    RETURN = "return"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Target:
    """Where an action leads; the first whose condition holds."""

    state: str
    when: Expression | None = None


class Back(StrEnum):
    """A step behind us that an action goes back to, among its targets."""

    PREVIOUS = "previous"
    EARLIER = "earlier"


class Resubmit(StrEnum):
    """How a returned case comes on again: by walking the path once more, or straight back to who returned it."""

    WALK = "walk"
    STRAIGHT = "straight"


class Verb(StrEnum):
    """What people may do with a task or a case beside its actions, where the definition lets them."""

    TRANSFER = "transfer"
    DELEGATE = "delegate"
    ADD_SIGNER = "add_signer"
    ASK = "ask"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


USUAL_VERBS = frozenset(Verb) - {Verb.REVOKE}
"""Allowed where a definition says nothing. To pull a case back to its beginning must be written."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person (or the system) can do in a state.

    Either it moves the case (`to`) or it is one voter's vote (`vote`; its form then goes to the ballot). With `back`
    it goes to the step before this one, or to any earlier step the person chooses; `to` then lists all it may reach.
    `resubmit` says how the case comes on again after a return.
    `who` replaces the state's assignment for this action: people it names act without a task.
    `seats` are those that may take it (all when empty). `sets` assigns fields from expressions or rules when the
    action is taken. `post` names the rule that gives the ledger entries the action makes, from the case as its form
    leaves it (before `sets`). `automatic` marks a system action that is tried after every change of the case, not only
    when a rung calls it.
    """

    name: str
    title: Text
    to: tuple[Target, ...] = ()
    vote: Choosing | None = None
    kind: ActionKind = ActionKind.FORWARD
    who: Assignment | None = None
    exclude: tuple[str, ...] = ()
    require: tuple[Guard, ...] = ()
    comment: Comment = Comment.OPTIONAL
    form: Form = Form()
    clock: Clock = Clock.END
    sets: Mapping[str, Assigned] = field(default_factory=dict)
    post: str | None = None
    automatic: bool = False
    note: Text | None = None
    seats: tuple[str, ...] = ()
    back: Back | None = None
    resubmit: Resubmit = Resubmit.WALK


class StateKind(StrEnum):
    """Work has an assignee; rest is parked and may be reopened; end is final."""

    WORK = "work"
    REST = "rest"
    END = "end"


@dataclass(frozen=True, slots=True)
class State:
    """One state of a case.

    `exclude` lists who may not act although assigned: `initiator`, `previous` (who made the last move) or
    `actor of STATE`. `resume_min_days` is the least number of working days left when a paused clock resumes.
    `needs` says in words what must be filled or attached here. `verbs` are allowed here beside the actions.
    `if_nobody`, `if_initiator` and `if_repeated` say what happens when a task here would be for nobody, for who
    started the case, or for who made the move that leads here.
    """

    name: str
    title: Text
    phase: str
    kind: StateKind = StateKind.WORK
    who: Assignment = System()
    exclude: tuple[str, ...] = ()
    due: Duration | None = None
    escalate: tuple[Rung, ...] = ()
    form: Form = Form()
    actions: Mapping[str, Action] = field(default_factory=dict)
    vote: Vote | None = None
    resume_min_days: int = 0
    needs: Text | None = None
    verbs: frozenset[Verb] = USUAL_VERBS
    if_nobody: Instead | None = None
    if_initiator: Instead | None = None
    if_repeated: Instead | None = None

    @property
    def instead(self) -> Mapping[str, Instead]:
        """What happens instead, by its key, as far as the definition says."""
        said = {"if_nobody": self.if_nobody, "if_initiator": self.if_initiator, "if_repeated": self.if_repeated}
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Phase:
    """A band of states, as a leader sees the process."""

    name: str
    title: Text


class InvariantKind(StrEnum):
    """Shapes of an `always:` line."""

    PRECEDENCE = "precedence"
    ABSENCE = "absence"
    RESPONSE = "response"
    SEPARATION = "separation"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule, kept at run time from the same `line`.

    `A only after B`, `A never after B`, `A is followed by B` (states), `A.actor is never B.actor`, or a condition
    (`that`) that holds whenever the case is in A.
    """

    kind: InvariantKind
    subject: str
    other: str
    line: str
    that: Expression | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """What cases of a definition stand beside: a case of another one, while it is in one of these states (any: empty).

    `field` holds the code of that case; it is given when the case is started and never changes.
    """

    definition: str
    field: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What must hold when a case begins, the fields that are assigned then, and those that are given then for good."""

    require: tuple[Guard, ...] = ()
    sets: Mapping[str, Assigned] = field(default_factory=dict)
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A loaded, type-checked workflow definition. `digest` is the SHA-256 of its source text.

    `numbering` is the pattern of case codes; `summary` names the fields that lists show; `starters` says who
    may open a case (everybody with a unit when None); `computed` names the computed fields, each after those it needs.
    `admins` may jump, suspend, terminate and reassign; without them only the system may. `parent` says which other
    case each case belongs to, if any. `opening` is what happens when a case begins. `tests` are run before every
    publishing.
    """

    key: str
    version: int
    digest: str
    title: Text
    initial: str
    calendar: str
    numbering: str
    phases: Mapping[str, Phase]
    fields: Mapping[str, Field]
    sections: tuple[Section, ...]
    states: Mapping[str, State]
    starters: Assignment | None = None
    always: tuple[Invariant, ...] = ()
    summary: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    admins: Assignment | None = None
    parent: Parent | None = None
    tests: tuple[Trial, ...] = ()
    opening: Opening = Opening()
