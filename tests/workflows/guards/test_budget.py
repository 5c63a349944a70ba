"""Guards of the budget."""

from typing import Any

import pytest

from tests.workflows.guards.trial import Trial, case, fails, judge, name_of, passes
from tests.workflows.money.papers import EMPTY_STAGES, budget_line, share

PROJECT = case("project", "plan_selected", {"study_estimate": 100_000_00, "tier": "T2"})
LARGE = case("project", "plan_selected", {"study_estimate": 100_000_00, "tier": "T3"})
SOURCE = case("source", "effective", {"project": "QH-2026-project", "amount": 100_000_00}, "own-funds")
LINES = [budget_line("1", 60_000_00), budget_line("2", 40_000_00)]
SHARES = [share("QH-2026-source", 60_000_00, "1"), share("QH-2026-source", 40_000_00, "2")]
GOOD = {"project": "QH-2026-project", "lines": LINES, "shares": SHARES, "empty_stages": EMPTY_STAGES}
REVIEWED = {**GOOD, "approved_lines": LINES, "approved_shares": SHARES, "ceiling": 100_000_00}
AT: dict[str, Any] = {"definition": "budget", "peers": (PROJECT, SOURCE), "state": "fin_review", "actor": "bob"}
CUT = [LINES[0] | {"quantity": 1, "unit_price": 50_000_00, "cost": 50_000_00}, LINES[1]]
TWIN = case("twin", "approved", {"project": "QH-2026-other", "approved_lines": LINES[:1]}, "budget")
OWN = case("own", "approved", {"project": "QH-2026-project", "approved_lines": LINES}, "budget")
EXPLAINED = [LINES[0] | {"same_reason": "the same list price"}, LINES[1]]

TRIALS: list[Trial] = [
    passes("sum_checks", data=GOOD, **AT),
    fails("sum_checks", "budget.line_product", data=GOOD | {"lines": [LINES[0] | {"quantity": 2}, LINES[1]]}, **AT),
    fails(
        "sum_checks",
        "budget.line_twice",
        "budget.line_funding",
        "budget.share_line",
        data=GOOD | {"lines": [LINES[0], LINES[1] | {"line": "1"}]},
        **AT,
    ),
    fails("sum_checks", "budget.share_source", data=GOOD, definition="budget", peers=(PROJECT,)),
    passes("reviewed_sums", data=REVIEWED, **AT),
    fails("reviewed_sums", "budget.over_ceiling", data=REVIEWED | {"ceiling": 99_999_99}, **AT),
    passes("within_fsr_110", data=GOOD | {"lines": [budget_line("1", 110_000_00)]}, **AT),
    fails("within_fsr_110", "budget.over_study", data=GOOD | {"lines": [budget_line("1", 110_000_01)]}, **AT),
    passes("costs_grounded", data=GOOD, **AT),
    fails("costs_grounded", "budget.stage_empty", data=GOOD | {"empty_stages": EMPTY_STAGES[1:]}, **AT),
    fails(
        "costs_grounded",
        "budget.few_quotes",
        data=GOOD | {"lines": [LINES[0] | {"basis": "quotes", "quotes": 2}, LINES[1]]},
        **AT,
    ),
    fails(
        "costs_grounded",
        "budget.over_cap",
        data=GOOD | {"lines": [LINES[0], LINES[1] | {"category": "contingency"}]},
        **AT,
    ),
    passes("prices_grounded", data=GOOD | {"lines": [LINES[0] | {"market_price": 40_000_00}]}, **AT),
    fails("prices_grounded", "budget.price", data=GOOD | {"lines": [LINES[0] | {"market_price": 30_000_00}]}, **AT),
    passes("lines_of_its_own", data=GOOD, **AT),
    fails("lines_of_its_own", "budget.line_funded", data=GOOD, **AT | {"peers": (PROJECT, SOURCE, TWIN)}),
    passes("lines_of_its_own", data=GOOD | {"lines": EXPLAINED}, **AT | {"peers": (PROJECT, SOURCE, TWIN)}),
    passes("lines_of_its_own", data=GOOD, **AT | {"peers": (PROJECT, SOURCE, OWN)}),
    passes("cuts_reasoned", data=REVIEWED | {"approved_lines": [CUT[0] | {"reason": "as in 2025"}, CUT[1]]}, **AT),
    fails("cuts_reasoned", "budget.line_cut", data=REVIEWED | {"approved_lines": CUT}, **AT),
    fails("cuts_reasoned", "budget.line_above", data=REVIEWED | {"lines": CUT}, **AT),
    fails("cuts_reasoned", "budget.line_gone", data=REVIEWED | {"approved_lines": LINES[:1]}, **AT),
    passes("two_person_if_large", data=REVIEWED, **AT),
    fails("two_person_if_large", "second_person.missing", data=REVIEWED, **AT | {"peers": (LARGE, SOURCE)}),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_budget(trial: Trial) -> None:
    """Each gives exactly the reasons it should."""
    assert judge(trial) == trial.codes
