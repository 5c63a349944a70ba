"""The phases of a procedure as a strip, with where an item is; exits show only where an item took one."""

from collections.abc import Collection

from engine.assignment import System
from engine.definition import ActionKind, Definition
from service.web.parts import Stage, StageState
from service.web.views.naming import Naming


def phase_strip(
    definition: Definition, here: str, been: Collection[str], naming: Naming, *, is_closed: bool = False
) -> list[Stage]:
    """Give the phases in order: those behind, the present one (behind too when all is over), those ahead."""
    exits = exit_phases(definition)

    def state(name: str) -> StageState:
        if name == here:
            return "stopped" if name in exits else "done" if is_closed else "current"
        return "done" if name in been else "ahead"

    return [
        Stage(naming.says(phase.title), state(name))
        for name, phase in definition.phases.items()
        if name not in exits or name == here
    ]


def phases_before(definition: Definition, here: str) -> list[str]:
    """Give the phases before one, in the order of the procedure; none for an exit, which may follow any."""
    names = list(definition.phases)
    return [] if here not in names or here in exit_phases(definition) else names[: names.index(here)]


def exit_phases(definition: Definition) -> frozenset[str]:
    """Give the phases that nobody reaches by going forward themselves: rejected, withdrawn and the like."""
    entered = {definition.states[definition.initial].phase}
    for state in definition.states.values():
        for action in state.actions.values():
            by_people = not isinstance(action.who or state.who, System)
            if by_people and action.kind is ActionKind.FORWARD:
                entered |= {definition.states[target.state].phase for target in action.to} - {state.phase}
    return frozenset(definition.phases) - entered
