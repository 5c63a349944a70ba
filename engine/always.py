"""The `always:` lines that are about the way and the data of a case, kept at run time: what would break one is refused.

Separation of duties is `permission.py`'s. Every move asks `against_entering`, every change of data `against_data`.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from engine.case import Case
from engine.definition import Invariant, InvariantKind, StateKind
from engine.expression import Undecided
from engine.refusal import Refusal
from engine.situation import Situation, Variables

_CODES: Mapping[InvariantKind, str] = {
    InvariantKind.PRECEDENCE: "always.precedence",
    InvariantKind.ABSENCE: "always.absence",
    InvariantKind.RESPONSE: "always.response",
    InvariantKind.DATA: "always.data",
}


class _Breaks(Protocol):
    def __call__(self, rule: Invariant, situation: Situation, target: str, /) -> bool:
        """Say whether a case that enters a state would break a rule."""
        ...


def against_entering(situation: Situation, target: str) -> Iterator[Refusal]:
    """Give the rules that a case would break by entering a state now, with the data it has."""
    yield from against_coming(situation, target)
    for rule in situation.definition.always:
        if rule.kind is InvariantKind.DATA and rule.subject == target and not _holds(rule, situation):
            yield _refusal(rule, target)


def against_coming(situation: Situation, target: str) -> Iterator[Refusal]:
    """Give the rules about the way that a case would break by entering a state now."""
    for rule in situation.definition.always:
        breaks = _ENTERING.get(rule.kind)
        if breaks is not None and breaks(rule, situation, target):
            yield _refusal(rule, target)


def against_being(situation: Situation) -> Iterator[Refusal]:
    """Give the rules that a case breaks by being where it is, for one that comes from another version."""
    case = situation.case
    for rule in situation.definition.always:
        if rule.subject != case.state:
            continue
        is_lacking = rule.kind is InvariantKind.PRECEDENCE and rule.other not in case.visits
        came_after = rule.kind is InvariantKind.ABSENCE and 0 < _turn(case, rule.other) < _turn(case, rule.subject)
        if is_lacking or came_after:
            yield _refusal(rule, case.state)
    yield from against_data(situation)


def against_data(situation: Situation) -> Iterator[Refusal]:
    """Give the rules about the data of the state the case is in that do not hold."""
    for rule in situation.definition.always:
        if rule.kind is InvariantKind.DATA and rule.subject == situation.case.state and not _holds(rule, situation):
            yield _refusal(rule, situation.case.state)


def against_ending(situation: Situation) -> Iterator[Refusal]:
    """Give the rules by which something is still to follow before the case may end."""
    for rule in situation.definition.always:
        if rule.kind is InvariantKind.RESPONSE and _is_owed(rule, situation.case):
            yield _refusal(rule, situation.case.state)


def _refusal(rule: Invariant, where: str) -> Refusal:
    return Refusal(_CODES[rule.kind], where=where, params={"rule": rule.line})


def _precedence(rule: Invariant, situation: Situation, target: str) -> bool:
    return rule.subject == target and rule.other not in situation.case.visits


def _absence(rule: Invariant, situation: Situation, target: str) -> bool:
    return rule.subject == target and rule.other in situation.case.visits


def _response(rule: Invariant, situation: Situation, target: str) -> bool:
    ends = situation.definition.states[target].kind is StateKind.END
    is_owed = rule.subject == target or _is_owed(rule, situation.case)
    return ends and target != rule.other and is_owed


_ENTERING: Mapping[InvariantKind, _Breaks] = {
    InvariantKind.PRECEDENCE: _precedence,
    InvariantKind.ABSENCE: _absence,
    InvariantKind.RESPONSE: _response,
}


def _is_owed(rule: Invariant, case: Case) -> bool:
    """Say whether a state was entered and what must follow it was not, since."""
    return _turn(case, rule.subject) > _turn(case, rule.other)


def _turn(case: Case, state: str) -> int:
    return case.turns.get(state, 0)


def _holds(rule: Invariant, situation: Situation) -> bool:
    """Evaluate the condition of a rule about data; what can not be decided does not hold."""
    assert rule.that is not None
    try:
        return rule.that.holds(Variables(situation))
    except Undecided:
        return False
