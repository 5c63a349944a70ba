"""Votes that can be won and lost, and `always:` lines that hold on every way."""

from collections.abc import Iterator

from engine.assignment import (
    Assignment,
    ByLot,
    Chosen,
    FirstOf,
    FromField,
    HeadsUpTo,
    PostAbove,
    RoleIn,
    System,
    Together,
    Users,
)
from engine.counting import Choosing, VoteRule
from engine.definition import Definition, InvariantKind, State, Vote
from engine.problem import Problem
from engine.soundness.flow import Flow
from engine.soundness.separation import is_same_person


def votes(definition: Definition) -> Iterator[Problem]:
    """Give votes that nobody can cast, win or lose."""
    for state in definition.states.values():
        if state.vote is not None:
            yield from _vote(state, state.vote)


def _vote(state: State, vote: Vote) -> Iterator[Problem]:
    path = f"states.{state.name}.vote"
    choices = {action.vote for action in state.actions.values()}
    leaving = [action for action in state.actions.values() if action.to and not isinstance(action.who, System)]
    if isinstance(state.who, System):
        yield Problem("vote_without_voters", path, {"state": state.name})
    if Choosing.PASS not in choices:
        yield Problem("vote_never_passes", path, {"state": state.name})
    if Choosing.REJECT not in choices and not leaving and vote.counting.by is not VoteRule.SCORE:
        yield Problem("vote_never_fails", path, {"state": state.name})
    voters = _voters_max(state.who)
    if vote.counting.by is VoteRule.COUNT and voters is not None and (vote.counting.pass_at or 0) > voters:
        yield Problem("vote_out_of_reach", f"{path}.pass", {"found": vote.counting.pass_at or 0, "most": voters})


def _voters_max(who: Assignment) -> int | None:
    """Give the most tasks an assignment opens; None when only the organisation or the case can tell."""
    match who:
        case Together(seats=seats):
            counts = [_voters_max(seat.who) for seat in seats]
        case FirstOf(branches=branches):
            each = [_voters_max(branch.who) for branch in branches]
            return None if None in each else max(count for count in each if count is not None)
        case Users(users=users):
            return len(users)
        case ByLot(count=count):
            return count
        case RoleIn(each=True) | PostAbove(each=True) | FromField() | Chosen() | HeadsUpTo():
            return None
        case _:
            return 1
    return None if None in counts else sum(count for count in counts if count is not None)


def same_persons(flow: Flow) -> Iterator[Problem]:
    """Give the separations of duties that nobody could keep."""
    for index, rule in enumerate(flow.definition.always):
        if rule.kind is InvariantKind.SEPARATION and is_same_person(flow.definition, rule.subject, rule.other):
            yield Problem("always_same_person", f"always[{index}]", {"rule": rule.line})


def notes(flow: Flow) -> Iterator[Problem]:
    """Give the `always:` lines that only the engine can keep, act by act, because people hold several roles."""
    for index, rule in enumerate(flow.definition.always):
        if rule.kind is InvariantKind.SEPARATION and not is_same_person(flow.definition, rule.subject, rule.other):
            kept_out = flow.definition.states[rule.subject].exclude
            if f"actor of {rule.other}" not in kept_out:
                yield Problem("kept_at_run_time", f"always[{index}]", {"rule": rule.line})
