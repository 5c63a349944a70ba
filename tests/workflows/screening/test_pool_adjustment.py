"""The pool's adjustment: every action, units that answer and that do not, and what the project then takes from it."""

from typing import Any

from tests.workflows.money.desk import CODE, FILE, WHY, Desk, actions_of
from tests.workflows.screening.test_calls import judged

MEETING = {"entitled": 3, "present": 3, "recused": 0, "in_favour": 3, "against": 0, "resolution": "agreed"}
STRICT: dict[str, Any] = {"reviews_entered_until": None}
TWO, THREE = "QH-2026-0002", "QH-2026-0003"


def pool(desk: Desk) -> None:
    """Three projects in the pool, two of them judged by experts."""
    desk.project(CODE, "reserved", cost_based_on=desk.day())
    judged(desk, TWO, 0, state="reserved", cost_based_on=desk.day(), priority_index="80.00")
    judged(desk, THREE, 6, state="reserved", cost_based_on="2025-01-01", priority_index="81.00")
    for one in (CODE, TWO, THREE):
        desk.seat(one)


def opened(desk: Desk) -> str:
    """Start an adjustment for a policy."""
    code = desk.start("pool-adjustment", "rex", unit="QH")
    desk.save(code, "rex", name="Half-year", cause="periodic")
    return code


def rows(desk: Desk, code: str) -> dict[str, dict[str, Any]]:
    """Give the listed projects by code."""
    table: Any = desk.case(code).data["items"]
    return {row["project"]: row for row in table}


def confirm(desk: Desk, project: str, **more: Any) -> None:  # noqa: ANN401  # fields
    """Let the unit confirm its project."""
    form = {"still_needed": "yes", "cost_based_on": desk.day(), **more}
    assert desk.act(project, "pam", "reconfirm", **form) == "reserved"


def proposed(desk: Desk, code: str, **changes: dict[str, Any]) -> None:
    """Change rows of the list."""
    desk.save(code, "rex", items=[{**row, **changes.get(name, {})} for name, row in rows(desk, code).items()])


def meeting(desk: Desk) -> dict[str, Any]:
    """The lead group's meeting of the day."""
    return {"meetings": [{**MEETING, "held_on": desk.day()}], "minutes": [FILE]}


def test_every_way_of_an_adjustment() -> None:
    """Cancelled; asked and answered by some; returned; objected to; applied, and the pool stands as decided."""
    desk = Desk("draft", policy=STRICT)
    empty = opened(desk)
    assert desk.refused(empty, "rex", "collect") == {"adjustment.empty"}
    assert desk.back(empty, "rex", "cancel") == "cancelled"
    pool(desk)
    code = opened(desk)
    assert desk.refused_start("pool-adjustment", "rex", unit="QH") == {"adjustment.running"}
    assert rows(desk, code)[THREE]["why"] == "old_costs"
    assert desk.act(code, "rex", "collect") == "confirming"
    confirm(desk, TWO, updated_people=500)
    confirm(desk, CODE, still_needed="no")
    desk.wait(8)
    assert desk.case(code).state == "confirming"
    desk.wait(10)
    assert desk.case(code).state == "proposing"
    found = rows(desk, code)
    assert [found[one].get("proposal") for one in (CODE, TWO, THREE)] == ["remove", "keep", "freeze"]
    assert (found[TWO]["repanel"], found[THREE]["answered"]) == (True, False)
    assert [found[one].get("rank_after") for one in (CODE, TWO, THREE)] == [None, 1, 2]
    assert desk.refused(code, "rex", "submit") == {
        "adjustment.no_reason",
        "adjustment.no_condition",
        "adjustment.repanel",
    }
    proposed(desk, code, **{CODE: {"reason": "the unit no longer needs it"}, TWO: {"reason": "halls were merged"}})
    proposed(desk, code, **{THREE: {"condition": "the unit confirms", "reason": "no answer in ten days"}})
    assert desk.act(code, "rex", "submit") == "deciding"
    assert desk.back(code, "lea", "return") == "proposing"
    desk.act(code, "rex", "submit")
    desk.save(code, "lea", **meeting(desk))
    assert desk.act(code, "lea", "approve") == "notice"
    objection = desk.start("objection", "acc", project=THREE, matter="notice", subject="the pool")
    desk.wait(10)
    assert desk.case(code).state == "notice"
    assert desk.refused(code, "hal", "uphold", WHY) == {"objection.none_upheld"}
    held = desk.case(objection).copy()
    held.state, held.entered_at, held.timers = "upheld", desk.clock.now(), ()
    desk.store.cases.put(held)
    assert desk.act(code, "hal", "uphold", WHY) == "proposing"
    proposed(desk, code, **{THREE: {"proposal": "keep"}})
    desk.act(code, "rex", "submit")
    desk.save(code, "lea", **meeting(desk))
    desk.act(code, "lea", "approve")
    desk.wait(12)
    assert desk.case(code).state == "applied"
    assert desk.taken("pool-adjustment") == actions_of("pool-adjustment")


def decided(desk: Desk, **proposals: dict[str, Any]) -> str:
    """Bring an adjustment to its end."""
    code = opened(desk)
    desk.act(code, "rex", "collect")
    desk.wait(18)
    keep = {name: {"proposal": "keep", "reason": "as it was decided"} for name in rows(desk, code)}
    proposed(desk, code, **{name: {**keep[name], **proposals.get(name, {})} for name in keep})
    desk.act(code, "rex", "submit")
    desk.save(code, "lea", **meeting(desk))
    desk.act(code, "lea", "approve")
    desk.wait(12)
    assert desk.case(code).state == "applied"
    return code


def test_the_project_moves_only_as_the_adjustment_decided() -> None:
    """Frozen by one, unfrozen by the next, removed by a third; nothing of it can be typed."""
    desk = Desk("draft", policy=STRICT)
    pool(desk)
    typed = [{"decision": "freeze", "decided_on": desk.day(), "document": "D09", "cause": "typed"}]
    desk.save(TWO, "rex", adjustments=typed)
    assert desk.refused(TWO, "rex", "freeze", WHY, freeze_cause="funding", freeze_condition="money") == {
        "adjustment.none"
    }
    decided(desk, **{TWO: {"proposal": "freeze", "condition": "money found"}})
    assert desk.refused(TWO, "rex", "remove", WHY) == {"adjustment.other"}
    assert desk.act(TWO, "rex", "freeze", WHY, freeze_cause="funding", freeze_condition="money found") == "frozen"
    assert "freeze.not_met" in desk.refused(TWO, "rex", "unfreeze", WHY)
    decided(desk, **{TWO: {"proposal": "unfreeze"}})
    assert desk.act(TWO, "rex", "unfreeze", WHY) == "reserved"
    decided(desk, **{TWO: {"proposal": "remove"}})
    assert desk.act(TWO, "rex", "remove", WHY) == "removed"


def test_the_pool_is_ranked_anew() -> None:
    """After an adjustment the project takes its new rank, index and class with the next thing that happens to it."""
    desk = Desk("draft", policy=STRICT)
    pool(desk)
    code = decided(desk)
    confirm(desk, THREE)
    data: dict[str, Any] = dict(desk.case(THREE).data)
    row = rows(desk, code)[THREE]
    assert (data["rank"], data["priority_index"], data["ranking_version"]) == (2, row["index_after"], code)
    assert desk.case(THREE).times["reserved.rerank"] == 1
