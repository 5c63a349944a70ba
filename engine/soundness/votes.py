"""Votes that can be won, and lost or stopped: counted as the engine counts, with the best opinions and the worst."""

from collections.abc import Iterator
from itertools import chain, repeat

from engine.assignment import (
    Assignment,
    ByLot,
    Chosen,
    FirstOf,
    FromField,
    HeadsUpTo,
    PostAbove,
    RoleIn,
    Seat,
    System,
    Together,
    Users,
)
from engine.counting import EVERYBODY, Choosing, Counting, VoteRule
from engine.definition import Definition, State, Vote
from engine.problem import Problem
from engine.tally import Voice, certain

MANY_MAX = 100
"""Voters that stand for however many there may be; a rule that needs more is taken to get them."""

_FOR = (Choosing.PASS, Choosing.ABSTAIN, Choosing.REJECT)
_AGAINST = (Choosing.REJECT, Choosing.ABSTAIN, Choosing.PASS)
_NO_LIMIT = 10**12
"""Points that reach every mark; below nothing, that reach none."""


def votes(definition: Definition) -> Iterator[Problem]:
    """Give votes that nobody can cast, win or lose."""
    for state in definition.states.values():
        if state.vote is not None:
            yield from _vote(state, state.vote)


def _vote(state: State, vote: Vote) -> Iterator[Problem]:
    path = f"states.{state.name}.vote"
    if isinstance(state.who, System):
        yield Problem("vote_without_voters", path, {"state": state.name})
    found = [*_mute(state), *_seats_out_of_reach(state)]
    yield from found
    if not found and not _can_pass(state, vote):
        yield _not_won(state, vote)
    leaving = any(action.to and not isinstance(action.who, System) for action in state.actions.values())
    if not (leaving or vote.passed == vote.failed or _can_fail(state, vote)):
        yield Problem("vote_never_fails", path, {"state": state.name})
    yield from _scores(state)


def _mute(state: State) -> Iterator[Problem]:
    """Give seats whose members have no vote to cast: their tasks would never be done."""
    for seat in _seats(state):
        if isinstance(state.who, Together) and not _choices(state, seat):
            path = f"states.{state.name}.who.seats.{seat.name}"
            yield Problem("vote_without_choice", path, {"state": state.name, "seat": seat.name})


def _seats_out_of_reach(state: State) -> Iterator[Problem]:
    """Give the rules of seats that need more votes than the seat has members."""
    for seat in _seats(state):
        rule, most = seat.counting, _voters_max(state, seat.who)
        if rule is not None and rule.by is VoteRule.COUNT and most is not None and (rule.pass_at or 0) > most:
            path = f"states.{state.name}.who.seats.{seat.name}.vote.pass"
            yield Problem("vote_out_of_reach", path, {"found": rule.pass_at or 0, "most": most})


def _not_won(state: State, vote: Vote) -> Problem:
    """Say why a vote can not be won: too few may vote for it, or somebody who is needed can not."""
    counting, path = vote.counting, f"states.{state.name}.vote"
    by_weight = counting.by is VoteRule.WEIGHT
    passing = [one for one in _opinions(state, vote, _FOR) if one.choice is Choosing.PASS]
    if passing and (by_weight or counting.by is VoteRule.COUNT):
        most = sum(one.weight if by_weight else 1 for one in passing)
        return Problem("vote_out_of_reach", f"{path}.pass", {"found": counting.pass_at or 0, "most": most})
    return Problem("vote_never_passes", path, {"state": state.name})


def _can_pass(state: State, vote: Vote) -> bool:
    opinions = _opinions(state, vote, _FOR)
    if (vote.counting.pass_at or 0) > MANY_MAX and vote.counting.by is not VoteRule.SCORE and _is_unbounded(state):
        return Choosing.PASS in {one.choice for one in opinions}
    result = certain(vote.counting, opinions)
    return result is not None and result.passed


