"""Signers added before, after and beside somebody, with and without a vote."""

from dataclasses import replace

import pytest

from engine.commands import Act, AddSigner, Claim, Place, RemoveSigner, Undo
from tests.engine.desk import Desk


@pytest.fixture
def claimed(check: Desk) -> Desk:
    """Give a case whose check is Rex's own."""
    check.do("rex", Claim, task=check.task_of("rex").id)
    return check


def add(desk: Desk, name: str, place: Place, by: str = "rex") -> None:
    """Let somebody add a signer to their task."""
    desk.do(by, AddSigner, task=desk.task_of(by).id, user=name, place=place)


def test_before_they_decide_first_then_i(claimed: Desk) -> None:
    """My task waits; after their agreement it is mine again, and my action moves the case."""
    add(claimed, "rob", Place.BEFORE)
    assert claimed.holders == ["u:rob"]
    assert claimed.reasons("rex", Act, action="pass") == ["task.waits"]
    claimed.act("rob", "pass")
    assert (claimed.state, claimed.holders) == ("check", ["u:rex"])
    claimed.act("rex", "pass")
    assert claimed.state == "joint"


def test_after_me_they_decide(claimed: Desk) -> None:
    """My agreement hands it to them; theirs moves the case."""
    add(claimed, "rob", Place.AFTER)
    assert claimed.reasons("rob", Act, action="pass") == ["task.waits"]
    claimed.act("rex", "pass", form={"advice": "look at the annex"})
    assert (claimed.state, claimed.holders) == ("check", ["u:rob"])
    assert claimed.case.data["advice"] == "look at the annex"
    claimed.act("rob", "pass")
    assert claimed.state == "joint"


def test_beside_me_the_last_of_us_moves_it(claimed: Desk) -> None:
    """Any order; nobody is asked twice."""
    add(claimed, "rob", Place.BESIDE)
    claimed.act("rob", "pass")
    assert (claimed.state, claimed.holders) == ("check", ["u:rex"])
    claimed.act("rex", "pass")
    assert claimed.state == "joint"


def test_several_signers_before_come_one_after_the_other(claimed: Desk) -> None:
    """Whoever is added later stands nearer to me."""
    add(claimed, "rob", Place.BEFORE)
    add(claimed, "dan", Place.BEFORE)
    order = []
    while claimed.state == "check":
        (holder,) = claimed.holders
        order.append(holder)
        claimed.act(holder.removeprefix("u:"), "pass")
    assert order == ["u:rob", "u:dan", "u:rex"]


def test_a_removed_signer_is_not_waited_for(claimed: Desk) -> None:
    """Before, my task is mine again; after my own agreement, the case moves at once."""
    add(claimed, "rob", Place.BEFORE)
    claimed.do("rex", RemoveSigner, task=claimed.task_of("rob").id)
    assert claimed.holders == ["u:rex"]
    add(claimed, "rob", Place.AFTER)
    claimed.act("rex", "pass")
    claimed.do("rex", RemoveSigner, task=claimed.task_of("rob").id)
    assert claimed.state == "joint"


def test_only_who_added_a_signer_may_remove_them(claimed: Desk) -> None:
    """And nobody who was not added can be removed."""
    add(claimed, "rob", Place.BESIDE)
    added = claimed.task_of("rob")
    assert claimed.reasons("rob", RemoveSigner, task=added.id) == ["permission.not_yours"]
    own = next(task for task in claimed.case.tasks if task.principal == "u:rex")
    assert claimed.reasons("rex", RemoveSigner, task=own.id) == ["task.not_added"]


def test_nobody_signs_twice(claimed: Desk) -> None:
    """Somebody who has a task here, has signed, is kept out, or has left, is not added."""
    add(claimed, "rob", Place.BEFORE)
    claimed.act("rob", "pass")
    task = claimed.task_of("rex").id
    assert claimed.reasons("rex", AddSigner, task=task, user="rob") == ["task.twice"]
    assert claimed.reasons("rex", AddSigner, task=task, user="ann") == ["separation.excluded"]
    assert claimed.reasons("rex", AddSigner, task=task, user="nobody") == ["user.not_enabled"]
    assert claimed.reasons("rex", AddSigner, task=task, user="rex") == ["task.to_oneself", "task.twice"]


def test_added_signers_are_deciders_for_separation_of_duties(claimed: Desk) -> None:
    """Who signed the check may not decide, although the role would let them."""
    facts = claimed.store.facts
    claimed.store.facts = replace(facts, holders={**facts.holders, ("chief", "county"): ("chief", "rex", "root")})
    add(claimed, "chief", Place.AFTER)
    claimed.act("rex", "pass")
    claimed.act("chief", "pass")
    for name in ("dan", "fay", "lea"):
        claimed.act(name, "agree")
    assert claimed.state == "decide"
    assert claimed.reasons("chief", Act, action="approve") == ["separation.always"]
    assert claimed.reasons("rex", Act, action="approve") == ["separation.always"]


def test_in_a_vote_each_place_is_one_more_ballot(joint: Desk) -> None:
    """Before and after keep their order inside the round, others are not held up."""
    joint.do("fay", Claim, task=joint.task_of("fay").id)
    add(joint, "guest", Place.BEFORE, by="fay")
    add(joint, "rob", Place.AFTER, by="fay")
    assert joint.reasons("fay", Act, action="agree") == ["task.waits"]
    joint.act("dan", "agree")
    joint.act("lea", "agree")
    for name in ("guest", "fay", "rob"):
        assert joint.holders == [f"u:{name}"]
        joint.act(name, "agree")
    assert joint.state == "decide"


def test_an_undone_signature_is_asked_again(claimed: Desk) -> None:
    """The signer has the task back, the one after waits again."""
    add(claimed, "rob", Place.AFTER)
    claimed.act("rex", "pass")
    claimed.do("rex", Undo)
    assert claimed.holders == ["u:rex"]
    assert claimed.case.signatures == ()
    claimed.act("rex", "pass")
    claimed.act("rob", "pass")
    assert claimed.state == "joint"
