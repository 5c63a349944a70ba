"""Guards of the five ways to money, and of clauses."""

from datetime import date
from typing import Any

import pytest

from engine.case import Case
from tests.workflows.guards.trial import FILE, Trial, case, fails, judge, name_of, passes
from tests.workflows.procedure import shelf
from workflows.funds.movements import receiving
from workflows.funds.posting import Entry, Movement, Place

CODE = "QH-2026-project"
TODAY = date(2026, 11, 23)
ITEM = "YS-2026-001"


def project(*categories: str) -> Case:
    """A project of 100,000 yuan."""
    return case("project", "plan_selected", {"amount": 100_000_00, "categories": list(categories)})


def answers(definition: str, table: str, result: str) -> list[dict[str, str]]:
    """Answer every line of a checklist alike."""
    columns = shelf()[definition].definition.fields[table].columns
    return [{"check": one.name, "result": result} for one in columns[0].of]


OWN: dict[str, Any] = {"definition": "own-funds", "peers": (project("software"),), "state": "fin_review"}
GRANT: dict[str, Any] = {"definition": "grant", "peers": (project("software"),), "state": "matching"}
PRIVATE: dict[str, Any] = {"definition": "private-capital", "peers": (project(),), "state": "procuring"}
LOAN: dict[str, Any] = {"definition": "policy-loan", "peers": (project(),), "state": "drawing"}
BOND: dict[str, Any] = {"definition": "special-bond", "peers": (project("data"),), "state": "bundling"}
BUDGETED = {"project": CODE, "fiscal_year": 2026, "document": ITEM, "document_amount": 20_000_000_00, "amount": 5_00}
USED = Entry(
    Movement.COMMIT,
    TODAY,
    (
        *receiving.register(f"quota:{ITEM}", 20_000_000_00),
        *receiving.use(f"quota:{ITEM}", 19_999_996_00, Place(project="other", source="other", year=2026)),
    ),
)
AT_OWN = Place(project=CODE, source="QH-2026-case", year=2026, bank="SAC-1")
PROMISED = Entry(Movement.COMMIT, TODAY, receiving.commit(AT_OWN, 10_00))
LENT = Entry(Movement.BORROW, TODAY, receiving.borrow(AT_OWN, 10_00))
YEAR = {"year": 2025, "income": 120_00, "principal": 90_00, "interest": 10_00}
DRAW = {"drawn_on": "2026-11-01", "amount": 5_00, "purpose": "cloud"}
LENT_DATA = {"project": CODE, "eligible": ["cloud"], "draws": [DRAW], "amount": 5_00}
SIGNED = {"negotiating.opine": ("lea", case("x", "x", {}).entered_at)}

