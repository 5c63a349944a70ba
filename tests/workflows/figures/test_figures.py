"""Each figure against a few cases whose answer is known by hand; each number against the items behind it."""

from decimal import Decimal
from typing import Any

import pytest

from engine.case import Case
from tests.workflows.figures.small_county import SmallCounty, counted, made, stay, values
from tests.workflows.guards.trial import NOW
from workflows.figures.cells import Counted
from workflows.figures.register import FIGURES
from workflows.figures.risks import months

TARGETS = [
    {"indicator": "办理时长", "measure": "分钟", "baseline": "40", "target": "20"},
    {"indicator": "网办率", "measure": "%", "baseline": "50", "target": "80"},
    {"indicator": "漏报", "measure": "件", "baseline": "0", "target": "0"},
]
MEASURED = [
    {"name": "办理时长 ", "actual": "10"},
    {"name": "网办率", "actual": "75"},
    {"name": "漏报", "actual": "0"},
]


def evaluated(project: Case, number: str = "e") -> Case:
    """Give an evaluation that measured what a project set out to."""
    return made(number, "concluded", "performance-evaluation", project=project.code, indicators=MEASURED)


def only(lines: list[Counted]) -> dict[str, Any]:
    """Give the values of the only line there is."""
    (line,) = lines
    return values(line)


def test_governance_counts_what_is_in_service() -> None:
    """If it counted projects that are still built, or better by less as worse, a township's capacity would be wrong."""
    running = made(
        "1", "closed", targets=TARGETS, beneficiaries=500, satisfaction="91", innovation="新", data_exchange="有"
    )
    building = made("2", "implementing", beneficiaries=900)
    county = SmallCounty(
        [running, building, evaluated(running)], policies={"screening.township_population": {"T01-SVC": 1000}}
    )
    found = only(counted("governance", county))
    assert (found["projects"], found["in_service"], found["people"], found["coverage"]) == (2, 1, 500, 50)
    assert (found["measured"], found["reached_count"], found["reached_rate"]) == (3, 2, 67)
    assert found["uplift"] == Decimal("62.5"), (
        "75 % less time and half as much again online; of nothing there is no share"
    )
    assert (found["satisfaction"], found["innovation"], found["sharing"]) == (Decimal("91.0"), 1, 1)
    assert only(counted("governance", SmallCounty([running])))["coverage"] is None, "without people there is no share"


def test_services_show_what_was_measured_last() -> None:
    """If an older evaluation won, or one that says nothing, the board would tell of the past."""
    project = made("1", "improving", targets=TARGETS[:1])
    older = made(
        "o",
        "concluded",
        "performance-evaluation",
        opened="2026-01-06",
        project=project.code,
        indicators=[{"name": "办理时长", "actual": "30"}],
    )
    newer = made(
        "n", "reviewing", "performance-evaluation", opened="2026-06-01", project=project.code, indicators=MEASURED
    )
    silent = made(
        "s",
        "setup",
        "performance-evaluation",
        opened="2026-07-01",
        project=project.code,
        indicators=[{"name": "办理时长"}],
    )
    (line,) = counted("services", SmallCounty([silent, newer, older, project]))
    assert (line["actual"].value, line["actual"].behind, line["reached"].value) == (Decimal(10), (newer.id,), True)
    assert counted("services", SmallCounty([made("2", "reserved", targets=TARGETS)])) == []


def test_steps_tell_how_each_ended() -> None:
    """If a return counted as passed, or a stay that lasts as over, the rate of the step would be false."""
    first, second, third, fourth = (made(str(number), "twp_check") for number in range(4))
    county = SmallCounty(
        [first, second, third, fourth],
        [
            stay(first, "dept_check", "2026-11-02", "2026-11-04", "twp_check", "agree"),
            stay(second, "dept_check", "2026-11-02", "2026-11-06", "draft", "send_back"),
            stay(second, "draft", "2026-11-06", "2026-11-06", "dept_check", "submit"),
            stay(second, "dept_check", "2026-11-06", "2026-11-10", "twp_check", "agree"),
            stay(third, "dept_check", "2026-11-02", "2026-11-03", "rejected", "decline"),
            stay(fourth, "dept_check", "2026-11-02"),
        ],
    )
    draft, found = (values(line) for line in counted("steps", county))
    assert (draft["step"], found["step"]) == ("draft", "dept_check"), "in the procedure's order"
    assert (found["arrived"], found["passed"], found["returned"], found["rejected"], found["waiting"]) == (
        4,
        2,
        1,
        1,
        1,
    )
    assert (found["pass_rate"], found["days"]) == (50, Decimal("2.2"))


