"""Guards of the reviews by township and county."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case
from tests.workflows.guards.trial import LAST_WEEK, NOW, Trial, case, fails, judge, name_of, passes
from tests.workflows.procedure import procedure

COLUMN = procedure().fields["township_checklist"].columns[0]
LINES: list[dict[str, Any]] = [{"check": one.name, "result": "doubt", "remark": "to be seen"} for one in COLUMN.of]
LIST = {"table": "township_checklist"}
ISSUE = {"part": "money", "issue": "no basis"}
ANSWERED = ISSUE | {"answer": "added", "changed_part": "part 4"}
NOTICE = {"issues": "issues", "action": "prelim_review.return"}
HERE = {"state": "prelim_review", "actor": "rex"}
ARRIVED = {"twp_decide.recommend": ("lou", LAST_WEEK)}
SIGNED = ARRIVED | {"prelim_review.second_check": ("ria", LAST_WEEK + timedelta(hours=1))}
BY_HEAD = ARRIVED | {"prelim_review.countersign": ("hal", LAST_WEEK + timedelta(hours=1))}
STALE = {"returned.resubmit": ("ann", NOW)}
APPEAL = {"prelim_review.reject": ("rex", LAST_WEEK), "rejected.appeal_upheld": ("hal", NOW)}


def duplicate(**row: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of one row
    """Data with one row of the duplicate search."""
    return {"duplicates": [{"found": "x", **row}]}


def stored(id: str, state: str, name: str = "档案数字化平台") -> Case:
    """A project that stands in the system."""
    return case(id, state, {"name": name})


def dealt(found: str = "QH-2026-like", **row: Any) -> dict[str, Any]:  # noqa: ANN401  # cells of one row
    """Data with one row that deals with a project that was found."""
    usual = {"overlap_percent": 95, "handling": "reuse", "remark": "built on it"}
    return duplicate(**usual | {"found": found} | row)


WANTED = {"name": "档案数字化平台"}
LIKE = stored("like", "reserved")
SCREEN = {"name": "集镇展示大屏", "categories": ["hardware"]}
CLEARED = {"negative_cleared": [{"item": "display", "reason": "the screen is one of the five counters"}]}

TRIALS = [
    passes("checklist_done", arguments=LIST, data={"township_checklist": LINES}),
    passes(
        "checklist_done",
        arguments=LIST,
        data={"township_checklist": [*LINES[:-1], LINES[-1] | {"result": "na", "remark": "no"}]},
    ),
    fails("checklist_done", "checklist.missing", arguments=LIST, data={"township_checklist": LINES[1:]}),
    fails(
        "checklist_done",
        "checklist.missing",
        "checklist.twice",
        arguments=LIST,
        data={"township_checklist": [*LINES[1:], LINES[1]]},
    ),
    fails(
        "checklist_done",
        "checklist.no_result",
        arguments=LIST,
        data={"township_checklist": [{"check": "papers"}, *LINES[1:]]},
    ),
    fails(
        "checklist_done",
        "checklist.no_remark",
        arguments=LIST,
        data={"township_checklist": [{"check": "papers", "result": "doubt"}, *LINES[1:]]},
    ),
    passes("dup_check_done", data=duplicate(overlap_percent=39, handling="none")),
    passes("dup_check_done", data=duplicate(overlap_percent=69, handling="justified", remark="other users")),
    passes("dup_check_done", data=duplicate(overlap_percent=70, handling="reuse", remark="built on it")),
    passes("dup_check_done"),
    passes("dup_check_done", data=WANTED, peers=(stored("far", "reserved", "村级公章电子用印"),)),
    passes("dup_check_done", data=WANTED, peers=(stored("near", "draft"), stored("gone", "rejected"))),
    passes("dup_check_done", data=WANTED, peers=(LIKE,), policies={"screening.likeness_percent": 101}),
    fails("dup_check_done", "duplicate.missed", data=WANTED, peers=(LIKE,)),
    fails("dup_check_done", "duplicate.missed", data=WANTED | dealt("QH-2026-other"), peers=(LIKE,)),
    fails("dup_check_done", "duplicate.missed", data=WANTED | dealt(), peers=(LIKE, stored("second", "closed"))),
    passes("dup_check_done", data=WANTED | dealt(), peers=(LIKE,)),
    passes("dup_check_done", data=WANTED | dealt("档案数字化平台", overlap_percent=90), peers=(LIKE,)),
    passes("dup_check_done", data=WANTED | dealt(overlap_percent=9, remark="other users"), peers=(LIKE,)),
    fails("dup_check_done", "duplicate.lowered", data=WANTED | dealt(overlap_percent=9, remark=""), peers=(LIKE,)),
    fails("dup_check_done", "duplicate.overlap", data=duplicate(overlap_percent=70, handling="justified", remark="x")),
    fails("dup_check_done", "duplicate.unexplained", data=duplicate(overlap_percent=40, handling="none", remark="x")),
    fails("dup_check_done", "duplicate.unexplained", data=duplicate(overlap_percent=58, handling="justified")),
    passes("no_hard_hit"),
    passes("no_hard_hit", data=SCREEN | {"categories": ["hardware", "software"]}),
    passes("no_hard_hit", data={"problem": "自建机房已使用八年"}),
    passes("no_hard_hit", data={"negative_hits": ["none"]}),
    fails("no_hard_hit", "negative.found", data=SCREEN),
    fails("no_hard_hit", "negative.found", data={"functions": [{"function": "扩容", "purpose": "机房扩容"}]}),
    fails("no_hard_hit", "negative.found", data=SCREEN | {"negative_hits": ["none"]}),
    fails("no_hard_hit", "negative.found", "negative.hit", data=SCREEN | {"negative_hits": ["vanity"]}),
    fails("no_hard_hit", "negative.found", data=SCREEN | {"negative_cleared": [{"item": "display", "reason": "no"}]}),
    passes("no_hard_hit", data=SCREEN | CLEARED),
    fails("no_hard_hit", "negative.hit", data={"negative_hits": ["display"]}),
    passes("negative_hit", data=SCREEN | CLEARED),
    passes("negative_hit", data={"negative_hits": ["display"]} | CLEARED),
    fails("negative_hit", "negative.not_hit", data=CLEARED),
    fails("negative_hit", "negative.twice", data=SCREEN | {"negative_cleared": CLEARED["negative_cleared"] * 2}),
    fails(
        "negative_hit",
        "negative.no_reason",
        data=SCREEN | {"negative_cleared": [{"item": "display", "reason": "no"}]},
    ),
    passes("two_person", marks=SIGNED, **HERE),
    passes("two_person", marks=BY_HEAD, **HERE),
    fails("two_person", "second_person.missing", marks=ARRIVED, **HERE),
    fails("two_person", "second_person.missing", marks=SIGNED, state="prelim_review", actor="ria"),
    fails("two_person", "second_person.missing", marks=SIGNED | STALE, **HERE),
    passes("countersign", marks=BY_HEAD, **HERE),
    passes("countersign", marks=SIGNED, state="prelim_review", actor="hal"),
    fails("countersign", "second_person.no_head", marks=SIGNED, **HERE),
    fails("countersign", "second_person.no_reviewer", marks=BY_HEAD, state="prelim_review", actor="hal"),
    passes("fresh_reviewer", marks=APPEAL, state="prelim_review", actor="ria"),
    passes("fresh_reviewer", marks={}, **HERE),
    fails("fresh_reviewer", "actor.judged_before", marks=APPEAL, **HERE),
    passes("once_notice", arguments=NOTICE, data={"issues": [ISSUE]}),
    passes(
        "once_notice",
        arguments=NOTICE,
        data={"issues": [ANSWERED, ISSUE | {"new_matter": True}]},
        times={"prelim_review.return": 1},
    ),
    fails("once_notice", "issues.none", arguments=NOTICE, data={"issues": [ANSWERED]}),
    fails(
        "once_notice",
        "issues.not_new",
        arguments=NOTICE,
        data={"issues": [ANSWERED, ISSUE]},
        times={"prelim_review.return": 1},
    ),
    passes("returns_lt_3", times={"prelim_review.return": 2}, **HERE),
    passes("returns_lt_3", times={"prelim_review.return": 3}, marks=BY_HEAD, **HERE),
    fails("returns_lt_3", "issues.too_many_returns", times={"prelim_review.return": 3}, marks=SIGNED, **HERE),
    passes("all_issues_answered", arguments={"issues": "issues"}, data={"issues": [ANSWERED]}),
    fails("all_issues_answered", "issues.unanswered", arguments={"issues": "issues"}, data={"issues": [ISSUE]}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_reviews(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