TRIALS: list[Trial] = [
    passes("agreement_there", data={"source_kind": "donation", "agreement": FILE}, **OWN),
    fails("agreement_there", "paper.missing", data={"source_kind": "operator"}, **OWN),
    passes("in_annual_budget", data=BUDGETED, **OWN),
    fails("in_annual_budget", "source.not_budgeted", data=BUDGETED | {"fiscal_year": 2025}, **OWN),
    fails("in_annual_budget", "source.item_amount", data=BUDGETED | {"document_amount": 1}, **OWN),
    fails("in_annual_budget", "source.item_used", data=BUDGETED, entries=(USED,), **OWN),
    passes("outside_budget", data=BUDGETED | {"document": "X"}, **OWN),
    fails("outside_budget", "source.is_budgeted", data=BUDGETED, **OWN),
    passes("programme_eligible", data={"project": CODE, "programme": "ZX-01"}, **GRANT),
    fails("programme_eligible", "programme.unknown", data={"project": CODE, "programme": "ZX-99"}, **GRANT),
    fails(
        "programme_eligible",
        "programme.closed",
        "programme.not_for",
        data={"project": CODE, "programme": "P"},
        policies={"funds.programmes": [{"code": "P", "closes_on": "2026-11-22", "categories": ["data"]}]},
        **GRANT,
    ),
    passes("no_double_funding", data={"project": CODE, "wanted": 100_000_00}, **GRANT),
    fails("no_double_funding", "source.double", data={"project": CODE, "wanted": 100_000_01}, **GRANT),
    passes("user_pays", data={"user_income": 50, "annual_cost": 100}, **PRIVATE),
    fails("user_pays", "private.no_users", data={"user_income": 49, "annual_cost": 100}, **PRIVATE),
    passes("not_core_security", data={"core_security": False}, **PRIVATE),
    fails("not_core_security", "private.core_security", **PRIVATE),
    passes("support_within_cap", data={"support": 5, "support_max": 5}, **PRIVATE),
    fails("support_within_cap", "private.support", data={"support": 6, "support_max": 5}, **PRIVATE),
    passes(
        "no_hidden_debt",
        data={"hidden_debt": answers("private-capital", "hidden_debt", "absent")},
        arguments={"table": "hidden_debt"},
        **PRIVATE,
    ),
    fails(
        "no_hidden_debt",
        "debt.not_excluded",
        "flag.rf_35",
        data={"hidden_debt": answers("private-capital", "hidden_debt", "present"), "terms": "with a buy-back in 2030"},
        arguments={"table": "hidden_debt"},
        **PRIVATE,
    ),
    passes("result_public", data={"bidders": 3, "result_published_on": "2026-11-16"}, **PRIVATE),
    fails(
        "result_public",
        "private.bidders",
        "private.not_public",
        data={"bidders": 2, "result_published_on": "2026-11-17"},
        **PRIVATE,
    ),
    passes(
        "signed_here", arguments={"action": "negotiating.opine"}, marks=SIGNED, **PRIVATE | {"state": "negotiating"}
    ),
    fails(
        "signed_here",
        "opinion.missing",
        arguments={"action": "negotiating.opine"},
        **PRIVATE | {"state": "negotiating"},
    ),
    passes("source_paid_in", data={"project": CODE}, **PRIVATE),
    fails("source_paid_in", "source.still_due", data={"project": CODE}, entries=(PROMISED,), **PRIVATE),
    passes("borrower_ok", data={"borrower_kind": "enterprise"}, **LOAN),
    fails("borrower_ok", "loan.borrower", data={"borrower_kind": "township"}, **LOAN),
    passes("borrower_ok", data={"borrower_kind": "enterprise", "borrower": "某镇人民政府资产经营公司"}, **LOAN),
    *(
        fails("borrower_ok", "loan.borrower_name", data={"borrower_kind": "enterprise", "borrower": name}, **LOAN)
        for name in ("某镇人民政府", "Town")
    ),
    passes("no_guarantee", data={"guarantee": False}, **LOAN),
    fails("no_guarantee", "loan.guarantee", data={"guarantee": True}, **LOAN),
    passes(
        "cover_ok",
        data={"schedule": [YEAR]},
        arguments={"table": "schedule", "policy": "loan.cover_least_percent"},
        **LOAN,
    ),
    fails(
        "cover_ok",
        "loan.cover",
        data={"schedule": [YEAR | {"income": 119_99}]},
        arguments={"table": "schedule", "policy": "loan.cover_least_percent"},
        **LOAN,
    ),
    fails(
        "cover_ok",
        "loan.due_year",
        data={"schedule": [YEAR | {"due_on": "2019-12-31"}]},
        arguments={"table": "schedule", "policy": "loan.cover_least_percent"},
        **LOAN,
    ),
    fails(
        "cover_ok", "loan.no_schedule", arguments={"table": "schedule", "policy": "bond.cover_least_percent"}, **LOAN
    ),
    passes("not_negative_list", data={"project": CODE}, **BOND),
    fails(
        "not_negative_list",
        "bond.negative_list",
        data={"project": CODE},
        policies={"funds.bond.negative_categories": ["data"]},
        **BOND,
    ),
    passes("use_matches_contract", data=LENT_DATA, **LOAN),
    fails(
        "use_matches_contract",
        "loan.use",
        "loan.overdrawn",
        data=LENT_DATA | {"draws": [DRAW, DRAW | {"purpose": "training"}]},
        **LOAN,
    ),
    passes("loan_zero", data={"project": CODE}, **LOAN),
    fails("loan_zero", "loan.still_owed", data={"project": CODE}, entries=(LENT,), **LOAN),
    passes("repayment_overdue", data={"schedule": [YEAR]}, **LOAN),
    fails("repayment_overdue", "loan.not_overdue", data={"schedule": [YEAR | {"year": 2026}]}, **LOAN),
    passes(
        "clauses_ok",
        data={"clauses": answers("private-capital", "clauses", "present")[:19]},
        arguments={"table": "clauses"},
        **PRIVATE,
    ),
    fails(
        "clauses_ok",
        "contract.clauses",
        "flag.rf_35",
        data={"clauses": answers("private-capital", "clauses", "present")[1:], "terms": "fixed return of 8 %"},
        arguments={"table": "clauses"},
        **PRIVATE,
    ),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_sources(trial: Trial) -> None:
    """Each gives exactly the reasons it should."""
    assert judge(trial) == trial.codes
