"""One story for each red flag that the night finds: the same acts of the same people, with one fact changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.values import Json
from tests.workflows.following.test_changing import ask
from tests.workflows.following.test_delivery import PLAN, WORDS, building, photo, tell, verify
from tests.workflows.money.desk import CODE, FILE, Desk, Filled
from tests.workflows.money.funding import AWARD
from tests.workflows.money.misuse import Story, other_firm, worked
from tests.workflows.money.papers import share
from tests.workflows.money.spending import SUPPLIER, Ready, invoice, signed
from workflows.funds.flags.county import county
from workflows.funds.flags.reading import Night
from workflows.funds.flags.scene import Picture
from workflows.funds.papers import BUDGET, CONTRACT, PAYMENT, PROJECT, Papers
from workflows.funds.tracing import trace
from workflows.progress import REPORT

Browsers = Mapping[str, Sequence[tuple[datetime, str]]]


def tonight(desk: Desk, pictures: Mapping[str, Picture] | None = None, browsers: Browsers | None = None) -> set[str]:
    """Look at the project as the night does; gives the rules that strike."""
    contracts, budgets, projects, reports, payments = (
        list(desk.store.cases.of(key)) for key in (CONTRACT, BUDGET, PROJECT, REPORT, PAYMENT)
    )
    trail = trace(desk.store.ledger.journals.get(CODE, ()))
    papers, facts = Papers(desk.situation(), CODE), desk.store.facts
    around = county(contracts, budgets, projects, reports, payments, pictures, browsers)
    return {hit.rule for hit in Night(papers, desk.case(CODE), facts, desk.clock.now(), around, trail).hits()}


def odd_date(guilty: bool) -> bool:
    """RF-05: an invoice of half a year and a day after the milestone was accepted, or a day sooner."""
    ready = worked()
    ready.desk.wait(190)
    on = "2026-12-01" if guilty else "2026-11-30"
    ready.ask("M1", 20_000_00, "1", invoices=[invoice("1", 20_000_00, issued_on=on)])
    return "RF-05" in tonight(ready.desk)


def line(ready: Ready, direction: str, reference: str, other: str) -> str:
    """Import a line of the bank statement with the account of the other party; gives its code."""
    cells = {"account": ready.bank, "reference": reference, "booked_on": ready.desk.day(), "direction": direction}
    return ready.desk.start("bank-line", "fin", unit="T01", amount=20_000_00, counter_account=other, **cells)


def comes_back(guilty: bool) -> bool:
    """RF-08: what was paid comes back from the supplier's account, or money comes from somebody else."""
    ready = worked()
    code = ready.paid("M1", 20_000_00, "1")
    ready.desk.act(line(ready, "out", "B-1", SUPPLIER["bank_account"]), "fin", "match", matched_to=code)
    ready.desk.wait(30)
    line(ready, "in", "B-2", SUPPLIER["bank_account"] if guilty else "6222000000007777")
    return "RF-08" in tonight(ready.desk)


def diverted(guilty: bool) -> bool:
    """RF-09: money left the account and no payment stands behind it."""
    ready = worked()
    code = ready.paid("M1", 20_000_00, "1")
    out = line(ready, "out", "B-1", SUPPLIER["bank_account"])
    if not guilty:
        ready.desk.act(out, "fin", "match", matched_to=code)
    return "RF-09" in tonight(ready.desk)


def nothing_came(guilty: bool) -> bool:
    """RF-10: the time of the plan is over, and of a machine under contract nothing has come, or it has."""
    desk, plan = Ready().desk, [PLAN[0] | {"weight": 100}]
    desk.project(CODE, "implementing", baseline=plan, milestones=plan)
    code = desk.start("progress-report", "pam", month="2026-04")
    came = [{"line": "2", "delivered": 0 if guilty else 1}]
    lines = [{"milestone": "build", "claimed": 90}]
    proofs = [{"milestone": "build", "kind": "photo", "file": "p1.jpg"}]
    desk.save(code, "pam", milestones=lines, proofs=proofs, evidence=[photo(1)], deliveries=came, **WORDS)
    desk.act(code, "pam", "submit")
    desk.save(code, "ida", verified=[{"milestone": "build", "accepted": 90}])
    assert desk.act(code, "ida", "confirm") == "accepted"
    return "RF-10" in tonight(desk)


def idle(guilty: bool) -> bool:
    """RF-17: money lies unused for half a year and a day."""
    ready = Ready()
    ready.desk.wait(182 if guilty else 181)
    return "RF-17" in tonight(ready.desk)


def at_the_years_end(guilty: bool) -> bool:
    """RF-18: a third of the year's money and more is paid in December; what was only asked for then is not paid."""
    ready = worked()
    ready.paid("M1", 20_000_00, "1")
    ready.desk.wait(190)
    assert ready.desk.today.month == 12
    ready.ask("M2", 20_000_00, "2")
    if guilty:
        ready.paid("M2", 15_000_00, "3")
    return "RF-18" in tonight(ready.desk)


