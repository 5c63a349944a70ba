"""Every rule of early warning: when it holds, in which colour, and when it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from adapters.memory.facts import MemoryFacts
from adapters.shipped import policies
from engine.case import Case, Mark, Task
from tests.workflows.guards.trial import HOLDERS, HOMES, LAST_WEEK, NOW, OPENED, TYPED, UNITS, case
from workflows.funds.chart import APPROVED, BANK, DUE_FROM_SOURCE, FREE, PAYABLE, PROJECT_COST, SPENT
from workflows.funds.journal import Maker
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.warnings import Health, Watched, alerts, health

CODE = "QH-2026-project"
AT = Place(project=CODE, source="S", year=2026, line="1", bank="B", contract="C", milestone="1", payment="P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A project with what stands beside it and what was booked, and the colour a rule should give (none: nothing)."""

    rule: str
    colour: str = ""
    state: str = "implementing"
    data: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Case, ...] = ()
    booked: tuple[Posting, ...] = ()
    started: datetime = NOW
    entered: datetime = LAST_WEEK
    tasks: int = 0


def day(ago: int) -> str:
    """Give the day so many days ago."""
    return (NOW - timedelta(days=ago)).date().isoformat()


def other(definition: str, state: str, ago: int = 0, **data: object) -> Case:
    """A case beside the project that came to its state so many days ago."""
    made = case("x", state, {"project": CODE, **data}, definition)
    made.entered_at = NOW - timedelta(days=ago)
    return made


def step(start: int, finish: int, weight: int = 100, **others: object) -> dict[str, object]:
    """A milestone between two days, counted back from today."""
    return {"milestone": "m", "start_on": day(start), "finish_on": day(finish), "weight": weight, **others}


def accepted(state: str, ago: int) -> Case:
    """A contract whose warranty ended so many days ago, or ends so many days ahead (below zero)."""
    return other("contract", state, acceptances=[{"accepted_on": day(ago)}], warranty_months=0)


def promised(ago: int) -> Case:
    """A source in effect whose hundred yuan were to come so many days ago."""
    plan = [{"due_on": day(ago), "amount": 60_00}, {"due_on": day(ago), "amount": 40_00}]
    return other("own-funds", "effective", planned_receipts=plan)


def came(yuan: int) -> Case:
    """What was received of the first case beside the project."""
    return other("receipt", "posted", source="O-1", amount=yuan * 100)


def lot(ago: int, amount: int = 5) -> Case:
    """Money that came so many days ago."""
    return other("receipt", "posted", received_on=day(ago), amount=amount)


def done_work(ago: int, **more: Any) -> Case:  # noqa: ANN401  # fields
    """The first case beside the project: a contract whose work was accepted so many days ago."""
    return other("contract", "performing", acceptances=[{"milestone": "1", "accepted_on": day(ago)}], **more)


def flagged(state: str, ago: int) -> Case:
    """A hard red flag that was raised so many days ago."""
    made = other("red-flag", state, level="hard")
    made.opened_at = NOW - timedelta(days=ago)
    return made


def panel(seats: int) -> tuple[Case, ...]:
    """Three seats of a panel, so many of whose experts take part."""
    states = ["active"] * seats + ["invited"] * (3 - seats)
    return tuple(other("expert-panel", state, purpose="application") for state in states)


def lent(definition: str, state: str, ago: int, paid: int = 0, income: int | None = None) -> Case:
    """A loan or bond of which 110 fen fell due so many days ago, and what the year is told to have brought in."""
    on = NOW.date() - timedelta(days=ago)
    plan = [{"year": on.year, "due_on": on.isoformat(), "principal": 100, "interest": 10}]
    told = [] if income is None else [{"year": on.year, "income": income}]
    return other(definition, state, schedule=plan, repayments=[{"principal": paid, "interest": 0}], incomes=told)


LEFT = (Posting(BANK, DUE_FROM_SOURCE, 5, AT),)
OWED = (Posting(PROJECT_COST, PAYABLE, 5, replace(AT, contract="O-1")),)
DONE: dict[str, Any] = {"accepted_on": day(1), "evidence": "note"}
HALF = [step(9, 1, 50, **DONE), step(9, 1, 50, milestone="n")]
BUDGET = Posting(APPROVED, FREE, 100_00, AT)


def spent(yuan: int) -> tuple[Posting, ...]:
    """A budget of 100 yuan of which so much is spent."""
    return (BUDGET, Posting(FREE, SPENT, yuan * 100, AT))


