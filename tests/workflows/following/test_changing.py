"""Project changes: every action, by the people it is for; the class decides who, and only a change makes a new plan."""

from tests.workflows.following.test_delivery import PLAN, course
from tests.workflows.money.desk import CODE, FILE, WHY, Desk, Filled, actions_of
from tests.workflows.money.papers import share
from tests.workflows.money.spending import approved

WORDS: Filled = {"before": "b", "after": "a", "cause": "c", "impact": "i", "alternatives": "none"}


def building() -> Desk:
    """A project with 100,000 yuan of active budget that is being built."""
    desk = Desk(baseline=PLAN, milestones=PLAN)
    desk.source = approved(desk)  # type: ignore[attr-defined]  # the one source of this file
    desk.project(CODE, "implementing")
    return desk


def later(finish: str) -> list[Filled]:
    """The plan with another finish."""
    return [PLAN[0], PLAN[1] | {"finish_on": finish}]


def ask(desk: Desk, *kinds: str, **more: Filled) -> str:
    """Write a change; gives its code."""
    form: Filled = {"matter": "m", "kinds": list(kinds), "takes_effect_on": desk.day(), "papers": [FILE], **WORDS}
    code = desk.start("project-change", "pam")
    desk.save(code, "pam", **{**form, **more})
    return code


def assess(desk: Desk, code: str, action: str) -> str:
    """Send it, and assess it."""
    assert desk.act(code, "pam", "submit") == "impact"
    desk.save(code, "ida", impact_score=2, impact_opinion="well founded")
    return desk.act(code, "ida", action)


def carry_out(desk: Desk, code: str) -> str:
    """Report it as carried out; somebody else than who assessed it confirms."""
    desk.save(code, "pam", applied_on=desk.day(), applied_proof=[FILE])
    return desk.act(code, "ivy", "done")


def adjustment(desk: Desk, less: int) -> str:
    """Ask for a lower total; gives the code of the adjustment."""
    line = share(desk.source, less, "1")  # type: ignore[attr-defined]  # as above
    form: Filled = {"kind": "decrease", "reason_text": "less", "evidence": [FILE], "from_lines": [line]}
    code = desk.start("budget-adjustment", "pam", **form)
    desk.act(code, "pam", "submit")
    desk.act(code, "fin", "to_fin")
    return code


def test_every_way_of_a_change() -> None:
    """Cancelled; minor and refused; minor with its money; major; critical refused and approved by the authority."""
    desk = building()
    assert desk.act(ask(desk, "technical"), "pam", "cancel", WHY) == "refused"
    small = ask(desk, "technical")
    assert desk.case(small).data["tier"] == "T1"
    assert assess(desk, small, "to_minor") == "twp_approve"
    assert desk.back(small, "leo", "refuse") == "refused"

    lowered = adjustment(desk, 4_000_00)
    money = ask(desk, "cost", cost_delta=-4_000_00)
    desk.act(money, "pam", "submit")
    assert desk.back(money, "ida", "return") == "requested"
    assert assess(desk, money, "to_minor") == "twp_approve"
    assert desk.refused(money, "leo", "approve", WHY) == {"change.no_adjustment"}
    desk.save(money, "leo", adjustment=lowered)
    assert desk.act(money, "leo", "approve", WHY) == "applying"
    desk.save(money, "pam", applied_on=desk.day(), applied_proof=[FILE])
    assert desk.refused(money, "ivy", "done") == {"change.adjustment_open"}
    desk.act(lowered, "fay", "approve")
    assert carry_out(desk, money) == "closed"

    moved = ask(desk, "schedule", new_milestones=later("2026-09-15"))
    assert assess(desk, moved, "to_mid") == "cty_approve"
    assert desk.act(moved, "hal", "approve", WHY) == "applying"
    assert course(desk).plan == PLAN
    assert carry_out(desk, moved) == "closed"
    assert (course(desk).first_plan, course(desk).plan) == (PLAN, later("2026-09-15"))
    other = ask(desk, "schedule", new_milestones=later("2026-09-20"))
    assess(desk, other, "to_mid")
    assert desk.back(other, "hal", "refuse") == "refused"

    for decided in ("refuse", "approve"):
        critical = ask(desk, "site")
        assert desk.refused(critical, "ida", "to_minor") != set()
        assert assess(desk, critical, "to_major") == "orig_approve"
        if decided == "refuse":
            assert desk.back(critical, "may", "refuse") == "refused"
            continue
        assert desk.refused(critical, "may", "approve", WHY) >= {"paper.missing", "meeting.none"}
        meeting: Filled = {"meetings": [{"held_on": desk.day(), "resolution": "agreed"}], "minutes": [FILE]}
        desk.save(critical, "may", expert_opinion=FILE, approval_number="D15b-1", **meeting)
        assert desk.act(critical, "may", "approve", WHY) == "applying"
        assert carry_out(desk, critical) == "closed"
    assert desk.taken("project-change") | {"orig_approve.passed", "orig_approve.failed"} == actions_of("project-change")


def test_small_changes_together_are_one_of_a_higher_class() -> None:
    """Two of four percent are minor one by one; the second waits for its approval until the first is approved."""
    desk = building()
    first, second = (ask(desk, "cost", cost_delta=-4_000_00, adjustment=adjustment(desk, 4_000_00)) for _ in range(2))
    for code in (first, second):
        assert assess(desk, code, "to_minor") == "twp_approve"
    assert desk.act(first, "leo", "approve", WHY) == "applying"
    assert desk.refused(second, "leo", "approve", WHY) == {"change.class_risen"}
    third = ask(desk, "cost", cost_delta=-4_000_00, adjustment=adjustment(desk, 4_000_00))
    desk.act(third, "pam", "submit")
    assert desk.case(third).data["class"] == "major"


def test_a_project_with_an_open_change_is_not_ready_for_acceptance() -> None:
    """Until it is carried out or refused."""
    desk = building()
    desk.seat(CODE)
    code = ask(desk, "technical")
    assert "change.case_open" in desk.refused(CODE, "pam", "request_prelim")
    desk.act(code, "pam", "cancel", WHY)
    assert "change.case_open" not in desk.refused(CODE, "pam", "request_prelim")
