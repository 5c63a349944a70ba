"""Guards of the expert review."""

from datetime import timedelta
from typing import Any

import pytest

from engine.case import Case
from tests.workflows.guards.trial import NOW, Trial, ballot, case, fails, judge, name_of, passes
from workflows.demo.scenes import spread
from workflows.scoring import unexplained


def member(number: int, specialty: str, **changes: str) -> dict[str, Any]:
    """A member of the panel without conflicts."""
    usual = {"expert": f"e{number}", "specialty": specialty, "employer": f"institute {number}"}
    return {**usual, "declaration": "clear", "standing": "active", **changes}


FIVE = [member(place, what) for place, what in enumerate(("software", "data", "security", "finance", "business"), 1)]
PANEL = {"tier": "T2", "panel_members": FIVE, "chair": "e1", "panel": ["e1", "e2", "e3", "e4", "e5"]}


def changed(place: int, **changes: str) -> dict[str, Any]:
    """The panel with one member changed."""
    return PANEL | {"panel_members": [row | changes if at == place else row for at, row in enumerate(FIVE)]}


def sheet(total: int, advice: str = "recommend") -> dict[str, Any]:
    """A complete sheet of so many points."""
    points = spread(total)
    remarks = [{"criterion": name, "remark": "because"} for name in unexplained(points, [])]
    return {**points, "advice": advice, "score_remarks": remarks}


def cast(*totals: int, advice: str = "recommend") -> tuple[Any, ...]:
    """The ballots of a round."""
    return tuple(ballot(f"e{place}", sheet(total, advice)) for place, total in enumerate(totals, 1))


def scored(*totals: int, advice: str = "recommend") -> dict[str, Any]:
    """A closed round of scoring."""
    return {"rounds": {"expert_scoring": cast(*totals, advice=advice)}}


def revised(points: int, count: int = 5) -> dict[str, Any]:
    """Scores after the revision: the same for dimension A of every expert."""
    row = {"points_a": points, "points_b": 24, "points_c": 24, "advice": "recommend"}
    return {"revised_scores": [{"expert": f"e{place}", **row} for place in range(1, count + 1)]}


def signatures(count: int, **last: str) -> dict[str, Any]:
    """Signatures of so many experts, the last one changed."""
    rows: list[dict[str, Any]] = [{"expert": f"e{place}", "position": "agrees"} for place in range(1, count + 1)]
    return {"signatures": [*rows[:-1], rows[-1] | last], "panel": PANEL["panel"]}


SITTING = {"before": PANEL, "state": "expert_scoring", "actor": "rex"}
POINTS = {"panel": PANEL["panel"]}

STRICT: dict[str, Any] = {"policies": {"reviews_entered_until": None}}
"""What was typed does not count any more."""


def seat(expert: str, state: str, specialty: str = "software") -> Case:
    """A seat of the project's panel."""
    told = {"project": "QH-2026-case", "purpose": "application", "expert": expert, "specialty": specialty}
    return case(f"seat-{expert}", state, {**told, "employer": f"institute {expert}"}, "expert-panel")