SEEN = [
    Seen(rule="W-01", data={"milestones": [step(100, 0, 96), step(3, 2, 4, milestone="n", **DONE)]}, colour="red"),
    Seen(rule="W-01", data={"milestones": [step(3, 2, 94, **DONE), step(3, 2, 6, milestone="n")]}, colour="blue"),
    Seen(rule="W-01", data={"milestones": [step(3, 2, 100, **DONE)]}),
    Seen(rule="W-01", data={"milestones": [step(9, 1)]}, state="settlement"),
    Seen(rule="W-01", data={"milestones": [step(9, 1)], "reports": [{"progress_percent": 96, "accepted": True}]}),
    Seen(rule="W-01", data={"milestones": [step(9, 1)], "reports": [{"progress_percent": 96}]}, colour="red"),
    Seen(rule="W-02", data={"milestones": [step(9, 1, 70, **DONE), step(9, 1, 30, milestone="n")]}, colour="yellow"),
    Seen(rule="W-02", data={"milestones": [step(9, 1, 159, **DONE), step(9, 1, 41, milestone="n")]}, colour="yellow"),
    Seen(rule="W-02", data={"milestones": [step(9, 1, 80, **DONE), step(9, 1, 20, milestone="n")]}),
    Seen(rule="W-03", data={"milestones": [step(40, 3)]}, colour="yellow"),
    Seen(rule="W-03", data={"milestones": [step(40, 20)]}, colour="orange"),
    Seen(rule="W-03", data={"milestones": [step(90, 40)]}, colour="red"),
    Seen(rule="W-03", data={"milestones": [step(40, 3, **DONE)]}),
    Seen(rule="W-04", data={"milestones": [step(30, -9)]}, state="approved", colour="yellow"),
    Seen(rule="W-04", data={"milestones": [step(100, -9)]}, state="approved", colour="red"),
    Seen(rule="W-04", data={"milestones": [step(1, -9)]}, state="approved"),
    Seen(
        rule="W-05",
        started=NOW - timedelta(days=70),
        data={"reports": [{"month": "2026-09", "accepted": True}]},
        colour="yellow",
    ),
    Seen(rule="W-05", started=NOW - timedelta(days=130), colour="red"),
    Seen(rule="W-05", started=LAST_WEEK),
    Seen(rule="W-06", booked=spent(15), colour="yellow"),
    Seen(rule="W-06", booked=spent(30), colour="red"),
    Seen(rule="W-06", booked=spent(10)),
    Seen(rule="W-06", booked=(BUDGET, Posting(FREE, SPENT, 10_01, AT)), colour="yellow"),
    Seen(rule="W-06", data={"milestones": HALF}, booked=spent(19), colour="blue"),
    Seen(rule="W-06", data={"milestones": HALF}, booked=spent(20)),
    Seen(rule="W-07", data={"milestones": HALF}, booked=spent(54), colour="orange"),
    Seen(rule="W-07", data={"milestones": HALF}, booked=spent(50)),
    Seen(rule="W-08", beside=(lot(200),), booked=LEFT, colour="yellow"),
    Seen(rule="W-08", beside=(lot(200), other("payment", "paid", paid_on=day(1))), booked=LEFT, colour="yellow"),
    Seen(rule="W-08", beside=(lot(200), lot(9)), booked=LEFT),
    Seen(rule="W-08", beside=(lot(200), lot(9, amount=4)), booked=LEFT, colour="yellow"),
    Seen(rule="W-08", beside=(lot(690),), booked=LEFT, colour="orange"),
    Seen(rule="W-08", beside=(lot(693),), booked=LEFT, colour="red"),
    Seen(rule="W-08", beside=(lot(200),)),
    Seen(rule="W-10", beside=(other("payment", "drafting", invoices=[{"issued_on": day(28)}]),), colour="yellow"),
    Seen(rule="W-10", beside=(done_work(28),), booked=OWED, colour="yellow"),
    Seen(rule="W-10", beside=(done_work(60),), booked=OWED, colour="red"),
    Seen(rule="W-10", beside=(done_work(19),), booked=OWED),
    Seen(rule="W-10", beside=(done_work(60),)),
    Seen(rule="W-10", beside=(done_work(60, supplier_size="large"),), booked=OWED),
    Seen(rule="W-10", beside=(done_work(30), other("payment", "held", contract="O-1", milestone="1")), colour="orange"),
    Seen(rule="W-10", beside=(other("payment", "paid", invoices=[{"issued_on": day(90)}]),)),
    Seen(
        rule="W-11",
        beside=(other("quality-inspection", "rectifying", 20, severest="severe", issues=[{}]),),
        colour="orange",
    ),
    Seen(rule="W-11", beside=(other("quality-inspection", "failed", 1),), colour="red"),
    Seen(rule="W-11", beside=(other("quality-inspection", "rectifying", 20, severest="minor", issues=[{}]),)),
    Seen(rule="W-12", state="trial_run", data={"trial_log": [{"availability": "98.5"}]}, colour="yellow"),
    Seen(
        rule="W-12",
        state="trial_run",
        data={"trial_log": [{"availability": "100", "severe_defects": 1}]},
        colour="orange",
    ),
    Seen(rule="W-12", state="trial_run", data={"trial_log": [{"availability": "99.5"}]}),
    Seen(rule="W-13", beside=(other("risk", "planned", 9, level="red"),), colour="red"),
    Seen(rule="W-13", beside=(other("risk", "planned", 9, level="yellow"),)),
    Seen(rule="W-14", beside=(other("finding", "rectifying", due_on=day(3)),), colour="yellow"),
    Seen(rule="W-14", beside=(other("finding", "closed", due_on=day(30)),)),
    Seen(rule="W-15", beside=(other("contract", "drafting", awarded_on=day(31)),), colour="orange"),
    Seen(rule="W-15", beside=(other("contract", "signed", awarded_on=day(90)),)),
    Seen(rule="W-15", beside=(other("contract", "signed", signed_on=day(13)),), colour="orange"),
    Seen(rule="W-15", beside=(other("contract", "signed", signed_on=day(11)),)),
    Seen(rule="W-15", beside=(accepted("warranty", -60),), colour="blue"),
    Seen(rule="W-15", beside=(accepted("warranty", -61),)),
    Seen(rule="W-15", beside=(accepted("warranty", 1),)),
    Seen(rule="W-15", beside=(accepted("closed", -60),)),
    Seen(
        rule="W-16",
        beside=(
            other("receipt", "booked", bank="QH-1"),
            other("bank-line", "imported", account="QH-1", booked_on=day(8)),
        ),
        colour="yellow",
    ),
    Seen(
        rule="W-16",
        beside=(
            other("receipt", "booked", bank="QH-1"),
            other("bank-line", "matched", account="QH-1", booked_on=day(90)),
        ),
    ),
    Seen(rule="W-16", booked=(Posting(FREE, SPENT, 1, AT),), colour="red"),
    Seen(rule="W-16", booked=(BUDGET, Posting(FREE, SPENT, 100_00, AT))),
    Seen(rule="W-09", beside=(promised(30), came(60)), colour="yellow"),
    Seen(rule="W-09", beside=(promised(90), came(99)), colour="red"),
    Seen(rule="W-09", beside=(promised(90), came(100))),
    Seen(rule="W-09", beside=(promised(20), came(0))),
    Seen(rule="W-17", data={"red_flags": [{"level": "hard"}, {"level": "hard"}]}, colour="red"),
    Seen(rule="W-17", beside=(other("red-flag", "deciding", level="hard"),), colour="orange"),
    Seen(rule="W-17", beside=(other("red-flag", "released", level="hard"),)),
    Seen(rule="W-17", beside=(other("red-flag", "deciding", level="warn"),), colour="yellow"),
    Seen(rule="W-17", beside=(flagged("deciding", 0), flagged("corrected", 90)), colour="red"),
    Seen(rule="W-17", beside=(flagged("deciding", 0), flagged("corrected", 91)), colour="orange"),
    Seen(rule="W-17", beside=(flagged("corrected", 91),)),
    Seen(rule="W-17", data={"red_flags": [{"level": "hard", "released_on": day(1)}, {"level": "warning"}]}),
    Seen(rule="W-18", booked=spent(50), colour="yellow"),
    Seen(rule="W-18", booked=spent(60)),
    Seen(rule="W-19", state="expert_scoring", tasks=2, colour="blue"),
    Seen(rule="W-19", state="expert_scoring"),
    Seen(rule="W-19", state="expert_scoring", data={"tier": "T1"}, beside=panel(2), colour="yellow"),
    Seen(rule="W-19", state="expert_scoring", data={"tier": "T1"}, beside=panel(3)),
    Seen(
        rule="W-20",
        beside=(other("policy-loan", "drawing", schedule=[{"year": 2025, "principal": 50, "interest": 5}]),),
        colour="red",
    ),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", -30),), colour="blue"),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", -31),)),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", -9, paid=110),)),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", 1),), colour="red"),
    Seen(rule="W-20", beside=(lent("special-bond", "using", 1),), colour="red"),
    Seen(rule="W-20", beside=(lent("policy-loan", "signed", 1),)),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", 400, paid=110, income=131),), colour="orange"),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", 400, paid=110, income=132),)),
    Seen(rule="W-20", beside=(lent("policy-loan", "drawing", 400, paid=110),), colour="orange"),
]


