"""Guards of a call for applications."""

from typing import Any

import pytest

from adapters.shipped import policies
from tests.workflows.guards.trial import Trial, case, fails, judge, name_of, passes
from workflows.screening.batch import draw_number

CALL = "application-call"
WEIGHTS = policies()["screening.standard_weights"]
WINDOW = {"opens_on": "2026-11-01", "closes_on": "2026-11-23"}
BATCH = {"number": "2026-2"}


def told(guard: str, *codes: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial over a call."""
    return fails(guard, *codes, definition=CALL, **shown) if codes else passes(guard, definition=CALL, **shown)


def applied(id: str, state: str) -> Any:  # noqa: ANN401  # a case
    """A project that answers the call."""
    return case(id, state, {"batch": "2026-2"})


def row(code: str, index: str) -> dict[str, Any]:
    """One row of a ranking; the rest of its components are equal."""
    return {"project": code, "class": "second", "index": index, "points_a": "30.00", "draw": draw_number(code, "seed")}


RANKING = [row("QH-2026-one", "80.00"), row("QH-2026-two", "79.99")]
RANKED = {**BATCH, "seed": "seed", "ranking": RANKING}
HALF = [{**line, "weight": 1} for line in WEIGHTS]

TRIALS = [
    told("weights_sum_100", data={"weights": WEIGHTS}),
    told("weights_sum_100", "call.criteria", "call.weights", data={"weights": WEIGHTS[1:]}),
    told("weights_sum_100", "call.weights", data={"weights": HALF}),
    told("weights_sum_100", "call.no_scale", data={"weights": [{**WEIGHTS[0], "scale": ""}, *WEIGHTS[1:]]}),
    told("window_ok", data=WINDOW),
    told("window_ok", "call.window", data={"opens_on": "2026-11-24", "closes_on": "2026-11-23"}),
    told("window_ok", "call.window", data={}),
    told("window_ok", "call.window_past", data={**WINDOW, "closes_on": "2026-11-22"}),
    told("number_free", data=BATCH, peers=(case("old", "closed", {"number": "2026-1"}, CALL),)),
    told("number_free", "call.number_taken", data=BATCH, peers=(case("old", "closed", BATCH, CALL),)),
    told("window_over", data={**WINDOW, "closes_on": "2026-11-22"}),
    told("window_over", "call.still_open", data=WINDOW),
    told("extended_later", data={**WINDOW, "extended_to": "2026-11-24"}),
    told("extended_later", "call.not_later", data={**WINDOW, "extended_to": "2026-11-23"}),
    told("extended_later", "call.not_later", data={"closes_on": "2026-11-10", "extended_to": "2026-11-20"}),
    told("all_decided", data=BATCH, peers=(applied("one", "reserve_decision"), applied("two", "draft"))),
    told("all_decided", "call.undecided", data=BATCH, peers=(applied("one", "panel_meeting"),)),
    told("ranking_decided", data=RANKED, peers=(applied("one", "reserved"), applied("two", "deferred"))),
    told("ranking_decided", "call.pool_undecided", data=RANKED, peers=(applied("one", "reserve_decision"),)),
    told("ranking_decided", "call.order", data={**RANKED, "ranking": RANKING[::-1]}),
    told(
        "no_objection_to",
        arguments={"table": "ranking"},
        data=RANKED,
        peers=(case("o", "dismissed", {"project": "QH-2026-one"}, "objection"),),
    ),
    told(
        "no_objection_to",
        "objection.open",
        arguments={"table": "ranking"},
        data=RANKED,
        peers=(case("o", "received", {"project": "QH-2026-two"}, "objection"),),
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_call(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
