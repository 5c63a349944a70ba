"""What users of other engines complain about most: returns, withdrawals and joint reviews that lose work.

Each test is named for the complaint it answers (the numbers are those of the list of complaints, part A).
"""

from datetime import timedelta

from engine.commands import Act, AddSigner, Claim, Place, Revoke, Undo, Withdraw
from engine.events import Notified, Voted
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import changed, in_joint


def test_01_return_to_the_previous_step_and_submit_again(check: Desk) -> None:
    """The applicant has the case again, and it comes back to the check."""
    check.act("rex", "back", "too vague")
    assert (check.state, check.holders) == ("draft", ["u:ann"])
    check.act("ann", "submit")
    assert (check.state, check.holders) == ("check", ["g:checker@county"])


def test_02_return_from_one_of_several_parallel_tasks(joint: Desk) -> None:
    """One department returns the case although others have not answered yet."""
    joint.act("fay", "again", "no budget", to="check")
    assert (joint.state, joint.holders) == ("check", ["g:checker@county"])


def test_03_return_from_a_joint_review_loses_no_task(joint: Desk) -> None:
    """After the way was walked again, every department is asked again."""
    joint.act("dan", "agree")
    joint.act("fay", "again", "no budget", to="draft")
    joint.act("ann", "submit")
    joint.act("rob", "pass")
    assert [task.seat for task in joint.case.tasks] == ["data", "finance", "law"]
    for name in ("dan", "fay", "lea"):
        joint.act(name, "agree")
    assert joint.state == "decide"


def test_04_one_rejection_does_not_kill_a_half_majority() -> None:
    """With a half needed, one of three may object."""
    desk = in_joint(changed("vote: {by: all, ", 'vote: {by: ratio, pass: "50%", '))
    desk.act("fay", "object")
    desk.act("dan", "agree")
    assert desk.state == "joint"
    desk.act("lea", "agree")
    assert desk.state == "decide"


def test_05_reminders_come_again_after_return_and_return(check: Desk) -> None:
    """The ladder is armed anew, and the half-time rung that had fired is not fired again when the clock was paused."""
    check.fire()
    check.act("rex", "back", "too vague")
    assert not check.case.timers
    check.act("ann", "submit")
    assert [timer.rung for timer in check.case.timers] == [1]
    check.fire()
    assert check.case.marks == ("overdue",)


def test_05_a_joint_review_keeps_its_reminders_too(joint: Desk) -> None:
    """Straight back, the clock goes on where it was paused."""
    due_at = joint.case.clock.due_at
    joint.later(days=1)
    joint.act("fay", "straight", to="draft")
    joint.later(days=2)
    joint.act("ann", "submit")
    assert joint.case.clock.due_at > due_at
    assert [timer.rung for timer in joint.case.timers] == [0]


def test_06_return_to_the_initiator_from_anywhere(decide: Desk) -> None:
    """Two steps back at once; the initiator edits and submits again."""
    decide.act("chief", "ask_again", to="draft")
    assert decide.holders == ["u:ann"]
    decide.act("ann", "submit", form={"amount": 7})
    assert decide.case.data["amount"] == 7
    assert decide.state == "check"


def test_07_every_rule_of_a_joint_review_starts() -> None:
    """All, any, a count, a share: the round opens with a task for every seat."""
    for rule in ("by: all, ", "by: any, ", "by: count, pass: 2, ", 'by: ratio, pass: "60%", ', "by: weight, pass: 2, "):
        assert len(in_joint(changed("vote: {by: all, ", f"vote: {{{rule}")).case.tasks) == 3


def test_08_reject_while_added_signers_are_waited_for(check: Desk) -> None:
    """The returning person does not wait for those they asked; their tasks are closed."""
    task = check.task_of("rex")
    check.do("rex", Claim, task=task.id)
    for name, place in (("rob", Place.BESIDE), ("dan", Place.AFTER)):
        check.do("rex", AddSigner, task=task.id, user=name, place=place)
    check.act("rex", "back", "no")
    assert (check.state, check.holders) == ("draft", ["u:ann"])


