"""Building: monthly reports, milestones, payments; and what goes wrong."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from workflows.demo.forms.approval import milestones, signed, sources
from workflows.demo.scenes import Scene, parts

PAYMENT_PERCENTS = (30, 45, 25)
PAYMENT_POINTS = (0.05, 0.55, 1.0)
"""When the three payments of a story fall, as shares of the building done so far."""


def delivery(it: Scene) -> dict[str, Any]:
    """The month's report and everything entered by then."""
    reached = it.progress()
    found: dict[str, Any] = {
        "reports": _reports(it),
        "milestones": milestones(it, reached),
        "payments": _payments(it),
        **_quality(it),
        **_change(it),
        **_risk(it),
    }
    return {name: value for name, value in found.items() if value}


def delivered(it: Scene) -> dict[str, Any]:
    """All is built: every milestone accepted, contracts completed, the last report accepted."""
    return {
        "reports": _reports(it),
        "milestones": milestones(it, reached=100),
        "payments": _payments(it),
        "contracts": signed(it, "completed"),
        "funding_sources": sources(it, it.project.come),
    }


def _closed_months(it: Scene) -> Iterator[str]:
    """Give the months that have ended since the building began."""
    month = it.delivery[0].replace(day=1)
    while (after := (month + timedelta(days=32)).replace(day=1)) <= it.on:
        yield month.isoformat()[:7]
        month = after


def _reports(it: Scene) -> list[dict[str, Any]]:
    is_case = it.project.get("reporting") and it.reports_from
    months = [month for month in _closed_months(it) if not is_case or month < it.reports_from]
    if it.project.get("missed_report"):
        months = months[:-2] + months[-1:]
    return [
        {
            "month": month,
            "progress_percent": _progress_by(it, place, len(months)),
            "submitted_on": min(_after(month), it.on).isoformat(),
            "accepted": True,
            "deviation": it.say_in("delivery", "deviation"),
        }
        for place, month in enumerate(months, 1)
    ]


def _after(month: str) -> date:
    return (date.fromisoformat(f"{month}-01") + timedelta(days=32)).replace(day=4)


def _progress_by(it: Scene, place: int, count: int) -> int:
    return it.progress() * place // max(count, 1)


def _payments(it: Scene) -> list[dict[str, Any]]:
    _, _, paid = it.project.money
    first, last = it.delivery
    end = last if "request.save" in it.days else it.days.get("deliver.last", it.on)
    names = it.phrases["delivery"]["purposes"]
    rows = []
    for purpose, share, point in zip(names, parts(paid, PAYMENT_PERCENTS), PAYMENT_POINTS, strict=True):
        day = first + (end - first) * point
        if share and day <= it.on:
            row = {"contract": f"{it.number('HT')}-1", "purpose": purpose, "paid": share}
            rows.append({**row, "paid_on": day.isoformat(), "standing": "paid"})
    return rows


def _quality(it: Scene) -> dict[str, Any]:
    told = it.project.get("quality")
    if not told:
        return {}
    level, matter = told
    return {"quality_issues": [{"found_on": it.later(-10), "class": level, "matter": matter}]}


def _change(it: Scene) -> dict[str, Any]:
    told = it.project.get("change")
    if not told:
        return {}
    level, matter = told
    return {"changes": [{"number": it.number("BG"), "class": level, "matter": matter, "standing": "approved"}]}


def _risk(it: Scene) -> dict[str, Any]:
    told = it.project.get("risk")
    if not told:
        return {}
    risk, colour, measure = told
    return {"risk_register": [{"risk": risk, "colour": colour, "measure": measure}]}


def suspension(it: Scene) -> dict[str, Any]:
    """The order, with its cause and what must be cleared."""
    cause, resume_when = it.project.get("suspended")
    return {
        "suspension_order": it.paper("suspension"),
        "suspension_causes": [{"cause": cause, "resume_when": resume_when}],
        "reason_code": "delivery",
    }


def termination(it: Scene) -> dict[str, Any]:
    """The reason to stop for good."""
    code, basis = it.project.get("terminated")
    return {"reason_code": code, "reason_basis": basis}


def clearance(it: Scene) -> dict[str, Any]:
    """Contracts, assets, money and claims are settled, a lesson is filed."""
    rows = [
        {"matter": matter, "content": content, "settled_on": it.today, "document": it.number("QS")}
        for matter, content in it.phrases["clearance"].items()
    ]
    return {
        "clearance": rows,
        "contracts": signed(it, "closed"),
        "lessons": [
            {"kind": "failure", "happened": it.say("failure"), "advice": it.say("advice"), "published_on": it.today}
        ],
    }


BUILDERS = (delivery, delivered, suspension, termination, clearance)
