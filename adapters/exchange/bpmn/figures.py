"""A definition as figures of BPMN: events, tasks, gateways and the flows between them, before they are XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from adapters.exchange.chart import Gap
from engine.assignment import Assignment, FromField, Initiator, OneUser, RoleIn, System, Together
from engine.counting import VoteRule
from engine.definition import Action, Definition, State, StateKind, Vote
from engine.duration import DUE, Duration, Unit
from engine.texts import Text

NOBODY = Text("", "")
ISO: Mapping[Unit, str] = {Unit.DAYS: "P{}D", Unit.MONTHS: "P{}M", Unit.HOURS: "PT{}H", Unit.WORKING_DAYS: "P{}D"}
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One node. `owner` says who does a task, `loop` how many together, `host` what a boundary timer hangs on.

    `state` is the state it was drawn of, `people` the field that holds who does it.
    """

    id: str
    element: str
    title: Text = NOBODY
    owner: str = ""
    loop: str = ""
    is_sequential: bool = False
    timer: str = ""
    host: str = ""
    default: str = ""
    state: str = ""
    people: str = ""


class Arrow(Struct, frozen=True):
    """One sequence flow; `action` is what leads along it."""

    id: str
    source: str
    target: str
    title: Text = NOBODY
    condition: str = ""
    action: Action | None = None


@dataclass(slots=True)
class Drawing:
    """All figures and arrows, and what BPMN does not say."""

    figures: dict[str, Figure] = field(default_factory=dict)
    arrows: list[Arrow] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def arrow(
        self, source: str, target: str, title: Text = NOBODY, condition: str = "", action: Action | None = None
    ) -> str:
        """Add a flow; gives its id."""
        id = f"flow_{len(self.arrows) + 1}"
        self.arrows.append(Arrow(id, source, target, title, condition, action))
        return id


def drawing_of(definition: Definition) -> Drawing:
    """Give the figures of a definition."""
    made = Drawing()
    made.figures["start"] = Figure("start", "startEvent")
    made.arrow("start", node_id(definition.initial))
    for state in definition.states.values():
        _state(made, state)
    for state in definition.states.values():
        _moves(made, state)
    made.gaps += [
        Gap("always", f"always[{number}]", "lost_rule", rule.line) for number, rule in enumerate(definition.always)
    ]
    if definition.fields:
        made.gaps.append(Gap("fields", "fields", "lost_form", ", ".join(definition.fields)))
    return made


def node_id(state: str) -> str:
    """Give the id of a state's figure."""
    return f"state_{state}"


def _state(made: Drawing, state: State) -> None:
    id = node_id(state.name)
    if state.kind is StateKind.END:
        made.figures[id] = Figure(id, "endEvent", state.title, state=state.name)
        return
    wait = _wait(state)
    if wait is not None:
        made.figures[id] = Figure(
            id, "intermediateCatchEvent", state.title, timer=_iso(made, state, wait), state=state.name
        )
        return
    if _is_joint(state):
        _beside(made, state)
        return
    owner = _owner(state.who)
    people = state.who.field if isinstance(state.who, FromField) else ""
    if not owner and not people:
        made.gaps.append(Gap("who", state.name, "lost_people"))
    if state.kind is StateKind.REST:
        made.gaps.append(Gap("kind", state.name, "lost_rest"))
    if state.exclude:
        made.gaps.append(Gap("not", state.name, "lost_separation", ", ".join(state.exclude)))
    loop, is_sequential = _loop(made, state, state.vote) if state.vote else ("", False)
    made.figures[id] = Figure(id, "userTask", state.title, owner, loop, is_sequential, state=state.name, people=people)


def _is_joint(state: State) -> bool:
    """Tell whether a state is several tasks side by side, each of which is waited for."""
    return (
        isinstance(state.who, Together)
        and state.vote is not None
        and state.vote.counting.by is VoteRule.ALL
        and state.vote.passed == state.vote.failed
    )


def _beside(made: Drawing, state: State) -> None:
    """Draw a task for each seat between two parallel gateways."""
    assert isinstance(state.who, Together)
    split, join = node_id(state.name), _joined(state)
    made.figures[split] = Figure(split, "parallelGateway")
    for seat in state.who.seats:
        id, owner = f"{split}_{seat.name}", _owner(seat.who)
        if not owner:
            made.gaps.append(Gap("who", f"{state.name}.{seat.name}", "lost_people"))
        made.figures[id] = Figure(id, "userTask", seat.title, owner)
        made.arrow(split, id)
        made.arrow(id, join)
    made.figures[join] = Figure(join, "parallelGateway")


