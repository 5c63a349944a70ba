"""Who really gets the tasks of a state: instead of people who left, may not, need not decide again, or are nobody."""

from collections.abc import Container, Iterable, Iterator

from engine.assignment import Instead, System
from engine.definition import ActionKind
from engine.draft import Draft
from engine.events import How, Moved, Replaced, Skipped
from engine.places import people_of, supervisor, user
from engine.refusal import Refusal, Refused
from engine.seating import Chair, chairs, named
from engine.separation import is_kept_out, keeps_out


def arranged(draft: Draft) -> list[Chair]:
    """Give the tasks to open in the state just entered; none when the step is skipped (`draft.skip` says by what).

    Raises `Refused` when nobody fits and the definition does not say what happens then: no step is skipped in silence.
    """
    state = draft.state
    found = list(_able(draft, chairs(state.who, draft.situation())))
    for reason, instead, people in (
        ("initiator", state.if_initiator, {draft.case.initiator}),
        ("repeated", state.if_repeated, last_movers(draft) if state.if_repeated else set()),
    ):
        if instead is not None and draft.skip is None:
            found = _without(draft, reason, instead, found, people)
    if not found and draft.skip is None and not isinstance(state.who, System):
        found = _nobody(draft, state.if_nobody)
    return found


def last_movers(draft: Draft) -> set[str]:
    """Give who made the move that leads here, when it went forward: one person, or the voters of the round."""
    moved = next((event for event in reversed(draft.events) if isinstance(event, Moved)), None)
    action = None if moved is None else draft.setting.process.definition.states[moved.source].actions.get(moved.action)
    if moved is None or action is None or action.kind is not ActionKind.FORWARD:
        return set()
    if moved.how is How.ACTION:
        return {draft.setting.actor.id, moved.behalf_of or draft.setting.actor.id}
    is_vote = draft.setting.process.definition.states[moved.source].vote is not None
    return {ballot.voter for ballot in draft.case.rounds.get(moved.source, ()) if is_vote}


def _able(draft: Draft, found: Iterable[Chair]) -> Iterator[Chair]:
    """Leave out who is kept out. The head above stands in for somebody who left, and for a group that may not act.

    Where there is no head above, the task of somebody who left waits for an administrator to assign it.
    """
    state, facts = draft.state, draft.setting.facts
    for chair in found:
        is_person = chair.principal.startswith("u:")
        is_absent = is_person and not facts.is_enabled(chair.principal.removeprefix("u:"))
        may = _may(draft, chair.principal)
        above = supervisor(chair.principal, facts) if is_absent or not (may or is_person) else None
        if above is not None and _may(draft, above):
            draft.emit(Replaced(state.name, "absent" if is_absent else "kept_out", chair.principal, (above,)))
            yield Chair(chair.seat, above, chair.weight)
        elif may:
            yield chair


def _without(draft: Draft, reason: str, instead: Instead, found: list[Chair], people: set[str]) -> list[Chair]:
    """Give the tasks of some people to others, or to nobody; skip the step when that leaves none."""
    concerned = frozenset(map(user, people))
    kept: dict[Chair, None] = {}
    for chair in found:
        if chair.principal not in concerned:
            kept[chair] = None
            continue
        heirs = _heirs(draft, instead, chair.principal, concerned)
        if heirs:
            draft.emit(Replaced(draft.state.name, reason, chair.principal, heirs))
        kept |= dict.fromkeys(Chair(chair.seat, heir, chair.weight) for heir in heirs)
    if not kept and found and instead.take is not None:
        _skip(draft, reason, instead.take, found)
    return list(kept)


def _heirs(draft: Draft, instead: Instead, principal: str, concerned: Container[str]) -> tuple[str, ...]:
    """Give who gets a task instead of somebody, as far as they may decide here."""
    situation = draft.situation()
    above = supervisor(principal, situation.facts) if instead.to_head else None
    wanted = named(instead.hand_to, situation) if instead.hand_to is not None else () if above is None else (above,)
    return tuple(heir for heir in wanted if heir not in concerned and _may(draft, heir))


def _may(draft: Draft, principal: str) -> bool:
    """Say whether a person, or anybody of a group, may decide here."""
    if not keeps_out(draft.state, draft.setting.process.definition):
        return True
    situation = draft.situation()
    return any(not is_kept_out(draft.state, situation, one) for one in people_of(principal, situation.facts))


def _nobody(draft: Draft, instead: Instead | None) -> list[Chair]:
    """Do what the definition says for a step that nobody fits; refuse where it says nothing."""
    if instead is not None and instead.hand_to is not None:
        heirs = tuple(heir for heir in named(instead.hand_to, draft.situation()) if _may(draft, heir))
        if heirs:
            draft.emit(Replaced(draft.state.name, "nobody", "", heirs))
            return [Chair("", heir) for heir in heirs]
    if instead is None or instead.take is None:
        raise Refused(Refusal("assignment.nobody", where=draft.case.state))
    _skip(draft, "nobody", instead.take, ())
    return []


def _skip(draft: Draft, reason: str, action: str, found: Iterable[Chair]) -> None:
    draft.emit(Skipped(draft.state.name, reason, action, tuple(chair.principal for chair in found)))
    draft.skip = action
