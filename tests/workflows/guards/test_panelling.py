"""Guards of a seat on an expert panel."""

from typing import Any

import pytest

from engine.case import Drawing
from tests.workflows.guards.trial import Trial, ballot, case, fails, judge, name_of, passes
from workflows.scoring import POINTS_MAX

PANEL = "expert-panel"
SEAT = {"project": "QH-2026-P", "purpose": "application", "expert": "e1"}
STUDY = {**SEAT, "purpose": "study", "opinion": "the route is proven and fair"}
CLEAR = {
    **dict.fromkeys(("employed", "shareholder", "kin", "joint_work", "other_interest"), "no"),
    "confidential": True,
}
UPHELD = {
    "challenger": "T02",
    "challenge_grounds": "sold them a server",
    "challenge_finding": "it is on the bill",
    "challenge_upheld_on": "2026-11-20",
}
FEE = {"hours": 2, "fee": 600_00, "fee_voucher": "P-1"}
SCORED = {name: -(-most * 3 // 4) for name, most in POINTS_MAX.items()} | {
    "a1": 12,
    "c1": 9,
    "b2": 7,
    "advice": "recommend",
}


def project(state: str = "expert_setup", form: dict[str, Any] | None = None) -> Any:  # noqa: ANN401  # a case
    """The project that the seat stands beside, with the sheet of the expert."""
    made = case("P", state, {"tier": "T1"})
    made.ballots = (ballot("e1", form),) if form is not None else ()
    return made


def seat(number: int) -> Any:  # noqa: ANN401  # a case
    """Another seat of the panel."""
    return case(f"s{number}", "active", {**SEAT, "seat": number, "expert": f"e{number}"}, PANEL)


def objected(state: str) -> Any:  # noqa: ANN401  # a case
    """An objection to a conflict of interest beside the project."""
    return case(f"o-{state}", state, {"project": SEAT["project"], "matter": "conflict"}, "objection")


def told(guard: str, *codes: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial over a seat."""
    shown = {"state": "drawn", **shown}
    return fails(guard, *codes, definition=PANEL, **shown) if codes else passes(guard, definition=PANEL, **shown)


TRIALS = [
    told("seat_needed", data=SEAT, peers=(project(), seat(1), seat(2))),
    told("seat_needed", "seat.none_free", data=SEAT, peers=(project(), *map(seat, (1, 2, 3)))),
    told("seat_needed", "seat.none_free", data=SEAT, peers=(project("reserved"),)),
    told("seat_drawn", draws={"drawn": Drawing("drawn", 1, 1, ("e1",), {}, sitting=("e1",))}),
    told("seat_drawn", "seat.not_drawn", draws={"drawn": Drawing("drawn", 1, 1, ("e1",), {})}),
    told("coi_none", data=CLEAR),
    told("coi_none", "seat.conflict", data=CLEAR | {"kin": "yes"}),
    told("coi_none", "seat.unanswered", "seat.not_confidential", data=CLEAR | {"kin": None, "confidential": False}),
    told("coi_upheld", data=UPHELD),
    told("coi_upheld", data=UPHELD | SEAT, peers=(objected("upheld"),)),
    told("coi_upheld", data=UPHELD | SEAT, peers=(objected("upheld"), objected("dismissed"))),
    told("coi_upheld", "seat.challenge_not_upheld", data=UPHELD | SEAT, peers=(objected("investigating"),)),
    told(
        "coi_upheld", "seat.no_challenger", "seat.grounds", data=UPHELD | {"challenger": "", "challenge_grounds": "no"}
    ),
    told("coi_upheld", "seat.upheld_on", data=UPHELD | {"challenge_upheld_on": "2026-11-24"}),
    told("own_scores_complete", data=SEAT, peers=(project("expert_scoring", SCORED),)),
    told("own_scores_complete", "seat.not_scored", data=SEAT, peers=(project("expert_scoring", SCORED | {"a1": 1}),)),
    told("own_scores_complete", "seat.not_scored", data=SEAT, peers=(project("expert_scoring"),)),
    told("own_scores_complete", data=STUDY),
    told("own_scores_complete", "seat.no_opinion", data=STUDY | {"opinion": "fine"}),
    told("own_scores_complete", "seat.no_dissent", data=STUDY | {"position": "dissents"}),
    told("fee_standard_ok", data=FEE),
    told("fee_standard_ok", "seat.fee", data=FEE | {"fee": 600_01}),
    told("fee_standard_ok", "seat.fee", data=FEE | {"hours": 80, "fee": 2400_01}),
    told("fee_standard_ok", "paper.missing", data=FEE | {"fee_voucher": ""}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_a_seat(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
