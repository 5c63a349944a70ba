"""Why, and what then: whose a task is, who could decide it, how its day was counted, what an action comes to."""

from datetime import date

from engine.assignment import RoleIn
from engine.case import Task
from engine.commands import Act, AddSigner, Ask, Claim, Suspend, Transfer
from engine.commands import Continue as GoOn
from engine.explaining import could, due_account, foresee, why
from tests.engine.desk import Desk
from tests.engine.test_who import sent
from tests.engine.verbs.conftest import changed, in_joint


def found(desk: Desk, task: Task | None = None) -> object:
    """Say why a task (the first, if none is named) is whose it is."""
    return why(desk.process.definition, task or desk.case.tasks[0], desk.store.history(desk.case_id))


def test_a_task_tells_what_the_procedure_says_and_every_hand(check: Desk) -> None:
    """A role's task, claimed and transferred."""
    task = check.case.tasks[0].id
    check.do("rex", Claim, task=task)
    check.do("rex", Transfer, task=task, to="rob", comment="please")
    told = why(check.process.definition, check.case.tasks[0], check.store.history("case"))
    assert told.assigned == RoleIn("checker", "item.county")
    assert [(hand.verb, hand.by, hand.comment) for hand in told.hands] == [
        ("claim", "rex", ""),
        ("transfer", "rex", "please"),
    ]


def test_a_seat_tells_its_own_assignment(joint: Desk) -> None:
    """Of several tasks side by side, each is there for its own reason; added ones and questions for another."""
    definition, history = joint.process.definition, joint.store.history("case")
    roles = [why(definition, task, history).assigned for task in joint.case.tasks]
    assert [one.role for one in roles if isinstance(one, RoleIn)] == ["data", "finance", "law"]
    joint.do("fay", Claim, task=joint.task_of("fay").id)
    joint.do("fay", AddSigner, task=joint.task_of("fay").id, user="guest")
    joint.do("fay", Ask, task=joint.task_of("fay").id, to="root", question="why?")
    for name in ("guest", "root"):
        assert why(definition, joint.task_of(name), joint.store.history("case")).assigned is None


def test_a_pick_and_a_replacement_are_told() -> None:
    """With what was compared, and who would have had it."""
    picked = found(sent("{pick: least_loaded, among: {users: [dora, dan]}}"))
    assert picked.picked.compared == {"dan": "0", "dora": "0"}  # type: ignore[attr-defined]  # a Why
    above = found(sent("{head: item.unit}", "if_initiator: head", name="mayor"))
    assert above.replaced.principal == "u:mayor"  # type: ignore[attr-defined]  # a Why


def test_who_could_decide_is_told_with_the_reasons_against(check: Desk) -> None:
    """Everybody of the group; once it is claimed, the others could not."""
    now = check.clock.now()

    def reasons() -> dict[str, list[str]]:
        people = could(check.process, check.case, check.case.tasks[0], check.store.facts, now)
        return {one.user: [reason.code for reason in one.refused] for one in people}

    assert reasons() == {"rex": [], "rob": []}
    check.do("rex", Claim, task=check.case.tasks[0].id)
    assert reasons() == {"rex": [], "rob": ["task.claimed_by_other"]}
    check.without("rob")
    assert reasons() == {"rex": []}


def test_who_is_kept_out_is_told_why(check: Desk) -> None:
    """Separation of duties by name: Rex checked, so he may not decide although he is a chief."""
    check.act("rex", "pass")
    for name in ("dan", "fay", "lea"):
        check.act(name, "agree")
    people = could(check.process, check.case, check.case.tasks[0], check.store.facts, check.clock.now())
    assert [(one.user, [reason.code for reason in one.refused]) for one in people] == [
        ("chief", []),
        ("rex", ["separation.always"]),
    ]


def test_a_deadline_tells_the_days_that_counted(check: Desk) -> None:
    """Five working days from a Monday: to the next Monday, without the weekend; a pause moves it."""
    account = due_account(check.process, check.case, check.store.facts)
    assert account is not None
    assert (account.counted[0], account.counted[-1], len(account.counted)) == (
        date(2026, 11, 24),
        date(2026, 11, 30),
        5,
    )
    assert not any(day.isoweekday() > 5 for day in account.counted)
    assert not account.moved
    check.later(days=1)
    check.do("root", Suspend, comment="wait")
    assert due_account(check.process, check.case, check.store.facts) is None
    check.later(days=7)
    check.do("root", GoOn)
    after = due_account(check.process, check.case, check.store.facts)
    assert after is not None
    assert after.due_at > account.due_at


def test_what_an_action_comes_to_is_what_it_does(check: Desk) -> None:
    """The same state, holders and day as when it is taken; and looking changes nothing."""
    before = check.case
    command = Act(case_id="case", actor=check.person("rob"), action="pass")
    told = foresee(check.process, check.case, command, check.store.facts, check.clock.now())
    assert check.case == before
    check.act("rob", "pass")
    assert (told.state, list(told.holders)) == (check.state, check.holders)
    assert check.case.clock is not None
    assert told.due_at is not None
    assert told.due_at.date() == check.case.clock.due_at.date()


def test_what_would_be_refused_is_told_so(check: Desk) -> None:
    """With the reasons, in the place of a way on."""
    command = Act(case_id="case", actor=check.person("guest"), action="pass")
    told = foresee(check.process, check.case, command, check.store.facts, check.clock.now())
    assert [reason.code for reason in told.refused] == ["permission.not_yours"]


def test_the_outcome_of_a_blind_vote_is_not_told() -> None:
    """The last voter may not learn from the preview how the others voted."""
    desk = in_joint(changed("vote: {by: all,", "vote: {by: all, blind: true, needs: all,"))
    desk.act("dan", "agree")
    desk.act("fay", "object")
    command = Act(case_id="case", actor=desk.person("lea"), action="agree")
    told = foresee(desk.process, desk.case, command, desk.store.facts, desk.clock.now())
    assert (told.state, told.holders, told.closed) == ("joint", (), False)
