"""Study, budget, funds, plan and approval of the demo's projects."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from workflows.demo.forms.application import estimate
from workflows.demo.forms.review import meeting
from workflows.demo.places import fen
from workflows.demo.scenes import Scene, parts

CHAPTERS = (
    "overview",
    "necessity",
    "current",
    "needs",
    "goals",
    "options",
    "route",
    "security",
    "resources",
    "schedule",
    "cost",
    "funding",
    "benefits",
    "hazards",
)
STAGES = {
    "equipment": "purchase",
    "line": "construction",
    "development": "construction",
    "data_work": "construction",
    "integration": "integration",
    "protection": "assessment",
    "training": "training",
    "testing": "integration",
    "supervision": "construction",
    "contingency": "audit",
}
BORROWING = frozenset({"policy_loan"})
LARGE = frozenset({"T3", "T4"})


def study(it: Scene) -> dict[str, Any]:
    """The study is approved, the budget reviewed with a cut. A study that is a case is not typed."""
    amount = it.project.amount
    cut = fen(it.project.get("cut", "0")) or amount // 100 * (2 + it.draw("cut", 5))
    typed = {
        "study_report": it.paper("study"),
        "study_sections": list(CHAPTERS),
        "study_estimate": amount,
        "study_number": it.letter("study"),
        "study_approved_on": it.today,
    }
    return {
        **({} if it.project.get("studied") else typed),
        "budget_lines": _budget(it),
        "budget_submitted": amount + cut,
        "budget_total": amount,
        "budget_number": it.letter("budget"),
        "budget_approved_on": it.today,
        "cut_reason": it.say("cut_reason"),
    }


def _budget(it: Scene) -> list[dict[str, Any]]:
    return [
        {
            "stage": STAGES[line["category"]],
            "category": line["category"],
            "content": line["content"],
            "quantity": 1,
            "unit_price": line["cost"],
            "cost": line["cost"],
            "basis": it.say("guide"),
        }
        for line in estimate(it)
    ]


def funding_and_plan(it: Scene) -> dict[str, Any]:
    """All sources are firm; plan and security papers are there."""
    return {"funding_sources": sources(it, {}), **_plan(it), **_security(it)}


def gap(it: Scene) -> dict[str, Any]:
    """One application for funds failed, another is under way."""
    whole, lacking = it.project.amount, fen(it.project.get("gap"))
    rows = [
        {"kind": "county_budget", "promised": whole - lacking, "standing": "committed", "document": it.number("ZB")},
        {"kind": "higher_grant", "promised": lacking, "standing": "refused", "borrower": "none"},
        {"kind": "township_own", "promised": lacking, "standing": "applied", "borrower": "none"},
    ]
    return {"funding_sources": rows, **_plan(it), **_security(it)}


def sources(it: Scene, received: Mapping[str, int]) -> list[dict[str, Any]]:
    """Give the sources, with so much received of each."""
    rows: list[dict[str, Any]] = []
    for kind, wan in it.project.data["sources"].items():
        promised, come = fen(wan), received.get(kind, 0)
        row: dict[str, Any] = {
            "kind": kind,
            "promised": promised,
            "standing": "effective" if come else "committed",
            "document": f"{it.number('ZB')}-{len(rows) + 1}",
            "borrower": "enterprise" if kind in BORROWING else "none",
            "guarantee": False,
        }
        if come:
            row |= {"received": come, "received_on": it.day_of("begin.save").isoformat()}
        rows.append(row)
    return rows


def _plan(it: Scene) -> dict[str, Any]:
    return {
        "milestones": milestones(it, reached=0),
        "team": it.say_in("delivery", "team"),
        "training_plan": it.say_in("delivery", "training"),
        "contingency_plan": it.say_in("delivery", "contingency"),
    }


def milestones(it: Scene, reached: int) -> list[dict[str, Any]]:
    """Give the milestones over the time of building; those within `reached` percent are accepted."""
    first, last = it.delivery
    days = max((last - first).days, 8)
    rows, done = [], 0
    for name, deliverable, weight, payment in it.phrases["delivery"]["milestones"]:
        start, done = done, done + weight
        row: dict[str, Any] = {
            "milestone": name,
            "start_on": (first + timedelta(days=days * start // 100)).isoformat(),
            "finish_on": (first + timedelta(days=days * done // 100)).isoformat(),
            "weight": weight,
            "deliverable": deliverable,
            "owner": it.say("contact"),
            "payment_percent": payment,
            "before_acceptance": True,
        }
        if done <= reached:
            finished = min(first + timedelta(days=days * done // 100), it.on)
            row |= {"accepted_on": finished.isoformat(), "evidence": it.say_in("delivery", "evidence")}
        rows.append(row)
    return rows


def _security(it: Scene) -> dict[str, Any]:
    return {
        "protection_grade": "grade2",
        "crypto_plan": it.paper("crypto"),
        "sharing_catalogue": it.paper("catalogue"),
    }


def department_opinion(it: Scene) -> dict[str, Any]:
    """A department agrees, sometimes with a demand."""
    demand = it.say("demand")
    if it.draw(f"opinion {it.on}", 3):
        return {"department_opinion": "agree"}
    return {"department_opinion": "agree_with_conditions", "opinion_conditions": demand}


def approval(it: Scene) -> dict[str, Any]:
    """The approval's number; T1 with its filing, T3 and T4 with minutes."""
    found: dict[str, Any] = {"approval_number": it.letter("approval")}
    if it.project.tier == "T1":
        found["filing_number"] = it.number("BA")
    if it.project.tier in LARGE:
        found["approval_meetings"] = [meeting(it, "approval_meeting")]
        found["approval_minutes"] = [it.paper("approval_minutes")]
    return found


def tender(it: Scene) -> dict[str, Any]:
    """The purchase is under way, the first money has come."""
    row = {"number": it.number("HT"), "subject": "construction", "supplier": it.say("open_tender")}
    return {
        "contracts": [{**row, "price": it.project.amount, "standing": "tender", "prefinancing": False}],
        "funding_sources": sources(it, it.project.come),
    }


def contracts(it: Scene) -> dict[str, Any]:
    """Contracts are signed, the first money has come."""
    return {"contracts": signed(it, "effective"), "funding_sources": sources(it, it.project.come)}


def signed(it: Scene, standing: str) -> list[dict[str, Any]]:
    """Give the contracts: building, and supervision from T3 on."""
    _, contracted, _ = it.project.money
    whole = contracted or it.project.amount
    shares = [97, 3] if it.project.tier in LARGE else [100]
    supplier = it.project.pick(it.phrases["suppliers"], "supplier")
    who = [("construction", supplier), ("supervision", it.say("supervision"))]
    return [
        {
            "number": f"{it.number('HT')}-{place}",
            "subject": subject,
            "supplier": name,
            "price": price,
            "signed_on": it.day_of("begin.save").isoformat(),
            "standing": standing,
            "prefinancing": False,
        }
        for place, ((subject, name), price) in enumerate(zip(who, parts(whole, shares), strict=False), 1)
    ]


def kickoff(it: Scene) -> dict[str, Any]:
    """The kick-off papers."""
    return {
        "kickoff_form": it.paper("kickoff"),
        "manager_letter": it.paper("manager_letter"),
        "team": it.say_in("delivery", "team"),
    }


BUILDERS = (study, funding_and_plan, gap, department_opinion, approval, tender, contracts, kickoff)
