"""How the tasks of a state are joined: reading `vote:` of a state."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.assignment import System
from engine.definition import Action, ActionKind, Target, Vote
from engine.loading.countings import COUNTING_KEYS, read_counting
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope
from engine.texts import Text

OUTCOMES = ("passed", "failed")
OPTIONAL_KEYS = (*COUNTING_KEYS, "blind", "sequential")


@dataclass(frozen=True, slots=True)
class VotingState:
    """What a vote needs to know of its state: its actions, and the titles of all states."""

    actions: Mapping[str, Action]
    titles: Mapping[str, Text]


def read_vote(cursor: Cursor, state: VotingState, scope: Scope) -> tuple[Vote, dict[str, Action]]:
    """Read the rule; gives it with the system actions made for outcomes that name a state."""
    parts = cursor.parts(("by", *OUTCOMES), OPTIONAL_KEYS)
    made = {name: _outcome(name, parts[name], state) for name in OUTCOMES if name in parts}
    vote = Vote(
        read_counting(cursor, parts, scope),
        passed=made["passed"].name if "passed" in made else "",
        failed=made["failed"].name if "failed" in made else "",
        blind=parts["blind"].flag() if "blind" in parts else False,
        sequential=parts["sequential"].flag() if "sequential" in parts else False,
    )
    return vote, {action.name: action for action in made.values() if action.name not in state.actions}


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
