"""A call from its guide to its end: every action, and the ranking that anybody can do again."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Ballot, Mark
from engine.counting import Choosing
from engine.lots import digest
from tests.workflows.money.desk import CODE, NOW, WHY, Desk, actions_of
from workflows.scoring import POINTS_MAX
from workflows.screening.batch import again

NUMBER = "2026-7"
GUIDE: dict[str, Any] = {
    "number": NUMBER,
    "name": "Summer call",
    "channel": "regular",
    "guide": "What serves many people first.",
    "what_is_needed": "Statement of need, targets, three quotes.",
    "scope": ["software", "data"],
    "quota": 3,
    "ceiling": 300_000_00,
}


def data(desk: Desk, code: str) -> dict[str, Any]:
    """Give what is filled in."""
    return dict(desk.case(code).data)


def called(desk: Desk) -> str:
    """Start a call whose window is ten days."""
    code = desk.start("application-call", "rex", unit="QH")
    desk.save(code, "rex", **GUIDE, opens_on=desk.day(), closes_on=desk.day(10))
    return code


def published(desk: Desk) -> str:
    """Bring a call to its publication."""
    code = called(desk)
    desk.act(code, "rex", "submit")
    assert desk.act(code, "hal", "publish") == "open"
    return code


def judged(desk: Desk, code: str, missing: int, state: str = "reserve_decision", **more: Any) -> None:  # noqa: ANN401  # fields
    """Put an application into the batch whose experts gave all points but so many of the use of money."""
    desk.project(code, state, batch=NUMBER, name=code, beneficiaries=1000, **more)
    case = desk.case(code).copy()
    points = {**POINTS_MAX, "c1": POINTS_MAX["c1"] - missing}
    sheets = [Ballot("t", "", f"e{n}", Choosing.PASS, NOW, form={**points, "advice": "recommend"}) for n in range(3)]
    case.rounds = {"expert_scoring": tuple(sheets)}
    case.actors = {"draft.submit": Mark("pam", NOW + timedelta(days=int(more.get("later", 0))))}
    desk.store.cases.put(case)


CLAIMED: dict[str, Any] = {
    "priority_claims": ["efficiency"],
    "priority_measure": "by the log",
    "targets": [{"indicator": "wait"}],
}


def test_every_way_of_a_call() -> None:
    """Sent back once, published, extended once, closed by the clock, ranked when all is decided, then closed."""
    desk = Desk()
    code = called(desk)
    assert sum(line["weight"] for line in data(desk, code)["weights"]) == 100
    assert data(desk, code)["pass_points"] == 75
    assert desk.act(code, "rex", "submit") == "approving"
    assert desk.back(code, "hal", "return", reason_code="rule") == "drafting"
    desk.save(code, "rex", pass_points=80)
    desk.act(code, "rex", "submit")
    assert desk.act(code, "hal", "publish") == "open"
    sealed = data(desk, code)["seed_commitment"]
    assert "seed" not in data(desk, code)
    assert desk.back(code, "hal", "extend", reason_code="few", extended_to=desk.day(20)) == "open"
    assert desk.refused(code, "hal", "extend", WHY, reason_code="few", extended_to=desk.day(30)) == {
        "guard.times_reached"
    }
    desk.wait(15)
    assert desk.case(code).state == "open"
    desk.wait(8)
    assert desk.case(code).state == "screening"
    judged(desk, "QH-2026-0002", 0, state="panel_meeting")
    assert desk.refused(code, "rex", "rank") == {"call.undecided"}
    judged(desk, "QH-2026-0002", 0)
    assert desk.act(code, "rex", "rank") == "ranked"
    assert digest(data(desk, code)["seed"]) == sealed
    assert desk.refused(code, "rex", "close") == {"call.pool_undecided"}
    desk.project("QH-2026-0002", "reserved")
    assert desk.act(code, "rex", "close") == "closed"
    assert data(desk, code)["outcome"] == [
        {"township": "T01", "applied": 1, "applied_cost": 100_000_00, "admitted": 1, "admitted_cost": 100_000_00}
    ]
    assert desk.taken("application-call") == actions_of("application-call")


def test_what_a_call_is_refused_for() -> None:
    """Weights that do not make a hundred, a number twice, a window that is past, and deciding on one's own guide."""
    desk = Desk()
    first = published(desk)
    code = called(desk)
    weights = [dict(line) for line in data(desk, code)["weights"]]
    weights[0]["weight"] = 13
    desk.save(code, "rex", weights=weights)
    assert desk.refused(code, "rex", "submit") == {"call.weights", "call.number_taken"}
    weights[0]["weight"] = 14
    desk.save(code, "rex", number="2026-8", weights=weights)
    desk.act(code, "rex", "submit")
    desk.wait(11)
    assert desk.refused(code, "hal", "publish") == {"call.window_past"}
    desk.wait(3)
    assert desk.case(first).state == "screening"


