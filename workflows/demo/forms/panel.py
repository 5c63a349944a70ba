"""The expert panel of the demo: members, score sheets, opinions."""

from typing import Any

from workflows.demo.scenes import Scene, advice
from workflows.scoring import unexplained
from workflows.screening.cost_and_return import CRITERION


def panel(it: Scene) -> dict[str, Any]:
    """Members as drawn; who has a conflict is listed as recused. Where seats were drawn, only the chair is named."""
    if it.project.is_seated:
        return {"chair": it.members[0].id}
    away = [_member(one, declaration="conflict", standing="recused", remark=it.say("recusal")) for one in it.kept_out]
    return {
        "panel_members": [*away, *(_member(one, declaration="clear", standing="active") for one in it.members)],
        "chair": it.members[0].id,
        "draw_record": it.number("CQ"),
        "exclusions": it.say("exclusions"),
    }


def _member(one: Any, **more: str) -> dict[str, Any]:  # noqa: ANN401  # an expert
    return {"expert": one.id, "specialty": one.specialty, "employer": one.employer, **more}


def sheet(it: Scene) -> dict[str, Any]:
    """One expert's sheet."""
    return _sheet(it, second=False)


def second_sheet(it: Scene) -> dict[str, Any]:
    """One expert's sheet of the second round."""
    return _sheet(it, second=True)


def _sheet(it: Scene, *, second: bool) -> dict[str, Any]:
    points = it.sheet(it.turn, second=second)
    lines = it.phrases["score_remarks"]
    told = dict.fromkeys([*unexplained(points, []), CRITERION])
    remarks = [{"criterion": name, "remark": it.project.pick(lines, name)} for name in told]
    whole = {**points, "advice": advice(sum(points.values()))}
    return {**whole, "score_remarks": remarks}


def panel_opinion(it: Scene) -> dict[str, Any]:
    """The panel's opinion: score, signatures, no veto. Where seats were drawn, both come from the sheets and seats."""
    if it.project.is_seated:
        return {
            "chair_summary": it.say("chair_summary"),
            "panel_opinion": it.paper("panel_opinion"),
            "veto_items": ["none"],
        }
    return {
        "panel_score": it.panel_score(),
        "panel_opinion": it.paper("panel_opinion"),
        "signatures": [{"expert": one.id, "position": "agrees", "signed_on": it.today} for one in it.members],
        "veto_items": ["none"],
    }


def panel_conditions(it: Scene) -> dict[str, Any]:
    """The opinion with conditions: what the applicant is to change."""
    wanted = it.phrases["opinions"][: int(it.project.get("opinion_count", 4))]
    return {**panel_opinion(it), "adoptions": [{"opinion": opinion} for opinion in wanted]}


def some_adoptions(it: Scene) -> dict[str, Any]:
    """Some opinions are taken up."""
    return {"adoptions": _adoptions(it, int(it.project.get("adopted", 0)))}


def adoptions(it: Scene) -> dict[str, Any]:
    """All opinions are taken up."""
    return {"adoptions": _adoptions(it, len(it.phrases["opinions"]))}


def _adoptions(it: Scene, done: int) -> list[dict[str, Any]]:
    wanted = it.phrases["opinions"][: int(it.project.get("opinion_count", 4))]
    place = it.say("adopted_place")
    return [
        {"opinion": opinion, "adopted": "adopted", "place": place} if number < done else {"opinion": opinion}
        for number, opinion in enumerate(wanted)
    ]


def revised_scores(it: Scene) -> dict[str, Any]:
    """Points after the revision, enough to pass."""
    return {
        "revised_scores": [
            {"expert": one.id, "points_a": 32, "points_b": 24, "points_c": 23, "advice": "recommend"}
            for one in it.members
        ]
    }


BUILDERS = (
    panel,
    sheet,
    second_sheet,
    panel_opinion,
    panel_conditions,
    some_adoptions,
    adoptions,
    revised_scores,
)
