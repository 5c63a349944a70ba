"""Acceptance, trial run, accounts, evaluation and improvement of the demo's projects."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from workflows.demo.scenes import Scene, parts

VOLUMES = ("basis", "process", "drawings", "changes", "trial", "completion", "final", "covers")
GROUP = 5


def first_acceptance(it: Scene) -> dict[str, Any]:
    """The preliminary acceptance passes."""
    return {"acceptances": [_acceptance(it, "preliminary", "passed")], "acceptance_papers": [it.paper("acceptance")]}


def _acceptance(it: Scene, kind: str, result: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "held_on": it.today,
        "members": GROUP,
        "in_favour": GROUP if result == "passed" else 1,
        "result": result,
        "report_number": it.letter(kind),
    }


def _earlier(it: Scene) -> list[dict[str, Any]]:
    """Give the preliminary acceptance as it was entered."""
    held = it.days.get("first.save") or it.day_of("first_merged.save")
    return [{**_acceptance(it, "preliminary", "passed"), "held_on": held.isoformat()}]


def final_acceptance(it: Scene) -> dict[str, Any]:
    """The final acceptance passes, users were heard. One that is a case enters its result by itself."""
    typed = {
        "acceptances": [*_earlier(it), _acceptance(it, "final", "passed")],
        "acceptance_papers": [it.paper("acceptance"), it.paper("completion")],
    }
    return {
        **({} if it.project.get("accepted") else typed),
        "user_opinion_count": 20 + it.draw("users", 40),
        "user_opinions": [it.paper("users")],
        "result_notice": it.say("result_notice"),
    }


def trial_log(it: Scene) -> dict[str, Any]:
    """The trial's log so far, a line a month."""
    started = it.days.get("first.pass") or it.on
    rows, first = [], started
    while first <= it.on:
        last = min(first + timedelta(days=29), it.on)
        rows.append(_trial_line(it, first, last))
        first = last + timedelta(days=1)
    return {"trial_log": rows}


def _trial_line(it: Scene, first: date, last: date) -> dict[str, Any]:
    availability = Decimal(9930 + it.draw(f"availability {first}", 60)) / 100
    return {
        "from_on": first.isoformat(),
        "to_on": last.isoformat(),
        "availability": str(availability),
        "severe_defects": 0,
    }


def trial_end(it: Scene) -> dict[str, Any]:
    """The log is complete, the security test passed."""
    return {
        **trial_log(it),
        "trial_opinion": it.paper("trial"),
        "security_filing": it.number("DB"),
        "security_test": it.paper("security_test"),
        "security_tester": it.say("security_tester"),
        "security_tested_on": it.today,
    }


def accounts_started(it: Scene) -> dict[str, Any]:
    """The accounts are being made; the surplus has not gone back."""
    _, contracted, paid = it.project.money
    return {"settlement_amount": contracted, "retention": contracted - paid, "assets": _assets(it)}


def accounts(it: Scene) -> dict[str, Any]:
    """The accounts are final, the surplus is returned, assets and archive handed over."""
    received, contracted, paid = it.project.money
    surplus = received - contracted
    refunds = [
        {
            "returned_to": it.say("treasury"),
            "returned": surplus,
            "returned_on": it.today,
            "document": it.number("TK"),
        }
    ]
    return {
        "settlement_amount": contracted,
        "retention": contracted - paid,
        "accounts_number": it.letter("accounts"),
        "final_accounts": it.paper("accounts"),
        "assets": _assets(it),
        "handover": it.paper("handover"),
        "archive": [_volume(it, volume) for volume in VOLUMES],
        "archive_manifest": it.paper("manifest"),
        **({"refunds": refunds} if surplus else {}),
    }


def _assets(it: Scene) -> list[dict[str, Any]]:
    lines = it.phrases["closing"]["assets"]
    worth = parts(it.project.money[1], [percent for _, _, percent in lines])
    return [
        {"asset": asset, "kind": kind, "card_number": f"{it.number('ZC')}-{place}", "worth": value}
        for place, ((asset, kind, _), value) in enumerate(zip(lines, worth, strict=True), 1)
    ]


def _volume(it: Scene, volume: str) -> dict[str, Any]:
    count = 3 + it.draw(volume, 9)
    return {"volume": volume, "needed": count, "filed": count}


def survey(it: Scene) -> dict[str, Any]:
    """The satisfaction survey, a lesson learned."""
    answers, share = it.project.get("survey", (212, "94.1"))
    return {"survey_answers": answers, "satisfaction": share, "lessons": [_lesson(it)]}


def _lesson(it: Scene) -> dict[str, Any]:
    happened, tip = it.phrases["closing"]["lesson"]
    return {"kind": "success", "happened": happened, "advice": tip, "published_on": it.today}


def self_evaluation(it: Scene) -> dict[str, Any]:
    """The unit's own evaluation."""
    score = Decimal(it.project.get("evaluated", "88"))
    rows = []
    for indicator, weight, actual in it.phrases["closing"]["self"]:
        points = (score * weight / 100 + Decimal("0.1")).quantize(Decimal("0.1"))
        rows.append(
            {
                "indicator": indicator,
                "weight": weight,
                "target": it.say("target"),
                "actual": actual,
                "points": str(min(points, Decimal(weight))),
                "evidence": it.phrases["closing"]["evidence"],
            }
        )
    return {"self_evaluation": rows}


def evaluation(it: Scene) -> dict[str, Any]:
    """The finance bureau's evaluation with its score and report."""
    score = Decimal(it.project.get("evaluated", "88"))
    lines = it.phrases["closing"]["evaluation"]
    points = [(score * weight / 100).quantize(Decimal("0.1")) for _, _, weight in lines]
    points[-1] = score - sum(points[:-1], Decimal(0))
    rows = [
        {
            "part": part,
            "indicator": indicator,
            "weight": weight,
            "actual": it.say("reached"),
            "points": str(value),
            "evidence": it.phrases["closing"]["evidence"],
        }
        for (part, indicator, weight), value in zip(lines, points, strict=True)
    ]
    return {"evaluation": rows, "evaluation_score": str(score), "evaluation_report": it.paper("evaluation")}


def evaluation_with_measures(it: Scene) -> dict[str, Any]:
    """The evaluation, and what must be improved."""
    return {**evaluation(it), "improvements": _measures(it, done=0)}


def _measures(it: Scene, done: int) -> list[dict[str, Any]]:
    given = it.days.get("grade_fix.graded_fix", it.on)
    rows = []
    for place, (problem, measure, owner, days) in enumerate(it.project.get("measures", ())):
        row = {
            "problem": problem,
            "measure": measure,
            "owner": owner,
            "due_on": (given + timedelta(days=max(int(days), 10))).isoformat(),
        }
        rows.append({**row, "proof": it.say("proof")} if place < done else row)
    return rows


def measures_begun(it: Scene) -> dict[str, Any]:
    """One measure has its proof."""
    return {"improvements": _measures(it, done=1)}


def measures_proven(it: Scene) -> dict[str, Any]:
    """Every measure has its proof."""
    return {"improvements": _measures(it, done=99)}


def measures_verified(it: Scene) -> dict[str, Any]:
    """Every measure is verified."""
    return {"improvements": [{**row, "verified_on": it.today} for row in _measures(it, done=99)]}


BUILDERS = (
    first_acceptance,
    final_acceptance,
    trial_log,
    trial_end,
    accounts_started,
    accounts,
    survey,
    self_evaluation,
    evaluation,
    evaluation_with_measures,
    measures_begun,
    measures_proven,
    measures_verified,
)
