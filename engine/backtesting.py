"""Last year's cases on a draft: every decision that was taken, taken again under the new wording; which would differ?

A case is played anew from its records: the same people do the same things at the same moments, with what they filled
in then. It is followed up to the first decision that comes out differently: refused, or leading elsewhere. Who holds
which role is asked of the facts as they are now; the principal through whom somebody acted then still counts as theirs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from engine.case import Case
from engine.commands import (
    SYSTEM,
    Act,
    Actor,
    Command,
    Continue,
    Expire,
    Jump,
    Revoke,
    Save,
    Start,
    Suspend,
    Terminate,
    Withdraw,
)
from engine.decision import decide
from engine.definition import Definition, FieldType
from engine.events import DataChanged, Moved, Opened, Record, Signed, Voted
from engine.evolution import evolve
from engine.facts import Facts
from engine.process import Process
from engine.refusal import Conflict, NotFound, Refusal, Refused
from engine.values import Json

TIMERS_FIRED_MAX = 200
"""Most timers of one case that fall due between two of its records."""

ActorOf = Callable[[str, datetime], Actor]
"""Gives a person as the organisation knows them."""

_COMMENTED: Mapping[str, type[Suspend] | type[Terminate]] = {"Suspend": Suspend, "Terminate": Terminate}
_BARE: Mapping[str, type[Withdraw] | type[Revoke] | type[Continue]] = {
    "Withdraw": Withdraw,
    "Revoke": Revoke,
    "Continue": Continue,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case. `decisions` were tried; where `step` is not None, that decision would differ.

    It was taken in `state` and led to `was`; on the draft it leads to `would_be` (empty: it is refused, for `reasons`).
    `amount` is the money concerned, in fen.
    """

    case_id: str
    code: str
    decisions: int
    amount: int
    step: int | None = None
    at: datetime | None = None
    actor: str = ""
    action: str = ""
    state: str = ""
    was: str = ""
    would_be: str = ""
    reasons: tuple[Refusal, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether a decision would come out differently."""
        return self.step is not None


def backtest(process: Process, records: Sequence[Record], facts: Facts, actor_of: ActorOf) -> Replayed:
    """Play a case anew; gives the first decision that would differ."""
    real: Case | None = None
    shadow: Case | None = None
    decisions = 0
    for number, record in enumerate(records):
        before, real = real, evolve(real, record)
        if record.command == "Undo":
            shadow = _replayed_so_far(process, records[: number - 1], facts, actor_of)
            continue
        command = _command(process.definition, before, shadow, record, actor_of)
        if command is None:
            continue
        if shadow is not None:
            shadow = _let_time_pass(process, shadow, facts, record.at)
        decisions += 1
        found = _difference(process, shadow, command, record, facts, real)
        if isinstance(found, Case):
            shadow = found
            continue
        whole = _whole(records)
        return replace(found, decisions=decisions, step=number, amount=money_of(process.definition, whole))
    assert real is not None
    return Replayed(real.id, real.code, decisions, money_of(process.definition, real))


def _whole(records: Iterable[Record]) -> Case:
    case: Case | None = None
    for record in records:
        case = evolve(case, record)
    assert case is not None
    return case


def _replayed_so_far(process: Process, records: Sequence[Record], facts: Facts, actor_of: ActorOf) -> Case | None:
    """Give the played case as it is after some records, all of which came out the same."""
    real: Case | None = None
    shadow: Case | None = None
    for record in records:
        before, real = real, evolve(real, record)
        command = _command(process.definition, before, shadow, record, actor_of)
        if command is not None:
            shadow = shadow if shadow is None else _let_time_pass(process, shadow, facts, record.at)
            shadow = decide(process, shadow, command, facts, record.at).case
    return shadow


def _difference(
    process: Process, shadow: Case | None, command: Command, record: Record, facts: Facts, real: Case
) -> Case | Replayed:
    """Give the case after a decision that comes out the same, else what is different."""
    told = Replayed(
        real.id,
        real.code,
        0,
        0,
        at=record.at,
        actor=record.actor,
        action=command.action if isinstance(command, Act) else record.command,
        state=shadow.state if shadow is not None else "",
        was=real.state,
    )
    try:
        after = decide(process, shadow, command, facts, record.at).case
    except Refused as refused:
        return replace(told, reasons=refused.reasons)
    except (Conflict, NotFound) as error:
        return replace(told, reasons=(Refusal("migrate.gone", where=real.id, params={"cause": str(error)}),))
    return after if after.state == real.state else replace(told, would_be=after.state)


def _let_time_pass(process: Process, case: Case, facts: Facts, until: datetime) -> Case:
    """Fire the timers of the played case that fell due before a moment."""
    for _ in range(TIMERS_FIRED_MAX):
        due = [timer for timer in case.timers if timer.fires_at < until]
        if not due:
            return case
        timer = min(due, key=lambda one: one.fires_at)
        command = Expire(case_id=case.id, actor=SYSTEM, timer=timer.name, generation=timer.generation)
        case = decide(process, case, command, facts, timer.fires_at).case
    return case


def _command(
    definition: Definition, before: Case | None, shadow: Case | None, record: Record, actor_of: ActorOf
) -> Command | None:
    """Give the command that a record came of, as far as it decided something; None for what only handled tasks."""
    if record.actor == SYSTEM.id and record.command != Start.__name__:
        return None
    actor = _person(before, record, actor_of)
    if record.command == Start.__name__:
        return _start(definition, record, actor)
    made = _MAKERS.get(record.command)
    return None if made is None or shadow is None else made(definition, shadow, record, actor)


def _start(definition: Definition, record: Record, actor: Actor) -> Start:
    opened = next(event for event in record.events if isinstance(event, Opened))
    edit = definition.states[definition.initial].form.edit
    return Start(
        case_id=record.case_id,
        actor=actor,
        definition=definition.key,
        code=opened.code,
        unit=opened.unit,
        data={name: value for name, value in _filled(record).items() if name in edit},
    )


def _act(definition: Definition, shadow: Case, record: Record, actor: Actor) -> Act | None:
    """Give an action as it was taken: with its opinion, what was filled in, and the step that was chosen."""
    filled = _filled(record)
    for event in record.events:
        match event:
            case Voted(ballot=ballot, action=action):
                return Act(case_id=shadow.id, actor=actor, action=action, form=ballot.form, comment=ballot.comment)
            case Signed(signature=signature, comment=comment):
                form = _allowed(definition, shadow, signature.action, filled)
                return Act(case_id=shadow.id, actor=actor, action=signature.action, form=form, comment=comment)
            case Moved(action=action, comment=comment, target=target):
                form = _allowed(definition, shadow, action, filled)
                taken = definition.states[shadow.state].actions.get(action)
                to = target if taken is not None and taken.back is not None else None
                return Act(case_id=shadow.id, actor=actor, action=action, form=form, comment=comment, to=to)
    return None


def _save(definition: Definition, shadow: Case, record: Record, actor: Actor) -> Save:
    return Save(case_id=shadow.id, actor=actor, data=_allowed(definition, shadow, "", _filled(record)))


def _jump(_definition: Definition, shadow: Case, record: Record, actor: Actor) -> Jump:
    moved = next(event for event in record.events if isinstance(event, Moved))
    return Jump(case_id=shadow.id, actor=actor, to=moved.target, comment=moved.comment)


def _bare(_definition: Definition, shadow: Case, record: Record, actor: Actor) -> Command:
    return _BARE[record.command](case_id=shadow.id, actor=actor)


def _commented(_definition: Definition, shadow: Case, record: Record, actor: Actor) -> Command:
    return _COMMENTED[record.command](case_id=shadow.id, actor=actor, comment="·")


_MAKERS: Mapping[str, Callable[[Definition, Case, Record, Actor], Command | None]] = {
    "Act": _act,
    "Save": _save,
    "Jump": _jump,
    **dict.fromkeys(_BARE, _bare),
    **dict.fromkeys(_COMMENTED, _commented),
}
"""How each kind of command that decides something is made again from its record."""


def _filled(record: Record) -> dict[str, Json]:
    """Give what the first change of data in a record filled in."""
    changed = next((event.values for event in record.events if isinstance(event, DataChanged)), {})
    return dict(changed)


def _allowed(definition: Definition, shadow: Case, action: str, filled: Mapping[str, Json]) -> dict[str, Json]:
    """Give what was filled in and can be filled in on the draft; what rules computed then, they compute again."""
    state = definition.states[shadow.state]
    taken = state.actions.get(action)
    edit = {*state.form.edit, *(taken.form.edit if taken is not None else ())}
    return {name: value for name, value in filled.items() if name in edit and name not in definition.computed}


def _person(before: Case | None, record: Record, actor_of: ActorOf) -> Actor:
    """Give who acted, with the principal through whom they did."""
    try:
        person = actor_of(record.actor, record.at)
    except NotFound:
        person = Actor(record.actor, record.actor, "", frozenset({f"u:{record.actor}"}))
    through = {event.task for event in record.events if isinstance(event, Moved)}
    through |= {event.ballot.task for event in record.events if isinstance(event, Voted)}
    tasks = () if before is None else before.tasks
    groups = {task.group or task.principal for task in tasks if task.id in through}
    return structs.replace(person, principals=person.principals | groups)


def money_of(definition: Definition, case: Case) -> int:
    """Give the money a case is about: its first summary field, or else its first field, that holds an amount."""
    names = dict.fromkeys((*definition.summary, *definition.fields))
    amounts = (case.data.get(name) for name in names if definition.fields[name].type is FieldType.MONEY)
    return next((amount for amount in amounts if isinstance(amount, int)), 0)
