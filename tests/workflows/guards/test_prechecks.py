"""What the system knows of a checklist's lines: whoever passes one against the facts is refused."""

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.guards.trial import FILE, LAST_WEEK, Trial, case, fails, judge, name_of, passes
from tests.workflows.procedure import shelf
from workflows.guards.prechecks import KNOWN

TOWNSHIP, COUNTY, DESK, MATERIAL = KNOWN
OWNERS = {TOWNSHIP: "township-project", COUNTY: "township-project", DESK: "feasibility-study", MATERIAL: "budget"}
APPLIED: dict[str, Any] = {
    "name": "档案数字化平台",
    "problem": "1200 cases a year",
    "targets": [{"indicator": "x", "baseline": "10", "target": "5", "due_on": "2027-12-01"}],
    "estimate": [{"category": "product", "content": "x", "cost": 200_000_00, "basis": "standard"}],
    "source_wishes": [{"kind": "county_budget", "wished": 200_000_00}],
    "amount": 200_000_00,
    "tier": "T1",
    "categories": ["software"],
    "data_exchange": "from the archive",
    "security_guess": "grade1",
    "operations_owner": "archivist",
    "need_statement": FILE,
    "target_form": FILE,
    "cost_basis": [FILE],
}
"""An application with which the system finds nothing wrong."""

SCREEN = {"name": "集镇展示大屏", "categories": ["hardware"]}
LOGIN = {"goal": "自建统一身份认证"}
BARRED = {"barred_units": [{"unit": "T01", "until": "2027-01-01", "cause": "false papers"}]}
FLAT = [{"baseline": "1", "target": "1", "due_on": "2027-12-01"}]
ALONE = [{"kind": "reuse", "chosen": True}]
LINE = {"line": "1", "quantity": 1, "unit_price": 5, "cost": 5, "stage": "build"}
TWIN = case("twin", "reserved", {"name": "档案数字化平台", "amount": 150_000_00})
OLD_TWIN = case("old", "implementing", {"name": "档案数字化平台", "amount": 1_00})
STUDY = case("study", "approved", {"project": "QH-2026-p"}, "feasibility-study")
ASKED, LATER = ("pam", LAST_WEEK), ("fay", LAST_WEEK + timedelta(hours=1))
BOOKED = {"preparing.submit": ASKED, "twp_fin_check.pass": LATER}


def ticked(table: str, *checks: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  # data of a case
    """How a guard is shown a checklist on which these lines pass and no other does."""
    column = shelf()[OWNERS[table]].definition.fields[table].columns[0]
    rows = [{"check": one.name, "result": "na", "remark": "not asked"} for one in column.of]
    lines = [{"check": row["check"], "result": "passed"} if row["check"] in checks else row for row in rows]
    own = APPLIED if OWNERS[table] == "township-project" else {"project": "QH-2026-p"}
    return {"arguments": {"table": table}, "data": {table: lines, **own, **changes}, "definition": OWNERS[table]}


def refuted(code: str, table: str, check: str, **changes: Any) -> Trial:  # noqa: ANN401  # data of a case
    """A trial in which one line passes against the facts."""
    return fails("checklist_done", "checklist.refuted", code, **ticked(table, check, **changes))


TRIALS = [
    passes("checklist_done", **ticked(TOWNSHIP, *KNOWN[TOWNSHIP])),
    passes("checklist_done", **ticked(COUNTY, *KNOWN[COUNTY])),
    passes("checklist_done", **ticked(MATERIAL, "study", "township"), peers=(STUDY,), marks=BOOKED),
    refuted("paper.missing", TOWNSHIP, "papers", target_form=None),
    refuted("negative.found", TOWNSHIP, "unified", **LOGIN),
    passes("checklist_done", **ticked(TOWNSHIP, "unified", **SCREEN)),
    refuted("negative.found", TOWNSHIP, "negative", **SCREEN),
    refuted("application.no_figures", TOWNSHIP, "truth", problem="many"),
    refuted("application.target_unchanged", TOWNSHIP, "measurable", targets=FLAT),
    refuted("application.sum", TOWNSHIP, "cost", estimate=[]),
    refuted("application.sum", TOWNSHIP, "funding", source_wishes=[]),
    refuted("paper.missing", TOWNSHIP, "sharing", data_exchange=""),
    refuted("paper.missing", TOWNSHIP, "upkeep", operations_owner=""),
    fails("checklist_done", "checklist.refuted", "checklist.alike", **ticked(TOWNSHIP, "reuse"), peers=(TWIN,)),
    fails("checklist_done", "checklist.refuted", "checklist.split", **ticked(TOWNSHIP, "whole"), peers=(TWIN,)),
    passes("checklist_done", **ticked(TOWNSHIP, "whole"), peers=(OLD_TWIN,)),
    fails("checklist_done", "checklist.refuted", "unit.barred", **ticked(COUNTY, "bar"), policies=BARRED),
    refuted("application.sum", COUNTY, "form", estimate=[]),
    refuted("paper.missing", COUNTY, "grade", security_guess=""),
    refuted("study.options", DESK, "reuse", tier="T2", options=ALONE),
    refuted("study.weights", DESK, "money"),
    refuted("budget.line_funding", MATERIAL, "lines", lines=[LINE], shares=[]),
    fails("checklist_done", "checklist.refuted", "study.none", **ticked(MATERIAL, "study"), marks=BOOKED),
    fails(
        "checklist_done",
        "checklist.refuted",
        "checklist.no_opinion",
        **ticked(MATERIAL, "township"),
        marks={"preparing.submit": LATER, "twp_fin_check.pass": ASKED},
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_lines_against_the_facts(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes


@pytest.mark.parametrize("table", KNOWN)
def test_every_check_is_of_a_line(table: str) -> None:
    """A check of a line that no checklist has would never be asked."""
    column = shelf()[OWNERS[table]].definition.fields[table].columns[0]
    assert KNOWN[table].keys() <= {one.name for one in column.of}