def _can_fail(state: State, vote: Vote) -> bool:
    if any(Choosing.VETO in _choices(state, seat) for seat in _seats(state)):
        return True
    result = certain(vote.counting, _opinions(state, vote, _AGAINST))
    return result is not None and not result.passed


def _opinions(state: State, vote: Vote, order: tuple[Choosing, ...]) -> list[Voice]:
    """Give the opinions of all voters, each the first of an order that they may take, without seats that may miss."""
    seats = _seats(state)
    has_rules = any(seat.counting is not None for seat in seats)
    found: dict[bool, list[Voice]] = {True: [], False: []}
    for seat in seats:
        voices = _members(state, seat, order, (seat.counting or vote.counting) if has_rules else vote.counting)
        if has_rules:
            voices = [_joined(seat, voices)]
        found[seat.when is None or voices[0].choice is order[0]] += voices
    return found[True] or found[False]


def _members(state: State, seat: Seat, order: tuple[Choosing, ...], rule: Counting) -> list[Voice]:
    allowed = _choices(state, seat)
    choice = next((one for one in order if one in allowed), Choosing.REJECT)
    most = _voters_max(state, seat.who)
    many = MANY_MAX if rule.by is VoteRule.RATIO else min(max(rule.pass_at or 1, rule.reject_at or 1), MANY_MAX)
    number = most if most is not None else many if choice is order[0] else 1
    points = _NO_LIMIT if order is _FOR else -_NO_LIMIT
    return list(repeat(Voice(choice, seat.weight, points if choice is Choosing.PASS else None), number))


def _joined(seat: Seat, voices: list[Voice]) -> Voice:
    """Give the one voice of a seat, as the engine joins its members' opinions."""
    if all(one.choice is Choosing.ABSTAIN for one in voices):
        return Voice(Choosing.ABSTAIN, seat.weight)
    result = certain(seat.counting or EVERYBODY, voices)
    is_won = result is not None and result.passed
    return Voice(Choosing.PASS if is_won else Choosing.REJECT, seat.weight, None if result is None else result.score)


def _scores(state: State) -> Iterator[Problem]:
    """Give the fields that a score is counted from, where who gives it can not fill them in on the ballot."""
    rules = [(f"states.{state.name}.vote.score", state.vote.counting)] if state.vote else []
    rules += [
        (f"states.{state.name}.who.seats.{seat.name}.vote.score", seat.counting)
        for seat in _seats(state)
        if seat.counting is not None
    ]
    ballots = [
        {*action.form.edit, *action.form.require} for action in state.actions.values() if action.vote is Choosing.PASS
    ]
    for path, rule in rules:
        for name in sorted(rule.score.names if rule.score is not None else ()):
            field = name.removeprefix("ballot.")
            if name.startswith("ballot.") and ballots and not any(field in asked for asked in ballots):
                yield Problem("required_never_filled", path, {"field": field, "state": state.name})


def _seats(state: State) -> tuple[Seat, ...]:
    return state.who.seats if isinstance(state.who, Together) else (Seat("", state.title, state.who),)


def _choices(state: State, seat: Seat) -> set[Choosing]:
    """Give how the members of a seat may vote: through their tasks, so not by an action of other people."""
    return {
        action.vote
        for action in state.actions.values()
        if action.vote is not None and action.who is None and (not action.seats or seat.name in action.seats)
    }


def _is_unbounded(state: State) -> bool:
    return any(_voters_max(state, seat.who) is None for seat in _seats(state))


def _voters_max(state: State, who: Assignment) -> int | None:
    """Give the most tasks an assignment opens; None when only the organisation or the case can tell."""
    if any(one.hand_to is not None for one in state.instead.values()):
        return None
    match who:
        case FirstOf(branches=branches):
            each = [_voters_max(state, branch.who) for branch in branches]
            return None if None in each else max(chain((count for count in each if count is not None), (1,)))
        case Users(users=users):
            return len(users)
        case ByLot(count=count):
            return count
        case RoleIn(each=True) | PostAbove(each=True) | FromField() | Chosen() | HeadsUpTo():
            return None
        case _:
            return 1
