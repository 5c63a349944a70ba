"""The reserve pool of the demo: ranking, notice, objections, adjustments, the annual plan."""

from fractions import Fraction
from typing import Any

from workflows.demo.forms.application import batch_of
from workflows.demo.forms.review import meeting
from workflows.demo.scenes import Scene
from workflows.ranking import Readiness, priority_index
from workflows.scoring import hundredths

PLAN_CEILING = 30_000_000_00
FIRST_CLASS = 85
LARGE = frozenset({"T3", "T4"})


def ranking(it: Scene) -> dict[str, Any]:
    """Rank and index in the batch; T3 and T4 with the lead group's minutes. A call that is a case ranks by itself."""
    if it.call:
        why = it.project.get("out_of_order")
        return {"notice_text": it.say("notice"), **({"out_of_order_reason": why} if why else {})}
    total = Fraction(it.panel_score())
    readiness = Readiness(3 + it.draw("ready", 3), 60 + 30 * it.draw("days", 5), Fraction(it.draw("share", 10), 10))
    minutes = (
        {"pool_meetings": [meeting(it, "pool_meeting")], "pool_minutes": [it.paper("pool_minutes")]}
        if it.project.tier in LARGE
        else {}
    )
    return {
        "ranking_version": f"{batch_of(it)}-{it.project.get('ranking')[0]}",
        "ranking_locked_on": it.today,
        "rank": it.rank,
        "priority_index": hundredths(priority_index(total, readiness)),
        "priority_class": "first" if total >= FIRST_CLASS else "second",
        "notice_text": it.say("notice"),
        **minutes,
    }


def deferral(it: Scene) -> dict[str, Any]:
    """The reason to wait, and until when."""
    code, basis = it.project.get("reasons")["reserve_decision.defer"]
    return {"look_again_on": it.later(120), "reason_code": code, "reason_basis": basis}


def objection(it: Scene) -> dict[str, Any]:
    """Somebody objects during the notice."""
    row = {"received_on": it.today, "matter": it.say("objection"), "standing": "investigating"}
    return {"objections": [{**row, "investigator": it.say("investigator")}]}


def objection_dismissed(it: Scene) -> dict[str, Any]:
    """The objection is answered: without ground."""
    row = {
        "received_on": it.day_of("objection.save").isoformat(),
        "matter": it.say("objection"),
        "standing": "dismissed",
        "investigator": it.say("investigator"),
        "decided_on": it.today,
        "answer": it.say("objection_answer"),
    }
    return {"objections": [row]}


def reconfirmation(it: Scene) -> dict[str, Any]:
    """The need is confirmed, costs brought up to date."""
    return {"reconfirmed_on": it.today, "cost_based_on": it.today}


def confirmation(it: Scene) -> dict[str, Any]:
    """The unit answers the adjustment of the pool: still needed, at today's prices."""
    return {"still_needed": "yes", "cost_based_on": it.today}


def freeze_decision(it: Scene) -> dict[str, Any]:
    """The pool's adjustment: freeze."""
    return {"adjustments": [_adjustment(it, "freeze", it.project.get("frozen")[0])]}


def freeze_condition(it: Scene) -> dict[str, Any]:
    """What must be met to unfreeze."""
    return {"freeze_cause": "funding", "freeze_condition": it.project.get("frozen")[1]}


def remove_decision(it: Scene) -> dict[str, Any]:
    """The pool's adjustment: remove."""
    return {"adjustments": [_adjustment(it, "remove", it.project.get("removed"))]}


def _adjustment(it: Scene, decision: str, cause: str) -> dict[str, Any]:
    return {"decision": decision, "decided_on": it.today, "document": it.letter("pool"), "cause": cause}


def plan_item(it: Scene) -> dict[str, Any]:
    """The item of the annual plan."""
    return {
        "plan_year": it.on.year,
        "plan_item": f"{it.on.year}-{it.project.number:03}",
        "plan_document": it.letter("plan", 1),
        "plan_ceiling": PLAN_CEILING,
    }


BUILDERS = (
    ranking,
    deferral,
    objection,
    objection_dismissed,
    reconfirmation,
    confirmation,
    freeze_decision,
    freeze_condition,
    remove_decision,
    plan_item,
)
