"""Random procedures: whatever a definition may say, sound or not, over a small office that is always the same.

`procedures()` is for every test that wants to know what holds of all definitions. Its conditions are plain, so that
what can be proved of one is what its runs show.
"""

from collections.abc import Mapping

from hypothesis import strategies as st

from adapters.memory.facts import MemoryFacts
from engine.assignment import Assignment, HeadOf, Initiator, OneUser, RoleIn, Seat, System, Together
from engine.commands import SYSTEM, Actor
from engine.counting import Choosing, Counting, VoteRule
from engine.definition import (
    Action,
    ActionKind,
    Back,
    Clock,
    Definition,
    Field,
    FieldType,
    Form,
    Invariant,
    InvariantKind,
    Phase,
    Resubmit,
    Rung,
    State,
    StateKind,
    Target,
    Verb,
    Vote,
)
from engine.duration import parse_duration, parse_moment
from engine.facts import Unit
from engine.returning import with_ways
from tests.engine.small import text

PEOPLE = ("ann", "bob", "cat", "dan", "eve")
ROLES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("one", "county"): ("bob",),
    ("two", "county"): ("bob", "cat"),
    ("all", "county"): ("bob", "cat", "dan", "eve"),
}
FACTS = MemoryFacts(
    units={"county": Unit("county", "county", "County", None, "county/", head="head")},
    homes={**dict.fromkeys(PEOPLE, "county"), "head": "county"},
    holders=ROLES,
)
ADMINS = OneUser("eve")
END = "end"


def actor(name: str) -> Actor:
    """Give a person of the random office."""
    if name == "system":
        return SYSTEM
    groups = {f"g:{role}@{unit}" for (role, unit), names in ROLES.items() if name in names}
    return Actor(name, name, "county", frozenset({f"u:{name}", *groups}))


SIMPLE: st.SearchStrategy[Assignment] = st.sampled_from(
    [
        Initiator(),
        RoleIn("one", "item.unit"),
        RoleIn("two", "item.unit"),
        RoleIn("all", "item.unit", each=True),
        HeadOf("item.unit"),
        OneUser("dan"),
    ]
)


def _ladder(draw: st.DrawFn, names: list[str]) -> tuple[Rung, ...]:
    heir = draw(st.none() | SIMPLE)
    rungs = [Rung(parse_moment("50%"), mark="half"), Rung(parse_moment("due"), hand_to=heir, mark="late")]
    if "timeout" in names:
        retry = draw(st.sampled_from([None, parse_duration("1 working day")]))
        rungs.append(Rung(parse_moment("due + 1 working day"), act="timeout", retry=retry))
    return tuple(draw(st.sampled_from([rungs, rungs[:1], []])))


def _returns(draw: st.DrawFn) -> dict[str, Action]:
    return {
        name: Action(
            name,
            text(name),
            kind=ActionKind.RETURN,
            back=back,
            resubmit=draw(st.sampled_from(Resubmit)),
            clock=draw(st.sampled_from(Clock)),
        )
        for name, back in (("back", Back.PREVIOUS), ("earlier", Back.EARLIER))
        if draw(st.booleans())
    }


def _moves(draw: st.DrawFn, states: list[str]) -> dict[str, Action]:
    targets = st.sampled_from(states)
    moves = {"go": Action("go", text("go"), to=(Target(draw(targets)),), form=Form(edit=("note",)))}
    if draw(st.booleans()):
        clock = draw(st.sampled_from(Clock))
        moves["aside"] = Action(
            "aside", text("aside"), to=(Target(draw(targets)),), kind=ActionKind.NEUTRAL, clock=clock
        )
    return moves


def _votes(draw: st.DrawFn, states: list[str]) -> tuple[Vote, dict[str, Action]]:
    by = draw(st.sampled_from([VoteRule.ALL, VoteRule.ANY, VoteRule.COUNT, VoteRule.RATIO]))
    thresholds = {VoteRule.COUNT: st.integers(1, 3), VoteRule.RATIO: st.sampled_from([34, 50, 67, 100])}
    limits = thresholds.get(by, st.none())
    counting = Counting(by, draw(limits), draw(st.none() | limits), needs_all=draw(st.booleans()))
    vote = Vote(counting, "passed", "failed", sequential=draw(st.booleans()))
    actions = {choice.value: Action(choice.value, text(choice.value), vote=choice) for choice in Choosing}
    for name in ("passed", "failed"):
        kind = ActionKind.FORWARD if name == "passed" else ActionKind.NEGATIVE
        target = Target(draw(st.sampled_from(states)))
        actions[name] = Action(name, text(name), to=(target,), kind=kind, who=System())
    return vote, actions


def _state(draw: st.DrawFn, name: str, states: list[str]) -> State:
    vote, actions = _votes(draw, states) if draw(st.booleans()) else (None, _moves(draw, states))
    actions = {**actions, **_returns(draw)}
    if draw(st.booleans()):
        target = Target(draw(st.sampled_from(states)))
        actions["timeout"] = Action("timeout", text("timeout"), to=(target,), who=System())
    seats = st.lists(SIMPLE, min_size=1, max_size=3).map(
        lambda whos: Together(tuple(Seat(f"seat{n}", text("seat"), who) for n, who in enumerate(whos)))
    )
    rest = draw(st.integers(0, 5)) == 0 and vote is None
    ladder = _ladder(draw, list(actions))
    return State(
        name,
        text(name),
        "all",
        kind=StateKind.REST if rest else StateKind.WORK,
        who=draw(SIMPLE if rest else SIMPLE | seats),
        exclude=draw(st.sampled_from([(), (), ("initiator",), ("previous",), ("actor of s0",)])),
        due=parse_duration(draw(st.sampled_from(["5 working days", "3 days", "24 hours"]))),
        escalate=ladder,
        form=Form(edit=("note",)),
        actions=actions,
        vote=vote,
        resume_min_days=draw(st.sampled_from([0, 2])),
        verbs=frozenset(draw(st.sets(st.sampled_from(Verb), min_size=3))),
    )


@st.composite
def procedures(draw: st.DrawFn) -> Definition:
    """Give a procedure of two to five states and an end, with any loops, returns, votes and ladders."""
    names = [f"s{number}" for number in range(draw(st.integers(2, 5)))]
    states = {name: _state(draw, name, [*names, *names, *names, END]) for name in names}
    first = states["s0"]
    submit = {"go": Action("go", text("go"), to=(Target(draw(st.sampled_from(names[1:]))),), form=Form(edit=("note",)))}
    states["s0"] = State("s0", first.title, "all", who=Initiator(), form=first.form, actions=submit, verbs=first.verbs)
    states[END] = State(END, text(END), "all", kind=StateKind.END)
    always = [Invariant(InvariantKind.SEPARATION, names[-1], "s0", "…")] if draw(st.booleans()) else []
    return with_ways(
        Definition(
            key="random",
            version=1,
            digest="",
            title=text("random"),
            initial="s0",
            calendar="cn",
            numbering="{n:4}",
            phases={"all": Phase("all", text("all"))},
            fields={"note": Field("note", FieldType.TEXT, text("note"), max=9)},
            sections=(),
            states=states,
            always=tuple(always),
            admins=ADMINS,
        )
    )
