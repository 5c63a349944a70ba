"""Questions, copies, and ballots nobody may see yet."""

from engine.commands import Act, Ask, Claim, Copy, Reply, Transfer, Undo
from engine.events import Notified
from engine.seeing import hidden_ballots
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import changed, in_joint


def ask(desk: Desk) -> str:
    """Let Rex claim the check and ask Ann; gives the number of the question."""
    desk.do("rex", Claim, task=desk.task_of("rex").id)
    desk.do("rex", Ask, task=desk.task_of("rex").id, to="ann", question="Which year?")
    return next(task.id for task in desk.case.tasks if task.question)


def test_a_question_is_answered_and_decides_nothing(check: Desk) -> None:
    """The one who asked is told; the question holds nobody up and gives no right to act."""
    question = ask(check)
    assert check.reasons("ann", Act, action="pass") == ["task.is_question"]
    assert check.reasons("ann", Transfer, task=question, to="rob") == ["task.is_question"]
    assert check.reasons("rob", Reply, task=question, comment="me") == ["permission.not_yours"]
    assert check.reasons("ann", Reply, task=question, comment=" ") == ["comment.required"]
    check.do("ann", Reply, task=question, comment="2027")
    notices = [event for event in check.store.history("case")[-1].events if isinstance(event, Notified)]
    assert [notice.audience for notice in notices] == [("u:rex",)]
    assert check.holders == ["u:rex"]


def test_nothing_waits_for_an_answer(check: Desk) -> None:
    """The case moves on; the question is closed with the step, and comes again with it when the step is undone."""
    ask(check)
    check.act("rex", "pass")
    assert check.state == "joint"
    assert not [task for task in check.case.tasks if task.question]
    check.do("rex", Undo)
    assert [task.principal for task in check.case.tasks if task.question] == ["u:ann"]


def test_a_question_is_no_vote() -> None:
    """A round does not wait for it."""
    desk = in_joint()
    desk.do("fay", Claim, task=desk.task_of("fay").id)
    desk.do("fay", Ask, task=desk.task_of("fay").id, to="guest", question="Is it in the budget?")
    for name in ("dan", "fay", "lea"):
        desk.act(name, "agree")
    assert desk.state == "decide"


def test_who_is_asked_what(check: Desk) -> None:
    """Not oneself, nobody who has left, nothing empty, and not twice before the answer."""
    ask(check)
    task = check.task_of("rex").id
    assert check.reasons("rex", Ask, task=task, to="rex", question="?") == ["task.to_oneself"]
    assert check.reasons("rex", Ask, task=task, to="nobody", question="") == ["comment.required", "user.not_enabled"]
    assert check.reasons("rex", Ask, task=task, to="ann", question="And?") == ["task.asked_already"]


def test_copies_go_to_people_who_are_there(check: Desk) -> None:
    """Each once; to nobody is refused."""
    check.do("rex", Copy, to=("rob", "rob", "fay"), comment="for your information")
    (copied, _) = check.store.history("case")[-1].events
    assert copied.users == ("rob", "fay")
    assert check.reasons("rex", Copy, to=()) == ["copy.nobody"]
    assert check.reasons("rex", Copy, to=("nobody",)) == ["user.not_enabled"]


def test_a_blind_round_hides_the_others_ballots_until_it_is_closed() -> None:
    """Also while the case is away on a straight return, for the round goes on."""
    desk = in_joint(changed("vote: {by: all, ", "vote: {by: all, blind: true, needs: all, "))
    definition = desk.process.definition
    desk.act("dan", "agree")
    assert [ballot.voter for ballot in hidden_ballots(definition, desk.case, "fay")] == ["dan"]
    assert hidden_ballots(definition, desk.case, "dan") == ()
    desk.act("fay", "straight", to="draft")
    assert [ballot.voter for ballot in hidden_ballots(definition, desk.case, "lea")] == ["dan"]
    desk.act("ann", "submit")
    desk.act("fay", "agree")
    desk.act("lea", "agree")
    assert hidden_ballots(definition, desk.case, "fay") == ()