def test_08_a_signer_before_may_reject_as_well(check: Desk) -> None:
    """Whoever was asked first can return the case at once."""
    task = check.task_of("rex")
    check.do("rex", Claim, task=task.id)
    check.do("rex", AddSigner, task=task.id, user="rob", place=Place.BEFORE)
    assert check.reasons("rex", Act, action="pass") == ["task.waits"]
    check.act("rob", "back", "no")
    assert check.state == "draft"


def test_09_one_seat_of_a_joint_review_is_asked_again(decide: Desk) -> None:
    """Going back to one branch: the other departments' votes stand, and the join does not wait for them."""
    decide.act("chief", "ask_again", to="joint", seats=("finance",))
    assert decide.holders == ["g:finance@county"]
    assert {ballot.seat for ballot in decide.case.ballots} == {"data", "law"}
    decide.act("fay", "agree")
    assert decide.state == "decide"


def test_10_a_signer_added_beside_blocks_nobody(joint: Desk) -> None:
    """Others vote on while the added signer thinks; the round counts them all."""
    task = joint.task_of("fay")
    joint.do("fay", Claim, task=task.id)
    joint.do("fay", AddSigner, task=task.id, user="guest")
    joint.act("dan", "agree")
    joint.act("lea", "agree")
    joint.act("fay", "agree")
    assert (joint.state, joint.holders) == ("joint", ["u:guest"])
    joint.act("guest", "agree")
    assert joint.state == "decide"


def test_11_one_click_to_agree_object_or_return(joint: Desk) -> None:
    """Each is one command, also from a group's task nobody has claimed."""
    joint.act("dan", "agree", "")
    joint.act("lea", "straight", "", to="check")
    assert joint.state == "check"


def test_12_a_rejection_ends_its_siblings(joint: Desk) -> None:
    """Where all must agree, one objection ends the round and closes the other tasks."""
    joint.act("fay", "object", "no money")
    assert (joint.state, joint.case.tasks) == ("refused", ())


def test_13_a_joint_review_counts_each_department_once(joint: Desk) -> None:
    """Two members of one department have one voice."""
    joint.act("dan", "agree")
    assert joint.reasons("dora", Act, action="agree") == ["permission.not_yours"]
    assert len(joint.case.ballots) == 1


def test_14_there_is_a_way_back_from_every_step(decide: Desk) -> None:
    """Step by step to the beginning."""
    decide.act("chief", "back")
    assert decide.state == "joint"
    decide.act("lea", "again", "no", to="check")
    decide.act("rob", "back", "no")
    assert decide.state == "draft"


def test_15_the_initiator_pulls_back_at_any_time_and_opinions_stay(joint: Desk) -> None:
    """From the middle of a joint review; the votes that were cast stay in the record and on the case."""
    joint.act("dan", "agree", "fine with us")
    joint.do("ann", Revoke, comment="wrong annex")
    assert (joint.state, joint.holders) == ("draft", ["u:ann"])
    assert [ballot.comment for ballot in joint.case.rounds["joint"]] == ["fine with us"]
    told = [event for record in joint.store.history(joint.case_id) for event in record.events]
    assert [event.ballot.voter for event in told if isinstance(event, Voted)] == ["dan"]


def test_16_undo_keeps_history_and_writes_to_nobody(check: Desk) -> None:
    """Both the act and its undoing are on record; undoing tells nobody."""
    before = check.case
    check.act("rex", "pass")
    check.do("rex", Undo)
    case = check.case
    assert (case.state, case.data, case.times, case.visits) == (before.state, before.data, before.times, before.visits)
    assert [task.principal for task in case.tasks] == [task.principal for task in before.tasks]
    assert [record.command for record in check.store.history("case")][-2:] == ["Act", "Undo"]
    assert not any(isinstance(event, Notified) for event in check.store.history("case")[-1].events)