def watched(seen: Seen) -> Watched:
    """Build what the rules look at."""
    facts = MemoryFacts(UNITS, HOMES, HOLDERS, policies={**policies(), **TYPED})
    project = case("project", seen.state, seen.data)
    project.actors = {"approved.start": Mark("ann", seen.started)}
    project.entered_at = seen.entered
    project.tasks = tuple(Task(f"t{number}", seen.state, "", "u:e1", OPENED) for number in range(seen.tasks))
    for number, one in enumerate((project, *seen.beside)):
        one.id, one.code = (one.id, one.code) if one is project else (f"o{number}", f"O-{number}")
        facts.cases.put(one)
    if seen.booked:
        entry = Entry(Movement.COMMIT, date(2026, 11, 23), seen.booked)
        facts.ledger.post(entry, Maker("case", 1, "ann", LAST_WEEK, "", "0" * 64))
    return Watched(project, facts, NOW)


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: f"{seen.rule}-{seen.colour or 'quiet'}")
def test_a_rule_gives_its_colour(seen: Seen) -> None:
    """Just the colour its band says, or nothing at all."""
    found = [alert.colour for alert in alerts(watched(seen)) if alert.rule == seen.rule]
    assert (max(found).word if found else "") == seen.colour


def test_every_rule_is_seen_to_hold_and_not_to_hold() -> None:
    """A rule that is only seen quiet might never speak; the bands name the same rules."""
    ruled = {key.removeprefix("warnings.") for key in policies() if key.startswith("warnings.")}
    assert {seen.rule for seen in SEEN if seen.colour} == {seen.rule for seen in SEEN if not seen.colour} == ruled


