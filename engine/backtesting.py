"""Last year's cases on a draft: every decision that was taken, taken again under the new wording; which would differ?

A case is played anew from its records: the same people do the same things at the same moments, with what they filled
in then. It is followed up to the first decision that comes out differently: refused, or leading elsewhere.

What lies outside the case is asked of the facts as they are now: who holds which role, whether a call is open, what
stands in other cases. So a decision that does not come out as it did is also taken under the rules of then. What those
would refuse today for the same reasons says nothing about the draft: it is set aside, and the case goes on from where
it really went. The principal through whom somebody acted then still counts as theirs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
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
    Migrate,
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
from engine.migrating import migrated
from engine.parentage import startable_fields
from engine.process import Process
from engine.refusal import Conflict, NotFound, Refusal, Refused
from engine.values import Json

TIMERS_FIRED_MAX = 200
"""Most timers of one case that fall due between two of its records."""

ActorOf = Callable[[str, datetime], Actor]
"""Gives a person as the organisation knows them."""

RulesOf = Callable[[int], Process | None]
"""Gives a version of the same definition; None where there is none any more."""

Outcome = Case | tuple[Refusal, ...]
"""The case after a decision, or why there was none."""

_COMMENTED: Mapping[str, type[Suspend] | type[Terminate]] = {"Suspend": Suspend, "Terminate": Terminate}
_BARE: Mapping[str, type[Withdraw] | type[Revoke] | type[Continue]] = {
    "Withdraw": Withdraw,
    "Revoke": Revoke,
    "Continue": Continue,
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case. `decisions` were tried; where `step` is not None, that decision would differ.

    `set_aside` of them could not be compared, because the world outside the case is not as it was. The one that differs
    was taken in `state` and led to `was`; on the draft it leads to `would_be` (empty: it is refused, for `reasons`).
    `amount` is the money concerned, in fen.
    """

    case_id: str
    code: str
    decisions: int
    amount: int
    set_aside: int = 0
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


def backtest(
    process: Process, records: Sequence[Record], facts: Facts, actor_of: ActorOf, rules_of: RulesOf
) -> Replayed:
    """Play a case anew; gives the first decision that would differ."""
    play = _Play(process, facts, actor_of, rules_of)
    for number, record in enumerate(records):
        found = play.go_on(record)
        if found is not None:
            return replace(found, step=number, amount=money_of(process.definition, _whole(records)))
    real = _whole(records)
    return Replayed(real.id, real.code, play.decisions, money_of(process.definition, real), play.set_aside)


def _whole(records: Iterable[Record]) -> Case:
    case: Case | None = None
    for record in records:
        case = evolve(case, record)
    assert case is not None
    return case


class _Play:
    """A case as it was, and beside it as it is on the draft, one record after the other."""

    def __init__(self, process: Process, facts: Facts, actor_of: ActorOf, rules_of: RulesOf) -> None:
        self.decisions = self.set_aside = 0
        self._process, self._facts, self._actor_of, self._rules_of = process, facts, actor_of, rules_of
        self._real: Case | None = None
        self._shadow: Case | None = None

    def go_on(self, record: Record) -> Replayed | None:
        """Take what a record decided anew; gives what is different."""
        before, real = self._real, evolve(self._real, record)
        self._real = real
        if record.command == "Undo":
            self._shadow = self._put_on_draft(real, record.at)
            return None
        if self._shadow is not None:
            self._shadow = _let_time_pass(self._process, self._shadow, self._facts, record.at)
        command = _command(self._process.definition, before, self._shadow, record, self._actor_of)
        if command is None:
            self._follow(before, real, record)
            return None
        self.decisions += 1
        found = _outcome(self._process, self._shadow, command, self._facts, record.at)
        if isinstance(found, Case) and found.state == real.state:
            self._shadow = found
            return None
        then = self._under_the_rules_of_then(before, real, record)
        if _says_nothing(found, then):
            self.set_aside += 1
            self._shadow = self._put_on_draft(real, record.at)
            return None
        return self._told(command, record, found, then)

    def _follow(self, before: Case | None, real: Case, record: Record) -> None:
        """Let what only handled tasks, such as a draw, be as it was; timers fall by the draft's own clock."""
        is_along = before is not None and self._shadow is not None and self._shadow.state == before.state
        if is_along and record.command != Expire.__name__:
            self._shadow = self._put_on_draft(real, record.at)

    def _under_the_rules_of_then(self, before: Case | None, real: Case, record: Record) -> Outcome:
        """Take a decision under the rules the case had; where they are not known, it came out as it did."""
        rules = self._rules_of((before or real).version)
        command = None if rules is None else _command(rules.definition, before, before, record, self._actor_of)
        return real if rules is None or command is None else _outcome(rules, before, command, self._facts, record.at)

    def _put_on_draft(self, real: Case, at: datetime) -> Case | None:
        """Give the case as it really was, its work as the draft gives it out; None where there is no such state.

        Where it can not be moved to the draft, it keeps its tasks and timers, but those of rungs the draft lacks.
        """
        new, rules = self._process.definition, self._rules_of(real.version)
        command = Migrate(case_id=real.id, actor=SYSTEM, version=new.version)
        if rules is not None and real.version != new.version:
            with suppress(Refused):
                return migrated(rules.definition, self._process, real, command, self._facts, at).case
        state = new.states.get(real.state)
        if state is None:
            return None
        return structs.replace(real, timers=tuple(one for one in real.timers if one.rung < len(state.escalate)))

    def _told(self, command: Command, record: Record, found: Outcome, then: Outcome) -> Replayed:
        assert self._real is not None
        known = () if isinstance(then, Case) else then
        return Replayed(
            self._real.id,
            self._real.code,
            self.decisions,
            0,
            self.set_aside,
            at=record.at,
            actor=record.actor,
            action=command.action if isinstance(command, Act) else record.command,
            state=self._shadow.state if self._shadow is not None else "",
            was=self._real.state,
            would_be=found.state if isinstance(found, Case) else "",
            reasons=() if isinstance(found, Case) else tuple(one for one in found if not _is_among(one, known)),
        )


def _outcome(process: Process, case: Case | None, command: Command, facts: Facts, at: datetime) -> Outcome:
    try:
        return decide(process, case, command, facts, at).case
    except Refused as refused:
        return refused.reasons
    except (Conflict, NotFound) as error:
        return (Refusal("migrate.gone", where=command.case_id, params={"cause": str(error)}),)


def _says_nothing(found: Outcome, then: Outcome) -> bool:
    """Say whether the rules of then would give today what the draft gives: then it is the world that has changed."""
    if isinstance(found, Case) or isinstance(then, Case):
        return isinstance(found, Case) and isinstance(then, Case) and found.state == then.state
    return all(_is_among(one, then) for one in found)


def _is_among(reason: Refusal, known: Iterable[Refusal]) -> bool:
    return any((one.code, one.where) == (reason.code, reason.where) for one in known)


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
    actor = _person(before, record, actor_of)
    if record.command == Start.__name__:
        return _start(definition, record, actor)
    made = _MAKERS.get(record.command)
    return None if made is None or shadow is None else made(definition, shadow, record, actor)


def _start(definition: Definition, record: Record, actor: Actor) -> Start:
    opened = next(event for event in record.events if isinstance(event, Opened))
    given = startable_fields(definition)
    return Start(
        case_id=record.case_id,
        actor=actor,
        definition=definition.key,
        code=opened.code,
        unit=opened.unit,
        data={name: value for name, value in _filled(record).items() if name in given},
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
    if record.actor == SYSTEM.id:
        return SYSTEM
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
