"""Taking an action: every reason against it is collected first; then the case moves, or a vote is counted."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from engine.always import against_coming, against_data
from engine.assignment import System
from engine.commands import SYSTEM, Act
from engine.definition import (
    Action,
    ActionKind,
    Comment,
    Guard,
    NamedGuard,
    State,
    StateKind,
    Target,
)
from engine.draft import Draft
from engine.events import DataChanged, Held, How, Moved, Posted
from engine.expression import Undecided
from engine.fields import assigned, check_form, completed, missing, recompute
from engine.holding import refuse
from engine.moving import move
from engine.permission import BY_RULE, Right, right
from engine.refusal import Conflict, Refusal, Refused
from engine.returning import destination, is_way_forward
from engine.seating import holds
from engine.separation import separation
from engine.signing import awaited, sign
from engine.situation import Situation, Variables, is_filled
from engine.values import Json
from engine.voting import against_vote, vote

AUTOMATIC_STEPS_MAX = 20
"""Most automatic actions that follow one command; more is a loop in the definition."""


class Attempt(Struct, frozen=True):
    """One action somebody wants to take, with what they filled in and, for a step back, where to and whom to ask."""

    action: Action
    right: Right = BY_RULE
    changes: Mapping[str, Json] = field(default_factory=dict)
    comment: str = ""
    to: str | None = None
    seats: tuple[str, ...] = ()
    how: How = How.ACTION


def act(draft: Draft, command: Act) -> None:
    """Decide `Act`; raises `Refused` with all reasons, or `Conflict` when the task is gone."""
    if command.task is not None and draft.task(command.task) is None:
        raise Conflict(draft.case.revision)
    state = draft.state
    action = state.actions.get(command.action)
    if action is None:
        raise Refused(Refusal("action.unknown", where=command.action, params={"state": state.name}))
    changes, reasons = _form(draft, action, command.form)
    situation = draft.situation(action, None if action.vote else changes, changes, command.comment)
    if changes and action.vote is None:
        situation = completed(situation)
    granted = right(state, action, situation, command.task)
    if isinstance(granted, Refusal):
        raise Refused(granted)
    reasons += against_person(state, action, situation, granted)
    reasons += demands(draft, action, situation)
    attempt = Attempt(action, granted, changes, command.comment, command.to, command.seats)
    if action.vote is None:
        _move(draft, attempt, situation, reasons)
    else:
        _cast(draft, attempt, situation, reasons)
    settle(draft)


def against_person(state: State, action: Action, situation: Situation, granted: Right) -> Iterator[Refusal]:
    """Give why somebody who has the right to act may not all the same: separation of duties, a second vote."""
    yield from separation(state, action, situation, granted.behalf_of)
    if action.vote is not None and granted.task is not None:
        yield from against_vote(situation.case, granted.task, situation.actor, granted.behalf_of)


def _form(draft: Draft, action: Action, form: Mapping[str, Json]) -> tuple[dict[str, Json], list[Refusal]]:
    """Check what was filled in against the fields that may be edited here."""
    if not form:
        return {}, []
    try:
        return check_form(draft.setting.process.definition, editable(draft, action), form), []
    except Refused as refused:
        return {}, list(refused.reasons)


def editable(draft: Draft, action: Action) -> tuple[str, ...]:
    """Give the fields an action's form may change: the state's and its own (a vote changes only its own)."""
    return action.form.edit if action.vote else (*draft.state.form.edit, *action.form.edit)


def required(draft: Draft, action: Action) -> tuple[str, ...]:
    """Give the fields an action needs filled: its own always, the state's when it carries the case forward."""
    return (*draft.state.form.require, *action.form.require) if _is_forward(action) else action.form.require


def begun(draft: Draft, action: Action, data: Mapping[str, Json]) -> list[str]:
    """Give the fields that were filled here though nobody had to: what is sent on must be complete."""
    names = editable(draft, action) if _is_forward(action) else action.form.edit
    return [name for name in names if is_filled(data.get(name))]


def _is_forward(action: Action) -> bool:
    """Say whether a person carries the case forward: timers and rules can not fill in what is missing."""
    return action.kind is ActionKind.FORWARD and action.vote is None and not isinstance(action.who, System)


def demands(draft: Draft, action: Action, situation: Situation) -> Iterator[Refusal]:
    """Give what is still to be filled in: the opinion, the required fields, and what others lack to be complete."""
    if action.comment is Comment.REQUIRED and not situation.comment.strip():
        yield Refusal("comment.required", where=action.name)
    data = situation.form if action.vote else situation.data
    names = (*required(draft, action), *begun(draft, action, data))
    yield from missing(situation.definition, names, data)


def _move(draft: Draft, attempt: Attempt, situation: Situation, reasons: list[Refusal]) -> None:
    action = attempt.action
    if attempt.seats and action.back is None:
        reasons.append(Refusal("return.no_seats", where=action.name))
    found = way(draft, action, situation, reasons, attempt.to)
    if found is None or reasons:
        raise Refused(*reasons)
    if is_way_forward(action) and awaited(draft.case, attempt.right.task):
        change(draft, attempt.changes)
        sign(draft, action, attempt.right, attempt.comment)
    else:
        _carry_out(draft, attempt, situation, found)


class Way(Struct, frozen=True):
    """Where an action leads, and what it posts to the ledger on the way."""

    target: str
    posted: tuple[Posted, ...] = ()


def _carry_out(draft: Draft, attempt: Attempt, situation: Situation, found: Way) -> None:
    action, right = attempt.action, attempt.right
    change(draft, {**attempt.changes, **assigned(situation, action.sets, draft.setting.process.book)})
    task = right.task.id if right.task is not None else None
    moved = Moved(
        action.name, draft.case.state, found.target, attempt.comment, task, right.behalf_of, attempt.how, right.under
    )
    move(draft, action, moved, found.posted, attempt.seats)


