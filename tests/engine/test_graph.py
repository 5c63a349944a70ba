"""The state machine: what is fired, what is asked, and that nothing of a definition is ever executed."""

import time
from dataclasses import replace
from typing import Any

import pytest
from transitions import Machine

from engine.definition import Action, Definition, State, Target
from engine.graph import Graph
from tests.engine.small import SMALL, rule, text


def state(name: str, *actions: Action) -> State:
    """Give a state with these actions."""
    return State(name, text(name), "all", actions={action.name: action for action in actions})


def machine(*states: State) -> Graph:
    """Compile a definition of these states."""
    definition = replace(SMALL, initial=states[0].name, states={one.name: one for one in states})
    return Graph(definition)


def action(name: str, *targets: str) -> Action:
    """Give an action that leads to one of several states."""
    return Action(name, text(name), to=tuple(Target(target) for target in targets))


def yes(_action: Action, _target: Target) -> bool:
    """Admit everything."""
    return True


def no(_action: Action, _target: Target) -> bool:
    """Admit nothing."""
    return False


def test_an_action_leads_to_the_first_admitted_target() -> None:
    """Targets are asked in order; without an admitted one the case stays."""
    graph = machine(state("a", action("go", "b", "c", "a")), state("b"), state("c"))
    asked: list[str] = []

    def only_c(_: Action, target: Target) -> bool:
        asked.append(target.state)
        return target.state == "c"

    assert graph.fire("a", "go", only_c) == "c"
    assert asked == ["b", "c"]
    assert graph.fire("a", "go", no) is None


def test_states_share_names_of_actions() -> None:
    """`go` of one state never asks for, or leads as, `go` of another."""
    first, second = action("go", "b"), action("go", "a")
    graph = machine(state("a", first), state("b", second))
    asked: list[Action] = []

    def admits(one: Action, _: Target) -> bool:
        asked.append(one)
        return True

    assert (graph.fire("a", "go", admits), graph.fire("b", "go", admits)) == ("b", "a")
    assert asked == [first, second]


def test_what_a_state_does_not_have_leads_nowhere() -> None:
    """Unknown actions, actions of other states, and votes without a target."""
    graph = machine(state("a", action("go", "b"), action("vote")), state("b"))
    assert graph.fire("a", "fly", yes) is None
    assert graph.fire("b", "go", yes) is None
    assert graph.fire("a", "vote", yes) is None


def test_a_way_back_into_the_same_state_is_a_move() -> None:
    """An action may lead to where it starts."""
    assert machine(state("a", action("again", "a"))).fire("a", "again", yes) == "a"


def test_an_error_while_asking_is_not_swallowed() -> None:
    """A guard that breaks stops the command instead of closing a way in silence."""

    def breaks(_action: Action, _target: Target) -> bool:
        raise ZeroDivisionError

    graph = machine(state("a", action("go", "b")), state("b"))
    with pytest.raises(ZeroDivisionError):
        graph.fire("a", "go", breaks)


def test_names_of_a_definition_never_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dotted names, dunder names and words of the library are plain names here: it could import or call them."""
    names = ("os.system", "__init__", "initial", "to_b", "may_go", "add_model", "trigger", "*", "=", "_internal")
    seen: list[object] = []
    add = Machine.add_transition

    def spy(self: Machine, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # whatever the library takes
        seen.extend(arguments)
        seen.extend(value for key, value in named.items() if key != "conditions")
        add(self, *arguments, **named)

    monkeypatch.setattr(Machine, "add_transition", spy)
    states = [state(name, action(name, *names)) for name in names]
    graph = machine(*states)
    assert {str(one)[0] for one in seen if one is not None} <= {"a", "s"}
    assert all(str(one)[1:].isdigit() for one in seen if one is not None)
    for name in names:
        assert graph.fire(name, name, lambda _, target: target.state == "*") == "*"


def test_a_machine_is_shared_and_remembers_nothing() -> None:
    """Firing leaves no trace in the graph: no models, the same answer again."""
    graph = Graph(SMALL)
    inner: Machine = graph._machine  # noqa: SLF001  # what the library keeps is the point of this test
    for _ in range(3):
        assert graph.fire("draft", "submit", yes) == "review"
    assert inner.models == []


def chain(length: int) -> Definition:
    """Give a definition of many states, each with ways forth and back."""
    states = [
        state(f"s{number}", action("on", f"s{min(number + 1, length - 1)}"), action("back", f"s{max(number - 1, 0)}"))
        for number in range(length)
    ]
    return replace(SMALL, initial="s0", states={one.name: one for one in states})


def test_firing_costs_microseconds_however_large_the_definition() -> None:
    """At most 20 µs in a definition of 200 states, a condition and a target's rule included."""
    graph = Graph(chain(200))
    condition = rule("item.amount > 0")
    values = {"item.amount": 5}
    count = 2_000

    def admits(_action: Action, _target: Target) -> bool:
        return condition.holds(values)

    graph.fire("s100", "on", admits)
    best = 1.0
    for _ in range(5):
        start = time.process_time()
        for _ in range(count):
            graph.fire("s100", "on", admits)
        best = min(best, (time.process_time() - start) / count)
    assert best < 20e-6
