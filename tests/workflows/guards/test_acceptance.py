"""Guards of acceptance, trial run, accounts and archive."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Case
from tests.workflows.guards.trial import FILE, LAST_WEEK, NOW, OPENED, Trial, case, fails, judge, name_of, passes
from tests.workflows.procedure import procedure
from workflows.acceptance_package import ITEMS

FIRST, FINAL = {"kind": "preliminary"}, {"kind": "final"}
HERE = {"state": "prelim_acceptance", "marks": {"implementing.request_prelim": ("pam", LAST_WEEK)}}
HELD = {"kind": "preliminary", "held_on": "2026-11-20", "members": 3, "in_favour": 2, "result": "passed"}
PASSED = {"acceptances": [HELD], "acceptance_papers": [FILE]}
FAILED = {"acceptances": [HELD | {"result": "failed"}], "acceptance_issues": [{"kind": "preliminary", "issue": "x"}]}
DONE = {"issue": "x", "proof": "photo", "verified_by": "rex", "verified_on": "2026-11-20"}
TRIAL: dict[str, Any] = {
    "tier": "T2",
    "trial_started_on": "2026-08-24",
    "trial_log": [
        {"from_on": "2026-08-24", "to_on": "2026-10-20", "availability": "99.2", "severe_defects": 1},
        {"from_on": "2026-10-21", "to_on": "2026-11-20", "availability": "99.0", "severe_defects": 0},
    ],
}
FOUND = {"finding": "x", "level": "high"}
TEST: dict[str, Any] = {
    "security_test": FILE,
    "security_tester": "Lab",
    "security_tested_on": "2026-11-20",
    "trial_started_on": "2026-11-02",
    "security_findings": [FOUND | {"mended": "patched", "retested_on": "2026-11-22"}, {"finding": "y", "level": "low"}],
    "protection_grade": "grade2",
    "security_filing": "DB 1",
}
BUILDER = case(
    "c", "performing", {"project": "QH-2026-case", "subject": "construction", "supplier": " LAB "}, "contract"
)
INSECURE = {"project": "QH-2026-case", "quality_checklist": [{"check": "security", "result": "failed"}]}
HEARD = {"public_service": True, "user_opinion_count": 10, "user_opinions": [FILE], "result_notice": "x"}
PAYMENTS = [{"paid": 80_00, "standing": "paid"}, {"paid": 9_00, "standing": "held"}]
ACCOUNTS = {
    "accounts_number": "D23",
    "final_accounts": FILE,
    "payments": PAYMENTS,
    "retention": 5_00,
    "settlement_amount": 85_00,
    "budget_total": 85_00,
}
REFUND = {"returned": 15_00, "returned_on": "2026-11-20", "document": "TK"}
BALANCE = {
    "payments": PAYMENTS,
    "retention": 5_00,
    "funding_sources": [{"received": 100_00}],
    "refunds": [REFUND],
}
VOLUMES = [choice.name for choice in procedure().fields["archive"].columns[0].of]
ARCHIVE: dict[str, Any] = {
    "archive": [{"volume": volume, "needed": 3, "filed": 3} for volume in VOLUMES],
    "archive_manifest": FILE,
}
CARD = {"asset": "x", "card_number": "ZC 1", "kind": "intangible", "worth": 80_00}
ASSETS = {"assets": [CARD], "handover": FILE, "settlement_amount": 80_00}
BOUGHT = {
    "project": "QH-2026-case",
    "approved_lines": [
        {"line": "1", "category": "equipment", "cost": 5},
        {"line": "2", "category": "product", "cost": 5},
    ],
}
BUDGETED = case("b", "approved", BOUGHT, "budget")
ITEMS_FILED = [{"item": one.name, "file": "a.pdf"} for one in ITEMS]
FINISHED = {"project": "QH-2026-case", "kind": "final", "tier": "T1", "filed": ITEMS_FILED, "papers": [FILE]}
ACCEPTED = case("acc", "passed", FINISHED, "acceptance")
LACKING = [row for row in ITEMS_FILED if row["item"] != "user_manual"]


def acceptance(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of a row
    """Data with the acceptance changed."""
    return PASSED | {"acceptances": [HELD | changes]}


def inspected(severity: str, at: datetime) -> Case:
    """An inspection of the project that found something."""
    found = case("i", "passed", {"project": "QH-2026-case", "issues": [{"class": severity}]}, "quality-inspection")
    return replace(found, opened_at=at)


def logged(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of a row
    """The trial with its last line changed."""
    return TRIAL | {"trial_log": [TRIAL["trial_log"][0], TRIAL["trial_log"][1] | changes]}


def built(tier: str, contracts: int, **costs: int) -> dict[str, Any]:
    """A project with so many contracts and these costs by category."""
    return {
        "tier": tier,
        "contracts": [{"subject": "construction"}] * contracts,
        "budget_lines": [{"category": category, "cost": cost} for category, cost in costs.items()],
    }


TRIALS = [
    passes("acceptance_passed", arguments=FIRST, data=PASSED, **HERE),
    passes(
        "acceptance_passed", arguments=FIRST, data=PASSED | {"acceptances": [HELD | {"result": "failed"}, HELD]}, **HERE
    ),
    fails("acceptance_passed", "acceptance.not_passed", arguments=FINAL, data=PASSED, **HERE),
    fails("acceptance_passed", "acceptance.not_passed", arguments=FIRST, data=acceptance(held_on="2026-11-13"), **HERE),
    fails("acceptance_passed", "acceptance.not_passed", arguments=FIRST, data=acceptance(result="failed"), **HERE),
    fails("acceptance_passed", "acceptance.no_two_thirds", arguments=FIRST, data=acceptance(in_favour=1), **HERE),
    fails("acceptance_passed", "paper.missing", arguments=FIRST, data=PASSED | {"acceptance_papers": []}, **HERE),
    passes("acceptance_failed", arguments=FIRST, data=FAILED, **HERE),
    fails("acceptance_failed", "acceptance.not_failed", arguments=FIRST, data=FAILED | {"acceptances": [HELD]}, **HERE),
    fails(
        "acceptance_failed",
        "acceptance.no_issue",
        arguments=FIRST,
        data=FAILED | {"acceptance_issues": [{"kind": "final"}]},
        **HERE,
    ),
    passes("merge_allowed", data=built("T3", 1)),
    passes("merge_allowed", data=built("T2", 2, development=2_000_000_00)),
    passes("merge_allowed", data=built("T3", 2, equipment=9_999_999_00, development=999_999_00)),
    fails("merge_allowed", "acceptance.no_merge", data=built("T3", 2, development=1_000_000_00)),
    fails("merge_allowed", "acceptance.no_merge", data=built("T4", 2, equipment=10_000_000_00)),
    passes("rectified", data={"acceptance_issues": [DONE]}, actor="pam"),
    fails("rectified", "acceptance.no_issue", actor="pam"),
    fails("rectified", "rectify.no_proof", data={"acceptance_issues": [DONE | {"proof": ""}]}, actor="pam"),
    fails("rectified", "rectify.unverified", data={"acceptance_issues": [DONE | {"verified_by": "pam"}]}, actor="pam"),
    fails(
        "rectified", "rectify.unverified", data={"acceptance_issues": [DONE | {"verified_by": "nobody"}]}, actor="pam"
    ),
    fails(
        "rectified",
        "rectify.unverified",
        data={"acceptance_issues": [DONE | {"verified_on": "2026-11-24"}]},
        actor="pam",
    ),
    passes("open_acceptance_issue", data={"acceptance_issues": [DONE, {"issue": "down"}]}),
    fails("open_acceptance_issue", "acceptance.no_issue", data={"acceptance_issues": [DONE]}),
    passes("trial_min", data=TRIAL),
    passes("trial_min", data={"tier": "T1", "trial_started_on": "2026-10-23", "trial_log": [{"to_on": "2026-11-20"}]}),
    fails("trial_min", "trial.too_short", data=logged(to_on="2026-11-13")),
    fails("trial_min", "trial.too_short", data=TRIAL | {"trial_started_on": "2026-09-01"}),
    fails("trial_min", "trial.too_short", data={"tier": "T1"}),
    passes("trial_stable", data=TRIAL),
    fails("trial_stable", "trial.no_log"),
    fails("trial_stable", "trial.gap", data=logged(from_on="2026-10-22")),
    fails("trial_stable", "trial.gap", data=TRIAL | {"trial_started_on": "2026-08-23"}),
    fails("trial_stable", "trial.twice", data=logged(from_on="2026-10-20")),
    passes("trial_stable", data=TRIAL, peers=(inspected("major", NOW),)),
    passes("trial_stable", data=TRIAL, peers=(inspected("severe", OPENED),)),
    fails("trial_stable", "trial.inspected", data=TRIAL, peers=(inspected("severe", NOW),)),
    fails("trial_stable", "trial.unavailable", data=logged(availability="98.5")),
    fails("trial_stable", "trial.severe_defect", data=logged(severe_defects=1)),
    passes("security_test_ok", data=TEST),
    passes("security_test_ok", data=TEST | {"protection_grade": "grade1", "security_filing": ""}),
    fails("security_test_ok", "security.not_filed", data=TEST | {"security_filing": ""}),
    fails("security_test_ok", "security.high_findings", data=TEST | {"security_findings": [FOUND]}),
    fails(
        "security_test_ok",
        "security.high_findings",
        data=TEST | {"security_findings": [FOUND | {"mended": "patched", "retested_on": "2026-11-19"}]},
    ),
    fails("security_test_ok", "security.not_in_trial", data=TEST | {"security_tested_on": "2026-11-01"}),
    fails("security_test_ok", "security.own_test", data=TEST, peers=(BUILDER,)),
    fails(
        "security_test_ok",
        "security.inspection",
        data=TEST,
        peers=(case("q", "rectifying", INSECURE, "quality-inspection"),),
    ),
    passes("security_test_ok", data=TEST, peers=(case("q", "passed", INSECURE, "quality-inspection"),)),
    fails("security_test_ok", "paper.missing", data=TEST | {"security_test": None}),
    fails("security_test_ok", "paper.borrowed", data=TEST, peers=(case("other", "trial_run", {"papers": FILE}),)),
    passes("public_users_heard", data={"public_service": False}),
    passes("public_users_heard", data=HEARD),
    fails("public_users_heard", "users.too_few", data=HEARD | {"user_opinion_count": 9}),
    fails("public_users_heard", "users.too_few", data=HEARD, policies={"user_opinions_min": 11}),
    fails("public_users_heard", "paper.missing", data=HEARD | {"result_notice": ""}),
    passes("final_accounts_ok", data=ACCOUNTS),
    fails("final_accounts_ok", "accounts.sum", data=ACCOUNTS | {"settlement_amount": 84_99}),
    fails("final_accounts_ok", "accounts.over_budget", data=ACCOUNTS | {"budget_total": 84_99}),
    fails("final_accounts_ok", "paper.missing", data=ACCOUNTS | {"accounts_number": ""}),
    passes("balance_returned", data=BALANCE),
    passes("balance_returned", data=BALANCE | {"funding_sources": [{"received": 85_00}], "refunds": []}),
    fails("balance_returned", "accounts.surplus", data=BALANCE | {"refunds": []}),
    fails("balance_returned", "accounts.surplus", data=BALANCE | {"refunds": [REFUND | {"document": ""}]}),
    fails("balance_returned", "accounts.surplus", data=BALANCE | {"refunds": [REFUND | {"returned_on": "2026-11-24"}]}),
    passes("asset_ok", data=ASSETS),
    fails("asset_ok", "assets.none", data=ASSETS | {"assets": []}),
    fails("asset_ok", "assets.no_card", data=ASSETS | {"assets": [{"asset": "x"}]}),
    fails("asset_ok", "assets.card_twice", data=ASSETS | {"assets": [CARD | {"worth": 1}, CARD | {"worth": 2}]}),
    fails("asset_ok", "assets.over_settlement", data=ASSETS | {"settlement_amount": 79_99}),
    fails("asset_ok", "assets.no_fixed", data=ASSETS, peers=(BUDGETED,)),
    fails("asset_ok", "assets.no_intangible", data=ASSETS | {"assets": [CARD | {"kind": "fixed"}]}, peers=(BUDGETED,)),
    fails("asset_ok", "paper.missing", data=ASSETS | {"handover": None}),
    passes("archive_ok", data=ARCHIVE),
    fails("archive_ok", "archive.volumes", data=ARCHIVE | {"archive": ARCHIVE["archive"][1:]}),
    fails("archive_ok", "archive.short", data=ARCHIVE | {"archive": [*ARCHIVE["archive"], {"needed": 1, "filed": 0}]}),
    fails("archive_ok", "paper.missing", data=ARCHIVE | {"archive_manifest": None}),
    fails("archive_ok", "archive.no_acceptance", data=ARCHIVE, policies={"registers_entered_until": None}),
    passes("archive_ok", peers=(ACCEPTED,)),
    fails(
        "archive_ok",
        "archive.items",
        data=ARCHIVE,
        peers=(case("acc", "passed", FINISHED | {"filed": LACKING}, "acceptance"),),
    ),
    fails(
        "archive_ok",
        "archive.running",
        peers=(ACCEPTED, case("g", "twp_verify", {"project": "QH-2026-case"}, "progress-report")),
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_acceptance(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert OPENED < LAST_WEEK
    assert judge(trial) == trial.codes
