"""What happens next, in words: where an action leads, who is there and for how long."""

from engine.assignment import System
from engine.definition import Action, Definition
from service.web.views.naming import Naming
from service.web.views.rulebook import Rulebook


def ways_on(definition: Definition, state: str, naming: Naming) -> list[str]:
    """Say every way on from a state that people may take."""
    rulebook, here = Rulebook(definition, naming), definition.states[state]
    return [
        rulebook.way(here, action)
        for action in here.actions.values()
        if action.to and not isinstance(action.who or here.who, System)
    ]


def what_follows(definition: Definition, action: Action, naming: Naming) -> str:
    """Say what happens after an action: the step it leads to with who acts there, or the steps it may lead to."""
    targets = list(dict.fromkeys(target.state for target in action.to))
    rulebook = Rulebook(definition, naming)
    if not targets:
        return naming.t("items.follows.vote") if action.vote is not None else ""
    if len(targets) > 1:
        return naming.t("items.follows.several", states=rulebook.targets(action))
    state = definition.states[targets[0]]
    return naming.t("items.follows.one", state=naming.says(state.title), duty=rulebook.duty(state))
