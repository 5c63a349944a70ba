"""What the reviewers of township and county fill in."""

from typing import Any

from workflows.demo.scenes import Scene

TOWNSHIP_CHECKS = (
    "papers",
    "duty",
    "unified",
    "negative",
    "reuse",
    "truth",
    "measurable",
    "cost",
    "funding",
    "sharing",
    "upkeep",
    "whole",
)
COUNTY_CHECKS = (
    "scope",
    "unified",
    "negative",
    "duplicate",
    "funding",
    "bar",
    "classified",
    "truth",
    "form",
    "papers",
    "basis",
    "need",
    "targets",
    "route",
    "sharing",
    "grade",
    "cost",
    "upkeep",
)
COMMITTEE = 9
OVERLAP_USUAL = 18


def township_checklist(it: Scene) -> dict[str, Any]:
    """Twelve lines, one of them not applicable; what the system finds of like projects is doubted with a reason."""
    odd = it.project.pick(["sharing", "reuse", "funding"], "township")
    doubted = dict(it.project.get("doubted", {}))
    if it.project.get("negative") or it.project.get("cleared"):
        doubted["negative"] = it.say("negative_doubt")
    return {
        "township_checklist": [
            {"check": check, "result": "doubt", "remark": doubted[check]}
            if check in doubted
            else _line(it, check, check == odd)
            for check in TOWNSHIP_CHECKS
        ]
    }


def _line(it: Scene, check: str, is_odd: bool) -> dict[str, Any]:  # noqa: FBT001  # one line, one question
    if not is_odd:
        return {"check": check, "result": "passed"}
    remark = it.project.pick(it.phrases["remarks"], check)
    return {"check": check, "result": it.project.pick(["na", "doubt"], check), "remark": remark}


def township_meeting(it: Scene) -> dict[str, Any]:
    """The joint meeting with its votes and minutes."""
    return {
        "township_meetings": [meeting(it, "meeting")],
        "township_minutes": [it.paper("township_minutes")],
        "township_order": 1 + it.draw("order", 3),
    }


def meeting(it: Scene, resolution: str) -> dict[str, Any]:
    """Give a lawful meeting held today."""
    away, recused = it.draw(resolution, 2), it.draw(f"{resolution} recused", 2)
    present = COMMITTEE - away
    return {
        "held_on": it.today,
        "entitled": COMMITTEE,
        "present": present,
        "recused": recused,
        "in_favour": present - recused,
        "against": 0,
        "resolution": it.say(resolution),
    }


def preliminary_checklist(it: Scene) -> dict[str, Any]:
    """Eighteen lines, the duplicate search and the negative list."""
    hits = it.project.get("negative")
    failing = {"negative": "failed"} if hits else {}
    odd = it.project.pick(["sharing", "targets", "route"], "county")
    rows = [
        {**_line(it, check, check == odd), "basis": it.say("guide")}
        if check not in failing
        else {"check": check, "result": "failed", "basis": it.say("guide"), "remark": it.say("negative_remark")}
        for check in COUNTY_CHECKS
    ]
    return {
        "preliminary_checklist": rows,
        "duplicates": [_duplicate(it)],
        **({"negative_hits": list(hits)} if hits else {}),
    }


def cleared(it: Scene) -> dict[str, Any]:
    """The head clears what only looks like a hit."""
    item, why = it.project.get("cleared")
    return {"negative_cleared": [{"item": item, "reason": why}]}


def _duplicate(it: Scene) -> dict[str, Any]:
    overlap = int(it.project.get("overlap", OVERLAP_USUAL + it.draw("overlap", 15)))
    found = it.project.get("like") or it.project.pick(it.phrases["similar"], "similar")
    if overlap >= 70:  # noqa: PLR2004  # duplicate construction
        return {"found": it.say("similar_unified"), "overlap_percent": overlap, "handling": "open"}
    if overlap >= 40:  # noqa: PLR2004  # to be explained
        remark = it.say("overlap_remark")
        return {"found": found, "overlap_percent": overlap, "handling": "justified", "remark": remark}
    return {"found": found, "overlap_percent": overlap, "handling": "none"}


def issues(it: Scene) -> dict[str, Any]:
    """The one-time notice."""
    return {"issues": _issues(it, answered=0)}


def some_answers(it: Scene) -> dict[str, Any]:
    """Some of the issues are answered."""
    return {"issues": _issues(it, answered=int(it.project.get("answered", 0)))}


def answers(it: Scene) -> dict[str, Any]:
    """All issues are answered."""
    return {"issues": _issues(it, answered=len(it.phrases["issues"]))}


def _issues(it: Scene, answered: int) -> list[dict[str, Any]]:
    raised = it.phrases["issues"][: int(it.project.get("issue_count", 1))]
    rows: list[dict[str, Any]] = [
        {"part": part, "issue": issue, "ground": ground, "new_matter": False} for part, issue, ground in raised
    ]
    replies = zip(rows[:answered], it.phrases["answers"], it.phrases["changed"], strict=False)
    for row, answer, changed in replies:
        row |= {"answer": answer, "changed_part": changed}
    return rows


def reason(it: Scene) -> dict[str, Any]:
    """The reason for a refusal, as the story tells it."""
    (code, basis), *_ = it.project.get("reasons").values()
    return {"reason_code": code, "reason_basis": basis}


BUILDERS = (township_checklist, township_meeting, preliminary_checklist, cleared, issues, some_answers, answers, reason)
