"""Acceptance: every action, by the people it is for, and what follows from it for the project."""

from tests.workflows.following.test_delivery import building
from tests.workflows.money.desk import CODE, FILE, WHY, Desk, Filled, actions_of
from workflows.acceptance_package import Standing, package
from workflows.funds.papers import lines_of
from workflows.guards.accepting import course_of

PAPER = {name: FILE | {"name": f"{name}.pdf"} for name in ("minutes", "test", "users", "proof")}
GROUP: Filled = {"group": ["rex", "qia", "qib"], "head": "rex"}
TRACED: Filled = [{"function": "queue", "result": "delivered"}]


def finished(state: str = "prelim_acceptance") -> Desk:
    """A project that is built and waits for its acceptance."""
    desk = building(functions=[{"function": "queue", "purpose": "p"}], kickoff_form=FILE, public_service=True)
    desk.reported("2026-04", {"build": 100, "train": 100})
    desk.reported("2026-05", {"build": 100, "train": 100})
    desk.project(CODE, state)
    return desk


def applied(desk: Desk, **more: Filled) -> str:
    """Hand a package in; whatever the system does not hold is attached."""
    code = desk.start("acceptance", "pam")
    desk.save(code, "pam", **more)
    assert "acceptance.package" in desk.refused(code, "pam", "submit")
    situation = desk.situation(code)
    missing = [item.name for item, found in package(situation.data, course_of(situation)) if found is Standing.MISSING]
    filed = [{"item": name, "file": "minutes.pdf"} for name in missing]
    desk.save(code, "pam", filed=filed, papers=[PAPER["minutes"]])
    assert desk.act(code, "pam", "submit") == "precheck"
    return code


def at_group(desk: Desk, **more: Filled) -> str:
    """Bring an acceptance to its group."""
    code = applied(desk, **more)
    desk.save(code, "ida", trace=TRACED, precheck="complete", **GROUP)
    assert desk.act(code, "ida", "pass") == "testing"
    test = {"test": "software", "result": "passed", "tested_on": desk.day(), "report": "test.pdf"}
    desk.save(code, "pam", tests=[test], test_reports=[PAPER["test"]])
    assert desk.act(code, "pam", "done") == "panel"
    return code


def opine(desk: Desk, code: str, *stances: str) -> None:
    """Let each member sign their own opinion, then write the group's."""
    for member, stance in zip(GROUP["group"], stances, strict=True):
        assert desk.act(code, member, "opine", stance=stance, stance_words="seen") == "panel"
    desk.save(code, "rex", group_opinion="as built")


def test_every_way_of_an_acceptance() -> None:
    """Returned, tests failed, mended, redone, confirmed; late, and failed."""
    desk = finished()
    code = applied(desk)
    assert (desk.case(code).data["kind"], desk.case(code).data["tier"]) == ("preliminary", "T1")
    desk.save(code, "ida", remarks=[{"part": "5", "issue": "which manual"}])
    assert desk.act(code, "ida", "return", WHY) == "applying"
    desk.act(code, "pam", "submit")
    assert "acceptance.trace" in desk.refused(code, "ida", "pass")
    desk.save(code, "ida", trace=TRACED, precheck="complete", **GROUP)
    desk.act(code, "ida", "pass")
    assert desk.back(code, "pam", "fail") == "applying"

    code = at_group(desk)
    assert desk.refused(code, "rex", "pass") >= {"acceptance.opinions", "acceptance.no_two_thirds"}
    opine(desk, code, "pass", "conditional", "conditional")
    assert desk.refused(code, "rex", "pass") == {"acceptance.no_two_thirds"}
    assert desk.refused(code, "rex", "conditional", WHY) == {"issues.none"}
    issue = {"issue": "slow", "due_on": desk.day(9)}
    desk.save(code, "rex", issues=[issue])
    assert desk.act(code, "rex", "conditional", WHY) == "conditional"
    assert [row["stance"] for row in lines_of(desk.case(code).data, "opinions")] == [
        "pass",
        "conditional",
        "conditional",
    ]
    desk.save(code, "pam", issues=[issue | {"cause": "c", "fix": "f"}], proof=[PAPER["proof"]])
    assert desk.act(code, "pam", "cleared") == "deciding"
    assert desk.act(code, "leo", "redo", WHY, defect="quorum") == "panel"
    assert "acceptance.opinions" in desk.refused(code, "rex", "pass")
    opine(desk, code, "pass", "pass", "fail")
    assert desk.act(code, "rex", "pass") == "deciding"
    assert desk.act(code, "leo", "confirm", WHY) == "passed"

    late = at_group(desk)
    opine(desk, late, "conditional", "conditional", "fail")
    desk.save(late, "rex", issues=[issue])
    desk.act(late, "rex", "conditional", WHY)
    desk.wait(30)
    assert desk.case(late).state == "failed"
    desk.reported("2026-06", {"build": 100, "train": 100})
    failed = at_group(desk)
    opine(desk, failed, "fail", "fail", "pass")
    desk.save(failed, "rex", issues=[{"issue": "slow", "due_on": desk.day(9)}])
    assert desk.act(failed, "rex", "fail", WHY) == "failed"
    assert desk.taken("acceptance") == actions_of("acceptance")


