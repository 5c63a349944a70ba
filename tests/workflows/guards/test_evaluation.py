"""Guards of the evaluation and of coming back from an exit."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.workflows.guards.trial import FILE, LAST_WEEK, Trial, case, fails, judge, name_of, passes

LINE = {"part": "output", "weight": 60, "points": "55.5", "actual": "done", "evidence": "log"}
OTHER = {"part": "process", "weight": 40, "points": "38", "actual": "done", "evidence": "log"}
SELF = {"self_evaluation": [LINE, OTHER]}
WHOLE = {"evaluation": [LINE, OTHER], "evaluation_score": "93.5", "evaluation_report": FILE}
SUBMITTED = {"times": {"evaluating.self_evaluate": 1}}
MEASURE = {"problem": "x", "verified_on": "2026-11-20", "proof": "photo"}
REJECTED = {"state": "rejected", "marks": {"prelim_review.reject": ("rex", LAST_WEEK)}}
CALL = {"code": "2026-2", "opens_on": "2026-11-17", "closes_on": "2026-12-31", "categories": ["software"]}
UPHELD = {"objections": [{"standing": "upheld", "answer": "right", "decided_on": "2026-11-20"}]}


def withdrawn(at: datetime) -> dict[str, Any]:
    """A case that was withdrawn then."""
    return {"state": "withdrawn", "marks": {"returned.withdraw": ("ann", at)}}


TRIALS = [
    passes("self_evaluation_done", data=SELF),
    fails("self_evaluation_done", "evaluation.weights", data={"self_evaluation": [LINE]}),
    fails(
        "self_evaluation_done", "evaluation.over_weight", data={"self_evaluation": [LINE, OTHER | {"points": "40.1"}]}
    ),
    fails("self_evaluation_done", "evaluation.no_evidence", data={"self_evaluation": [LINE, OTHER | {"evidence": ""}]}),
    passes("eva_concluded", data=WHOLE, **SUBMITTED),
    fails("eva_concluded", "evaluation.no_self", data=WHOLE),
    fails("eva_concluded", "evaluation.sum", data=WHOLE | {"evaluation_score": "93.4"}, **SUBMITTED),
    fails("eva_concluded", "paper.missing", data=WHOLE | {"evaluation_report": None}, **SUBMITTED),
    fails(
        "eva_concluded",
        "evaluation.results_weight",
        data=WHOLE | {"evaluation": [LINE | {"part": "decision"}, OTHER]},
        **SUBMITTED,
    ),
    passes("needs_improvement", data={"evaluation_grade": "C"}),
    passes("needs_improvement", data={"evaluation_grade": "A", "improvements": [{"problem": "x"}]}),
    fails(
        "needs_improvement", "evaluation.nothing_to_improve", data={"evaluation_grade": "B", "improvements": [MEASURE]}
    ),
    passes("grade_ok", data={"evaluation_grade": "B", "improvements": [MEASURE]}),
    fails("grade_ok", "evaluation.grade_low", data={"evaluation_grade": "C"}),
    fails("grade_ok", "evaluation.grade_low"),
    fails("grade_ok", "measures.open", data={"evaluation_grade": "A", "improvements": [MEASURE | {"proof": ""}]}),
    passes("measures_proven", data={"improvements": [{"proof": "x"}, {"dropped_by": "D9"}]}),
    passes("measures_proven", peers=(case("m", "verifying", {"project": "QH-2026-case"}, "improvement"),)),
    fails(
        "measures_proven",
        "measures.followed_open",
        peers=(case("m", "doing", {"project": "QH-2026-case"}, "improvement"),),
    ),
    fails("measures_proven", "measures.no_proof", data={"improvements": [{"problem": "x"}]}),
    passes("measures_closed", data={"improvements": [MEASURE, {"dropped_by": "D9"}]}),
    fails("measures_closed", "measures.none"),
    fails("measures_closed", "measures.open", data={"improvements": [MEASURE | {"verified_on": "2026-11-24"}]}),
    passes("lessons_filed", data={"lessons": [{"published_on": "2026-11-23"}]}),
    fails("lessons_filed", "lessons.none", data={"lessons": [{"advice": "x"}]}),
    passes("cooldown_ok", policies={"calls": [CALL]}, **REJECTED),
    passes("cooldown_ok", data=UPHELD, **REJECTED),
    fails("cooldown_ok", "reapply.same_batch", policies={"calls": [CALL | {"opens_on": "2026-11-16"}]}, **REJECTED),
    fails("cooldown_ok", "reapply.same_batch", policies={"calls": [CALL | {"closes_on": "2026-11-22"}]}, **REJECTED),
    passes("within_12m", **withdrawn(datetime(2025, 11, 23, 2, 0, tzinfo=UTC))),
    fails("within_12m", "reopen.too_late", **withdrawn(datetime(2025, 11, 22, 2, 0, tzinfo=UTC))),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_evaluation(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