def test_bands_are_the_countys() -> None:
    """Another band in force today gives another colour."""
    it = watched(Seen(rule="W-17", data={"red_flags": [{"level": "hard"}]}))
    assert isinstance(it.facts, MemoryFacts)
    it.facts.policies["warnings.W-17"] = [{"from": 1, "colour": "blue"}]
    assert [alert.colour.word for alert in alerts(it) if alert.rule == "W-17"] == ["blue"]


def test_an_urgent_project_owes_an_opinion() -> None:
    """From the twenty-first working day on, until the experts have given one or have scored."""
    it = watched(Seen(rule="W-19"))
    assert isinstance(it.facts, MemoryFacts)
    it.facts.policies["screening.urgent_opinion_working_days"] = 20
    told = {}
    shown: tuple[tuple[int, dict[str, Any]], ...] = ((27, {}), (35, {}), (35, {"urgent_opinion": [{"name": "a.pdf"}]}))
    for days, data in shown:
        it.project.actors = {"prelim_review.fast_track": Mark("hal", NOW - timedelta(days=days))}
        it.project.data = data
        told[days, bool(data)] = [alert.colour.word for alert in alerts(it) if alert.rule == "W-19"]
    assert told == {(27, False): [], (35, False): ["yellow"], (35, True): []}


def test_missing_data_is_never_green() -> None:
    """A project without its report is unknown, one with it is green, one with a red flag is orange."""
    begun = NOW - timedelta(days=40)
    silent = watched(Seen(rule="", started=begun))
    assert health(silent, []) is Health.UNKNOWN
    told = watched(Seen(rule="", started=begun, data={"reports": [{"month": "2026-10", "accepted": True}]}))
    assert health(told, alerts(told)) is Health.GREEN
    flagged = watched(Seen(rule="", data={"red_flags": [{"level": "hard"}]}))
    assert health(flagged, alerts(flagged)) is Health.ORANGE


def test_a_project_that_is_closed_is_left_alone() -> None:
    """Whatever its data say."""
    assert alerts(watched(Seen(rule="", state="closed", data={"red_flags": [{"level": "hard"}]}))) == []