def test_17_undo_of_a_vote_that_closed_the_round(joint: Desk) -> None:
    """The last voter takes it back: the round is open again, the others' votes stand, the clock runs as it did."""
    joint.act("dan", "agree")
    joint.act("lea", "agree")
    before = joint.case
    joint.act("fay", "agree")
    assert joint.state == "decide"
    joint.do("fay", Undo)
    assert joint.case.ballots == before.ballots
    assert joint.case.clock == before.clock
    assert [(timer.rung, timer.fires_at) for timer in joint.case.timers] == [
        (timer.rung, timer.fires_at) for timer in before.timers
    ]
    joint.act("fay", "object", "after all")
    assert joint.state == "refused"


def test_17_undo_lasts_ten_seconds_and_is_the_actors_own(check: Desk) -> None:
    """Later, by somebody else, after somebody acted, or twice, it is refused."""
    check.act("rex", "pass")
    assert check.reasons("rob", Undo) == ["undo.not_last"]
    check.later(seconds=10)
    assert check.reasons("rex", Undo) == ["undo.too_late"]
    check.act("dan", "agree")
    assert check.reasons("rex", Undo) == ["undo.not_last"]
    check.do("dan", Undo)
    assert check.reasons("dan", Undo) == ["undo.not_last"]


def test_17_undo_opens_a_closed_case(decide: Desk) -> None:
    """The last act of all can be taken back as well."""
    decide.act("chief", "approve")
    assert decide.case.closed_at
    decide.do("chief", Undo)
    assert decide.state == "decide"
    assert not decide.case.closed_at
    assert decide.holders == ["g:chief@county"]


def test_the_sender_withdraws_while_nobody_has_worked_on_it(check: Desk) -> None:
    """The sender has it back; as soon as somebody has claimed it, they have not."""
    check.do("ann", Withdraw, comment="one more page")
    assert (check.state, check.holders) == ("draft", ["u:ann"])
    check.act("ann", "submit")
    check.do("rex", Claim, task=check.task_of("rex").id)
    assert check.reasons("ann", Withdraw) == ["withdraw.handled"]
    assert check.reasons("rob", Withdraw) == ["withdraw.handled", "withdraw.not_sender"]


def test_withdrawing_gains_no_time(joint: Desk) -> None:
    """The clock of the step goes on as if it had not been left, with the rungs that had fired behind it."""
    desk = joint
    start = desk.case.entered_at
    desk.do("rob", Withdraw)
    assert desk.state == "check"
    assert desk.case.clock.started_at < start
    assert desk.case.tasks[0].principal == "u:rob"
    assert desk.case.clock.due_at - desk.case.clock.started_at < timedelta(days=8)


def test_straight_back_asks_only_who_had_not_answered(joint: Desk) -> None:
    """What was agreed stands; who returned it has it again, the checker is not asked a second time."""
    joint.act("dan", "agree")
    joint.act("fay", "straight", to="draft")
    joint.act("ann", "submit")
    assert (joint.state, joint.holders) == ("joint", ["u:fay", "g:law@county"])
    joint.act("fay", "agree")
    joint.act("lea", "agree")
    assert joint.state == "decide"
    joint.act("chief", "back")
    assert joint.state == "joint"


def test_straight_back_through_two_returns(decide: Desk) -> None:
    """Returned twice, the case comes back by the same two steps."""
    decide.act("chief", "straight", to="joint")
    decide.act("lea", "straight", to="draft")
    decide.act("ann", "submit")
    assert (decide.state, decide.holders) == ("joint", ["g:data@county", "g:finance@county", "u:lea"])
    for name in ("dan", "fay", "lea"):
        decide.act(name, "agree")
    assert (decide.state, decide.holders) == ("decide", ["u:chief"])


def test_who_returned_it_and_left_is_stood_in_for(joint: Desk) -> None:
    """The task goes back to the group it was claimed from."""
    joint.act("dora", "straight", to="draft")
    joint.without("dora")
    joint.act("ann", "submit")
    assert joint.holders[0] == "g:data@county"