def at_night(guilty: bool) -> bool:
    """RF-18: decided at eleven in the evening, or at nine."""
    ready = worked()
    code = ready.ask("M1", 20_000_00, "1")
    ready.desk.clock.set(ready.desk.clock.now().replace(hour=15 if guilty else 13))
    ready.check(code)
    return "RF-18" in tonight(ready.desk)


def round_amounts(guilty: bool) -> bool:
    """RF-19: both invoices of a supplier are round, or one of two."""
    ready = worked()
    ready.desk.rule("funds.flags.round_least_count", 2)
    ready.paid("M1", 20_000_00, "1")
    ready.paid("M2", 10_000_00 if guilty else 10_000_01, "9")
    return "RF-19" in tonight(ready.desk)


def odd_digits(guilty: bool) -> bool:
    """RF-20: two amounts of a township begin with a two; the rule speaks where there are as many as the county says."""
    ready = worked()
    ready.desk.rule("funds.flags.benford_least_count", 2 if guilty else 3)
    ready.paid("M1", 20_000_00, "1")
    ready.paid("M2", 21_000_00, "9")
    return "RF-20" in tonight(ready.desk)


def in_a_row(guilty: bool) -> bool:
    """RF-21: a supplier's invoices of two months have numbers that follow each other."""
    ready = worked()
    ready.desk.rule("funds.flags.sequence_least_count", 2)
    ready.paid("M1", 20_000_00, "100")
    ready.desk.wait(40)
    number = "101" if guilty else "102"
    ready.paid("M2", 10_000_00, "", invoices=[invoice(number, 10_000_00, issued_on=ready.desk.day())])
    return "RF-21" in tonight(ready.desk)


def small(ready: Ready, **changed: Any) -> str:  # noqa: ANN401  # fields
    """Sign a second contract of 5,000 yuan."""
    rows = {"milestones": [{"milestone": "T1", "amount": 5_000_00}], "shares": [share(ready.source, 5_000_00, "2")]}
    form = {"title": "Train", "subject": "service", "amount": 5_000_00, "advance_max": 0, **rows, **other_firm()}
    return signed(ready.desk, ready.source, **{**form, **changed})


def one_supplier(guilty: bool) -> bool:
    """RF-22: one firm has nearly all contracts of the year; a single contract says nothing."""
    ready = Ready()
    if guilty:
        small(ready)
    return "RF-22" in tonight(ready.desk)


def one_bidder(guilty: bool) -> bool:
    """RF-23: one firm answered an inquiry, or two did."""
    ready = Ready()
    small(ready, method="inquiry", result_number="Z-1", awarded_on=ready.desk.day(), bidders=1 if guilty else 2)
    return "RF-23" in tonight(ready.desk)


def at_the_ceiling(guilty: bool) -> bool:
    """RF-23: the price is 98 percent of the ceiling, or a little below."""
    ready = Ready()
    award = {"method": "inquiry", "result_number": "Z-1", "awarded_on": ready.desk.day(), "bidders": 3}
    small(ready, price_limit=5_102_04 if guilty else 5_103_00, **award)
    return "RF-23" in tonight(ready.desk)


def changed_first(guilty: bool) -> bool:
    """RF-25: a supplement is signed for a change that nobody has approved, or for something else."""
    ready = Ready()
    desk = ready.desk
    change = ask(desk, "scope")
    row = {**share(ready.source, 1_000_00, "2"), "direction": "more", "reason": change if guilty else "CHG-0"}
    desk.act(ready.contract, "pam", "amend", supplements=[row])
    rows = [{"milestone": name, "amount": worth} for name, worth in (("M1", 45_000_00), ("M2", 46_000_00))]
    more = [{**row, "signed_on": desk.day()}]
    desk.save(ready.contract, "lex", supplement_file=[FILE], supplements=more, milestones=rows)
    desk.act(ready.contract, "lex", "done")
    return "RF-25" in tonight(desk)


def reported(desk: Desk, month: str, build: int, number: int, accepted: int | None = None) -> None:
    """Hand a monthly report in, and have it verified."""
    code = desk.start("progress-report", "pam", month=month)
    tell(desk, code, build, number)
    desk.act(code, "pam", "submit")
    desk.save(code, "ida", reuse_reason="the same site")
    assert verify(desk, code, build if accepted is None else accepted) == "accepted"


def shown_twice(guilty: bool) -> bool:
    """RF-26: another project shows the photograph, too, or one that looks quite different."""
    desk = building()
    desk.project("QH-2026-0002", "implementing", baseline=PLAN)
    reported(desk, "2026-04", 50, 1)
    other = desk.start("progress-report", "pam", project="QH-2026-0002", month="2026-04")
    tell(desk, other, 50, 2)
    desk.act(other, "pam", "submit")
    looks = {f"{1:064}": Picture(0b1111), f"{2:064}": Picture(0b1110 if guilty else (1 << 40) - 1)}
    return "RF-26" in tonight(desk, pictures=looks)


def jumps(guilty: bool) -> bool:
    """RF-27: 36 percent of the plan in a month without a milestone accepted, or 30."""
    desk = building()
    reported(desk, "2026-04", 60 if guilty else 50, 1)
    return "RF-27" in tonight(desk)


