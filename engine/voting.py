"""One voter's act in a state with a vote: the ballot is kept, the round is closed as soon as its outcome is certain."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from engine.assignment import Assignment, Together
from engine.case import Ballot, Case, Task
from engine.commands import Actor
from engine.counting import Choosing, Counting
from engine.definition import Action, State
from engine.draft import Draft
from engine.events import RoundClosed, Voted
from engine.expression import Expression, Undecided
from engine.permission import Right
from engine.refusal import Refusal, Refused
from engine.signing import close
from engine.situation import Situation, Variables
from engine.tally import outcome, seat_voice

HUNDREDTHS = 100


def against_vote(case: Case, task: Task, actor: Actor, behalf_of: str | None) -> Iterator[Refusal]:
    """Give the refusal of a second voice in the same seat: one's own, or that of whom one stands for."""
    people = {actor.id, behalf_of or actor.id}
    for ballot in case.ballots:
        if ballot.own_seat == task.own_seat and {ballot.voter, ballot.behalf_of or ballot.voter} & people:
            yield Refusal("vote.twice", where=case.state)
            return


def vote(draft: Draft, action: Action, right: Right, situation: Situation) -> str | None:
    """Take a ballot; gives the action the system takes next when the round is over, else None."""
    rule, task = draft.state.vote, right.task
    if rule is None or action.vote is None or task is None:
        raise Refused(Refusal("vote.none", where=draft.case.state))
    seats = own_rules(draft.state)
    score = seats.get(task.own_seat, rule.counting).score
    ballot = Ballot(
        task=task.id,
        seat=task.seat,
        voter=situation.actor.id,
        choice=action.vote,
        at=draft.setting.now,
        weight=task.weight,
        score=_points(score, situation) if score is not None and action.vote is Choosing.PASS else None,
        comment=situation.comment,
        form=dict(situation.form),
        behalf_of=right.behalf_of,
        under=right.under,
    )
    draft.emit(Voted(ballot, action.name))
    close(draft, task, "done", action.name)
    if seats:
        _close_seat(draft, seats, task.own_seat)
    return close_if_certain(draft)


def close_if_certain(draft: Draft) -> str | None:
    """Close the round when its outcome is certain; gives the action that follows."""
    rule, case = draft.state.vote, draft.case
    if rule is None:
        return None
    result = outcome(rule.counting, own_rules(draft.state), case.ballots, case.deciding)
    if result is None:
        return None
    draft.emit(RoundClosed(result.passed, len(case.ballots), result.score))
    return rule.passed if result.passed else rule.failed


def own_rules(state: State) -> Mapping[str, Counting]:
    """Give the rules of the seats that have one; when none has, every opinion counts by itself."""
    who: Assignment = state.who
    if not isinstance(who, Together):
        return {}
    return {seat.name: seat.counting for seat in who.seats if seat.counting is not None}


def _close_seat(draft: Draft, seats: Mapping[str, Counting], name: str) -> None:
    """Ask the rest of a seat no more once its voice is certain."""
    case = draft.case
    if seat_voice(name, seats, case.ballots, case.deciding).choice is None:
        return
    for task in case.deciding:
        if task.own_seat == name:
            close(draft, task, "cancelled")


def _points(score: Expression, situation: Situation) -> int:
    """Compute the points of a ballot, in hundredths."""
    try:
        points = score.value(Variables(situation))
    except Undecided as error:
        raise Refused(Refusal("vote.no_score", where=score.source, params={"cause": str(error)})) from error
    return int((Decimal(str(points)) * HUNDREDTHS).to_integral_value(ROUND_HALF_UP))
