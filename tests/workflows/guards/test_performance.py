"""Guards of the performance evaluation."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.guards.trial import FILE, Trial, case, fails, judge, name_of, passes, situation
from workflows.book import BOOK
from workflows.funds.chart import APPROVED, FREE, SPENT
from workflows.funds.posting import Entry, Movement, Place, Posting

CODE = "QH-2026-project"
AT = Place(project=CODE, source="S", year=2026, line="1", contract="C", milestone="1", payment="P")
MADE = Entry(
    Movement.COMMIT,
    date(2026, 11, 23),
    (Posting(APPROVED, FREE, 100_00, AT), Posting(FREE, SPENT, 80_00, AT)),
)
SHOWN: dict[str, Any] = {
    "definition": "performance-evaluation",
    "state": "reviewing",
    "peers": (case("project", "evaluating", {"tier": "T3"}),),
}


def line(part: str, weight: int, **others: object) -> dict[str, object]:
    """One indicator that was fully reached, with its evidence."""
    reached = {"direction": "higher", "target": "10", "actual": "10", "evidence": "list"}
    points = {"self_points": str(weight), "review_points": str(weight)}
    return {"part": part, "weight": weight, **reached, **points, **others}


WHOLE: dict[str, Any] = {
    "evaluation": [
        {"part": "output", "weight": 60, "points": "55.5", "actual": "done", "evidence": "log"},
        {"part": "process", "weight": 40, "points": "38", "actual": "done", "evidence": "log"},
    ],
    "evaluation_score": "93.5",
    "evaluation_report": FILE,
}


def followed(state: str, score: str) -> dict[str, Any]:
    """A project with a final evaluation of its own, which stands there with this score."""
    data = {"project": "QH-2026-case", "kind": "final", "score": score}
    beside = case("e", state, data, "performance-evaluation")
    return {"times": {"evaluating.self_evaluate": 1}, "data": WHOLE, "peers": (beside,)}


def found(state: str, amount: int) -> dict[str, Any]:
    """The project, with a budget of 100 yuan, and a finding of money spent against the rules."""
    finding = case("f", state, {"project": CODE, "amount": amount, "amount_kind": "unlawful"}, "finding")
    return {**BOOKED, "peers": (*SHOWN["peers"], finding)}


TREE = [line("execution", 10), line("output", 50), line("benefit", 30), line("satisfaction", 10)]
ANSWERED = [
    {"asked": "residents", "channel": "phone", "excellent": 190, "good": 10},
    {"asked": "staff", "channel": "paper", "bad": 900},
]
LINKED = {"residents": {"excellent": 190, "good": 10}}
STRICT = {"surveys.sampling_error_percent": dict.fromkeys(("T1", "T2", "T3", "T4"), 1)}
DUE = [line("execution", 10, self_points="8"), *TREE[1:3], line("satisfaction", 10, self_points="9.9")]
BOOKED: dict[str, Any] = {**SHOWN, "entries": (MADE,)}
ALL: dict[str, Any] = {"project": CODE, "survey": ANSWERED, "population": 20_000}
NEAR = line("output", 50, direction="range", target="8", high="10", actual="12", self_points="30")
"""A fifth above its range: of fifty points thirty are left where they end at a half."""

SCORED: dict[str, Any] = {"indicators": TREE, "score": "100", "grade": "A"}

TRIALS: list[Trial] = [
    fails(
        "all_indicators_filled",
        "performance.low_target",
        data=ALL | {"indicators": [DUE[0], line("output", 50, actual="12"), *DUE[2:]]},
        policies={"evaluations.target_explained_percent": 110},
        **BOOKED,
    ),
    passes(
        "all_indicators_filled",
        data=ALL | {"indicators": [DUE[0], NEAR, *DUE[2:]]},
        policies={"evaluations.range_zero_percent": 50},
        **BOOKED,
    ),
    fails(
        "all_indicators_filled",
        "performance.points",
        data=ALL | {"indicators": [DUE[0], NEAR, *DUE[2:]]},
        policies={"evaluations.range_zero_percent": 25},
        **BOOKED,
    ),
    passes(
        "each_change_reasoned",
        data=SCORED | {"indicators": [*TREE[:1], line("output", 50, self_points="40"), *TREE[2:]]},
        policies={"evaluations.rescore_percent": 20},
        **SHOWN,
    ),
    fails(
        "each_change_reasoned",
        "performance.no_reason",
        data=SCORED | {"indicators": [*TREE[:1], line("output", 50, self_points="40"), *TREE[2:]]},
        **SHOWN,
    ),
    passes("indicators_ok", data={"indicators": TREE}, **SHOWN),
    fails("indicators_ok", "evaluation.weights", data={"indicators": [*TREE, line("output", 1)]}, **SHOWN),
    fails(
        "indicators_ok",
        "evaluation.results_weight",
        data={"indicators": [line("output", 50), line("process", 50)]},
        **SHOWN,
    ),
    fails(
        "indicators_ok",
        "performance.no_target",
        data={"indicators": [line("output", 60, target=""), line("benefit", 40, direction="range", high="9")]},
        **SHOWN,
    ),
    passes("sample_ok", data=ALL, **SHOWN),
    fails("sample_ok", "performance.sample", data=ALL | {"survey": ANSWERED[1:]}, **SHOWN),
    passes("sample_ok", data=ALL | {"survey": ANSWERED[1:]}, surveys=LINKED, **SHOWN),
    fails("sample_ok", "performance.sample", data=ALL | {"survey": []}, surveys={"staff": {"good": 900}}, **SHOWN),
    fails("sample_ok", "performance.typed_codes", data=ALL | {"survey": [*ANSWERED, {"channel": "code"}]}, **SHOWN),
    fails("sample_ok", "performance.sample", data=ALL, policies=STRICT, **SHOWN),
    passes("all_indicators_filled", data=ALL | {"indicators": DUE}, **BOOKED),
    fails("all_indicators_filled", "performance.points", data=ALL | {"indicators": TREE}, **BOOKED),
    fails(
        "all_indicators_filled",
        "evaluation.no_evidence",
        data={"indicators": [line("output", 9, evidence="")]},
        **SHOWN,
    ),
    fails(
        "all_indicators_filled",
        "performance.low_target",
        data=ALL | {"indicators": [line("output", 9, actual="13.1")]},
        **SHOWN,
    ),
    passes(
        "all_indicators_filled",
        data=ALL
        | {"indicators": [line("output", 9, actual="13.1", deviation="more came"), line("output", 9, actual="13")]},
        **SHOWN,
    ),
    passes("each_change_reasoned", data=SCORED, **SHOWN),
    passes("each_change_reasoned", data=SCORED | {"project": CODE}, **found("rectifying", 5_00)),
    passes("each_change_reasoned", data=SCORED | {"project": CODE}, **found("open", 5_01)),
    fails("each_change_reasoned", "performance.misused", data=SCORED | {"project": CODE}, **found("rectifying", 5_01)),
    fails("each_change_reasoned", "performance.misused", data=SCORED | {"project": CODE}, **found("sanctioned", 1)),
    fails(
        "each_change_reasoned",
        "performance.not_scored",
        data=SCORED | {"indicators": [*TREE, line("output", 0, review_points="")]},
        **SHOWN,
    ),
    fails(
        "each_change_reasoned",
        "performance.no_reason",
        "performance.sum",
        "performance.grade",
        data=SCORED | {"indicators": [*TREE[:2], line("benefit", 30, review_points="10"), TREE[3]]},
        **SHOWN,
    ),
    passes("eva_concluded", **followed("concluded", "93.5")),
    fails("eva_concluded", "evaluation.not_concluded", **followed("reviewing", "93.5")),
    fails("eva_concluded", "evaluation.other_score", **followed("concluded", "71")),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes


def test_what_came_by_link_is_written_into_the_evaluation() -> None:
    """Beside what was entered; staff in a row of their own, which does not count."""
    shown = {**SHOWN, "data": ALL, "surveys": {**LINKED, "staff": {"bad": 3}}}
    reckoning = BOOK.reckoning("survey_with_codes")
    assert reckoning is not None
    assert reckoning.rule(situation(passes("sample_ok", **shown))) == [
        *ANSWERED,
        {"asked": "residents", "channel": "code", "excellent": 190, "good": 10},
        {"asked": "staff", "channel": "code", "bad": 3},
    ]
