"""Guards of an adjustment of the reserve pool."""

from typing import Any

import pytest

from engine.case import Case, Mark
from tests.workflows.guards.trial import LAST_WEEK, NOW, OPENED, Trial, case, fails, judge, name_of, passes

POOL = "pool-adjustment"
LISTED = {"items": [{"project": "QH-2026-P"}]}
ROW = {"project": "QH-2026-P", "proposal": "keep"}
FREEZE = {**ROW, "proposal": "freeze", "reason": "no answer", "condition": "it answers"}


def told(guard: str, *codes: str, **shown: Any) -> Trial:  # noqa: ANN401  # parts of a trial
    """A trial over an adjustment."""
    shown = {"state": "confirming", **shown}
    return fails(guard, *codes, definition=POOL, **shown) if codes else passes(guard, definition=POOL, **shown)


def project(state: str = "reserved", **marks: Any) -> Case:  # noqa: ANN401  # moments
    """A project of the pool that was confirmed at these moments."""
    made = case("P", state, {})
    made.actors = {f"reserved.{name}": Mark("ann", at) for name, at in marks.items()}
    return made


def objection(state: str, at: Any = NOW) -> Case:  # noqa: ANN401  # a moment
    """An objection to the project."""
    made = case("o", state, {"project": "QH-2026-P"}, "objection")
    made.entered_at = at
    return made


TRIALS = [
    told("none_running", peers=(case("old", "applied", {"year": 2026}, POOL),)),
    told("none_running", "adjustment.running", peers=(case("old", "notice", {"year": 2025}, POOL),)),
    told("list_nonempty", data=LISTED),
    told("list_nonempty", "adjustment.empty"),
    told("all_answered_or_due", data=LISTED, peers=(project(reconfirm=NOW),)),
    told("all_answered_or_due", data=LISTED, peers=(project("frozen"),)),
    told("all_answered_or_due", data=LISTED, peers=(project(),), due_at=NOW),
    told("all_answered_or_due", "adjustment.unanswered", data=LISTED, peers=(project(reconfirm=OPENED),)),
    told("each_has_reason", data={"items": [ROW, FREEZE]}),
    told("each_has_reason", "adjustment.no_proposal", data=LISTED),
    told("each_has_reason", "adjustment.no_reason", data={"items": [FREEZE | {"reason": ""}]}),
    told("each_has_reason", "adjustment.no_condition", data={"items": [FREEZE | {"condition": ""}]}),
    told("each_has_reason", "adjustment.repanel", data={"items": [ROW | {"repanel": True}]}),
    told("listed_objection_upheld", data=LISTED, peers=(objection("upheld"),)),
    told("listed_objection_upheld", "objection.none_upheld", data=LISTED, peers=(objection("dismissed"),)),
    told(
        "listed_objection_upheld",
        "objection.none_upheld",
        data=LISTED,
        peers=(objection("upheld", OPENED),),
        marks={"deciding.approve": ("lea", LAST_WEEK)},
        state="notice",
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_adjustment(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
