"""The guards of days on papers: signed after its review and approval, paid after its release, neither tomorrow."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Mark
from tests.workflows.guards.test_money import DATA, PAY, PAYMENT, PROJECT
from tests.workflows.guards.trial import LAST_WEEK, Trial, fails, judge, name_of, passes

RELEASED = {"fin_pay_check.release": ("ann", LAST_WEEK)}
APPROVED_AT = (replace(PROJECT, actors={"approval_decide.activate": Mark("hal", LAST_WEEK - timedelta(days=6))}),)
SEALING: dict[str, Any] = {
    "definition": "contract",
    "state": "approving",
    "peers": APPROVED_AT,
    "marks": {"fin_check.pass": ("fin", LAST_WEEK)},
}
TRIALS = [
    passes("paid_day_ok", data=PAYMENT | {"paid_on": "2026-11-16"}, marks=RELEASED, **PAY),
    *(
        fails("paid_day_ok", "payment.paid_day", data=PAYMENT | {"paid_on": on}, marks=RELEASED, **PAY)
        for on in ("2026-11-15", "2026-11-24", None)
    ),
    passes("signing_day_ok", data=DATA | {"signed_on": "2026-11-16"}, **SEALING),
    *(
        fails("signing_day_ok", "contract.signing_day", data=DATA | {"signed_on": on}, **SEALING)
        for on in ("2026-11-15", "2026-11-24")
    ),
    fails(
        "signing_day_ok",
        "contract.before_approval",
        data=DATA | {"signed_on": "2026-11-16", "awarded_on": "2026-11-09"},
        **SEALING,
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_days(trial: Trial) -> None:
    """Each gives exactly the reasons it should."""
    assert judge(trial) == trial.codes
