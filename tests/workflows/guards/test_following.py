"""Guards of inspections, risks, lessons and objections."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case, Mark
from tests.workflows.guards.trial import NOW, OPENED, Trial, case, fails, judge, name_of, passes

CODE = "QH-2026-project"
INSPECTION: dict[str, Any] = {"definition": "quality-inspection", "state": "reported"}
TABLES = {"table": "issues", "checks": "quality_checklist"}
RISK: dict[str, Any] = {"definition": "risk", "state": "verifying", "actor": "rex"}
LESSON: dict[str, Any] = {"definition": "lesson", "state": "reviewing", "arguments": {"fields": ["why", "advice"]}}
YESTERDAY = (NOW - timedelta(days=1)).date().isoformat()
DONE = {"measure": "spare line", "done_on": YESTERDAY, "result": "in use"}
PROJECT = case("project", "approved", {})
PROJECT.actors = {"approval.approve": Mark("hal", NOW)}
OBJECTION: dict[str, Any] = {"definition": "objection", "state": "deciding", "peers": (PROJECT,)}


def beside(definition: str, state: str, **data: Any) -> Case:  # noqa: ANN401  # whatever fields it has
    """A case beside the project under judgement."""
    made = case("x", state, {"project": "QH-2026-case", **data}, definition)
    made.entered_at = NOW
    return made


MEASURE: dict[str, Any] = {"definition": "improvement", "state": "doing", "actor": "pam"}
CHANGED = {"kind": "procedure", "definition": "budget"}
BEFORE = OPENED - timedelta(days=1)
SEVERE: dict[str, Any] = {"issues": [{"issue": "slow"}], "severest": "severe"}

TRIALS: list[Trial] = [
    passes("inspectors_independent", data={"inspectors": ["rex", "ria"]}, **INSPECTION),
    fails("inspectors_independent", "inspectors.involved", data={"inspectors": ["rex", "ann"]}, **INSPECTION),
    fails("inspectors_independent", "inspectors.involved", data={"inspectors": ["nobody"]}, **INSPECTION),
    passes("no_issue", arguments=TABLES, data={"quality_checklist": [{"check": "data", "result": "na"}]}, **INSPECTION),
    fails("no_issue", "issues.some", arguments=TABLES, data={"issues": [{"issue": "slow"}]}, **INSPECTION),
    fails(
        "no_issue",
        "checklist.failed",
        arguments=TABLES,
        data={"quality_checklist": [{"result": "failed"}]},
        **INSPECTION,
    ),
    passes("issues_have_due", arguments={"table": "issues"}, data={"issues": [{"due_on": "2026-11-23"}]}, **INSPECTION),
    fails("issues_have_due", "issues.none", arguments={"table": "issues"}, **INSPECTION),
    fails(
        "issues_have_due",
        "issues.past_due",
        arguments={"table": "issues"},
        data={"issues": [{"due_on": YESTERDAY}]},
        **INSPECTION,
    ),
    passes(
        "issues_mended", arguments={"table": "issues"}, data={"issues": [{"cause": "old", "fix": "new"}]}, **INSPECTION
    ),
    fails(
        "issues_mended",
        "issues.not_mended",
        arguments={"table": "issues"},
        data={"issues": [{"cause": "old"}]},
        **INSPECTION,
    ),
    passes("actions_done", arguments={"table": "measures"}, data={"measures": [DONE]}, **RISK),
    fails("actions_done", "risk.no_measure", arguments={"table": "measures"}, **RISK),
    fails(
        "actions_done",
        "risk.measures_open",
        arguments={"table": "measures"},
        data={"measures": [DONE | {"result": ""}]},
        **RISK,
    ),
    passes("residual_accepted", data={"residual": 4}, **RISK),
    passes("residual_accepted", data={"residual": 9}, marks={"verifying.accept_rest": ("may", NOW)}, **RISK),
    fails("residual_accepted", "risk.residual", data={"residual": 9}, **RISK),
    fails(
        "residual_accepted",
        "risk.residual",
        data={"residual": 9},
        marks={"verifying.accept_rest": ("rex", NOW)},
        **RISK,
    ),
    passes("no_personal_data", data={"why": "order 20261123001", "advice": "call early"}, **LESSON),
    fails("no_personal_data", "lesson.personal_data", data={"advice": "ring 13812345678"}, **LESSON),
    fails("no_personal_data", "lesson.personal_data", data={"why": "11010119900307123X came"}, **LESSON),
    passes("different_people", data={"project": CODE}, actor="ria", **OBJECTION),
    fails("different_people", "objection.involved", data={"project": CODE}, actor="hal", **OBJECTION),
    fails("different_people", "objection.involved", data={"project": CODE}, actor="ann", **OBJECTION),
    passes("version_published", data={"kind": "technical"}, **MEASURE),
    passes("version_published", data=CHANGED, editions={"budget": ((1, BEFORE), (2, NOW))}, **MEASURE),
    fails("version_published", "measures.no_version", data=CHANGED, editions={"budget": ((1, BEFORE),)}, **MEASURE),
    fails("version_published", "measures.no_version", data={"kind": "procedure"}, **MEASURE),
    passes("no_open_major_issue", peers=(beside("quality-inspection", "passed", **SEVERE),)),
    passes("no_open_major_issue", peers=(beside("quality-inspection", "planned"),)),
    fails(
        "no_open_major_issue", "quality.inspection_open", peers=(beside("quality-inspection", "rectifying", **SEVERE),)
    ),
    passes("measures_closed", peers=(beside("improvement", "dropped"),)),
    fails("measures_closed", "measures.followed_open", peers=(beside("improvement", "overdue"),)),
    passes("lessons_filed", peers=(beside("lesson", "published"),)),
    fails("lessons_filed", "lessons.none", peers=(beside("lesson", "reviewing"),)),
    passes("no_open_objection", peers=(beside("objection", "dismissed"),)),
    fails("no_open_objection", "objection.open", peers=(beside("objection", "deciding"),)),
    passes("objection_upheld", peers=(beside("objection", "upheld"),)),
    fails("objection_upheld", "objection.none_upheld", peers=(beside("objection", "dismissed"),)),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes
