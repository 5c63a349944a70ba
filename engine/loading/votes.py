"""How several opinions become one: reading `vote:` of a state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.assignment import System
from engine.definition import Action, ActionKind, Target, Vote, VoteRule
from engine.expression import ValueType
from engine.loading.limits import VOTE_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope
from engine.texts import Text

_SHARE = re.compile(r"([1-9][0-9]?|100)%")
_POINTS = re.compile(r">= ?([0-9]{1,4})(?:\.([0-9]{1,2}))?")
_WITHOUT_THRESHOLD = (VoteRule.ALL, VoteRule.ANY)
OUTCOMES = ("passed", "failed")
OPTIONAL_KEYS = ("pass", "reject", "score", "blind", "sequential", "needs")


@dataclass(frozen=True, slots=True)
class VotingState:
    """What a vote needs to know of its state: its actions, and the titles of all states."""

    actions: Mapping[str, Action]
    titles: Mapping[str, Text]


def read_vote(cursor: Cursor, state: VotingState, scope: Scope) -> tuple[Vote, dict[str, Action]]:
    """Read the rule; gives it with the system actions made for outcomes that name a state."""
    parts = cursor.parts(("by", *OUTCOMES), OPTIONAL_KEYS)
    by = parts["by"].one_of(VoteRule) if "by" in parts else VoteRule.ALL
    _check_parts(cursor, parts, by)
    made = {name: _outcome(name, parts[name], state) for name in OUTCOMES if name in parts}
    score = scope.any_expression(parts["score"], (ValueType.INT, ValueType.DOUBLE)) if "score" in parts else None
    vote = Vote(
        by,
        passed=made["passed"].name if "passed" in made else "",
        failed=made["failed"].name if "failed" in made else "",
        pass_at=_threshold(parts["pass"], by) if "pass" in parts else None,
        reject_at=_threshold(parts["reject"], by) if "reject" in parts else None,
        score=score,
        blind=parts["blind"].flag() if "blind" in parts else False,
        sequential=parts["sequential"].flag() if "sequential" in parts else False,
        needs_all="needs" in parts and parts["needs"].word(["all"]) == "all",
    )
    return vote, {action.name: action for action in made.values() if action.name not in state.actions}


def _check_parts(cursor: Cursor, parts: dict[str, Cursor], by: VoteRule) -> None:
    """Note thresholds that the rule needs, or has no use for (and leave those out)."""
    if "by" not in parts:
        return
    wanted = [] if by in _WITHOUT_THRESHOLD else ["pass"]
    wanted += ["score"] if by is VoteRule.SCORE else []
    unwanted = [] if by is VoteRule.SCORE else ["score"]
    unwanted += ["pass", "reject"] if by in _WITHOUT_THRESHOLD else []
    unwanted += ["reject"] if by is VoteRule.SCORE else []
    for key in wanted:
        if key not in parts:
            cursor.problem("missing_key", key=key)
    for key in unwanted:
        if key in parts:
            parts.pop(key).problem("not_for_vote", found=quoted(key), by=by)


def _threshold(cursor: Cursor, by: VoteRule) -> int:
    """Read what a vote takes: votes or weight, percent of the voters, or points (given in hundredths)."""
    if by in (VoteRule.COUNT, VoteRule.WEIGHT):
        return cursor.integer(1, VOTE_MAX)
    text = cursor.text()
    if by is VoteRule.RATIO:
        share = _SHARE.fullmatch(text)
        if text and share is None:
            cursor.problem("malformed", found=quoted(text), wanted="share")
        return int(share[1]) if share else 0
    points = _POINTS.fullmatch(text)
    if text and points is None:
        cursor.problem("malformed", found=quoted(text), wanted="points")
    return int(points[1]) * 100 + int((points[2] or "").ljust(2, "0")) if points else 0


def _outcome(name: str, cursor: Cursor, state: VotingState) -> Action:
    """Read what follows a round: a system action of the state, or a state (then the action is made here)."""
    target = cursor.reference([*state.actions, *state.titles], "outcome")
    kind = ActionKind.FORWARD if name == "passed" else ActionKind.NEGATIVE
    made = Action(name, state.titles.get(target, Text("", "")), (Target(target),), kind=kind, who=System())
    if target not in state.actions:
        if name in state.actions:
            cursor.problem("name_taken", found=quoted(name))
        return made
    action = state.actions[target]
    if target in state.titles:
        cursor.problem("ambiguous", found=quoted(target))
    if not isinstance(action.who, System):
        cursor.problem("not_system", found=quoted(target))
    return action
