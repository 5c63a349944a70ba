"""Random procedures and random commands: whatever a definition may say, and whatever people may try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from adapters.memory.facts import MemoryFacts
from engine.assignment import Assignment, HeadOf, Initiator, OneUser, RoleIn, Seat, System, Together
from engine.case import Case
from engine.commands import (
    SYSTEM,
    Act,
    Actor,
    AddSigner,
    Answer,
    Ask,
    Assign,
    Claim,
    Command,
    Continue,
    Delegate,
    Expire,
    Jump,
    Place,
    Release,
    Remark,
    RemoveSigner,
    Reply,
    Revoke,
    Save,
    Suspend,
    Terminate,
    Transfer,
    Undo,
    Urge,
    Withdraw,
)
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


_simple: st.SearchStrategy[Assignment] = st.sampled_from(
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
    heir = draw(st.none() | _simple)
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
    seats = st.lists(_simple, min_size=1, max_size=3).map(
        lambda whos: Together(tuple(Seat(f"seat{n}", text("seat"), who) for n, who in enumerate(whos)))
    )
    rest = draw(st.integers(0, 5)) == 0 and vote is None
    ladder = _ladder(draw, list(actions))
    return State(
        name,
        text(name),
        "all",
        kind=StateKind.REST if rest else StateKind.WORK,
        who=draw(_simple if rest else _simple | seats),
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


@dataclass(frozen=True)
class Try:
    """Somebody's wish, said by numbers that are read against the case as it will be then."""

    who: int
    kind: type[Command]
    picks: tuple[int, int, int]
    wait: timedelta

    def command(self, definition: Definition, case: Case) -> Command:
        """Say the wish as a command on this case."""
        kind, (one, two, three) = self.kind, self.picks
        name = self._who(case)
        arguments: dict[str, Any] = {}
        if kind in (Claim, Release, Transfer, Delegate, Answer, AddSigner, RemoveSigner, Assign, Ask, Reply):
            arguments["task"] = case.tasks[three % len(case.tasks)].id if case.tasks else "none"
        if kind in (Transfer, Delegate, Assign, Ask):
            arguments["to"] = PEOPLE[two % len(PEOPLE)]
        if kind is AddSigner:
            arguments |= {"user": PEOPLE[two % len(PEOPLE)], "place": list(Place)[three % len(Place)]}
        if kind is Ask:
            arguments["question"] = "why?"
        if kind is Act:
            arguments |= self._act(definition, case)
        if kind is Jump:
            arguments["to"] = list(definition.states)[one % len(definition.states)]
        if kind is Save:
            arguments["data"] = {"note": "x" * (one % 4)}
        if kind is Expire:
            timer = case.timers[0] if case.timers else None
            arguments |= {"timer": "deadline", "generation": timer.generation if timer else one}
        elif kind not in (Claim, Release, Undo, Save, Ask):
            arguments["comment"] = "why"
        return kind(case_id=case.id, actor=actor(name), **arguments)

    def _who(self, case: Case) -> str:
        """Give who wishes: mostly somebody who has work, or the one whose business it is."""
        if self.kind is Expire:
            return "system"
        if self.kind in (Jump, Suspend, Continue, Terminate) and self.who % 4:
            return "eve"
        if self.kind is Undo and case.last is not None and self.who % 4:
            return case.last.user if case.last.user in PEOPLE else "ann"
        if self.kind in (Revoke, Withdraw) or not case.tasks or self.who % 5 == 4:
            return PEOPLE[self.who % len(PEOPLE)]
        principal = case.tasks[self.picks[2] % len(case.tasks)].principal
        able = [name for name in (*PEOPLE, "head") if principal in actor(name).principals]
        return able[self.who % len(able)]

    def _act(self, definition: Definition, case: Case) -> dict[str, Any]:
        one, two, three = self.picks
        names = list(definition.states[case.state].actions) or ["nonsense"]
        earlier = case.path[one % len(case.path)] if case.path and one % 3 else None
        return {
            "action": names[two % len(names)],
            "to": earlier,
            "seats": ("seat0",) if three % 10 == 9 else (),
            "form": {"note": "y"} if three % 4 == 1 else {},
        }

    def moment(self, case: Case, now: datetime) -> datetime:
        """Give when it happens: after the wait, or when the armed timer falls due."""
        if self.kind is Expire and case.timers:
            return max(now, case.timers[0].fires_at)
        return now + self.wait


_KINDS: tuple[type[Command], ...] = (
    *(Act,) * 40,
    *(Claim, Release, Transfer, Delegate, Answer, AddSigner, AddSigner, RemoveSigner, Assign, Ask, Reply) * 2,
    *(Withdraw, Jump, Suspend, Continue, Continue, Undo, Undo, Expire, Expire) * 2,
    *(Revoke, Terminate, Save, Urge, Remark),
)

tries = st.builds(
    Try,
    who=st.integers(0, 9),
    kind=st.sampled_from(_KINDS),
    picks=st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
    wait=st.sampled_from([timedelta(seconds=2), timedelta(hours=3), timedelta(days=2)]),
)
