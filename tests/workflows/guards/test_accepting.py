"""Guards of acceptance cases: package, scope, group, tests, opinions; and what the project's own steps read of them."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case, Mark
from engine.events import DataChanged, Moved, Record
from tests.workflows.guards.test_changing import beside
from tests.workflows.guards.test_reporting import PLAN
from tests.workflows.guards.trial import FILE, LAST_WEEK, NOW, Trial, case, fails, judge, name_of, passes, situation
from workflows.acceptance_package import ITEMS, Standing, When, package
from workflows.book import BOOK
from workflows.guards.accepting import course_of

STARTED = {"kickoff_form": FILE, "manager_letter": FILE, "milestones": PLAN, "training_plan": "two days"}
PROJECT = case(
    "project",
    "prelim_acceptance",
    {**STARTED, "baseline": PLAN, "tier": "T1", "functions": [{"function": "queue"}, {"function": "screen"}]},
)
PROJECT.actors = {"approved.start": Mark("pam", LAST_WEEK.replace(month=9))}
PUBLIC = case("project", "final_acceptance", {"public_service": True, "tier": "T1"})
SIGNED = beside("contract", "performing", "k", scan=FILE, supplements=[])
MONTHS = tuple(beside("progress-report", "accepted", f"r{month}", month=f"2026-{month}") for month in ("09", "10"))
ACCEPTING: dict[str, Any] = {"definition": "acceptance", "state": "applying", "peers": (PROJECT, SIGNED, *MONTHS)}
PAPERS = [FILE | {"name": f"{name}.pdf"} for name in ("record", "manual")]
FILED = [{"item": "training_record", "file": "record.pdf"}, {"item": "user_manual", "file": "manual.pdf"}]
WHOLE: dict[str, Any] = {
    "project": PROJECT.code,
    "kind": "preliminary",
    "tier": "T1",
    "papers": PAPERS,
    "filed": FILED,
    "left_out": [{"item": "sign_slips", "reason": "a service"}],
}
TRACED = [
    {"function": "queue", "result": "delivered"},
    {"function": "screen", "result": "changed", "change": "QH-2026-y"},
]
CHANGED = beside("project-change", "closed")
GROUP = {"project": PROJECT.code, "tier": "T1", "group": ["rex", "ria", "hal"], "head": "rex"}
TEST = {"test": "software", "result": "passed", "tested_on": "2026-11-20", "report": "test.pdf"}
TESTED = {"project": PROJECT.code, "kind": "preliminary", "tier": "T1", "tests": [TEST]}
TESTED["test_reports"] = [FILE | {"name": "test.pdf"}]
LARGE_TESTS = [TEST | {"test": name} for name in ("software", "performance", "protection", "sharing", "cost_audit")]
LARGE = case("project", "final_acceptance", {"protection_grade": "grade2", "sharing_catalogue": FILE})


def gave(member: str, stance: str, ago: int = 1) -> Record:
    """One member's opinion so many days ago."""
    events = (DataChanged({"stance": stance, "stance_words": "w"}), Moved("opine", "panel", "panel"))
    return Record("case", 1, NOW - timedelta(days=ago), member, "Act", events)


VOTED = (gave("rex", "pass"), gave("ria", "fail"), gave("hal", "pass"))
CAME = Record("case", 1, NOW, "pam", "Act", (Moved("done", "testing", "panel"),))
PANEL: dict[str, Any] = {
    "definition": "acceptance",
    "state": "panel",
    "actor": "rex",
    "data": GROUP,
}


