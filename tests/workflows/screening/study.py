"""A feasibility study as its author fills it in."""

from typing import Any

from tests.workflows.money.desk import FILE

WORDS = "The hall serves 1,200 people a month; each waits 40 minutes and comes twice. Names and figures are in annex 2."
RESOURCES = [{"kind": kind, "what": "one"} for kind in ("people", "equipment", "data", "network", "site", "outside")]
BENEFITS = [
    {"kind": kind, "indicator": kind, "formula": "after / before", "expected": "80 %"}
    for kind in ("economic", "social", "satisfaction")
]


def short_form(day: str, later: str) -> dict[str, Any]:
    """The eleven sections of a construction plan, for costs of 100,000 yuan."""
    return {
        "author": "Service office",
        **dict.fromkeys(("overview", "necessity", "route", "sharing", "compatibility", "contingency"), WORDS),
        "needs": [{"users": "residents", "volume": 14_400, "before": "two visits", "after": "one"}],
        "goals": [{"indicator": "wait", "baseline": "40", "target": "10", "measure": "minutes", "due_on": later}],
        "resources": RESOURCES,
        "milestones": [
            {"milestone": "build", "start_on": day, "finish_on": later, "weight": 70, "critical": True},
            {"milestone": "train", "start_on": day, "finish_on": later, "weight": 30},
        ],
        "cost_lines": [cost("1", 60_000_00), cost("2", 40_000_00, "product")],
        "running_costs": [{"year": year, "cost": 5_000_00} for year in (2027, 2028, 2029)],
        "funding": [{"kind": "county_budget", "year": 2026, "amount": 100_000_00}],
        "benefits": BENEFITS,
        "hazards": [{"risk": "late delivery", "likelihood": "middle", "measure": "second supplier"}],
        "report": FILE,
    }


def cost(line: str, amount: int, category: str = "development") -> dict[str, Any]:
    """One line of the estimate."""
    told = {"line": line, "stage": "construction", "category": category, "content": "x", "basis": "standard"}
    return {**told, "cost": amount}


FULL: dict[str, Any] = {
    "systems_checked": [{"system": "county portal", "reuse": "part", "why": "signing on is there"}],
    "options": [
        {"option": "as it is", "kind": "nothing", "cost": 0, "merits": "costs nothing, helps nobody"},
        {"option": "on the county's cloud", "kind": "build", "cost": 100_000_00, "merits": "quick", "chosen": True},
    ],
    "protection": "grade2",
    **dict.fromkeys(("crypto", "data_classes", "personal_data"), WORDS),
}
"""What the fourteen sections have besides."""
