"""Standing authorisations: B decides for A within limits, on record, and never in B's own case.

Some of these answer complaints of the list (D 38, 39, 41 and H 62) and are named for them.
"""

import pytest
from msgspec.structs import replace

from engine.commands import Act, Actor, Answer, Claim, Delegate, Jump, Release, Save, Standing, Start, Transfer
from engine.events import Moved, Voted
from engine.refusal import Refused
from tests.engine.desk import Desk
from tests.engine.verbs.conftest import REVIEW, changed

NUMBER = "S-7"
LISTED = changed("title: {zh: 审批, en: Review}\nadmins", "title: {zh: 审批, en: Review}\nsummary: [amount]\nadmins")


def standing(desk: Desk, taker: str, giver: str, **limits: object) -> Actor:
    """Give somebody who stands for another under authorisation S-7."""
    own, lent = desk.person(taker), desk.person(giver).principals
    given = {principal: (Standing(NUMBER, giver, **limits),) for principal in lent - own.principals}  # type: ignore[arg-type]  # as the test says
    return replace(own, principals=own.principals | given.keys(), standing_for=given)


@pytest.fixture
def check() -> Desk:
    """Give a case over 100 fen that waits for a checker, with the amount in lists."""
    desk = Desk(LISTED).start(amount=100)
    desk.act("ann", "submit")
    return desk


def test_38_a_decision_says_who_decided_for_whom_and_under_what(check: Desk) -> None:
    """In the record, and as the one who decided from then on."""
    check.act(standing(check, "guest", "rex"), "pass")
    (moved,) = [event for event in check.store.history("case")[-1].events if isinstance(event, Moved)]
    mark = check.case.actors["check"]
    assert (moved.behalf_of, moved.under) == ("rex", NUMBER)
    assert (mark.user, mark.behalf_of, mark.under) == ("guest", "rex", NUMBER)


def test_a_vote_says_so_too(check: Desk) -> None:
    """On the ballot."""
    check.act("rob", "pass")
    check.act(standing(check, "guest", "fay"), "agree")
    (voted,) = [event for event in check.store.history("case")[-1].events if isinstance(event, Voted)]
    assert (voted.ballot.voter, voted.ballot.behalf_of, voted.ballot.under) == ("guest", "fay", NUMBER)


def test_39_what_was_claimed_for_another_is_decided_for_them(check: Desk) -> None:
    """Claiming does not turn lent work into one's own: the record and the conflicts stay the giver's."""
    guest = standing(check, "guest", "rex")
    check.do(guest, Claim, task=check.case.tasks[0].id)
    assert (check.case.tasks[0].behalf_of, check.case.tasks[0].under) == ("rex", NUMBER)
    check.act(guest, "pass")
    assert check.case.actors["check"].behalf_of == "rex"
    assert check.case.hands["check"] == ("guest", "rex")


def test_what_was_claimed_under_an_authorisation_that_ended_goes_back(check: Desk) -> None:
    """The right ends with it; the task can be given back."""
    check.do(standing(check, "guest", "rex"), Claim, task=check.case.tasks[0].id)
    assert check.reasons("guest", Act, action="pass") == ["delegation.over"]
    assert check.reasons("guest", Save, data={"advice": "x"}) == ["permission.not_yours"]
    check.do("guest", Release, task=check.case.tasks[0].id)
    assert (check.holders, check.case.tasks[0].under) == (["g:checker@county"], None)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"definition": "other"}, "delegation.other_kind"),
        ({"amount_max": 99}, "delegation.above_amount"),
        ({"definition": "review", "amount_max": 100}, None),
    ],
)
def test_41_kinds_and_amounts_limit_a_substitute(check: Desk, limits: dict[str, object], code: str | None) -> None:
    """Neither claimed nor decided beyond them."""
    guest = standing(check, "guest", "rex", **limits)
    if code is None:
        check.act(guest, "pass")
        return
    assert check.reasons(guest, Act, action="pass") == [code]
    assert check.reasons(guest, Claim, task=check.case.tasks[0].id) == [code]


def test_an_amount_that_nobody_knows_is_above_every_limit() -> None:
    """Without a money field in lists there is nothing to measure by."""
    desk = Desk(REVIEW).start(amount=1)
    desk.act("ann", "submit")
    assert desk.reasons(standing(desk, "guest", "rex", amount_max=100), Act, action="pass") == [
        "delegation.above_amount"
    ]


def test_62_an_authorisation_never_comes_back_to_the_applicant(check: Desk) -> None:
    """Ann stands for Rex, but not in her own case (complaint 62)."""
    ann = standing(check, "ann", "rex")
    assert "delegation.own_case" in check.reasons(ann, Act, action="pass")
    assert "delegation.own_case" in check.reasons(ann, Claim, task=check.case.tasks[0].id)


def test_nobody_starts_or_administers_for_another() -> None:
    """What is never recorded as done for somebody is not lent."""
    desk = Desk(REVIEW.replace("admins:", "starters: {role: checker, in: item.county}\nadmins:"))
    with pytest.raises(Refused, match="may_not_start"):
        desk.do(standing(desk, "guest", "rex"), Start, definition="review", code="1", unit="town", data={"amount": 1})
    desk.start("rex")
    deputy = standing(desk, "guest", "root")
    assert desk.reasons(deputy, Jump, to="check", comment="because") == ["permission.not_admin"]


def test_the_giver_s_conflicts_are_the_taker_s(check: Desk) -> None:
    """Whoever Rex may not decide for may not be decided for him."""
    check.act("rex", "pass")
    for name in ("dan", "fay", "lea"):
        check.act(name, "agree")
    assert check.reasons(standing(check, "guest", "rex"), Act, action="approve") == ["separation.always"]
    check.act("chief", "approve")


def test_what_is_handed_on_is_the_new_holder_s_own(check: Desk) -> None:
    """A transfer for good ends the authorisation's part in it."""
    guest = standing(check, "guest", "rex")
    check.do(guest, Claim, task=check.case.tasks[0].id)
    check.do(guest, Transfer, task=check.case.tasks[0].id, to="rob")
    (task,) = check.case.tasks
    assert (task.principal, task.behalf_of, task.under) == ("u:rob", None, None)


def test_a_lent_task_of_somebody_who_left_comes_back_to_who_stands_in(check: Desk) -> None:
    """Nobody's task waits for who is gone."""
    check.do("rex", Claim, task=check.case.tasks[0].id)
    check.do("rex", Delegate, task=check.case.tasks[0].id, to="dan")
    check.without("rex")
    check.do("dan", Answer, task=check.case.tasks[0].id, comment="seen")
    assert check.holders == ["g:checker@county"]
