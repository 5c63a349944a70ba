"""What is proved by looking at every spot a case can come to, each failure with a shortest way that shows it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import eq

from engine.assignment import System
from engine.counting import Choosing
from engine.definition import Definition, Invariant, InvariantKind, Resubmit, StateKind
from engine.problem import Problem
from engine.soundness.flow import Flow, can_be_taken
from engine.soundness.space import data_in, is_possible
from engine.soundness.spots import Edge, Space, Trace
from engine.soundness.weighing import Verdict

NAMED_MAX = 40
"""Most conditions that the note of what was left out names."""


def endings(space: Space) -> Iterator[Problem]:
    """Give spots where nothing can be done, and those from which no case comes to an end or a rest."""
    states = space.definition.states
    resting = [index for index, spot in enumerate(space.spots) if states[spot.state].kind is not StateKind.WORK]
    finishing = _reaching(space, resting)
    lost = [index for index in range(len(space.spots)) if index not in finishing]
    stuck = [index for index in lost if not space.edges[index]]
    told: set[str] = set()
    for index in stuck or lost[:1]:
        state, fired = space.spots[index].state, space.spots[index].fired
        if state not in told:
            told.add(state)
            code = "no_way_out" if not stuck else "timer_spent" if fired else "stuck"
            yield Problem(code, f"states.{state}", {"state": state}, trace=space.trace(index))


def never_begins(space: Space) -> Iterator[Problem]:
    """Give that no case can be started: what is asked of a new one can not be given, or its first step has nobody."""
    if not space.begins:
        path = "opening.require" if space.definition.opening.require else f"states.{space.definition.initial}"
        yield Problem("never_begins", path)


def impossible(space: Space) -> Iterator[Problem]:
    """Give actions whose conditions are met in no spot: what they ask for, no form lets anybody give."""
    reached = {spot.state for spot in space.spots}
    for state in space.definition.states.values():
        for action in state.actions.values() if state.name in reached else ():
            if can_be_taken(state, action) and not is_possible(space, state, action):
                path = f"states.{state.name}.actions.{action.name}"
                trace = space.trace(space.of(state.name)[0])
                yield Problem("never_possible", path, {"action": action.name, "state": state.name}, trace=trace)


def unreached(flow: Flow, space: Space) -> Iterator[Problem]:
    """Give states to which a way leads, but no case comes: the conditions on it never hold."""
    found = {spot.state for spot in space.spots}
    for name in flow.definition.states:
        if name in flow.reachable and name not in found:
            yield Problem("never_reached", f"states.{name}", {"state": name}, trace=flow.way(name) or ())


def system_loops(space: Space) -> Iterator[Problem]:
    """Give rounds that the system goes alone, for ever, through states in which nobody can do anything."""
    alone = {
        index: [edge.target for edge in edges]
        for index, edges in enumerate(space.edges)
        if edges and not any(edge.by_person for edge in edges)
    }
    for index in alone:
        back = _way(space, [index], partial(eq, index), alone.__contains__)
        if back is not None:
            state = space.spots[index].state
            trace = (*space.trace(index)[:-1], *back)
            yield Problem("system_loop", f"states.{state}", {"state": state}, trace=trace)
            return


def invariants(flow: Flow, looks: Sequence[Space]) -> Iterator[Problem]:
    """Give the `always:` lines that some way breaks, with a shortest such way; of the first look that weighs them."""
    for index, rule in enumerate(flow.definition.always):
        broken = _BREAKING.get(rule.kind)
        space = next((look for look in looks if not _is_open(rule, look)), looks[0])
        way = None if broken is None else broken(rule, flow, space)
        if way is not None:
            yield Problem("always_broken", f"always[{index}]", {"rule": rule.line}, trace=way)


def _precedence(rule: Invariant, flow: Flow, space: Space) -> Trace | None:
    if flow.way_past(rule.subject, rule.other) is None:
        return None
    states = space.spots
    if rule.subject == states[0].state:
        return (rule.subject,)
    return _after(
        space,
        space.starts,
        lambda spot: states[spot].state == rule.subject,
        lambda spot: states[spot].state != rule.other,
    )


def _absence(rule: Invariant, _flow: Flow, space: Space) -> Trace | None:
    starts = space.of(rule.other)
    return _after(space, starts, lambda spot: space.spots[spot].state == rule.subject, lambda _: True)


def _response(rule: Invariant, _flow: Flow, space: Space) -> Trace | None:
    states = space.definition.states
    starts = space.of(rule.subject)
    if starts and states[rule.subject].kind is StateKind.END:
        return space.trace(starts[0])

    def ends(spot: int) -> bool:
        state = space.spots[spot].state
        return states[state].kind is StateKind.END and state != rule.other

    return _after(space, starts, ends, lambda spot: space.spots[spot].state != rule.other)


def _data(rule: Invariant, _flow: Flow, space: Space) -> Trace | None:
    assert rule.that is not None
    for index in space.of(rule.subject):
        for known, said in data_in(space, index):
            if space.weighing.truth(rule.that, known) in {Verdict.FAILS, Verdict.UNDECIDED}:
                return (*space.trace(index)[:-1], *said)
    return None


_BREAKING: Mapping[InvariantKind, Callable[[Invariant, Flow, Space], Trace | None]] = {
    InvariantKind.PRECEDENCE: _precedence,
    InvariantKind.ABSENCE: _absence,
    InvariantKind.RESPONSE: _response,
    InvariantKind.DATA: _data,
}


def _is_open(rule: Invariant, space: Space) -> bool:
    """Say whether a look does not weigh what a rule says of the data."""
    return rule.that is not None and space.weighing.truth(rule.that, space.spots[0].known) is Verdict.OPEN


def notes(looks: Sequence[Space]) -> Iterator[Problem]:
    """Say plainly what no look weighed, what is left to the engine, and which returns ask everybody again."""
    space = looks[0]
    named = [one for one in space.weighing.not_weighed if all(one in look.weighing.not_weighed for look in looks)]
    if named:
        shown = ", ".join(named[:NAMED_MAX]) + (", …" if len(named) > NAMED_MAX else "")
        yield Problem("not_weighed", "states", {"count": len(named), "conditions": shown})
    for name in space.left_out:
        yield Problem("left_out", "states", {"what": f"left_{name}"})
    for index, rule in enumerate(space.definition.always):
        if all(_is_open(rule, look) for look in looks):
            yield Problem("data_at_run_time", f"always[{index}]", {"rule": rule.line})
    yield from _asking_again(space.definition)


def _asking_again(definition: Definition) -> Iterator[Problem]:
    """Give the returns out of a round of votes after which everybody is asked again."""
    for state in definition.states.values():
        if state.vote is None or Choosing.PASS not in {action.vote for action in state.actions.values()}:
            continue
        for action in state.actions.values():
            by_person = action.to and not isinstance(action.who, System)
            if by_person and action.kind == "return" and action.resubmit is Resubmit.WALK:
                path = f"states.{state.name}.actions.{action.name}"
                yield Problem("votes_asked_again", path, {"action": action.name, "state": state.name})


def _after(
    space: Space, starts: Iterable[int], is_goal: Callable[[int], bool], is_passed: Callable[[int], bool]
) -> Trace | None:
    """Give a shortest way through one of some spots and on to a goal."""
    best: Trace | None = None
    for start in starts:
        way = _way(space, [start], is_goal, is_passed)
        whole = None if way is None else (*space.trace(start)[:-1], *way)
        if whole is not None and (best is None or len(whole) < len(best)):
            best = whole
    return best


def _way(
    space: Space, starts: list[int], is_goal: Callable[[int], bool], is_passed: Callable[[int], bool]
) -> Trace | None:
    """Give a shortest way of at least one step from a spot to a goal, going on only from spots that are passed."""
    before: dict[int, tuple[int, Edge]] = {}
    waiting = deque(start for start in starts if is_passed(start))
    seen = set(waiting)
    while waiting:
        here = waiting.popleft()
        for edge in space.edges[here]:
            if edge.enters and is_goal(edge.target):
                return (*_names(before, here), edge.name, space.spots[edge.target].state)
            if edge.target not in seen and is_passed(edge.target):
                seen.add(edge.target)
                before[edge.target] = (here, edge)
                waiting.append(edge.target)
    return None


def _names(before: Mapping[int, tuple[int, Edge]], spot: int) -> tuple[str, ...]:
    names: list[str] = []
    while spot in before:
        spot, edge = before[spot]
        names.append(edge.name)
    return tuple(reversed(names))


def _reaching(space: Space, goals: Iterable[int]) -> set[int]:
    """Give the spots from which one of the goals can be reached, the goals included."""
    sources: list[list[int]] = [[] for _ in space.spots]
    for index, edges in enumerate(space.edges):
        for edge in edges:
            sources[edge.target].append(index)
    found = set(goals)
    waiting = list(found)
    while waiting:
        fresh = [index for index in sources[waiting.pop()] if index not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found
