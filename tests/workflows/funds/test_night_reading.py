"""The nightly red flags read from cases: what each rule looks at is there, and what is not misuse strikes none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.memory.facts import MemoryFacts
from adapters.shipped import policies
from engine.case import Case, Mark
from engine.commands import SYSTEM
from engine.situation import Situation
from engine.values import Json
from tests.workflows.guards.trial import HOLDERS, HOMES, NOW, UNITS, case
from tests.workflows.procedure import shelf
from workflows.funds.chart import FREE, SPENT
from workflows.funds.flags.county import county
from workflows.funds.flags.insiders import account_digest
from workflows.funds.flags.reading import Night
from workflows.funds.flags.scene import Picture
from workflows.funds.journal import Maker
from workflows.funds.papers import BUDGET as BUDGETS
from workflows.funds.papers import CONTRACT as CONTRACTS
from workflows.funds.papers import PROJECT as PROJECTS
from workflows.funds.papers import Papers
from workflows.funds.posting import Entry, Movement, Place, Posting
from workflows.funds.tracing import Trail
from workflows.progress import REPORT

CODE = "QH-2026-project"
PAYEE = "6222 0001"
PERIOD = {"milestone": "建设", "weight": 100, "start_on": "2026-01-01", "finish_on": "2026-12-31"}
COST = {"line": "1-1", "category": "software", "content": "平台许可", "unit_price": 120_00}


def ago(days: int) -> str:
    """Give the day so many days ago."""
    return (NOW - timedelta(days=days)).date().isoformat()


def beside(number: int, definition: str, state: str, project: str = CODE, **data: object) -> Case:
    """Give a case beside a project."""
    made = case("x", state, {"project": project, **data}, definition)
    made.id, made.code = f"o{number}", f"O-{number}"
    made.actors = {"superior_review.award": Mark("ann", NOW - timedelta(days=40))}
    return made


ACCOUNT = beside(1, "special-account", "active", project="", account_number="101")
RECEIPT = beside(2, "receipt", "posted", bank="O-1", source="O-9", received_on=ago(35), amount=100)
CONTRACT = beside(
    3, "contract", "performing", supplier="甲公司", title="平台", subject="service", amount=100_00, signed_on=ago(90)
)
PAYMENT = beside(4, "payment", "paid", contract="O-3", bank="O-1", bank_account=PAYEE, payee_name="甲公司", amount=50)
USUAL = (ACCOUNT, RECEIPT, CONTRACT, PAYMENT)


def line(number: int, direction: str, days: int, other: str = PAYEE, **data: object) -> Case:
    """Give a line of the account's statement."""
    state = str(data.pop("state", "matched"))
    told = {"direction": direction, "booked_on": ago(days), "counter_account": other, "amount": 50, **data}
    return beside(number, "bank-line", state, project="", account="O-1", **told)


def decided(hours: int, number: int = 12) -> Case:
    """Give a payment that was decided so many hours after midnight of yesterday, in UTC: eight more on the clock."""
    made = beside(number, "payment", "paid", contract="O-3", bank="O-1", amount=50)
    moment = NOW.replace(hour=0) - timedelta(days=1) + timedelta(hours=hours)
    made.actors = {"drafting.submit": Mark("ann", moment), "twp_approve.approve": Mark("leader", moment)}
    return made


def budget(number: int, project: str, **changed: object) -> Case:
    """Give an approved budget with one line."""
    return beside(number, "budget", "approved", project, approved_lines=[{**COST, **changed}])


def report(number: int, month: str, claimed: int, accepted: int) -> Case:
    """Give an accepted monthly report."""
    done = {"milestone": "建设"}
    return beside(
        number,
        "progress-report",
        "accepted",
        month=month,
        milestones=[{**done, "claimed": claimed}],
        verified=[{**done, "accepted": accepted}],
    )