def whole(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """The application with some fields changed."""
    return WHOLE | changes


def concluded(state: str, kind: str = "preliminary", days: int = 0, **data: Any) -> Case:  # noqa: ANN401  # fields
    """An acceptance of the project under judgement."""
    made = case("held", state, {"project": "QH-2026-case", "kind": kind, **data}, "acceptance")
    made.entered_at = LAST_WEEK + timedelta(days=days)
    return made


HERE: dict[str, Any] = {
    "state": "prelim_acceptance",
    "marks": {"implementing.request_prelim": ("pam", LAST_WEEK)},
    "arguments": {"kind": "preliminary"},
}
MERGED: dict[str, Any] = {
    "state": "final_acceptance",
    "marks": {"prelim_acceptance.pass_merged": ("pam", NOW)},
    "arguments": {"kind": "final"},
}
ISSUES = [{"issue": "slow", "due_on": "2026-12-20", "fix": "x"}]
LISTED = {"issue": "slow", "proof": "p", "verified_by": "rex", "verified_on": "2026-11-20"}

OF_PUBLIC: dict[str, Any] = {**ACCEPTING, "peers": (PUBLIC,)}
FINAL_OF_PUBLIC: dict[str, Any] = {"project": PUBLIC.code, "kind": "final", "result_notice": "n"}
ON_PAPER = {"user_opinion_count": 3, "user_opinions": [FILE]}
LINKED = {"residents": {"good": 4, "bad": 2}, "enterprises": {"fair": 1}}
STAFF = {"residents": {"good": 6}, "staff": {"good": 50}}

TRIALS: list[Trial] = [
    passes("package_complete", data=WHOLE, **ACCEPTING),
    fails("package_complete", "acceptance.package", data=whole(papers=PAPERS[:1]), **ACCEPTING),
    fails(
        "package_complete",
        "acceptance.package",
        data=whole(left_out=[{"item": "contract", "reason": "r"}]),
        **ACCEPTING,
    ),
    fails("package_complete", "acceptance.package", data=WHOLE, **{**ACCEPTING, "peers": (PROJECT, SIGNED, MONTHS[0])}),
    fails("package_complete", "acceptance.package", data=whole(kind="final"), **ACCEPTING),
    passes("trace_ok", data={"project": PROJECT.code, "trace": TRACED}, **{**ACCEPTING, "peers": (PROJECT, CHANGED)}),
    fails("trace_ok", "acceptance.trace", data={"project": PROJECT.code, "trace": TRACED}, **ACCEPTING),
    fails("trace_ok", "acceptance.not_traced", data={"project": PROJECT.code, "trace": TRACED[:1]}, **ACCEPTING),
    passes("acceptance_group_valid", data=GROUP, **ACCEPTING),
    fails("acceptance_group_valid", "acceptance.group_size", data=GROUP | {"tier": "T3"}, **ACCEPTING),
    fails("acceptance_group_valid", "acceptance.group_size", data=GROUP | {"group": ["rex", "ria"]}, **ACCEPTING),
    fails("acceptance_group_valid", "acceptance.head", data=GROUP | {"head": "fay"}, **ACCEPTING),
    fails("acceptance_group_valid", "acceptance.linked", data=GROUP | {"group": ["rex", "ria", "ann"]}, **ACCEPTING),
    fails("acceptance_group_valid", "acceptance.linked", data=GROUP | {"group": ["rex", "ria", "nobody"]}, **ACCEPTING),
    passes("tests_pass", data=TESTED, **ACCEPTING),
    fails("tests_pass", "acceptance.no_test", data=TESTED | {"tests": []}, **ACCEPTING),
    fails("tests_pass", "acceptance.test_open", data=TESTED | {"tests": [TEST | {"result": "failed"}]}, **ACCEPTING),
    fails("tests_pass", "acceptance.test_open", data=TESTED | {"test_reports": []}, **ACCEPTING),
    passes(
        "tests_pass",
        data=TESTED | {"kind": "final", "tier": "T3", "lab": "e1", "tests": LARGE_TESTS},
        **{**ACCEPTING, "peers": (LARGE,)},
    ),
    fails(
        "tests_pass",
        "acceptance.no_lab",
        data=TESTED | {"kind": "final", "tier": "T3", "tests": LARGE_TESTS},
        **{**ACCEPTING, "peers": (LARGE,)},
    ),
    fails(
        "tests_pass",
        "acceptance.no_test",
        data=TESTED | {"kind": "final", "tier": "T3", "lab": "e1", "tests": LARGE_TESTS[:-1]},
        **{**ACCEPTING, "peers": (LARGE,)},
    ),
    passes("all_opined", history=VOTED, **PANEL),
    fails("all_opined", "acceptance.opinions", history=VOTED[:2], **PANEL),
    fails("all_opined", "acceptance.opinions", history=(*VOTED[2:], CAME, *VOTED[:2]), **PANEL),
    passes("two_thirds", history=VOTED, **PANEL),
    fails("two_thirds", "acceptance.no_two_thirds", history=(*VOTED, gave("hal", "conditional", 0)), **PANEL),
    passes("users_heard", data={"project": PROJECT.code, "kind": "final"}, **ACCEPTING),
    passes("users_heard", data={"project": PUBLIC.code, "kind": "preliminary"}, **{**ACCEPTING, "peers": (PUBLIC,)}),
    fails(
        "users_heard",
        "users.too_few",
        "paper.missing",
        data={"project": PUBLIC.code, "kind": "final", "user_opinion_count": 9},
        **{**ACCEPTING, "peers": (PUBLIC,)},
    ),
    fails("users_heard", "users.too_few", "paper.missing", data=FINAL_OF_PUBLIC, surveys=LINKED, **OF_PUBLIC),
    fails("users_heard", "users.too_few", data=FINAL_OF_PUBLIC | ON_PAPER, surveys=STAFF, **OF_PUBLIC),
    fails(
        "users_heard", "paper.missing", data=FINAL_OF_PUBLIC | {"user_opinion_count": 3}, surveys=LINKED, **OF_PUBLIC
    ),
    passes("users_heard", data=FINAL_OF_PUBLIC | ON_PAPER, surveys=LINKED, **OF_PUBLIC),
    passes("users_heard", data=FINAL_OF_PUBLIC, surveys={"residents": {"good": 10}}, **OF_PUBLIC),
    passes("acceptance_passed", peers=(concluded("passed"),), **HERE),
    fails("acceptance_passed", "acceptance.not_passed", peers=(concluded("failed"),), **HERE),
    fails("acceptance_passed", "acceptance.not_passed", peers=(concluded("passed", days=-1),), **HERE),
    fails("acceptance_passed", "acceptance.running", "acceptance.not_passed", peers=(concluded("panel"),), **HERE),
    fails("acceptance_passed", "acceptance.not_passed", policies={"registers_entered_until": None}, **HERE),
    passes("acceptance_passed", peers=(concluded("passed", "merged"),), **MERGED),
    fails("acceptance_passed", "acceptance.not_passed", peers=(concluded("passed", "final"),), **MERGED),
    passes("acceptance_failed", peers=(concluded("failed"),), **HERE),
    fails("acceptance_failed", "acceptance.not_failed", peers=(concluded("passed"),), **HERE),
    passes("rectified", data={"acceptance_issues": [LISTED]}, peers=(concluded("failed", issues=ISSUES),), actor="pam"),
    fails(
        "rectified",
        "rectify.not_listed",
        data={"acceptance_issues": [LISTED | {"issue": "other"}]},
        peers=(concluded("failed", issues=ISSUES),),
        actor="pam",
    ),
    passes(
        "public_users_heard",
        data={"public_service": True},
        peers=(concluded("passed", "final", days=1),),
        state="final_acceptance",
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes


def reckoned(name: str, trial: Trial) -> Any:  # noqa: ANN401  # any value
    """Give a value that a rule makes."""
    reckoning = BOOK.reckoning(name)
    assert reckoning is not None
    return reckoning.rule(situation(trial))


def test_the_project_registers_what_was_concluded_once() -> None:
    """The result with its figures, the issues of a failure; pressing twice writes nothing twice."""
    opinions = [{"stance": "pass"}, {"stance": "pass"}, {"stance": "fail"}]
    held = concluded("failed", opinions=opinions, issues=ISSUES)
    trial = passes("acceptance_failed", peers=(held,), **HERE)
    (row,) = reckoned("acceptance_results", trial)
    told = {"kind": "preliminary", "held_on": "2026-11-16", "members": 3, "in_favour": 2, "result": "failed"}
    assert row == told | {"report_number": held.code}
    (issue,) = reckoned("issues_to_rectify", trial)
    assert issue == {"kind": "preliminary", "issue": "slow", "due_on": "2026-12-20"}
    again = passes(
        "acceptance_failed", peers=(held,), data={"acceptances": [row], "acceptance_issues": [issue]}, **HERE
    )
    assert reckoned("acceptance_results", again) == [row]
    assert reckoned("issues_to_rectify", again) == [issue]


def test_what_an_acceptance_begins_with() -> None:
    """Its kind by where the project is, a line for each approved function."""
    trial = passes("trace_ok", data={"project": PROJECT.code}, **ACCEPTING)
    assert reckoned("acceptance_kind", trial) == "preliminary"
    assert reckoned("functions_to_trace", trial) == [{"function": "queue"}, {"function": "screen"}]


def test_the_package_has_eight_volumes_of_fifty_five_items() -> None:
    """Each with its words on the form; more is due for a large project, and at the final acceptance."""
    it = situation(passes("package_complete", data=WHOLE, **ACCEPTING))
    columns = {column.name: column for column in it.definition.fields["filed"].columns}
    assert [one.name for one in columns["item"].of] == [item.name for item in ITEMS]
    assert (len(ITEMS), {item.volume for item in ITEMS}) == (55, set(range(1, 9)))
    left_out = {column.name: column for column in it.definition.fields["left_out"].columns}["item"]
    may_miss = {item.name for item in ITEMS if item.may_miss}
    assert {one.name for one in left_out.of} == may_miss
    standing = {item.name: found for item, found in package(WHOLE, course_of(it))}
    assert {name for name, found in standing.items() if found is Standing.ATTACHED} == {
        "training_record",
        "user_manual",
    }
    assert standing["contract"] is Standing.KNOWN
    due = [
        sum(item.is_due(kind, tier) for item in ITEMS)
        for kind, tier in (("preliminary", "T1"), ("preliminary", "T4"), ("final", "T1"), ("final", "T4"))
    ]
    assert due == sorted(due)
    assert due[-1] == 55 - sum(item.when is When.HERE for item in ITEMS)