def ranking(desk: Desk) -> list[dict[str, Any]]:
    """Rank the batch; gives the rows."""
    code = published(desk)
    desk.wait(14)
    assert desk.act(code, "rex", "rank") == "ranked"
    rows: list[dict[str, Any]] = data(desk, code)["ranking"]
    return rows


def test_a_tagged_project_ranks_above_an_equal_one() -> None:
    """Priority classes come before the index: the same points, one of them with a measurable priority."""
    desk = Desk()
    judged(desk, "QH-2026-0002", 5)
    judged(desk, "QH-2026-0003", 5, **CLAIMED)
    rows = ranking(desk)
    assert [(row["project"], row["class"]) for row in rows] == [("QH-2026-0003", "first"), ("QH-2026-0002", "third")]
    assert [row["total"] for row in rows] == ["95.00", "95.00"]


def test_every_component_is_there_and_gives_the_order_again() -> None:
    """Index by hand: 0.75 of the points, readiness, urgency, equity; the order follows from the table alone."""
    desk = Desk(policy={"screening.township_population": {"T01": 50_000, "T02": 10}})
    due = desk.day(100)
    judged(desk, "QH-2026-0002", 4, ready_parts=["site", "team"], policy_due_on=due, policy_basis="document 8")
    judged(desk, "QH-2026-0003", 0)
    judged(desk, "QH-2026-0004", 4, ready_parts=["site", "team"], policy_due_on=due, amount=90_000_00)
    rows = ranking(desk)
    first = rows[0]
    assert [row["project"] for row in rows] == ["QH-2026-0004", "QH-2026-0002", "QH-2026-0003"]
    assert (first["total"], first["points_c"], first["readiness"], first["urgency"]) == ("96.00", "26.00", 40, 100)
    assert (first["equity"], first["penalty"], first["index"]) == ("100.00", 0, "91.00")
    assert (first["cost_per_head"], first["funded_per_head"]) == (9_000, 0)
    (code,) = (one.code for one in desk.store.cases.of("application-call"))
    assert again(rows[::-1], data(desk, code)["seed"]) == [row["project"] for row in rows]


def test_equal_projects_are_drawn_by_the_seed_that_was_sealed() -> None:
    """With nothing else to tell them apart, the order is that of SHA-256 over code and seed."""
    desk = Desk()
    for number in range(2, 8):
        judged(desk, f"QH-2026-000{number}", 3)
    rows = ranking(desk)
    assert [row["draw"] for row in rows] == sorted(row["draw"] for row in rows)
    assert len({row["index"] for row in rows}) == 1


def test_a_project_is_admitted_by_its_rank() -> None:
    """Its rank, index and class come from the call; one that is better and waits must be answered for in writing."""
    desk = Desk(policy={"reviews_entered_until": None})
    judged(desk, "QH-2026-0002", 0)
    judged(desk, "QH-2026-0003", 9)
    for code in ("QH-2026-0002", "QH-2026-0003"):
        desk.seat(code)
    assert desk.refused("QH-2026-0003", "hal", "admit", notice_text="the list") == {"rank.no_call"}
    ranking(desk)
    assert desk.refused("QH-2026-0003", "hal", "admit", notice_text="the list") == {"rank.out_of_order"}
    why = "the first one waits for its land"
    assert desk.act("QH-2026-0003", "hal", "admit", notice_text="the list", out_of_order_reason=why) == "reserve_notice"
    given = data(desk, "QH-2026-0003")
    assert (given["rank"], given["priority_class"], given["priority_index"]) == (2, "third", "75.25")


@pytest.mark.parametrize("state", ["drafting", "approving"])
def test_a_call_that_is_not_published_takes_nothing(state: str) -> None:
    """Its number is nobody's call yet."""
    desk = Desk()
    code = called(desk)
    if state == "approving":
        desk.act(code, "rex", "submit")
    desk.project(CODE, "draft", batch=NUMBER, categories=["software"])
    desk.seat(CODE)
    assert "call.unknown" in desk.refused(CODE, "pam", "submit")
