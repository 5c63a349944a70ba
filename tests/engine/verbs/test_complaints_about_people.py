"""Delegation, reassignment, absence, and whose name is recorded (complaints D 36 to 41, H 58 to 62)."""

import pytest

from engine.commands import Act, Answer, Assign, Claim, Delegate, Release, Transfer
from engine.decision import decide
from engine.events import Moved
from engine.refusal import Conflict, Refused
from tests.engine.desk import Desk


def last_move(desk: Desk) -> Moved:
    """Give the last move on record."""
    events = [event for record in desk.store.history(desk.case_id) for event in record.events]
    return [event for event in events if isinstance(event, Moved)][-1]


def test_36_delegate_and_get_it_back(check: Desk) -> None:
    """The delegate answers with an opinion, the lender decides; the lender may also call it back."""
    check.do("rex", Claim, task=check.task_of("rex").id)
    task = check.task_of("rex").id
    check.do("rex", Delegate, task=task, to="guest")
    assert check.reasons("guest", Act, action="pass") == ["task.lent"]
    check.do("rex", Release, task=task)
    check.do("rex", Delegate, task=task, to="guest")
    check.do("guest", Answer, task=task, comment="looks right")
    assert check.holders == ["u:rex"]


def test_36_a_substitute_takes_over_for_good(check: Desk) -> None:
    """A transferred task is the other person's, with its deadline and its place in the procedure."""
    check.do("rex", Claim, task=check.task_of("rex").id)
    before = check.task_of("rex")
    check.do("rex", Transfer, task=before.id, to="guest")
    assert check.task_of("guest").due_at == before.due_at
    check.act("guest", "pass")
    assert check.state == "joint"


def test_37_an_administrator_reassigns(joint: Desk) -> None:
    """Also a group's task, also one that somebody holds; ordinary people may not."""
    task = joint.task_of("fay").id
    assert joint.reasons("dan", Assign, task=task, to="guest") == ["permission.not_admin"]
    joint.do("root", Assign, task=task, to="guest", comment="Fay has left")
    joint.act("guest", "agree")
    assert [ballot.seat for ballot in joint.case.ballots] == ["finance"]


def test_40_the_head_assigns_a_groups_task_and_covers_sickness(check: Desk) -> None:
    """The head of the unit gives it to one of the group, then to another."""
    task = check.task_of("rex").id
    check.do("head", Assign, task=task, to="rex")
    check.do("head", Assign, task=task, to="rob", comment="Rex is ill")
    assert check.holders == ["u:rob"]


def test_40_nobody_is_assigned_what_separation_forbids(check: Desk) -> None:
    """Not the applicant, not somebody who left."""
    task = check.task_of("rex").id
    assert check.reasons("head", Assign, task=task, to="ann") == ["separation.excluded"]
    assert check.reasons("head", Assign, task=task, to="nobody") == ["user.not_enabled"]


def test_58_what_is_refused_leaves_nothing_behind(check: Desk) -> None:
    """The form of a refused action is not stored: one command is one record, or none."""
    records = len(check.store.history("case"))
    assert check.reasons("rex", Act, action="back", form={"advice": "kept?"}) == ["comment.required"]
    assert "advice" not in check.case.data
    assert len(check.store.history("case")) == records


def test_59_a_lost_race_leaves_the_case_workable(check: Desk) -> None:
    """The loser gets a conflict that names the winner; the case goes on, nothing is done twice."""
    seen = check.case
    check.act("rex", "pass", expected_revision=seen.revision)
    with pytest.raises(Conflict) as conflict:
        check.act("rob", "pass", expected_revision=seen.revision)
    assert conflict.value.decided_by == "rex"
    assert check.case.times == {"draft.submit": 1, "check.pass": 1}
    check.act("dan", "agree")


def test_59_a_repeated_request_is_done_once(joint: Desk) -> None:
    """The same key gives the first receipt."""
    first = joint.act("dan", "agree", key="k", digest="d")
    assert joint.act("dan", "agree", key="k", digest="d").revision == first.revision
    assert len(joint.case.ballots) == 1


def test_60_a_task_of_another_case_opens_no_door(check: Desk) -> None:
    """A task id that is not open in this case is a conflict, whoever names it."""
    with pytest.raises(Conflict):
        check.act("rex", "pass", task="other-1")


def test_61_only_the_holder_of_a_claimed_task_decides_and_is_recorded(check: Desk) -> None:
    """Others of the group are told who has it; the record names who really acted."""
    check.do("rex", Claim, task=check.task_of("rex").id)
    assert check.reasons("rob", Act, action="pass") == ["task.claimed_by_other"]
    check.act("rex", "pass")
    assert check.case.actors["check"].user == "rex"
    assert check.store.history("case")[-1].actor == "rex"


def test_61_a_button_is_allowed_exactly_when_the_command_is(joint: Desk) -> None:
    """For everybody and every action: what options say is what happens."""
    facts, case, now = joint.store.facts, joint.case, joint.clock.now()
    for name in facts.homes:
        for option in joint.runtime.options(case, joint.person(name), facts):
            command = Act(case_id="case", actor=joint.person(name), action=option.action.name)
            try:
                decide(joint.process, case, command, facts, now)
            except Refused:
                happens = False
            else:
                happens = True
            assert happens == (option.allowed and not option.missing), (name, option.action.name)