def creeps(guilty: bool) -> bool:
    """RF-28: supplements of eight percent, or a fen less."""
    ready = Ready()
    desk, more = ready.desk, 7_200_00 if guilty else 7_199_99
    row = {**share(ready.source, more, "2"), "direction": "more", "reason": "CHG-1"}
    desk.act(ready.contract, "pam", "amend", supplements=[row])
    rows = [{"milestone": name, "amount": worth} for name, worth in (("M1", 45_000_00), ("M2", 45_000_00 + more))]
    made = [{**row, "signed_on": desk.day()}]
    desk.save(ready.contract, "lex", supplement_file=[FILE], supplements=made, milestones=rows)
    desk.act(ready.contract, "lex", "done")
    return "RF-28" in tonight(desk)


def not_begun(guilty: bool) -> bool:
    """RF-29: approved a year and a day ago, and nobody has begun."""
    desk = building()
    project = desk.case(CODE).copy()
    mark = project.actors["approved.start"]
    project.actors = {"approval_decide.activate": mark}
    desk.store.cases.put(project)
    desk.project(CODE, "approved")
    kept = desk.case(CODE).copy()
    kept.actors = project.actors
    desk.store.cases.put(kept)
    desk.clock.set(mark.at + timedelta(days=366 if guilty else 365))
    return "RF-29" in tonight(desk)


def forbidden_reason(guilty: bool) -> bool:
    """RF-30: sent back because an audit is awaited, or because a paper is missing."""
    ready = worked()
    code = ready.ask("M1", 20_000_00, "1")
    why = "等审计结束以后再来申请支付" if guilty else "请补充加盖公章的验收单原件"
    ready.desk.act(code, "dan", "return", why, reason_code="papers")
    return "RF-30" in tonight(ready.desk)


def left_waiting(guilty: bool) -> bool:
    """RF-30: accepted work of a small firm for which nobody asks payment; a large firm is not protected."""
    ready = Ready()
    form = {"supplier_size": "small" if guilty else "large"}
    code = small(ready, **form)
    rows = [{"milestone": "T1", "accepted_on": ready.desk.day(), "amount": 5_000_00, "proof": FILE}]
    ready.desk.act(code, "ida", "accept", acceptances=rows)
    ready.desk.wait(31)
    return "RF-30" in tonight(ready.desk)


def held_back(guilty: bool) -> bool:
    """RF-31: a grant was awarded a month and a day ago and has not been passed on."""
    desk = Desk(categories=["software"])
    call: Filled = {"programme": "ZX-01", "call_number": "T-1", "wanted": 60_000_00, "own_share_percent": 40}
    code = desk.start("grant", "ida", **call)
    desk.act(code, "ida", "start")
    desk.save(code, "pam", **dict.fromkeys(("letter", "plan_file", "target_file", "single_funding"), FILE))
    desk.act(code, "pam", "submit")
    desk.act(code, "rex", "agree")
    desk.act(code, "bob", "agree")
    desk.act(code, "rex", "receipt", outgoing_number="QH-8")
    desk.act(code, "bob", "award", **AWARD)
    desk.clock.set(desk.clock.now() + timedelta(days=31 if guilty else 30))
    return "RF-31" in tonight(desk)


def one_browser(guilty: bool) -> bool:
    """RF-32: the request and its confirmation come from one browser at once, or from two."""
    ready = worked()
    code = ready.ask("M1", 20_000_00, "1")
    ready.desk.act(code, "dan", "certify")
    since = ready.desk.clock.now() - timedelta(hours=1)
    return "RF-32" in tonight(ready.desk, browsers={"pam": [(since, "a")], "dan": [(since, "a" if guilty else "b")]})


def bought(guilty: bool) -> bool:
    """RF-33: who judged the project is now employed by the firm that built it."""
    ready = Ready(panel_members=[{"expert": "ex1", "standing": "active"}])
    employer = "Supplier" if guilty else "Another firm"
    declared: dict[str, Json] = {"person": "ex1", "employer": employer, "since": ready.desk.day()}
    ready.desk.rule("funds.flags.insiders", [declared])
    return "RF-33" in tonight(ready.desk)


FOUND: tuple[tuple[str, Story], ...] = (
    ("RF-05", odd_date),
    ("RF-08", comes_back),
    ("RF-09", diverted),
    ("RF-10", nothing_came),
    ("RF-17", idle),
    ("RF-18", at_the_years_end),
    ("RF-18", at_night),
    ("RF-19", round_amounts),
    ("RF-20", odd_digits),
    ("RF-21", in_a_row),
    ("RF-22", one_supplier),
    ("RF-23", one_bidder),
    ("RF-23", at_the_ceiling),
    ("RF-25", changed_first),
    ("RF-26", shown_twice),
    ("RF-27", jumps),
    ("RF-28", creeps),
    ("RF-29", not_begun),
    ("RF-30", forbidden_reason),
    ("RF-30", left_waiting),
    ("RF-31", held_back),
    ("RF-32", one_browser),
    ("RF-33", bought),
)
"""What the night finds."""