def _joined(state: State) -> str:
    return f"joined_{state.name}"


def _wait(state: State) -> Duration | None:
    """Give the period after which the clock goes on, where that is all that can happen in a state."""
    acts = [rung.act for rung in state.escalate if rung.at == DUE]
    is_alone = isinstance(state.who, System) and state.kind is StateKind.WORK
    return state.due if is_alone and acts == list(state.actions) else None


def _iso(made: Drawing, state: State, period: Duration) -> str:
    if period.unit is Unit.WORKING_DAYS:
        made.gaps.append(Gap("due", state.name, "lost_working_days", str(period)))
    return ISO[period.unit].format(period.amount)


def _owner(who: Assignment) -> str:
    match who:
        case Initiator():
            return "${initiator}"
        case OneUser(user=user):
            return f"user({user})"
        case RoleIn(role=role):
            return f"group({role})"
    return ""


def _loop(made: Drawing, state: State, vote: Vote) -> tuple[str, bool]:
    """Give the completion condition of a vote."""
    match vote.counting.by:
        case VoteRule.ALL:
            return "all", vote.sequential
        case VoteRule.ANY:
            return "${nrOfCompletedInstances >= 1}", vote.sequential
        case VoteRule.RATIO:
            share = (vote.counting.pass_at or WHOLE) / WHOLE
            return f"${{nrOfCompletedInstances/nrOfInstances >= {share:g}}}", vote.sequential
    made.gaps.append(Gap("vote", state.name, "lost_vote", vote.counting.by))
    return "all", vote.sequential


def _moves(made: Drawing, state: State) -> None:
    """Draw the actions: the clock's as a boundary timer, all others behind one choice."""
    expiring = {rung.act for rung in state.escalate if rung.act is not None}
    is_at_edge = state.due is not None and _wait(state) is None
    acts = [action for action in state.actions.values() if action.to]
    for action in acts:
        made.gaps += _lost(state, action)
    for number, rung in enumerate(state.escalate):
        if rung.act is None or rung.at != DUE:
            made.gaps.append(Gap("escalate", f"{state.name}[{number}]", "lost_ladder", str(rung.at)))
    if state.form.edit or state.form.require:
        made.gaps.append(Gap("form", state.name, "lost_form", ", ".join(state.form.edit)))
    for action in acts:
        if action.name in expiring and state.due is not None and is_at_edge:
            id = f"timer_{state.name}_{action.name}"
            timer = _iso(made, state, state.due)
            made.figures[id] = Figure(id, "boundaryEvent", action.title, timer=timer, host=node_id(state.name))
            _lead(made, id, state, action, NOBODY)
    by_people = [action for action in acts if not (action.name in expiring and is_at_edge)]
    source = _joined(state) if _is_joint(state) else node_id(state.name)
    if len(by_people) > 1:
        gateway = f"choice_{state.name}"
        made.figures[gateway] = Figure(gateway, "exclusiveGateway")
        made.arrow(source, gateway)
        source = gateway
    for action in by_people:
        _lead(made, source, state, action, action.title if len(by_people) > 1 else NOBODY)


def _lead(made: Drawing, source: str, state: State, action: Action, title: Text) -> None:
    """Draw where an action leads: straight, or by conditions behind a gateway of its own."""
    if len(action.to) == 1 and action.to[0].when is None:
        made.arrow(source, node_id(action.to[0].state), title, action=action)
        return
    gateway = f"choice_{state.name}_{action.name}"
    default = ""
    made.arrow(source, gateway, title, action=action)
    for target in action.to:
        flow = made.arrow(gateway, node_id(target.state), NOBODY, str(target.when.source) if target.when else "")
        default = flow if target.when is None and action.back is None else default
    made.figures[gateway] = Figure(gateway, "exclusiveGateway", default=default)


def _lost(state: State, action: Action) -> Iterator[Gap]:
    """Give what of an action BPMN has no word for."""
    id = f"{state.name}.{action.name}"
    if action.require:
        yield Gap("require", id, "lost_guard", str(len(action.require)))
    if action.sets or action.post:
        yield Gap("set", id, "lost_effect", ", ".join([*action.sets, *([action.post] if action.post else [])]))
    if action.back is not None:
        yield Gap("back", id, "lost_back")
    if action.who is not None and not isinstance(action.who, System):
        yield Gap("who", id, "lost_people")
    if action.exclude:
        yield Gap("not", id, "lost_separation", ", ".join(action.exclude))
    if action.clock.pauses:
        yield Gap("clock", id, "lost_ladder", "pause")
