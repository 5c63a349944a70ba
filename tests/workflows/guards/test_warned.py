"""Guards of early warnings."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.shipped import policies
from tests.workflows.guards.trial import NOW, Trial, case, fails, judge, name_of, passes

CODE = "QH-2026-project"
BANDS = {key: value for key, value in policies().items() if key.startswith("warnings.")}


def warning(flags: int, raised: str = "red", state: str = "handling") -> dict[str, Any]:
    """A warning about the hard red flags of a project, which has so many now."""
    rows = [{"level": "hard"}] * flags
    told = {"project": CODE, "rule": "w_17", "colour": raised, "object": CODE}
    project = case("project", "implementing", {"red_flags": rows})
    return {
        "definition": "warning",
        "state": state,
        "before": told,
        "data": told,
        "peers": (project,),
        "policies": BANDS,
    }


TRIALS: list[Trial] = [
    passes("rule_false", **warning(0)),
    fails("rule_false", "warning.still", **warning(1)),
    passes("worse_or_late", **warning(2, "orange")),
    passes("worse_or_late", due_at=NOW - timedelta(hours=1), **warning(0)),
    fails("worse_or_late", "warning.not_worse", due_at=NOW + timedelta(hours=1), **warning(2)),
    fails("worse_or_late", "warning.not_worse", **warning(0)),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guard(trial: Trial) -> None:
    """The guard answers with just these reasons."""
    assert judge(trial) == trial.codes