def test_a_step_that_a_vote_ended_is_told_by_where_it_went() -> None:
    """If only named actions counted, steps that are decided by votes would have passed nothing."""
    project = made("1", "reserve_decision")
    moved = [stay(project, "expert_scoring", "2026-11-02", "2026-11-03", "panel_meeting", "score")]
    (line,) = counted("steps", SmallCounty([project], moved))
    assert line["passed"].value == 1


def test_success_needs_time_money_and_grade() -> None:
    """If one of the three were enough, or a project that was broken off were left out, success would be too high."""
    baseline = [{"milestone": "a", "finish_on": "2026-06-30"}]
    common: dict[str, Any] = {
        "baseline": baseline,
        "budget_total": 100_00,
        "settlement_amount": 90_00,
        "evaluation_grade": "B",
    }
    good, dear = made("1", "closed", **common), made("2", "closed", **{**common, "settlement_amount": 101_00})
    late, broken = made("3", "closed", **common), made("4", "terminated")
    poor = made("5", "closed", **{**common, "evaluation_grade": "C"})
    flagged = made("f", "upheld", "red-flag", project=dear.code, rule="rf_01")
    found_in = made("g", "closed", "finding", project=late.code, amount=5_00)
    moved = [
        *(
            stay(one, "implementing", "2026-01-05", "2026-06-30", "prelim_acceptance", "request_prelim")
            for one in (good, dear, poor)
        ),
        stay(late, "implementing", "2026-01-05", "2026-07-01", "prelim_acceptance", "request_prelim"),
    ]
    found = only(counted("success", SmallCounty([good, dear, late, broken, poor, flagged, found_in], moved)))
    assert (found["ended"], found["closed"], found["on_time"], found["in_budget"], found["good"]) == (5, 4, 3, 3, 3)
    assert (found["succeeded"], found["success_rate"], found["clean"]) == (1, 20, 3)


def test_years_are_held_against_the_year_before() -> None:
    """If drafts counted as applications, or a first year had a change, improvement would be made up."""
    before = made("1", "closed", opened="2025-03-03", evaluation_score="80", satisfaction="90")
    after = made("2", "reserved", opened="2026-03-02", evaluation_score="86")
    refused, draft = made("3", "rejected", opened="2026-03-02"), made("4", "draft", opened="2026-03-02")
    measure = made("m", "closed", "improvement", opened="2026-05-04")
    moved = [
        stay(before, "draft", "2025-03-03", "2025-03-03", "dept_check", "submit"),
        stay(before, "reserve_decision", "2025-03-04", "2025-03-17", "reserve_notice", "admit"),
        stay(after, "draft", "2026-03-02", "2026-03-02", "dept_check", "submit"),
        stay(after, "dept_check", "2026-03-02", "2026-03-03", "draft", "send_back"),
        stay(after, "reserve_decision", "2026-03-03", "2026-03-06", "reserve_notice", "admit"),
        stay(refused, "draft", "2026-03-02", "2026-03-02", "dept_check", "submit"),
        stay(refused, "dept_check", "2026-03-02", "2026-03-04", "rejected", "decline"),
    ]
    first, second = (
        values(one) for one in counted("years", SmallCounty([before, after, refused, draft, measure], moved))
    )
    assert (first["applications"], first["days"], first["days_change"], first["pass_rate"]) == (
        1,
        Decimal("10.0"),
        None,
        100,
    )
    assert (second["applications"], second["days"], second["days_change"]) == (2, Decimal("4.0"), Decimal("-6.0"))
    assert (second["returns"], second["returns_change"], second["pass_rate_change"]) == (
        Decimal("0.5"),
        Decimal("0.5"),
        -50,
    )
    assert (second["score_change"], second["satisfaction"], second["satisfaction_change"]) == (
        Decimal("6.0"),
        None,
        None,
    )
    assert (first["measures"], second["measures"], second["measures_closed"]) == (0, 1, 1)


def test_savings_count_no_fen_twice() -> None:
    """If a project that reuses a system were also counted as cut, the county would boast of money it did not save."""
    double = made("1", "rejected", reason_code="duplicate", amount=50_00)
    refused = made("2", "rejected", reason_code="score", amount=70_00)
    reusing = made(
        "3", "approved", amount=100_00, budget_submitted=90_00, budget_total=60_00, duplicates=[{"handling": "reuse"}]
    )
    cut = made("4", "approved", amount=100_00, budget_submitted=80_00)
    review = made("b", "approved", "budget", project=cut.code, submitted=80_00, total=75_00)
    found = only(counted("savings", SmallCounty([double, refused, reusing, cut, review])))
    assert (found["duplicates"], found["duplicate_money"], found["reuses"], found["reuse_money"]) == (
        1,
        50_00,
        1,
        40_00,
    )
    assert (found["cut_money"], found["saved"]) == (5_00, 95_00)


