"""Going back: to the step before, to an earlier one somebody chooses, straight back to who returned the case."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from msgspec import structs

from engine.case import Ballot, Case, Task, WayBack
from engine.definition import Action, ActionKind, Back, Definition, Resubmit, State, StateKind, Target
from engine.events import Moved
from engine.refusal import Refusal


def destination(case: Case, action: Action, chosen: str | None) -> str | Refusal | None:
    """Give the one state an action leads to now, or why there is none; None when its conditions choose.

    A step back goes to where the case has been. Who goes forward while a return waits to come straight back goes to
    whoever returned it.
    """
    if action.back is not None:
        return _step_back(case, action, chosen)
    return case.ways_back[-1].to if is_resubmission(case, action) else None


def _step_back(case: Case, action: Action, chosen: str | None) -> str | Refusal:
    earlier = choices(case, action)
    if not earlier:
        return Refusal("return.nowhere", where=case.state)
    if action.back is Back.PREVIOUS:
        return earlier[-1] if earlier[-1] == case.path[-1] else Refusal("return.nowhere", where=case.state)
    if chosen is None:
        return earlier[0] if len(earlier) == 1 else Refusal("return.choose", where=action.name)
    return chosen if chosen in earlier else Refusal("return.not_earlier", where=chosen)


def choices(case: Case, action: Action) -> tuple[str, ...]:
    """Give the earlier steps a return may go to, first step first."""
    reachable = {target.state for target in action.to}
    return tuple(state for state in case.path if state in reachable)


def is_resubmission(case: Case, action: Action) -> bool:
    """Say whether an action leads straight back to whoever returned the case."""
    return is_way_forward(action) and bool(case.ways_back) and case.ways_back[-1].at == case.state


def is_way_forward(action: Action) -> bool:
    """Say whether an action carries the case on, so that a straight return comes back through it."""
    return action.kind is ActionKind.FORWARD and bool(action.to) and action.back is None


def way_back(case: Case, moved: Moved, actor: str) -> WayBack:
    """Keep what is needed to go on here when the case comes straight back; who returned it has their task again."""
    tasks = tuple(
        held(task, actor, moved.behalf_of, moved.under) if task.id == moved.task else task for task in case.deciding
    )
    return WayBack(moved.target, case.state, tasks, case.ballots, case.path)


def held(task: Task, user: str, behalf_of: str | None, under: str | None) -> Task:
    """Give a task to the one of its group who acted; what a person held stays theirs."""
    if task.principal.startswith("u:"):
        return task
    return structs.replace(task, principal=f"u:{user}", group=task.principal, behalf_of=behalf_of, under=under)


def standing_ballots(case: Case, target: str, seats: tuple[str, ...]) -> tuple[Ballot, ...]:
    """Give the votes of a state's last round that stand when only some seats are asked again."""
    return tuple(ballot for ballot in case.rounds.get(target, ()) if ballot.seat not in seats) if seats else ()


def resumptions(definition: Definition) -> Mapping[str, tuple[Target, ...]]:
    """Give, for each state, where its forward actions lead when a straight return waits there."""
    back: dict[str, dict[str, None]] = {}
    for state in definition.states.values():
        for action in state.actions.values():
            if action.resubmit is Resubmit.STRAIGHT:
                for target in action.to:
                    back.setdefault(target.state, {})[state.name] = None
    return {at: tuple(Target(to) for to in names) for at, names in back.items()}


def with_ways(definition: Definition) -> Definition:
    """Write out the states that each step back may reach, so that the graph holds every way."""
    before = _before(definition)
    states = {name: _written_out(state, before) for name, state in definition.states.items()}
    return replace(definition, states=states)


def _written_out(state: State, before: Mapping[str, frozenset[str]]) -> State:
    actions = {name: _with_targets(action, state.name, before) for name, action in state.actions.items()}
    return replace(state, actions=actions) if actions != state.actions else state


def _with_targets(action: Action, state: str, before: Mapping[str, frozenset[str]]) -> Action:
    if action.back is None or action.to:
        return action
    reachable = before[state] if action.back is Back.PREVIOUS else _ancestors(state, before)
    return replace(action, to=tuple(Target(name) for name in before if name in reachable and name != state))


def _before(definition: Definition) -> dict[str, frozenset[str]]:
    """Give the states from which an action leads to each state; nothing comes after an end."""
    ways = list(_ways(definition))
    return {name: frozenset(source for source, target in ways if target == name) for name in definition.states}


def _ways(definition: Definition) -> Iterator[tuple[str, str]]:
    for state in definition.states.values():
        if state.kind is StateKind.END:
            continue
        for action in state.actions.values():
            if action.back is None:
                yield from ((state.name, target.state) for target in action.to)


def _ancestors(state: str, before: Mapping[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [state]
    while waiting:
        for source in before[waiting.pop()] - found:
            found.add(source)
            waiting.append(source)
    return found
