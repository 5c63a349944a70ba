"""What one can ask of the engine: imperative, frozen, complete."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from engine.values import Json


class Standing(Struct, frozen=True):
    """An authorisation in force: whoever holds it may act for `giver`, in one definition or all, up to an amount."""

    id: str
    giver: str
    definition: str | None = None
    amount_max: int | None = None


class Actor(Struct, frozen=True):
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


class Command(Struct, frozen=True, kw_only=True):
    """What all commands carry. `key` is the idempotency key, `digest` of the request it came with."""

    case_id: str
    actor: Actor
    expected_revision: int | None = None
    key: str | None = None
    digest: str = ""


class Start(Command, frozen=True, kw_only=True):
    """Open a case of a definition for a unit."""

    definition: str
    code: str
    unit: str
    data: Mapping[str, Json] = field(default_factory=dict)
    version: int | None = None


class Save(Command, frozen=True, kw_only=True):
    """Change fields that the state's form lets the actor edit."""

    data: Mapping[str, Json]


class Act(Command, frozen=True, kw_only=True):
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


class Claim(Command, frozen=True, kw_only=True):
    """Take a group's task for oneself."""

    task: str


class Release(Command, frozen=True, kw_only=True):
    """Give a claimed task back to its group."""

    task: str


class Transfer(Command, frozen=True, kw_only=True):
    """Hand a task to another person for good."""

    task: str
    to: str
    comment: str = ""


class Assign(Command, frozen=True, kw_only=True):
    """Give somebody else's task to a person; for the head above its holder and for administrators."""

    task: str
    to: str
    comment: str = ""


class Delegate(Command, frozen=True, kw_only=True):
    """Lend a task to another person; it comes back with their opinion."""

    task: str
    to: str
    comment: str = ""


class Answer(Command, frozen=True, kw_only=True):
    """Return a delegated task to its lender with an opinion."""

    task: str
    comment: str


class Place(StrEnum):
    """When an added signer decides: before the one who adds them, after them, or at the same time."""

    BEFORE = "before"
    AFTER = "after"
    BESIDE = "beside"


class AddSigner(Command, frozen=True, kw_only=True):
    """Ask one more person to decide beside one's own task."""

    task: str
    user: str
    place: Place = Place.BESIDE
    comment: str = ""


class RemoveSigner(Command, frozen=True, kw_only=True):
    """Take an added signer's task out again while they have not acted."""

    task: str
    comment: str = ""


class Ask(Command, frozen=True, kw_only=True):
    """Put a question about one's task to a person; nothing waits for the answer."""

    task: str
    to: str
    question: str


class Reply(Command, frozen=True, kw_only=True):
    """Answer a question."""

    task: str
    comment: str


class Draw(Command, frozen=True, kw_only=True):
    """Draw lots for the tasks of the state, with a word that nobody knew before."""

    task: str
    word: str


class Redraw(Command, frozen=True, kw_only=True):
    """Have the next one drawn for somebody who can not take part; for them and for who draws."""

    task: str
    comment: str


class Copy(Command, frozen=True, kw_only=True):
    """Send people a copy of the case; they may look at it from then on."""

    to: tuple[str, ...]
    comment: str = ""


class Withdraw(Command, frozen=True, kw_only=True):
    """Take back what one sent on, while nobody has worked on it."""

    comment: str = ""


class Revoke(Command, frozen=True, kw_only=True):
    """Pull one's own case back to its beginning, from any step where the definition lets the initiator do so."""

    comment: str = ""


class Jump(Command, frozen=True, kw_only=True):
    """Put the case into another state, with a reason; for the definition's administrators."""

    to: str
    comment: str


class Undo(Command, frozen=True, kw_only=True):
    """Take back one's own last act, within seconds and before anything else happened."""


class Suspend(Command, frozen=True, kw_only=True):
    """Let all work and all clocks stand still, with a reason; for the definition's administrators."""

    comment: str


class Continue(Command, frozen=True, kw_only=True):
    """Go on after a suspension."""

    comment: str = ""


class Terminate(Command, frozen=True, kw_only=True):
    """End the case where it stands, with a reason; for the definition's administrators."""

    comment: str


class Migrate(Command, frozen=True, kw_only=True):
    """Put the case on another version of its definition; `states` says where cases in states that are gone go on."""

    version: int
    states: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


class RollBack(Command, frozen=True, kw_only=True):
    """Take a migration of the case back, while nothing else has happened to it."""

    comment: str = ""


class Recount(Command, frozen=True, kw_only=True):
    """Count the running deadline anew by the calendar as it is now; the system's, after a notice came out."""


class Urge(Command, frozen=True, kw_only=True):
    """Remind the holders of the open tasks; at most once a day."""

    comment: str = ""


class Remark(Command, frozen=True, kw_only=True):
    """Add a comment to the case without deciding anything."""

    comment: str


class Expire(Command, frozen=True, kw_only=True):
    """A timer fell due. Harmless when it is not the armed one any more."""

    timer: str
    generation: int