def test_sources_name_who_hangs_on_one() -> None:
    """If refused money counted, or the county's threshold did not, a township's dependence would be hidden."""
    mixed = made(
        "1",
        "approved",
        funding_sources=[
            {"kind": "township_own", "promised": 30_00, "standing": "effective"},
            {"kind": "private_capital", "promised": 70_00, "standing": "committed"},
            {"kind": "higher_grant", "promised": 900_00, "standing": "refused"},
        ],
    )
    single = made("2", "reserved", source_wishes=[{"kind": "county_budget", "wished": 100_00}])
    county = SmallCounty([mixed, single])
    found = only(counted("sources", county))
    assert (found["plan"], found["own"], found["own_rate"], found["fiscal"], found["other"], found["other_rate"]) == (
        200_00,
        30_00,
        15,
        130_00,
        70_00,
        35,
    )
    assert found["singles"] == 1
    county.policies = {"funds.source.single_percent": 70}
    assert only(counted("sources", county))["singles"] == 2


def test_relief_counts_only_what_is_in_effect() -> None:
    """If a wish relieved the budget, private money that never came would look like success."""
    project = made(
        "1",
        "approved",
        source_wishes=[{"kind": "county_budget", "wished": 60_00}, {"kind": "private_capital", "wished": 40_00}],
    )
    wish = made("p", "procuring", "private-capital", project=project.code, amount=40_00, bidders=3)
    found = only(counted("relief", SmallCounty([project, wish])))
    assert (found["other"], found["relief"], found["fiscal_planned"], found["fiscal_after"], found["bidders"]) == (
        40_00,
        0,
        60,
        100,
        3,
    )
    there = made("p", "effective", "private-capital", project=project.code, amount=40_00, bidders=3)
    found = only(counted("relief", SmallCounty([project, there])))
    assert (found["relief"], found["fiscal_after"]) == (40_00, 60)


def test_risks_over_twelve_months() -> None:
    """If a closed risk stayed open in the months after, or one not yet found was there before, the trend would lie."""
    gone = made(
        "1", "closed", "risk", opened="2026-08-03", entered="2026-10-12", exposure=10_00, level="red", residual=4
    )
    here = made("2", "mitigating", "risk", opened="2026-09-01", exposure=30_00, level="yellow")
    found = {line["month"].value: values(line) for line in counted("risk_trend", SmallCounty([gone, here]))}
    assert list(found) == [f"{first:%Y-%m}" for first in months(NOW.date(), 12)]
    assert [found[month]["open"] for month in ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")] == [
        0,
        1,
        2,
        1,
        1,
    ]
    assert (found["2026-09"]["grave"], found["2026-09"]["exposure"], found["2026-10"]["exposure"]) == (1, 40_00, 30_00)
    assert (found["2026-10"]["closed"], found["2026-10"]["residual"]) == (1, Decimal("4.0"))


def test_inspections_passed_at_once() -> None:
    """If one that was mended first counted as passed at once, quality would look better than it is."""
    at_once, mended = made("1", "passed", "quality-inspection"), made("2", "passed", "quality-inspection")
    mended.visits.update(rectifying=1, rechecking=1)
    failed = made("3", "failed", "quality-inspection")
    found = only(counted("quality", SmallCounty([at_once, mended, failed, made("4", "planned", "quality-inspection")])))
    assert (found["inspections"], found["over"], found["at_once"], found["at_once_rate"]) == (4, 3, 1, 33)
    assert (found["rechecked"], found["failed"]) == (1, 1)


def test_a_rule_is_judged_by_what_came_of_its_hits() -> None:
    """If open hits counted as false alarms, or silent rules were left out, tuning would go the wrong way."""
    flags = [
        made("1", "released", "red-flag", opened="2026-11-02", entered="2026-11-04", rule="rf_01"),
        made("2", "upheld", "red-flag", opened="2026-11-02", entered="2026-11-06", rule="rf_01"),
        made("3", "corrected", "red-flag", opened="2026-11-02", entered="2026-11-06", rule="rf_01"),
        made("4", "explaining", "red-flag", rule="rf_01"),
    ]
    found = {line["rule"].value: values(line) for line in counted("flag_rules", SmallCounty(flags))}
    assert len(found) == 35
    first = found["rf_01"]
    assert (first["hits"], first["undecided"], first["released"], first["upheld"], first["corrected"]) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert (first["false_rate"], first["days"]) == (33, Decimal("3.3"))
    assert (found["rf_02"]["hits"], found["rf_02"]["false_rate"]) == (0, None)