def register(**row: str) -> Mapping[str, Any]:
    """Give a register of insiders with one row."""
    return {"funds.flags.insiders": [{"person": "e1", **row}]}


def spent(amount: int, milestone: str = "建设") -> Entry:
    """An entry: so much of the budget's line was spent on a milestone."""
    place = Place(project=CODE, source="O-9", year=2026, line="1-1", contract="O-3", milestone=milestone, payment="O-4")
    return Entry(Movement.RELEASE, NOW.date(), (Posting(FREE, SPENT, amount, place),))


def goods(number: int, **row: Json) -> Case:
    """Give a report that was accepted, with what came."""
    made = report(number, "2026-10", 60, 60)
    made.data["deliveries"] = [{"line": "1-1", **row}]
    return made


def shown(number: int, digest: str, project: str = CODE) -> Case:
    """Give a report with a picture."""
    made = report(number, "2026-10", 60, 60)
    picture: Json = {"id": "f", "name": "a.jpg", "kind": "jpg", "size": 9, "digest": digest}
    proofs: Json = [{"milestone": "建设", "kind": "photo", "file": "a.jpg"}]
    made.data |= {"evidence": [picture], "proofs": proofs, "project": project}
    return made


@dataclass(frozen=True)
class Seen:
    """What stands in the county, and what the register says. `strikes`: whether the rule must find something."""

    rule: str
    strikes: bool
    cases: tuple[Case, ...] = ()
    policies: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    started: datetime | None = NOW - timedelta(days=100)
    entries: tuple[Entry, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    browsers: Mapping[str, list[tuple[datetime, str]]] = field(default_factory=dict)


def changed(approved: int | None, applied_on: str = "") -> Case:
    """Give a change that was approved so many days ago, or not yet."""
    made = beside(12, "project-change", "impact" if approved is None else "applying", applied_on=applied_on)
    if approved is not None:
        made.actors = {"cty_approve.approve": Mark("hal", NOW - timedelta(days=approved))}
    return made


def amended(days: int, change: str = "O-12") -> Case:
    """Give a contract that was amended for a change so many days ago."""
    amendment = {"amount": 1, "signed_on": ago(days), "reason": f"变更 {change}"}
    return beside(13, "contract", "performing", amount=100_00, signed_on=ago(90), supplements=[amendment])


def owed(state: str) -> tuple[Case, ...]:
    """Give a payment in a state, of work that was accepted a month and a day ago."""
    accepted = {"milestone": "M1", "amount": 100, "accepted_on": ago(31)}
    stages = [{"milestone": "M1", "amount": 100}]
    contract = beside(13, "contract", "performing", amount=100, milestones=stages, acceptances=[accepted])
    return contract, beside(12, "payment", state, contract=contract.code, milestone="M1", amount=100)


OTHER = case("other", "implementing", {"name": "另一项目"})
OUT = line(10, "out", 20, matched_to="O-4")
SEATED = {"panel_members": [{"expert": "e1", "standing": "active"}]}
EQUIPMENT = budget(12, CODE, category="equipment")
TAKEN = beside(
    12, "progress-report", "accepted", "QH-2026-other", deliveries=[{"line": "9", "serials": "SN-2"}], month="2026-09"
)
ELSEWHERE = beside(14, "progress-report", "accepted", "QH-2026-other", deliveries=[], month="2026-09")
ONE, TWO = "a" * 64, "b" * 64
AT_ONE = {"ann": [(NOW - timedelta(days=9), "x")], "leader": [(NOW - timedelta(days=9), "x")]}
SEEN = [
    Seen("RF-10", True, (EQUIPMENT, goods(13, delivered=1)), entries=(spent(240_00),)),
    Seen("RF-10", False, (EQUIPMENT, goods(13, delivered=2)), entries=(spent(240_00),)),
    Seen("RF-10", True, (EQUIPMENT, report(13, "2026-10", 60, 60), ELSEWHERE), entries=(spent(1_00, "advance"),)),
    Seen("RF-10", False, (EQUIPMENT, report(13, "2026-10", 60, 60)), entries=(spent(1_00, "advance"),)),
    Seen("RF-10", False, (EQUIPMENT, goods(13, delivered=1)), entries=(spent(240_00, "advance"),)),
    Seen("RF-10", False, (budget(12, CODE), report(13, "2026-10", 60, 60)), entries=(spent(240_00),)),
    Seen("RF-26", True, (shown(12, ONE), shown(13, TWO, "QH-2026-other")), pictures={ONE: Picture(7), TWO: Picture(6)}),
    Seen(
        "RF-26", False, (shown(12, ONE), shown(13, TWO, "QH-2026-other")), pictures={ONE: Picture(0), TWO: Picture(255)}
    ),
    Seen("RF-26", False, (shown(12, ONE), shown(13, TWO, "QH-2026-other"))),
    Seen("RF-26", True, (shown(12, ONE),), pictures={ONE: Picture(1, (NOW - timedelta(days=101)).date())}),
    Seen("RF-26", False, (shown(12, ONE),), pictures={ONE: Picture(1, (NOW - timedelta(days=99)).date())}),
    Seen("RF-32", True, (decided(2),), browsers=AT_ONE),
    Seen("RF-32", False, (decided(2),), browsers=AT_ONE | {"leader": [(NOW - timedelta(days=9), "y")]}),
    Seen("RF-32", False, (decided(2),), browsers=AT_ONE | {"leader": [(NOW, "x")]}),
    Seen("RF-34", True, (TAKEN, goods(13, delivered=1, serials="SN-1，SN-2"))),
    Seen("RF-34", False, (TAKEN, goods(13, delivered=1, serials="SN-1"))),
    Seen("RF-08", True, (OUT, line(11, "in", 10))),
    Seen("RF-08", False, (OUT, line(11, "in", 25))),
    Seen("RF-09", True, (line(10, "out", 5, state="imported"),)),
    Seen("RF-09", False, (OUT, line(11, "out", 5, state="explained"))),
    Seen("RF-18", True, (decided(16),)),
    Seen("RF-18", False, (decided(2), decided(-240, 13), decided(-480, 14))),
    Seen("RF-22", True, (beside(12, "contract", "performing", supplier="甲公司", amount=100_00),)),
    Seen("RF-22", False, (beside(12, "contract", "performing", supplier="乙公司", amount=100_00),)),
    Seen(
        "RF-24", True, (beside(12, "contract", "performing", signed_on=ago(9), acceptances=[{"accepted_on": ago(20)}]),)
    ),
    Seen(
        "RF-24",
        False,
        (beside(12, "contract", "performing", signed_on=ago(30), acceptances=[{"accepted_on": ago(20)}]),),
    ),
    Seen("RF-25", True, (changed(5), amended(9))),
    Seen("RF-25", False, (changed(5), amended(4))),
    Seen("RF-25", True, (changed(None), amended(4))),
    Seen("RF-25", False, (changed(None), amended(4, "BG-2026-9999"))),
    Seen("RF-25", True, (changed(5, applied_on=ago(6)),)),
    Seen("RF-25", False, (changed(5, applied_on=ago(5)),)),
    Seen("RF-27", True, (report(12, "2026-09", 40, 35),)),
    Seen("RF-27", False, (report(12, "2026-09", 30, 30), report(13, "2026-10", 60, 60))),
    Seen(
        "RF-28",
        True,
        (beside(12, "contract", "performing", amount=100, supplements=[{"amount": 9, "signed_on": ago(5)}]),),
    ),
    Seen("RF-28", False, (beside(12, "contract", "performing", amount=100, supplements=[{"amount": 9}]),)),
    Seen("RF-29", True, started=None),
    Seen("RF-29", False),
    Seen("RF-30", True, owed("fin_pay_check")),
    Seen("RF-30", False, owed("paid")),
    Seen("RF-30", True, owed("failed")),
    Seen("RF-30", True, (beside(12, "payment", "held", hold_condition="等审计结束再付"),)),
    Seen("RF-30", False, (beside(12, "payment", "held", hold_condition="补齐发票"),)),
    Seen(
        "RF-31",
        True,
        (beside(8, "grant", "effective"), beside(12, "receipt", "posted", source="O-8", received_on=ago(5))),
    ),
    Seen("RF-31", False, (beside(9, "grant", "effective"), RECEIPT)),
    Seen("RF-33", True, policies=register(employer="甲公司", since=ago(9)), data=SEATED),
    Seen("RF-33", False, policies=register(employer="甲公司", since=ago(9))),
    Seen("RF-34", True, (budget(12, "QH-2026-other"), budget(13, CODE), OTHER)),
    Seen("RF-34", False, (budget(12, "QH-2026-other"), budget(13, CODE, unit_price=121_00), OTHER)),
    Seen(
        "RF-34", True, (OTHER,), data={"assets": [{"asset": "服务器", "card_number": "ZC-1"}, {"card_number": "ZC-2"}]}
    ),
]


KINDS = (CONTRACTS, BUDGETS, PROJECTS, REPORT, "payment")


def night(seen: Seen) -> Night:
    """Build what is looked at."""
    facts = MemoryFacts(UNITS, HOMES, HOLDERS, policies={**policies(), **seen.policies})
    project = case("project", "implementing", {"name": "项目", "milestones": [PERIOD], **seen.data})
    project.actors = {"approval_decide.activate": Mark("lead", NOW - timedelta(days=400))}
    if seen.started is not None:
        project.actors["approved.start"] = Mark("ann", seen.started)
    for number, entry in enumerate(seen.entries, 1):
        facts.ledger.post(entry, Maker("case", number, "ann", NOW, "", "0" * 64))
    if seen.rule == "RF-34" and seen.data:
        OTHER.data = {"assets": [{"asset": "服务器", "card_number": "ZC-1"}]}
    every = (project, *USUAL, *seen.cases)
    for one in every:
        facts.cases.put(one)
    situation = Situation(shelf()["township-project"].definition, project, project.data, SYSTEM, facts, NOW)
    kinds = {
        key: [one for one in every if one.definition == key]
        for key in (CONTRACTS, BUDGETS, PROJECTS, REPORT, "payment")
    }
    projects = sorted(kinds[PROJECTS], key=lambda one: one.code)
    around = county(
        *(kinds[CONTRACTS], kinds[BUDGETS], projects, kinds[REPORT], kinds["payment"]), seen.pictures, seen.browsers
    )
    return Night(Papers(situation, CODE), project, facts, NOW, around, Trail())


@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: f"{seen.rule}-{'guilty' if seen.strikes else 'innocent'}")
def test_a_rule_finds_it_in_the_cases(seen: Seen) -> None:
    """One step over the line in the papers of a project, and one beside it."""
    assert (seen.rule in {hit.rule for hit in night(seen).hits()}) is seen.strikes


def test_an_insiders_account_is_known_by_its_digest_alone() -> None:
    """The register holds no account; the same one as the payee's is recognised however it is written."""
    row = {"account": account_digest(PAYEE.replace(" ", ""))}
    (insider,) = night(Seen("RF-07", True, policies=register(**row))).scene().insiders
    assert insider.accounts == {PAYEE}
    (stranger,) = night(Seen("RF-07", False, policies=register(account=account_digest("1")))).scene().insiders
    assert stranger.accounts == frozenset()


def test_money_that_goes_home_over_an_insider_is_found() -> None:
    """Paid to a supplier, back on an insider's account a week later."""
    flow = (OUT, line(11, "in", 10, other="someone"))
    found = night(Seen("RF-08", True, flow)).scene()
    assert {(one.origin, one.target) for one in found.transfers} == {("101", PAYEE), ("someone", "101")}
