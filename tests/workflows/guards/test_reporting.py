"""Guards of progress reports."""

from datetime import date, timedelta
from typing import Any

import pytest

from adapters.memory.facts import MemoryFacts
from engine.case import Case, Mark
from tests.workflows.guards.trial import FILE, LAST_WEEK, Trial, case, fails, judge, name_of, passes
from workflows.progress import Course

PLAN = [
    {
        "milestone": "build",
        "start_on": "2026-09-01",
        "finish_on": "2026-11-30",
        "weight": 60,
        "before_acceptance": True,
    },
    {"milestone": "train", "start_on": "2026-11-01", "finish_on": "2026-12-30", "weight": 40},
]
PROJECT = case("project", "implementing", {"baseline": PLAN})
PROJECT.actors = {"approved.start": Mark("pam", LAST_WEEK.replace(month=9))}


def terminated(one: Case) -> Case:
    """The case, ended by an administrator where it stood."""
    one.closed_at = one.entered_at + timedelta(days=1)
    return one


def report(month: str, state: str = "accepted", **data: Any) -> Any:  # noqa: ANN401  # a case and its fields
    """A report of the project."""
    made = case(f"r{month}", state, {"project": PROJECT.code, "month": month, **data}, "progress-report")
    made.code = f"YB-{month}"
    return made


OCTOBER = report("2026-10", verified=[{"milestone": "build", "accepted": 50}, {"milestone": "train", "accepted": 0}])
RPT: dict[str, Any] = {"definition": "progress-report", "state": "due_soon", "peers": (PROJECT, OCTOBER)}
LINES = [{"milestone": "build", "claimed": 70}, {"milestone": "train", "claimed": 0}]
PHOTO = {**FILE, "id": "f9", "name": "site.jpg", "digest": "9" * 64}
TOLD: dict[str, Any] = {
    "project": PROJECT.code,
    "month": "2026-11",
    "milestones": LINES,
    "proofs": [{"milestone": "build", "kind": "photo", "file": "site.jpg"}],
    "evidence": [PHOTO],
    "verified": [{"milestone": "build", "accepted": 70}, {"milestone": "train", "accepted": 0}],
}
ELSEWHERE = report("2026-08", evidence=[PHOTO])
VERIFYING: dict[str, Any] = {**RPT, "state": "twp_verify", "actor": "rex"}


def told(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """The report with some fields changed."""
    return TOLD | changes


TRIALS: list[Trial] = [
    passes("report_period_ok", data=TOLD, **RPT),
    fails("report_period_ok", "progress.month", data=told(month="2026-12"), **RPT),
    fails("report_period_ok", "progress.month", data=told(month="2026-08"), **RPT),
    fails("report_period_ok", "progress.month", data=told(month="November"), **RPT),
    fails("report_period_ok", "progress.month_taken", data=told(month="2026-10"), **RPT),
    passes("report_overdue", data=told(month="2026-10"), **RPT),
    fails("report_overdue", "progress.not_late", data=TOLD, **RPT),
    passes("evidence_each_milestone", data=TOLD, **RPT),
    fails("evidence_each_milestone", "progress.no_proof", data=told(proofs=[]), **RPT),
    fails("evidence_each_milestone", "progress.no_proof", data=told(evidence=[FILE]), **RPT),
    fails("evidence_each_milestone", "progress.no_line", data=told(milestones=LINES[:1]), **RPT),
    fails(
        "evidence_each_milestone",
        "progress.not_planned",
        data=told(milestones=[*LINES, {"milestone": "party", "claimed": 0}]),
        **RPT,
    ),
    fails(
        "evidence_each_milestone",
        "progress.lower",
        data=told(milestones=[{"milestone": "build", "claimed": 40}, LINES[1]]),
        **RPT,
    ),
    passes(
        "evidence_each_milestone",
        data=told(milestones=[{"milestone": "build", "claimed": 40}, LINES[1]], blockers="a wall fell"),
        **RPT,
    ),
    passes("verified_each_milestone", data=TOLD, **VERIFYING),
    fails("verified_each_milestone", "progress.not_verified", data=told(verified=TOLD["verified"][:1]), **VERIFYING),
    fails(
        "verified_each_milestone",
        "progress.over_claim",
        data=told(verified=[{"milestone": "build", "accepted": 80}, TOLD["verified"][1]]),
        **VERIFYING,
    ),
    fails(
        "verified_each_milestone",
        "progress.no_remark",
        data=told(verified=[{"milestone": "build", "accepted": 60}, TOLD["verified"][1]]),
        **VERIFYING,
    ),
    passes("evidence_fresh", data=TOLD, **VERIFYING),
    fails("evidence_fresh", "progress.reused", data=TOLD, **{**VERIFYING, "peers": (PROJECT, ELSEWHERE)}),
    passes(
        "evidence_fresh",
        data=told(reuse_reason="one slip for two deliveries"),
        **{**VERIFYING, "peers": (PROJECT, ELSEWHERE)},
    ),
    passes("changes_closed", peers=(case("c", "closed", {"project": "QH-2026-case"}, "project-change"),)),
    fails(
        "changes_closed",
        "change.case_open",
        peers=(case("c", "applying", {"project": "QH-2026-case"}, "project-change"),),
    ),
    passes("changes_closed", peers=(terminated(case("c", "applying", {"project": "QH-2026-case"}, "project-change")),)),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes


def test_the_first_baseline_is_kept_beside_the_plan_in_force() -> None:
    """A change that was carried out makes the next plan; what was approved first is still there, and so is its lag."""
    facts = MemoryFacts()
    later = [PLAN[0] | {"finish_on": "2027-02-28"}, PLAN[1]]
    changed = {"project": PROJECT.code, "new_milestones": later}
    for number, state in enumerate(("refused", "closed", "applying")):
        facts.cases.put(
            case(
                f"c{number}",
                state,
                changed if state == "closed" else {**changed, "new_milestones": PLAN},
                "project-change",
            )
        )
    course = Course(PROJECT, facts, date(2026, 11, 30))
    assert (course.first_plan, course.plan) == (PLAN, later)
    assert [code for code, _ in course.plans] == ["", "QH-2026-c1"]
    assert course.planned() < course.planned(plan=course.first_plan)
