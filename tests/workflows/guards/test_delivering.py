"""Guards of the mode of delivery."""

from typing import Any

import pytest

from tests.workflows.guards.trial import Trial, fails, judge, name_of, passes


def parts(order: str, *stages: int | None, cost: int = 50_00, name: str = "") -> dict[str, Any]:
    """A project of a hundred yuan in as many parts, each with its stage."""
    rows = [
        {
            "package": name or f"part {number}",
            "content": "all of it",
            "cost": cost,
            **({"stage": stage} if stage else {}),
        }
        for number, stage in enumerate(stages)
    ]
    return {"build_order": order, "packages": rows, "budget_total": 100_00}


PRIVATE = [{"kind": "private_capital", "promised": 1_00, "standing": "committed"}]
TRIALS: list[Trial] = [
    passes("delivery_mode_ok", data={}),
    passes("delivery_mode_ok", data=parts("stages", 1, 2)),
    passes("delivery_mode_ok", data=parts("stages", 1, 1, 2, 2, cost=25_00)),
    passes("delivery_mode_ok", data=parts("parallel", None, None)),
    passes("delivery_mode_ok", data={"delivery_mode": "cooperation", "funding_sources": PRIVATE}),
    fails("delivery_mode_ok", "mode.no_partner", data={"delivery_mode": "cooperation"}),
    fails(
        "delivery_mode_ok",
        "mode.no_partner",
        data={"delivery_mode": "cooperation", "funding_sources": [{**PRIVATE[0], "standing": "refused"}]},
    ),
    fails("delivery_mode_ok", "mode.not_in_parts", data=parts("whole", None, None)),
    fails("delivery_mode_ok", "mode.too_few", data=parts("parallel", None)),
    fails("delivery_mode_ok", "mode.named_twice", data=parts("parallel", None, None, name="same")),
    fails("delivery_mode_ok", "mode.stages", data=parts("stages", 1, 3)),
    fails("delivery_mode_ok", "mode.stages", data=parts("stages", 1, 1)),
    fails("delivery_mode_ok", "mode.parallel", data=parts("parallel", 1, 2)),
    fails("delivery_mode_ok", "mode.sum", data=parts("parallel", None, None, cost=49_00)),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_delivering(trial: Trial) -> None:
    """If parts did not make the budget, or a partner brought nothing, the mode would be a word without a ground."""
    assert judge(trial) == trial.codes
