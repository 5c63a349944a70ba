"""What administrators do: jump, suspend and continue, terminate."""

from engine.commands import Act, Claim, Continue, Jump, Remark, Suspend, Terminate, Undo
from tests.engine.desk import Desk


def test_only_administrators_steer_and_only_with_a_reason(check: Desk) -> None:
    """Both reasons are told."""
    assert check.reasons("rex", Jump, to="decide", comment=" ") == ["comment.required", "permission.not_admin"]
    assert check.reasons("rex", Suspend, comment="x") == ["permission.not_admin"]
    assert check.reasons("rex", Terminate, comment="x") == ["permission.not_admin"]
    assert check.reasons("root", Jump, to="nowhere", comment="x") == ["state.unknown"]


def test_a_jump_opens_the_state_as_ever(joint: Desk) -> None:
    """Tasks and clock of the new state; those of the old one are gone; the round's votes are kept."""
    joint.act("dan", "agree")
    joint.do("root", Jump, to="decide", comment="decided by the meeting")
    assert (joint.state, joint.holders) == ("decide", ["g:chief@county"])
    assert len(joint.case.timers) == 1
    assert [ballot.voter for ballot in joint.case.rounds["joint"]] == ["dan"]
    joint.act("chief", "back")
    assert joint.state == "joint"


def test_a_jump_breaks_no_rule(check: Desk) -> None:
    """What the definition promises always holds, for administrators too."""
    check.act("rex", "back", "no")
    desk = Desk(check.source).start()
    assert desk.reasons("root", Jump, to="done", comment="quick") == ["always.precedence"]


def test_suspended_nothing_moves_and_no_time_is_lost(check: Desk) -> None:
    """Work is refused, no timer is armed; afterwards the deadline has moved by the days in between."""
    due_at = check.case.clock.due_at
    check.do("root", Suspend, comment="inspection")
    assert check.case.timers == ()
    assert check.reasons("rex", Act, action="pass") == ["item.suspended"]
    assert check.reasons("rex", Claim, task=check.task_of("rex").id) == ["item.suspended"]
    check.do("rex", Remark, comment="why?")
    check.later(days=7)
    check.do("root", Continue)
    assert (check.case.clock.due_at - due_at).days == 7
    assert check.task_of("rex").due_at == check.case.clock.due_at
    check.fire()
    check.act("rex", "pass")
    assert check.state == "joint"


def test_a_suspended_round_goes_on_with_its_votes(joint: Desk) -> None:
    """Votes cast before stand; the options of a suspended case say what is left to do."""
    joint.act("dan", "agree")
    joint.do("root", Suspend, comment="inspection")
    facts = joint.store.facts
    assert joint.runtime.options(joint.case, joint.person("fay"), facts) == ()
    allowed = [verb.verb for verb in joint.runtime.verbs(joint.case, joint.person("root"), facts) if verb.allowed]
    assert allowed == ["undo", "remark", "copy", "continue", "terminate"]
    joint.do("root", Continue)
    joint.act("fay", "agree")
    assert len(joint.case.ballots) == 2


def test_terminated_is_over_and_can_be_undone_for_seconds(joint: Desk) -> None:
    """No task, no timer, no further act; but a slip of the hand is taken back."""
    joint.do("root", Terminate, comment="project cancelled")
    assert (joint.case.tasks, joint.case.timers, joint.case.clock) == ((), (), None)
    assert joint.reasons("dan", Act, action="agree") == ["item.closed"]
    ended = joint.case
    joint.do("root", Undo)
    assert (ended.is_terminated, joint.case.is_terminated) == (True, False)
    joint.act("dan", "agree")
    assert joint.state == "joint"


def test_what_ends_by_itself_is_not_terminated(joint: Desk) -> None:
    """Only what an administrator ended counts for nothing beside a project."""
    joint.do("root", Jump, to="decide", comment="decided by the meeting")
    joint.act("chief", "deny")
    assert (joint.state, joint.case.closed_at is not None, joint.case.is_terminated) == ("refused", True, False)


def test_a_suspended_case_can_be_terminated(check: Desk) -> None:
    """It need not be woken first."""
    check.do("root", Suspend, comment="inspection")
    check.do("root", Terminate, comment="cancelled")
    assert check.case.closed_at is not None
    assert check.case.suspended_at is None
