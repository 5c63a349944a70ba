"""The state machine of a definition: one shared `transitions.Machine`, compiled once. The one user of `transitions`.

Cases are never registered as models: a trigger is fired on a slotted cursor that lives for one decision.
Definition strings never reach `transitions` as callbacks (it would import dotted names): the only callbacks
are functions of ours, and states and triggers get neutral names (`s0`, `a0`, …).
"""

from collections.abc import Callable
from typing import Any

from transitions import Event, EventData, Machine, Transition

from engine.definition import Action, Definition, Target
from engine.returning import is_way_forward, resumptions

Admission = Callable[[Action, Target], bool]
"""Asked for each candidate transition: may the case go this way?"""


class Cursor:
    """What a trigger moves: a state, and the question asked before it moves."""

    __slots__ = ("admits", "state")

    def __init__(self, state: str, admits: Admission) -> None:
        """Stand on a state of the machine."""
        self.state = state
        self.admits = admits


class Way(Transition):
    """A transition that asks its conditions and moves the cursor; our machines have no callbacks to call in between."""

    def execute(self, event_data: EventData) -> bool:
        """Say whether the cursor was moved."""
        if not all(condition.func(event_data) for condition in self.conditions):  # type: ignore[operator]  # functions of ours
            return False
        model: Any = event_data.model
        model.state = self.dest
        return True


class Trigger(Event):
    """Goes the first way out of a state that is open. The library's own trigger is about a queue and callbacks."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401  # the library's own signature
        """Say whether the cursor was moved; a state without such a way is no error."""
        event = EventData(None, self, self.machine, model, args, kwargs)
        return any(way.execute(event) for way in self.transitions.get(model.state, ()))


class Ways(Machine):
    """A machine of such transitions and triggers."""

    event_cls = Trigger
    transition_cls = Way


class Graph:
    """The compiled machine of one definition version; shared by all its cases, holds nothing of any."""

    def __init__(self, definition: Definition) -> None:
        """Compile; the loader has already proved that all targets exist."""
        self._names = {name: f"s{index}" for index, name in enumerate(definition.states)}
        self._states = {neutral: name for name, neutral in self._names.items()}
        self._triggers: dict[str, str] = {}
        self._machine = Ways(
            model=None,
            states=list(self._states),
            initial=self._names[definition.initial],
            auto_transitions=False,
            send_event=True,
            model_override=False,
        )
        straight = resumptions(definition)
        for state in definition.states.values():
            for action in state.actions.values():
                more = straight.get(state.name, ()) if is_way_forward(action) else ()
                self._add(state.name, action, (*action.to, *more))

    def _add(self, source: str, action: Action, targets: tuple[Target, ...]) -> None:
        trigger = self._triggers.setdefault(action.name, f"a{len(self._triggers)}")
        for target in targets:
            self._machine.add_transition(
                trigger, self._names[source], self._names[target.state], conditions=[_ask(action, target)]
            )

    def fire(self, state: str, action: str, admits: Admission) -> str | None:
        """Give the state that the action leads to, or None when no way is admitted (or none exists)."""
        trigger = self._triggers.get(action)
        if trigger is None or trigger not in self._machine.events:
            return None
        cursor = Cursor(self._names[state], admits)
        return self._states[cursor.state] if self._machine.events[trigger].trigger(cursor) else None


def _ask(action: Action, target: Target) -> Callable[[EventData], bool]:
    def condition(event: EventData) -> bool:
        model: Any = event.model
        return bool(model.admits(action, target))

    return condition
