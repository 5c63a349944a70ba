"""The application F-APP as the demo's townships fill it in."""

from datetime import timedelta
from typing import Any

from workflows.demo.places import fen
from workflows.demo.scenes import Scene, parts

DEFAULTS = {"security": "network"}


def first_page(it: Scene) -> dict[str, Any]:
    """What one knows when opening an application."""
    project = it.project
    urgent = {"emergency": True} if project.get("emergency") else {"emergency": False}
    return {
        "name": project.data["name"],
        "build_kind": "new",
        "categories": list(project.data["categories"]),
        "contact": it.say("contact"),
        "public_service": bool(project.get("public", True)),
        **urgent,
    }


def application(it: Scene) -> dict[str, Any]:
    """The whole form with its papers."""
    return {**unfinished_application(it), **_money(it), **_papers(it), **_call(it), **_targets(it)}


def unfinished_application(it: Scene) -> dict[str, Any]:
    """Need and solution, without targets, money and papers."""
    project, usual = it.project, _usual(it)
    return {
        "problem": project.data["problem"],
        "goal": project.data["goal"],
        "service_objects": project.data["objects"],
        "beneficiaries": project.data["people"],
        "priority_claims": [it.project.pick(["efficiency", "livelihood", "business"], "priority")],
        "priority_measure": it.say("priority_measure"),
        "functions": [{"function": name, "purpose": purpose} for name, purpose in project.data["functions"]],
        "existing_systems": usual["existing"],
        "data_exchange": usual["exchange"],
        "security_guess": usual["grade"],
        "duration_months": project.get("months", 6),
        "risks": usual["risks"],
        "operations_owner": it.say("operations_owner"),
        "innovation": usual["innovation"],
        "amount": project.amount,
    }


def _usual(it: Scene) -> dict[str, Any]:
    first = it.project.data["categories"][0]
    return dict(it.phrases["defaults"][DEFAULTS.get(first, first)])


def _targets(it: Scene) -> dict[str, Any]:
    reached = (it.on + timedelta(days=540)).isoformat()
    return {
        "targets": [
            {"indicator": indicator, "baseline": base, "target": target, "measure": measure, "due_on": reached}
            for indicator, base, target, measure in it.project.data["targets"]
        ]
    }


def _call(it: Scene) -> dict[str, Any]:
    urgent = it.project.get("emergency")
    if urgent:
        kind, basis = urgent
        return {
            "emergency_type": kind,
            "emergency_basis": basis,
            "emergency_document": it.paper("emergency"),
        }
    return {"batch": batch_of(it)}


def batch_of(it: Scene) -> str:
    """Give the call a project answers: its own, else by the half-year in which it is submitted."""
    if it.call:
        return it.call
    on = it.day_of("apply.submit")
    return f"{on.year}-{1 if on.month <= 6 else 2}"  # noqa: PLR2004  # the first half of a year


def estimate(it: Scene) -> list[dict[str, Any]]:
    """Give the estimate's lines by category."""
    lines = _usual(it)["estimate"]
    costs = parts(it.project.amount, [percent for _, _, percent in lines], step=100_00)
    return [
        {"category": category, "content": content, "cost": cost, "basis": "quotes" if place == 0 else "standard"}
        for place, ((category, content, _), cost) in enumerate(zip(lines, costs, strict=True))
    ]


def _money(it: Scene) -> dict[str, Any]:
    return {
        "cost_based_on": (it.on - timedelta(days=20)).isoformat(),
        "estimate": estimate(it),
        "source_wishes": [{"kind": kind, "wished": fen(amount)} for kind, amount in it.project.data["sources"].items()],
    }


def _papers(it: Scene) -> dict[str, Any]:
    return {
        "need_statement": it.paper("need"),
        "target_form": it.paper("targets"),
        "cost_basis": [it.paper(f"quote_{letter}") for letter in "abc"],
    }


BUILDERS = (first_page, application, unfinished_application)
