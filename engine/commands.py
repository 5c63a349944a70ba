"""What one can ask of the engine: imperative, frozen, complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.values import Json


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorisation in force: whoever holds it may act for `giver`, in one definition or all, up to an amount."""

    id: str
    giver: str
    definition: str | None = None
    amount_max: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with all that the directory says of them. Principals are `u:ID` and `g:ROLE@UNIT`.

    `standing_for` maps a principal held only by standing authorisations to these.
    """

    id: str
    name: str
    unit: str
    principals: frozenset[str]
    standing_for: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)


SYSTEM = Actor(id="system", name="system", unit="", principals=frozenset({"system"}))
"""The timers and rules themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What all commands carry. `key` is the idempotency key, `digest` of the request it came with."""

    case_id: str
    actor: Actor
    expected_revision: int | None = None
    key: str | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Command):
    """Open a case of a definition for a unit."""

    definition: str
    code: str
    unit: str
    data: Mapping[str, Json] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Save(Command):
    """Change fields that the state's form lets the actor edit."""

    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Command):
    """Take an action of the state, through a task when one is named.

    `to` is the earlier step that a return goes to, where the definition leaves the choice to the person; `seats` are
    those of that step that are asked again (all when empty), the others' votes stand.
    """

    action: str
    task: str | None = None
    form: Mapping[str, Json] = field(default_factory=dict)
    comment: str = ""
    to: str | None = None
    seats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Command):
    """Take a group's task for oneself."""

    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Command):
    """Give a claimed task back to its group."""

    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    """Hand a task to another person for good."""

    task: str
    to: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """Give somebody else's task to a person; for the head above its holder and for administrators."""

    task: str
    to: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate(Command):
    """Lend a task to another person; it comes back with their opinion."""

    task: str
    to: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """Return a delegated task to its lender with an opinion."""

    task: str
    comment: str


class Place(StrEnum):
    """When an added signer decides: before the one who adds them, after them, or at the same time."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSigner(Command):
    """Ask one more person to decide beside one's own task."""

    task: str
    user: str
    place: Place = Place.BESIDE
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSigner(Command):
    """Take an added signer's task out again while they have not acted."""

    task: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Command):
    """Put a question about one's task to a person; nothing waits for the answer."""

    task: str
    to: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Command):
    """Answer a question."""

    task: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Command):
    """Draw lots for the tasks of the state, with a word that nobody knew before."""

    task: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw(Command):
    """Have the next one drawn for somebody who can not take part; for them and for who draws."""

    task: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Command):
    """Send people a copy of the case; they may look at it from then on."""

    to: tuple[str, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """Take back what one sent on, while nobody has worked on it."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(Command):
    """Pull one's own case back to its beginning, from any step where the definition lets the initiator do so."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump(Command):
    """Put the case into another state, with a reason; for the definition's administrators."""

    to: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Take back one's own last act, within seconds and before anything else happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Command):
    """Let all work and all clocks stand still, with a reason; for the definition's administrators."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue(Command):
    """Go on after a suspension."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate(Command):
    """End the case where it stands, with a reason; for the definition's administrators."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrate(Command):
    """Put the case on another version of its definition; `states` says where cases in states that are gone go on."""

    version: int
    states: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBack(Command):
    """Take a migration of the case back, while nothing else has happened to it."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge(Command):
    """Remind the holders of the open tasks; at most once a day."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Command):
    """Add a comment to the case without deciding anything."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expire(Command):
    """A timer fell due. Harmless when it is not the armed one any more."""

    timer: str
    generation: int