def test_the_project_goes_by_its_acceptances() -> None:
    """Failed, mended, passed; each result and issue comes into the project's register by itself."""
    desk = finished()
    desk.seat(CODE)
    assert desk.refused(CODE, "leo", "pass") == {"acceptance.not_passed"}
    first = at_group(desk)
    assert desk.refused(CODE, "leo", "pass") == {"acceptance.running", "acceptance.not_passed"}
    opine(desk, first, "fail", "fail", "pass")
    desk.save(first, "rex", issues=[{"issue": "slow", "due_on": desk.day(9)}])
    desk.act(first, "rex", "fail", WHY)
    assert desk.act(CODE, "leo", "fail", WHY) == "prelim_rectify"
    (issue,) = lines_of(desk.case(CODE).data, "acceptance_issues")
    done: Filled = {**issue, "proof": "p", "verified_by": "ida", "verified_on": desk.day()}
    desk.save(CODE, "pam", acceptance_issues=[{**done, "issue": "other"}])
    assert desk.refused(CODE, "pam", "resubmit") == {"rectify.not_listed"}
    desk.save(CODE, "pam", acceptance_issues=[done])
    assert desk.act(CODE, "pam", "resubmit") == "prelim_acceptance"
    assert desk.refused(CODE, "leo", "pass") == {"acceptance.not_passed"}
    second = at_group(desk)
    opine(desk, second, "pass", "pass", "pass")
    desk.act(second, "rex", "pass")
    desk.act(second, "leo", "confirm", WHY)
    assert desk.act(CODE, "leo", "pass") == "trial_run"
    results = [
        (row["report_number"], row["result"], row["in_favour"]) for row in lines_of(desk.case(CODE).data, "acceptances")
    ]
    assert results == [(first, "failed", 1), (second, "passed", 3)]


def test_users_are_heard_before_a_final_acceptance_is_confirmed() -> None:
    """Where the public is served; the project's own step does not ask again."""
    desk = finished("final_acceptance")
    desk.project(CODE, "final_acceptance", trial_log=[{"from_on": "2026-05-01"}], trial_opinion=FILE)
    desk.seat(CODE)
    code = at_group(desk)
    assert desk.case(code).data["kind"] == "final"
    opine(desk, code, "pass", "pass", "pass")
    desk.act(code, "rex", "pass")
    assert desk.refused(code, "leo", "confirm", WHY) == {"users.too_few", "paper.missing"}
    desk.save(code, "leo", user_opinion_count=12, user_opinions=[PAPER["users"]], result_notice="passed")
    assert desk.act(code, "leo", "confirm", WHY) == "passed"
    assert desk.act(CODE, "leo", "pass") == "settlement"
