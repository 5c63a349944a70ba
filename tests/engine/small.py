"""A small county office and a small procedure that uses every part of the core, for the core's own tests."""

from datetime import UTC, datetime

from adapters.memory.facts import MemoryFacts
from adapters.memory.store import MemoryStore
from engine.assignment import HeadOf, Initiator, RoleIn, Seat, System, Together
from engine.commands import Act, Actor, Start
from engine.counting import Choosing, Counting, VoteRule
from engine.definition import (
    Action,
    ActionKind,
    Audience,
    Clock,
    Comment,
    Definition,
    Field,
    FieldType,
    Form,
    Phase,
    RuleGuard,
    Rung,
    State,
    StateKind,
    Target,
    Vote,
)
from engine.duration import parse_duration, parse_moment
from engine.expression import Compiler, Expression, ValueType
from engine.facts import Unit
from engine.guards import GuardBook
from engine.ports import Receipt
from engine.process import Process, compile_process
from engine.runtime import Runtime, Shelf
from engine.situation import declared
from engine.texts import Text

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday morning, ten o'clock in Shanghai."""


def text(words: str) -> Text:
    """Give the same words in both languages."""
    return Text(words, words)


FIELDS = {
    "amount": Field("amount", FieldType.MONEY, text("amount")),
    "points": Field("points", FieldType.INTEGER, text("points")),
}
COMPILER = Compiler(declared({name: field.type for name, field in FIELDS.items()}))


def rule(source: str, gives: ValueType = ValueType.BOOL) -> Expression:
    """Compile an expression over the small definition's fields."""
    return COMPILER.compile(source, gives)


def to(name: str, target: str) -> Action:
    """Give a plain action."""
    return Action(name, text(name), to=(Target(target),))


LADDER = (
    Rung(parse_moment("50%"), remind=Audience.ASSIGNEE),
    Rung(parse_moment("due"), remind=Audience.ASSIGNEE, copy=Audience.SUPERVISOR, mark="overdue"),
    Rung(parse_moment("due + 2 working days"), hand_to=HeadOf("item.county")),
)

DRAFT = State(
    "draft",
    text("draft"),
    "all",
    who=Initiator(),
    form=Form(edit=("amount",), require=("amount",)),
    actions={"submit": to("submit", "review")},
)
REVIEW = State(
    "review",
    text("review"),
    "all",
    who=RoleIn("reviewer", "item.county"),
    exclude=("initiator",),
    due=parse_duration("5 working days"),
    escalate=LADDER,
    resume_min_days=3,
    actions={
        "pass": Action(
            "pass",
            text("pass"),
            to=(Target("panel"),),
            require=(RuleGuard(rule('item.amount <= money("3000000.00")'), text("above our authority")),),
        ),
        "return": Action(
            "return",
            text("return"),
            to=(Target("returned"),),
            kind=ActionKind.RETURN,
            comment=Comment.REQUIRED,
            clock=Clock.PAUSE,
        ),
    },
)
RETURNED = State(
    "returned",
    text("returned"),
    "all",
    who=Initiator(),
    due=parse_duration("10 working days"),
    escalate=(Rung(parse_moment("due"), act="timeout"),),
    form=Form(edit=("amount",)),
    actions={
        "resubmit": to("resubmit", "review"),
        "timeout": Action("timeout", text("timeout"), to=(Target("withdrawn"),), who=System()),
    },
)
PANEL = State(
    "panel",
    text("panel"),
    "all",
    who=Together((Seat("member", text("member"), RoleIn("expert", "item.county", each=True)),)),
    vote=Vote(Counting(VoteRule.SCORE, pass_at=7_500, score=rule("ballot.points", ValueType.INT)), "passed", "failed"),
    actions={
        "score": Action("score", text("score"), vote=Choosing.PASS, form=Form(edit=("points",), require=("points",))),
        "passed": Action("passed", text("passed"), to=(Target("closed"),), who=System()),
        "failed": Action("failed", text("failed"), to=(Target("withdrawn"),), who=System()),
    },
)
WITHDRAWN = State(
    "withdrawn",
    text("withdrawn"),
    "all",
    kind=StateKind.REST,
    who=Initiator(),
    actions={"reopen": to("reopen", "draft")},
)
CLOSED = State("closed", text("closed"), "all", kind=StateKind.END)

SMALL = Definition(
    key="small",
    version=1,
    digest="0" * 64,
    title=text("small"),
    initial="draft",
    calendar="cn",
    numbering="{n:4}",
    phases={"all": Phase("all", text("all"))},
    fields=FIELDS,
    sections=(),
    states={state.name: state for state in (DRAFT, REVIEW, RETURNED, PANEL, WITHDRAWN, CLOSED)},
)

FACTS = MemoryFacts(
    units={
        "county": Unit("county", "county", "County", None, "county/", head="head"),
        "town": Unit("town", "township", "Town", "county", "county/town/"),
    },
    homes={"ann": "town", "rex": "county", "eva": "county", "eli": "county", "head": "county"},
    holders={("reviewer", "county"): ("rex",), ("expert", "county"): ("eli", "eva")},
)


def person(name: str) -> Actor:
    """Give an actor with the principals that the small office gives them."""
    groups = {f"g:{role}@{unit}" for (role, unit), names in FACTS.holders.items() if name in names}
    return Actor(name, name, FACTS.homes[name], frozenset({f"u:{name}", *groups}))


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        """Begin on the Monday morning."""
        self.at = START

    def now(self) -> datetime:
        """Give the moment the hands show."""
        return self.at


class Office:
    """A runtime in memory with one case, and short words to work on it."""

    case_id = "case"

    def __init__(self, definition: Definition = SMALL) -> None:
        """Open the office; nothing is started yet."""
        self.clock = Hands()
        self.store = MemoryStore(FACTS)
        self.process: Process = compile_process(definition, GuardBook())
        self.runtime = Runtime(self.store, Shelf(self.process), self.clock)

    def start(self, amount: int = 5) -> Receipt:
        """Let Ann start the case."""
        return self.runtime.execute(
            Start(
                case_id=self.case_id,
                actor=person("ann"),
                definition=self.process.definition.key,
                code="0001",
                unit="town",
                data={"amount": amount},
            )
        )

    def act(self, name: str, action: str, comment: str = "", **form: int) -> Receipt:
        """Let somebody take an action."""
        command = Act(case_id=self.case_id, actor=person(name), action=action, comment=comment, form=form)
        return self.runtime.execute(command)