def test_the_record_for_financing() -> None:
    """If breaches stood at another party, or a repaid loan still owed, a bank would be told what is not so."""
    project = made("1", "closed", evaluation_grade="A", evaluation_score="92")
    contract = made("c", "closed", "contract", project=project.code, supplier="甲公司", amount=80_00)
    breach = made("v", "closed", "breach", project=project.code, contract=contract.code, penalty=3_00)
    private = made("p", "effective", "private-capital", project=project.code, partner="乙公司", amount=20_00)
    loan = made(
        "l",
        "drawing",
        "policy-loan",
        project=project.code,
        borrower="丙公司",
        amount=50_00,
        in_arrears=True,
        draws=[{"amount": 30_00}, {"amount": 10_00}],
        repayments=[{"principal": 15_00, "interest": 1_00}],
    )
    wished = made("w", "applying", "policy-loan", project=project.code, borrower="丁公司", amount=50_00)
    finding = made("f", "rectifying", "finding", project=project.code)
    county = SmallCounty([project, contract, breach, private, loan, wished, finding])
    unit = only(counted("units_credit", county))
    assert (unit["closed"], unit["grade_a"], unit["grade_b"], unit["findings_open"], unit["breaches"]) == (
        1,
        1,
        0,
        1,
        1,
    )
    builder, partner = (values(line) for line in counted("partners_credit", county))
    assert (builder["partner"], partner["partner"]) == ("乙公司", "甲公司")
    assert (builder["agreed"], builder["breaches"], partner["penalties"], partner["amount"], partner["score"]) == (
        20_00,
        0,
        3_00,
        80_00,
        Decimal("92.0"),
    )
    found = only(counted("loans_credit", county))
    assert (found["borrower"], found["drawn"], found["repaid"], found["owing"], found["arrears"]) == (
        "丙公司",
        40_00,
        15_00,
        25_00,
        True,
    )


def test_audits_are_planned_by_what_speaks_for_them() -> None:
    """If a project with findings came last, or one audited last year again, auditors would look at nothing."""
    quiet, loud = made("1", "implementing", tier="T2"), made("2", "implementing", tier="T2")
    fresh, running = made("3", "implementing", tier="T4"), made("4", "closed", tier="T2")
    reserved = made("5", "reserved", tier="T4")
    beside = [
        made("f", "upheld", "red-flag", project=loud.code, rule="rf_01"),
        made("r", "released", "red-flag", project=quiet.code, rule="rf_01"),
        made("g", "rectifying", "finding", project=loud.code),
        made("w", "handling", "warning", project=loud.code, colour="red"),
        made("a", "closed", "audit", opened="2025-03-03", entered="2025-12-01", project=fresh.code),
        made("b", "fieldwork", "audit", opened="2026-06-01", project=running.code),
    ]
    county = SmallCounty(
        [quiet, loud, fresh, running, reserved, *beside], policies={"funds.audit.per_quarter_count": 1}
    )
    found = {str(line["project"].value): values(line) for line in counted("audit_plan", county)}
    assert list(found) == [loud.code, quiet.code, running.code], (
        "one audited within two years is not due, one in the pool has no money"
    )
    assert [found[one.code]["points"] for one in (loud, quiet, running)] == [8, 3, 3]
    assert (found[loud.code]["quarter"], found[quiet.code]["quarter"]) == ("2026 Q4", "2027 Q1")
    assert (found[running.code]["quarter"], found[running.code]["audits"]) == ("", 1)


@pytest.mark.parametrize("name", FIGURES)
def test_an_empty_county_has_no_figures_that_stumble(name: str) -> None:
    """If a figure divided by nothing, a new county could not open the page."""
    lines = counted(name, SmallCounty([]))
    assert len(lines) == {"risk_trend": 12, "flag_rules": 35}.get(name, 0)


def test_a_year_leaves_the_others_out() -> None:
    """If the filter did nothing, last year's figures could not be told from this year's."""
    county = SmallCounty([made("1", "closed", opened="2025-03-03"), made("2", "reserved", opened="2026-03-02")])
    assert [only(counted("governance", county, year))["projects"] for year in (2025, 2026)] == [1, 1]