def way(
    draft: Draft, action: Action, situation: Situation, reasons: list[Refusal], to: str | None = None
) -> Way | None:
    """Fire the state machine; guards and the posting rule are asked on the way and their reasons collected."""
    wanted = destination(draft.case, action, to)
    if isinstance(wanted, Refusal):
        reasons.append(wanted)
        return None
    chosen: list[Way] = []

    def admits(candidate: Action, target: Target) -> bool:
        if chosen or candidate is not action or not _suits(action, target, wanted, situation):
            return False
        found = list(guard_reasons(draft, action.require, situation))
        reasons.extend(one for place, one in enumerate(found) if one not in found[:place])
        reasons.extend(against_coming(situation, target.state))
        posted = () if reasons else _postings(draft, action, target.state, situation, reasons)
        chosen.append(Way(target.state, posted))
        return not reasons

    target = draft.setting.process.graph.fire(draft.case.state, action.name, admits)
    if target is None and not reasons:
        reasons.append(Refusal("action.no_way", where=action.name))
    return None if target is None else chosen[0]


def _postings(
    draft: Draft, action: Action, target: str, situation: Situation, reasons: list[Refusal]
) -> tuple[Posted, ...]:
    """Ask the action's posting rule for its ledger entries; its reasons join the others."""
    if action.post is None:
        return ()
    posting = draft.setting.process.book.posting(action.post)
    if posting is None:
        reasons.append(Refusal("posting.unknown", where=action.post))
        return ()
    try:
        return tuple(Posted(posting.name, entry) for entry in posting.rule(situation, target))
    except Refused as refused:
        reasons.extend(refused.reasons)
        return ()


def _suits(action: Action, target: Target, wanted: str | None, situation: Situation) -> bool:
    """Say whether this is the way: the wanted one, or the first whose condition holds."""
    if wanted is not None:
        return target.state == wanted
    return target in action.to and (target.when is None or holds(target.when, situation))


def guard_reasons(draft: Draft, guards: Iterable[Guard], situation: Situation) -> Iterator[Refusal]:
    """Give every reason of every guard that does not hold."""
    for guard in guards:
        if isinstance(guard, NamedGuard):
            entry = draft.setting.process.book.get(guard.name)
            if entry is None:
                yield Refusal("guard.unknown", where=guard.name)
            else:
                yield from entry.rule(situation, guard.arguments)
            continue
        try:
            if guard.that.holds(Variables(situation)):
                continue
        except Undecided as error:
            params = {"cause": str(error)}
            yield Refusal("rule.undecided", where=guard.that.source, params=params, text=guard.otherwise)
            continue
        yield Refusal("rule.broken", where=guard.that.source, text=guard.otherwise)


def begin(draft: Draft) -> None:
    """Ask what a new case must hold, and assign what its definition gives it from the start."""
    opening, situation = draft.setting.process.definition.opening, draft.situation()
    lacking = missing(situation.definition, opening.given, situation.data)
    reasons = (*lacking, *guard_reasons(draft, opening.require, situation))
    if reasons:
        raise Refused(*reasons)
    change(draft, assigned(situation, opening.sets, draft.setting.process.book))


def change(draft: Draft, values: Mapping[str, Json]) -> None:
    """Emit the fields that really change, with the computed ones that follow; no rule of `always:` may be broken."""
    changed = {name: value for name, value in values.items() if draft.case.data.get(name) != value}
    changed |= recompute(draft.situation(changes=changed))
    if changed:
        draft.emit(DataChanged(changed))
        refuse(against_data(draft.situation()))


def _cast(draft: Draft, attempt: Attempt, situation: Situation, reasons: list[Refusal]) -> None:
    action, right = attempt.action, attempt.right
    reasons += guard_reasons(draft, action.require, situation)
    if right.task is None:
        reasons.append(Refusal("vote.needs_task", where=action.name))
    if reasons:
        raise Refused(*reasons)
    closing = vote(draft, action, right, situation)
    if closing is not None:
        conclude(draft, draft.state.actions[closing])


def settle(draft: Draft) -> None:
    """Take what follows by itself: the way past a skipped step, and the automatic actions that have become possible."""
    for _ in range(AUTOMATIC_STEPS_MAX):
        state = draft.state
        if draft.skip is not None:
            skipped, draft.skip = state.actions[draft.skip], None
            conclude(draft, skipped)
            continue
        if state.kind is StateKind.END or not any(try_automatic(draft, one) for one in state.actions.values()):
            return
    raise Refused(Refusal("automatic.loop", where=draft.case.state))


def try_automatic(draft: Draft, action: Action) -> bool:
    """Take an automatic action if its guards hold and somebody is there for what follows; say whether it was taken."""
    if not action.automatic:
        return False
    reasons: list[Refusal] = []
    situation = draft.situation(action, actor=SYSTEM)
    try:
        found = way(draft, action, situation, reasons)
    except Refused:
        return False
    if found is None or reasons:
        return False
    return not draft.attempt(lambda: _carry_out(draft, Attempt(action, how=How.SYSTEM), situation, found))


def conclude(draft: Draft, action: Action) -> None:
    """Take the action that follows what people decided; when its guards refuse, so is what would conclude it."""
    situation = draft.situation(action, actor=SYSTEM)
    _move(draft, Attempt(action, how=How.SYSTEM), situation, list(demands(draft, action, situation)))


def take_as_system(draft: Draft, action: Action) -> bool:
    """Take an action because its time has come; when it is refused, the record says that it was tried and why."""
    reasons = draft.attempt(lambda: conclude(draft, action))
    if reasons:
        draft.emit(Held(action.name, tuple(reason.code for reason in reasons)))
    return not reasons
