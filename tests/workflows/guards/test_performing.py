"""Guards of contracts that are being performed: acceptances, supplements, the end before its time."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.workflows.guards.test_money import ALL, CON, DATA, OWN, PROJECT, TERMS, kin, posted
from tests.workflows.guards.trial import Trial, fails, judge, name_of, passes
from workflows.funds.chart import PAYABLE, PROJECT_COST

SIGNED = {"direction": "more", "amount": 5_00, "signed_on": "2026-11-20"}
OWED = posted(PROJECT_COST, PAYABLE, 5, contract=OWN, milestone="M1")
PASSED_ON: list[Any] = [{"kind": "final", "result": "passed", "held_on": "2026-11-16"}]
TYPED_PASS = replace(PROJECT, data={**PROJECT.data, "acceptances": PASSED_ON})


def after(kind: str, on: str = "2026-11-16") -> dict[str, Any]:
    """A contract that pays its milestone after an acceptance of the project."""
    agreed = [{"milestone": "M1", "amount": 90_00, "after": kind}]
    return DATA | {"milestones": agreed, "acceptances": [{"milestone": "M1", "amount": 90_00, "accepted_on": on}]}


def concluded(kind: str, state: str) -> dict[str, Any]:
    """The project with an acceptance that was concluded a week ago."""
    return CON | {"peers": (*ALL, kin("acc", "acceptance", state, kind=kind))}


def done(percent: int) -> dict[str, Any]:
    """The project with a plan that has the contract's milestone, and a report that accepts so much of it."""
    planned = replace(PROJECT, data={**PROJECT.data, "baseline": [{"milestone": "M1", "weight": 100}]})
    verified = [{"milestone": "M1", "accepted": percent}]
    report = kin("rep", "progress-report", "accepted", month="2026-10", verified=verified)
    return CON | {"peers": (planned, *ALL[1:], report)}


TRIALS = [
    passes("supplement_le_10", data=DATA | {"supplements": [{"amount": 9_00, "direction": "more"}]}, **CON),
    fails(
        "supplement_le_10",
        "contract.supplements",
        data=DATA | {"supplements": [{"amount": 9_01, "direction": "more"}]},
        **CON,
    ),
    passes("supplement_terms", data=DATA, **CON),
    fails(
        "supplement_terms",
        *("contract.milestones", "contract.milestone_names", "contract.accepted_changed"),
        data=DATA | {"supplements": [SIGNED], "milestones": [{"milestone": "advance", "amount": 90_00}]},
        **CON,
    ),
    passes(
        "supplement_terms",
        data=DATA
        | {"supplements": [SIGNED], "milestones": [*TERMS["milestones"], {"milestone": "S1", "amount": 5_00}]},
        **CON,
    ),
    passes("contract_settled", data=DATA, **CON),
    fails("contract_settled", "contract.open_payable", data=DATA, entries=(OWED,), **CON),
    passes("acceptances_ok", data=DATA, **CON),
    fails("acceptances_ok", "contract.acceptance_gone", data=DATA | {"acceptances": []}, before=DATA, **CON),
    fails("acceptances_ok", "contract.acceptance", data=DATA | {"acceptances": TERMS["acceptances"] * 2}, **CON),
    passes("acceptances_ok", data=DATA | {"signed_on": "2026-11-02"}, **CON),
    fails("acceptances_ok", "contract.acceptance_early", data=DATA | {"signed_on": "2026-11-03"}, **CON),
    fails("acceptances_ok", "contract.no_final_acceptance", data=after("final"), **CON),
    fails("acceptances_ok", "contract.no_final_acceptance", data=after("final"), **concluded("preliminary", "passed")),
    fails("acceptances_ok", "contract.no_final_acceptance", data=after("final"), **concluded("final", "failed")),
    fails(
        "acceptances_ok",
        "contract.no_preliminary_acceptance",
        data=after("preliminary", "2026-11-15"),
        **concluded("preliminary", "passed"),
    ),
    *(passes("acceptances_ok", data=after("final"), **concluded(kind, "passed")) for kind in ("final", "merged")),
    passes("acceptances_ok", data=after("final"), **CON | {"peers": (TYPED_PASS, *ALL[1:])}),
    fails("acceptances_ok", "contract.milestone_open", data=DATA, **done(99)),
    passes("acceptances_ok", data=DATA, **done(100)),
    passes("all_milestones_accepted", data=DATA, **CON),
    fails("all_milestones_accepted", "contract.not_accepted", data=DATA | {"acceptances": []}, **CON),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_contracts_being_performed(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
