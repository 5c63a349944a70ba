"""One voter's act in a state with a vote: the ballot is kept, the round is closed as soon as its outcome is certain."""

from decimal import ROUND_HALF_UP, Decimal

from engine.case import Ballot, Task
from engine.definition import Action, Choosing, Vote
from engine.draft import Draft
from engine.events import RoundClosed, Voted
from engine.expression import Undecided
from engine.refusal import Refusal, Refused
from engine.signing import close
from engine.situation import Situation, Variables
from engine.tally import outcome

HUNDREDTHS = 100


def vote(draft: Draft, action: Action, task: Task, situation: Situation, behalf_of: str | None) -> str | None:
    """Take a ballot; gives the action the system takes next when the round is over, else None."""
    rule = draft.state.vote
    if rule is None or action.vote is None:
        raise Refused(Refusal("vote.none", where=draft.case.state))
    ballot = Ballot(
        task=task.id,
        seat=task.seat,
        voter=situation.actor.id,
        choice=action.vote,
        at=draft.setting.now,
        weight=task.weight,
        score=_score(rule, situation) if action.vote is Choosing.PASS else None,
        comment=situation.comment,
        form=dict(situation.form),
    )
    draft.emit(Voted(ballot, action.name, behalf_of))
    close(draft, task, "done", action.name)
    return close_if_certain(draft)


def close_if_certain(draft: Draft) -> str | None:
    """Close the round when its outcome is certain; gives the action that follows."""
    rule, case = draft.state.vote, draft.case
    if rule is None:
        return None
    result = outcome(rule, case.ballots, case.tasks)
    if result is None:
        return None
    draft.emit(RoundClosed(result.passed, len(case.ballots), result.score))
    return rule.passed if result.passed else rule.failed


def _score(rule: Vote, situation: Situation) -> int | None:
    """Compute the points of a ballot, in hundredths; None where the vote has no scores."""
    if rule.score is None:
        return None
    try:
        points = rule.score.value(Variables(situation))
    except Undecided as error:
        raise Refused(Refusal("vote.no_score", where=rule.score.source, params={"cause": str(error)})) from error
    return int((Decimal(str(points)) * HUNDREDTHS).to_integral_value(ROUND_HALF_UP))
