"""Seats of a panel: every action, who can not be drawn, and a panel that takes a project from set-up to its opinion."""

from typing import Any

from engine.commands import Act
from engine.lots import recompute
from tests.workflows.money.desk import CODE, FILE, WHY, Desk, actions_of
from tests.workflows.screening.panel import EXPERTS, NO_RELATION, STRICT, active, drawn
from workflows.scoring import POINTS_MAX

USUAL = {name: -(-most * 3 // 4) for name, most in POINTS_MAX.items()} | {"a1": 12, "c1": 9, "b2": 7}
GOOD: dict[str, Any] = {**USUAL, "advice": "recommend"}


def setting(**policy: Any) -> Desk:  # noqa: ANN401  # policy values
    """A T1 project whose panel is to be set up, with nothing typed."""
    desk = Desk("expert_setup", policy={**STRICT, **policy})
    desk.seat(CODE)
    return desk


def test_every_way_of_a_seat() -> None:
    """Accepts and signs and is paid; declines; is silent; recuses; is challenged; does not score in time."""
    desk = setting()
    silent, _ = drawn(desk)
    desk.wait(5)
    assert desk.case(silent).state == "replaced"
    refusing, expert = drawn(desk)
    assert desk.act(refusing, expert, "decline", WHY, decline_reason="abroad") == "replaced"
    desk = setting(**{"screening.experts": [*EXPERTS, *_more()]})
    kin, expert = drawn(desk)
    desk.act(kin, expert, "accept")
    desk.save(kin, expert, **{**NO_RELATION, "kin": "yes"})
    assert desk.refused(kin, expert, "clear") == {"seat.conflict"}
    assert desk.act(kin, expert, "recuse", "the mayor is my cousin") == "replaced"
    late, _ = active(desk)
    desk.wait(14)
    assert desk.case(late).state == "replaced"
    challenged, _ = active(desk)
    grounds = {"challenger": "T02", "challenge_grounds": "sold them a server", "challenge_finding": "it is on the bill"}
    assert desk.refused(challenged, "rex", "challenged", WHY, **grounds, challenge_upheld_on=desk.day(1)) == {
        "seat.upheld_on"
    }
    assert desk.act(challenged, "rex", "challenged", WHY, **grounds, challenge_upheld_on=desk.day()) == "replaced"
    desk.project(CODE, "plan_selected")
    code, expert = active(desk)
    assert desk.refused(code, expert, "sign") == {"field.required", "seat.no_opinion"}
    desk.save(code, expert, opinion="the costs are twice what others pay", position="dissents")
    assert desk.refused(code, expert, "sign") == {"seat.no_dissent"}
    desk.save(code, expert, dissent="no quote supports the third line")
    assert desk.act(code, expert, "sign") == "signed"
    desk.save(code, "fin", hours=4, fee=1_200_01, fee_voucher="P-1")
    assert desk.refused(code, "fin", "pay") == {"seat.fee"}
    desk.save(code, "fin", fee=1_200_00)
    assert desk.act(code, "fin", "pay") == "paid"
    taken = {name for one in desk.store.cases.of("expert-panel") for name in one.times}
    assert taken | {"invited.decline", "invited.timeout"} == actions_of("expert-panel")


def _more() -> list[dict[str, Any]]:
    """Three more experts of software."""
    return [{"expert": f"ex{n}", "specialty": "software", "employer": f"college {n}"} for n in (10, 11, 12)]


def test_the_draw_can_be_done_again_by_anybody() -> None:
    """Commitment before, seed and word after, and the same expert comes out."""
    desk = setting()
    code, expert = drawn(desk, "lottery 07 11 23")
    (again,) = recompute(code, desk.store.history(code))
    assert (again.faults, again.drawn) == ((), (expert,))


def test_who_can_not_be_drawn() -> None:
    """Another specialty, a colleague of who sits, an interest in the township, and who declined three times."""
    interested = {"expert": "ex1", "specialty": "software", "employer": "institute 1", "interests": ["T01"]}
    desk = setting(**{"screening.experts": [interested, *EXPERTS[1:]]})
    first, expert = drawn(desk)
    assert expert == "ex2"
    assert desk.case(first).data["candidates"] == ["ex2"]
    same = [{**one, "employer": "institute 2"} if one["expert"] == "ex3" else one for one in EXPERTS]
    desk = setting(**{"screening.experts": [same[1], *same[2:]]})
    active(desk)
    second, expert = drawn(desk)
    assert (desk.case(second).data["specialty"], expert) == ("finance", "ex4")
    desk = setting(**{"screening.experts": EXPERTS[1:], "screening.declines_max_count": 1})
    code, expert = drawn(desk)
    desk.act(code, expert, "decline", WHY, decline_reason="abroad")
    assert desk.refused_start("expert-panel", "rex") == {"draw.too_few"}


def test_a_panel_is_full_when_its_seats_are() -> None:
    """Three for the smallest tier; a fourth is not begun, a replaced one is."""
    desk = setting()
    seats = [active(desk) for _ in range(3)]
    assert [desk.case(code).data["specialty"] for code, _ in seats] == ["software", "finance", "business"]
    assert desk.refused_start("expert-panel", "rex") == {"seat.none_free"}
    desk.wait(14)
    code, _ = drawn(desk)
    assert desk.case(code).data["seat"] == 1


def score(desk: Desk, expert: str, **points: Any) -> None:  # noqa: ANN401  # points
    """Let an expert score the project."""
    case = desk.case(CODE)
    (task,) = (task for task in case.tasks if task.principal == f"u:{expert}")
    form = {**GOOD, **points}
    desk.runtime.execute(Act(case_id=CODE, actor=desk.actor(expert), action="score", task=task.id, form=form))


def test_a_panel_from_its_set_up_to_its_opinion() -> None:
    """Nothing about the panel is typed: members, total, summary are computed; all sign before the chair concludes."""
    desk = setting()
    assert desk.refused(CODE, "rex", "panel_ready", chair="ex1") >= {"panel.size", "panel.chair"}
    seats = [active(desk) for _ in range(3)]
    experts = [expert for _, expert in seats]
    assert desk.act(CODE, "rex", "panel_ready", chair=experts[0]) == "expert_scoring"
    assert desk.case(CODE).data["panel"] == experts
    for expert in experts:
        score(desk, expert, c1=8)
    case = desk.case(CODE)
    assert case.state == "panel_meeting"
    summary: Any = case.data["opinion_summary"]
    assert [row["sheet"] for row in summary] == [1, 2, 3]
    total = sum({**USUAL, "c1": 8}.values())
    assert {row["total"] for row in summary} == {f"{total}.00"}
    desk.save(CODE, experts[0], panel_opinion=FILE, veto_items=["none"])
    assert desk.refused(CODE, experts[0], "recommend") == {"signatures.missing", "opinion.no_summary"}
    for code, expert in seats:
        desk.save(code, expert, position="agrees")
        desk.act(code, expert, "sign")
    desk.save(CODE, experts[0], chair_summary="All three recommend; keep to the county's cloud.")
    assert desk.act(CODE, experts[0], "recommend") == "reserve_decision"


def test_a_replaced_expert_lets_the_panel_be_set_up_again() -> None:
    """While nobody left it is refused; when a seat was replaced, a new one is drawn and all score again."""
    desk = setting()
    seats = [active(desk) for _ in range(3)]
    desk.act(CODE, "rex", "panel_ready", chair=seats[1][1])
    assert desk.refused(CODE, "rex", "replace_expert", WHY) == {"panel.nobody_leaves"}
    grounds = {"challenger": "T02", "challenge_grounds": "sold them a server", "challenge_finding": "it is on the bill"}
    desk.act(seats[0][0], "rex", "challenged", WHY, **grounds, challenge_upheld_on=desk.day())
    assert desk.act(CODE, "rex", "replace_expert", WHY) == "expert_setup"
    _, fresh = active(desk)
    assert desk.act(CODE, "rex", "panel_ready", chair=seats[1][1]) == "expert_scoring"
    assert fresh in desk.case(CODE).data["panel"]
