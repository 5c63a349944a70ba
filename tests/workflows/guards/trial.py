"""A guard on trial: one situation in a small county, and the reasons it should give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.memory.facts import MemoryFacts
from adapters.shipped import policies
from engine.case import Ballot, Case, Drawing, Mark, RunningClock
from engine.commands import SYSTEM, Actor
from engine.counting import Choosing
from engine.events import Record
from engine.facts import Answers, Unit
from engine.guards import OPTIONAL
from engine.situation import Situation
from tests.workflows.procedure import shelf
from workflows.book import BOOK
from workflows.funds.journal import Maker
from workflows.funds.posting import Entry

TYPED = dict.fromkeys(
    ("money_entered_until", "registers_entered_until", "reviews_entered_until", "meetings_entered_until"), "2026-12-31"
)
"""What was typed into a project still counts, unless a trial says otherwise."""

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, ten o'clock in the county."""

SHIPPED_POLICIES = {key: value for key, value in policies().items() if key.startswith(("funds.", "screening."))}
LAST_WEEK = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
OPENED = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
FILE = {"id": "f1", "name": "a.pdf", "kind": "pdf", "size": 9, "digest": "0" * 64}

HOLDERS = {
    ("applicant", "T01-SVC"): ("ann",),
    ("twp_mayor", "T01"): ("may",),
    ("cty_review", "QH"): ("rex", "ria"),
    ("cty_head", "QH"): ("hal",),
    ("fin_head", "QH"): ("fay",),
    ("lead_group", "QH"): ("lea",),
    ("fin_budget", "QH"): ("bob",),
    ("cyber", "QH"): ("cy",),
    ("ndrc", "QH"): ("ned",),
    ("pm", "T01"): ("pam",),
    ("twp_fin", "T01"): ("fin",),
}
HOMES = {
    **dict.fromkeys(("ann", "may", "pam", "fin", "in1"), "T01-SVC"),
    **dict.fromkeys(("rex", "ria", "hal", "fay", "lea", "bob", "cy", "ned"), "QH"),
    **{f"e{number}": "QH-EXP" for number in range(1, 10)},
}
UNITS = {
    "QH": Unit("QH", "county", "County", None, "QH/"),
    "QH-EXP": Unit("QH-EXP", "pool", "Pool", "QH", "QH/QH-EXP/"),
    "T01": Unit("T01", "township", "Town", "QH", "QH/T01/"),
    "T01-SVC": Unit("T01-SVC", "office", "Service", "T01", "QH/T01/T01-SVC/"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a guard is shown, and the codes it should answer with. `marks` maps `state.action` to who and when."""

    guard: str
    codes: frozenset[str]
    data: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    state: str = "draft"
    previous: str | None = None
    actor: str = "ann"
    comment: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)
    ballots: tuple[Ballot, ...] = ()
    rounds: Mapping[str, tuple[Ballot, ...]] = field(default_factory=dict)
    due_at: datetime | None = None
    entered_at: datetime = LAST_WEEK
    policies: Mapping[str, Any] = field(default_factory=dict)
    peers: tuple[Case, ...] = ()
    definition: str = "township-project"
    entries: tuple[Entry, ...] = ()
    history: tuple[Record, ...] = ()
    draws: Mapping[str, Drawing] = field(default_factory=dict)
    surveys: Answers = field(default_factory=dict)
    editions: Mapping[str, tuple[tuple[int, datetime], ...]] = field(default_factory=dict)


def passes(guard: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial in which the guard has nothing against the act."""
    return Trial(guard=guard, codes=frozenset(), **shown)


def fails(guard: str, *codes: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial in which the guard gives exactly these reasons."""
    return Trial(guard=guard, codes=frozenset(codes), **shown)


def name_of(trial: Trial) -> str:
    """Name a trial for the test's report."""
    return f"{trial.guard}-{'-'.join(sorted(trial.codes)) or 'passes'}"


def judge(trial: Trial) -> set[str]:
    """Let the guard judge; gives the codes of its reasons."""
    entry = BOOK.get(trial.guard)
    assert entry is not None, f"no guard {trial.guard}"
    needed = {name for name, kind in entry.arguments.items() if not kind.endswith(OPTIONAL)}
    assert needed <= set(trial.arguments) <= set(entry.arguments), f"{trial.guard} takes {dict(entry.arguments)}"
    return {refusal.code for refusal in entry.rule(situation(trial), trial.arguments)}


def situation(trial: Trial) -> Situation:
    """Build what the guard sees."""
    made = case("case", trial.state, trial.before)
    made.previous_state = trial.previous
    made.entered_at = trial.entered_at
    made.actors = {name: Mark(who, at) for name, (who, at) in trial.marks.items()}
    made.times, made.rounds, made.ballots = dict(trial.times), dict(trial.rounds), trial.ballots
    made.draws = dict(trial.draws)
    if trial.due_at is not None:
        made.clock = RunningClock(trial.entered_at, trial.due_at)
    rules = {**SHIPPED_POLICIES, **TYPED, **trial.policies}
    facts = MemoryFacts(
        UNITS,
        HOMES,
        HOLDERS,
        policies=rules,
        histories={"case": trial.history},
        surveys={"case": trial.surveys},
        editions=trial.editions,
    )
    for peer in trial.peers:
        facts.cases.put(peer)
    for number, one in enumerate(trial.entries, 1):
        facts.ledger.post(one, Maker("case", number, "ann", LAST_WEEK, "", "0" * 64))
    made.definition = trial.definition
    return Situation(
        definition=shelf()[trial.definition].definition,
        case=made,
        data=trial.data,
        actor=person(trial.actor),
        facts=facts,
        now=NOW,
        comment=trial.comment,
        form=trial.form,
        ballots=trial.ballots,
    )


def case(id: str, state: str, data: Mapping[str, Any], definition: str = "township-project") -> Case:
    """Give a case of a procedure in some state."""
    return Case(
        id=id,
        code=f"QH-2026-{id}",
        definition=definition,
        version=1,
        state=state,
        revision=1,
        initiator="ann",
        unit="T01-SVC",
        opened_at=OPENED,
        entered_at=LAST_WEEK,
        data=dict(data),
    )


def person(name: str) -> Actor:
    """Give somebody with their principals."""
    if name == "system":
        return SYSTEM
    groups = {f"g:{role}@{unit}" for (role, unit), holders in HOLDERS.items() if name in holders}
    return Actor(name, name, HOMES[name], frozenset({f"u:{name}", *groups}))


def ballot(voter: str, form: Mapping[str, Any], seat: str = "", choice: Choosing = Choosing.PASS) -> Ballot:
    """Give a ballot cast yesterday."""
    return Ballot("t", seat, voter, choice, NOW - timedelta(days=1), form=dict(form))