TRIALS = [
    passes(
        "panel_valid",
        data={"tier": "T1", "chair": "e1"},
        peers=(seat("e1", "active"), seat("e2", "signed", "finance"), seat("e3", "paid"), seat("e4", "replaced")),
        **STRICT,
    ),
    fails(
        "panel_valid",
        "panel.not_declared",
        data={"tier": "T1", "chair": "e1"},
        peers=(seat("e1", "active"), seat("e2", "declared", "finance"), seat("e3", "active")),
        **STRICT,
    ),
    passes("all_signed", peers=(seat("e1", "signed"), seat("e2", "paid"), seat("e3", "replaced")), **STRICT),
    fails("all_signed", "signatures.missing", peers=(seat("e1", "signed"), seat("e2", "active")), **STRICT),
    fails("all_signed", "signatures.missing", **STRICT),
    passes("recusal_or_absence", before={"panel": ["e1", "e2"]}, peers=(seat("e2", "replaced"),), **STRICT),
    passes("chair_summed_up"),
    passes("chair_summed_up", data={"chair_summary": "all three of them recommend it"}, **STRICT),
    fails("chair_summed_up", "opinion.no_summary", data={"chair_summary": "fine"}, **STRICT),
    passes("panel_valid", data=PANEL),
    passes(
        "panel_valid",
        data=PANEL | {"panel_members": [*FIVE, member(9, "data", declaration="conflict", standing="recused")]},
    ),
    passes("panel_valid", data={"tier": "T1", "panel_members": FIVE[:3], "chair": "e2"}),
    fails("panel_valid", "panel.size", data=PANEL | {"panel_members": [*FIVE, member(6, "data")]}),
    fails("panel_valid", "panel.size", data=PANEL | {"tier": "T3"}),
    fails("panel_valid", "panel.technical", "panel.no_security", data=changed(2, specialty="business")),
    fails("panel_valid", "panel.no_finance", data=changed(3, specialty="data")),
    fails("panel_valid", "panel.inside", data=changed(4, expert="in1")),
    fails("panel_valid", "panel.not_declared", data=changed(1, declaration="pending")),
    fails("panel_valid", "panel.same_employer", data=changed(1, employer="institute 1")),
    fails("panel_valid", "panel.twice", data=changed(1, expert="e1")),
    fails("panel_valid", "panel.not_enabled", data=changed(1, expert="e99")),
    fails("panel_valid", "panel.chair", data=PANEL | {"chair": "e9"}),
    passes("sheet_complete", form=sheet(80)),
    passes("sheet_complete", form=sheet(95)),
    fails("sheet_complete", "sheet.no_remark", form=sheet(95) | {"score_remarks": None}),
    fails(
        "sheet_complete", "sheet.not_as_suggested", before={"c2_suggested": 8}, form=sheet(80) | {"score_remarks": None}
    ),
    passes(
        "sheet_complete",
        before={"c2_suggested": 8},
        form=sheet(80) | {"score_remarks": [{"criterion": "c2", "remark": "few use it"}]},
    ),
    passes("scores_complete", data=PANEL, ballots=cast(80, 81, 82, 83, 84), actor="system"),
    fails("scores_complete", "scores.missing", data=PANEL, ballots=cast(80, 81, 82, 83)),
    fails("scores_complete", "scores.not_of_panel", data=PANEL, ballots=cast(80, 81, 82, 83, 84, 85)),
    fails(
        "scores_complete",
        "scores.incomplete",
        data=PANEL,
        ballots=(*cast(80, 81, 82, 83), ballot("e5", sheet(99) | {"score_remarks": None})),
    ),
    passes("recusal_or_absence", data=changed(1, standing="recused"), **SITTING),
    passes("recusal_or_absence", data=changed(1, standing="absent"), due_at=NOW, **SITTING),
    fails("recusal_or_absence", "panel.nobody_leaves", data=PANEL, **SITTING),
    fails(
        "recusal_or_absence",
        "panel.not_absent",
        data=changed(1, standing="absent"),
        due_at=NOW + timedelta(days=1),
        **SITTING,
    ),
    fails(
        "recusal_or_absence",
        "panel.not_absent",
        data=changed(1, standing="absent"),
        due_at=NOW,
        ballots=cast(80, 80),
        **SITTING,
    ),
    passes("dispersion_high", **scored(94, 89, 60, 86, 57, 79, 62)),
    fails("dispersion_high", "scores.not_dispersed", **scored(80, 82, 84)),
    fails("dispersion_high", "scores.none"),
    passes("score_pass", **scored(75, 75, 75)),
    fails("score_pass", "scores.too_low", **scored(74, 75, 75)),
    fails("score_pass", "scores.too_low", **scored(90, 90, 90, advice="revise")),
    fails("score_pass", "scores.none"),
    passes("score_revisable", **scored(60, 60, 60)),
    fails("score_revisable", "scores.not_revisable", **scored(59, 60, 60)),
    fails("score_revisable", "scores.none"),
    passes("score_recorded", data={"panel_score": "80.33"}, **scored(60, 78, 80, 83, 99)),
    passes("score_recorded", data={"panel_score": "80"}, **scored(80, 80, 80)),
    fails("score_recorded", "scores.not_recorded", data={"panel_score": "80.34"}, **scored(60, 78, 80, 83, 99)),
    fails("score_recorded", "scores.not_recorded", **scored(80, 80, 80)),
    fails("score_recorded", "scores.none", data={"panel_score": "80"}),
    passes("revised_score_pass", data=POINTS | revised(30)),
    fails("revised_score_pass", "scores.typed", data=POINTS | revised(30), **STRICT),
    fails("revised_score_pass", "scores.too_low", data=POINTS | revised(26)),
    fails("revised_score_pass", "scores.missing", data=POINTS | revised(30, count=4)),
    passes("all_signed", data=signatures(5)),
    passes("all_signed", data=signatures(5, position="dissents", dissent="too dear")),
    fails("all_signed", "signatures.missing", data=signatures(4)),
    fails("all_signed", "signatures.no_dissent", data=signatures(5, position="dissents")),
    passes("no_veto", data={"veto_items": ["none"]}),
    fails("no_veto", "veto.unchecked"),
    fails("no_veto", "veto.applies", data={"veto_items": ["none", "classified"]}),
    passes("adoption_table_done", data={"adoptions": [{"opinion": "x", "adopted": "refused", "place": "no need"}]}),
    fails("adoption_table_done", "adoptions.none"),
    fails("adoption_table_done", "adoptions.open", data={"adoptions": [{"opinion": "x", "adopted": "adopted"}]}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_expert_review(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
