"""Scenes for the red flags: for each rule one in which it strikes, and one just beside."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.workflows.funds.flag_scene import COST, DEAL, INVOICE, NOON, ORDER, SMALL
from tests.workflows.funds.night_flag_cases import ASKED_AT_NIGHT, AT_NIGHT, DEALT_AT_NIGHT
from tests.workflows.funds.story import (
    AGREEMENT,
    BUDGET,
    DOSSIER,
    PROJECT,
    SUPPLIER,
)
from workflows.funds.flags import ASKED, NIGHT, PAYMENT
from workflows.funds.flags import BUDGET as AT_BUDGET
from workflows.funds.flags import CONTRACT as AT_CONTRACT
from workflows.funds.flags import DEAL as DEAL_AT_NIGHT
from workflows.funds.flags.scene import Evidence, Insider, Order, Step
from workflows.funds.terms import Source, SourceKind


def other(**parts: Any) -> Order:  # noqa: ANN401  # parts of an order
    """Give another payment of the same contract, some days before."""
    return replace(ORDER, code="PAY-0", invoices=(), asked_at=NOON - timedelta(days=5), **parts)


LIMIT = 200_000_00
AT_A_PAYMENT: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "RF-01",
        "hard",
        {"order": replace(ORDER, amount=LIMIT // 2), "orders": (other(amount=LIMIT // 2),)},
        {"order": replace(ORDER, amount=LIMIT // 2), "orders": (other(amount=LIMIT // 2 - 1),)},
    ),
    ("RF-01", "hard", {"order": replace(ORDER, amount=LIMIT - 1)}, {"order": replace(ORDER, amount=LIMIT * 8 // 10)}),
    (
        "RF-03",
        "block",
        {"orders": (replace(other(), invoices=(replace(INVOICE, used=40_000_01),)),)},
        {"orders": (replace(other(), invoices=(replace(INVOICE, used=40_000_00),)),)},
    ),
    (
        "RF-03",
        "hard",
        {"orders": (replace(other(), invoices=(replace(INVOICE, code="0441"),)),)},
        {"orders": (replace(other(), invoices=(replace(INVOICE, code="0441", seller="Another"),)),)},
    ),
    ("RF-04", "block", {"order": replace(ORDER, invoices=(replace(INVOICE, verified="void"),))}, {}),
    ("RF-04", "block", {"buyer": "County"}, {"buyer": ""}),
    (
        "RF-05",
        "warn",
        {"order": replace(ORDER, invoices=(replace(INVOICE, issued_on=date(2026, 11, 29)),))},
        {"order": replace(ORDER, invoices=(replace(INVOICE, issued_on=date(2026, 11, 28)),))},
    ),
    ("RF-06", "hard", {"order": replace(ORDER, party=replace(SUPPLIER, bank_account="6222"))}, {}),
    (
        "RF-06",
        "hard",
        {
            "contract": replace(
                AGREEMENT, payees=(*AGREEMENT.payees, replace(AGREEMENT.payees[0], verified_on=date(2026, 11, 1)))
            )
        },
        {
            "contract": replace(
                AGREEMENT, payees=(*AGREEMENT.payees, replace(AGREEMENT.payees[0], verified_on=date(2026, 10, 1)))
            )
        },
    ),
    (
        "RF-07",
        "hard",
        {"insiders": (Insider("li", frozenset({SUPPLIER.bank_account})),)},
        {"insiders": (Insider("li", frozenset({"6222"})),)},
    ),
    (
        "RF-12",
        "block",
        {"order": replace(ORDER, amount=45_000_01)},
        {"order": replace(ORDER, amount=45_000_00)},
    ),
    (
        "RF-12",
        "hard",
        {"order": replace(ORDER, progress_percent=None, amount=18_000_01)},
        {"order": replace(ORDER, progress_percent=None, amount=18_000_00)},
    ),
    (
        "RF-13",
        "block",
        {"order": replace(ORDER, proof_on=None)},
        {"order": replace(ORDER, milestone="advance", proof_on=None, amount=1)},
    ),
    ("RF-13", "block", {"order": replace(ORDER, proof_on=date(2026, 11, 24))}, {}),
    ("RF-14", "block", {"order": replace(ORDER, amount=90_000_01)}, {"order": replace(ORDER, amount=40_000_00)}),
    (
        "RF-15",
        "block",
        {"dossier": replace(DOSSIER, budget=replace(BUDGET, lines=(replace(BUDGET.lines[0], category="salary"),)))},
        {"dossier": replace(DOSSIER, budget=replace(BUDGET, lines=(replace(BUDGET.lines[1], category="salary"),)))},
    ),
    (
        "RF-15",
        "block",
        {
            "order": replace(ORDER, lines=frozenset({"2-1"})),
            "dossier": replace(DOSSIER, sources={"own": Source("own", SourceKind.BOND, 1)}),
        },
        {
            "order": replace(ORDER, lines=frozenset({"2-1"})),
        },
    ),
    (
        "RF-16",
        "block",
        {"dossier": replace(DOSSIER, sources={"grant": replace(DOSSIER.sources["grant"], expires_year=2025)})},
        {"dossier": replace(DOSSIER, sources={"grant": replace(DOSSIER.sources["grant"], expires_year=2026)})},
    ),
    (
        "RF-16",
        "block",
        {
            "order": replace(ORDER, sources=frozenset({"grant"})),
            "dossier": replace(DOSSIER, sources={"grant": replace(DOSSIER.sources["grant"], expires_year=2025)}),
        },
        {
            "order": replace(ORDER, sources=frozenset({"own"})),
            "dossier": replace(DOSSIER, sources={"grant": replace(DOSSIER.sources["grant"], expires_year=2025)}),
        },
    ),
    (
        "RF-18",
        "warn",
        {"order": replace(ORDER, steps=(Step("li", NOON.replace(hour=23)),))},
        {"order": replace(ORDER, steps=(Step("li", NOON),))},
    ),
    (
        "RF-24",
        "hard",
        {"approved_on": date(2026, 10, 2)},
        {"approved_on": date(2026, 10, 1)},
    ),
    (
        "RF-26",
        "hard",
        {"evidence": (Evidence(PROJECT, "M1", "a"), Evidence("QH-2", "M1", "a"))},
        {"evidence": (Evidence(PROJECT, "M1", "a"), Evidence(PROJECT, "M1", "a"))},
    ),
    (
        "RF-06",
        "hard",
        {"order": replace(ORDER, invoices=(replace(INVOICE, seller="Another"),))},
        {"order": replace(ORDER, invoices=(INVOICE,))},
    ),
    (
        "RF-01",
        "hard",
        {"order": replace(ORDER, amount=LIMIT * 9 // 10)},
        {"order": replace(ORDER, amount=LIMIT * 9 // 10 - 1)},
    ),
    (
        "RF-03",
        "hard",
        {"elsewhere": (replace(other(), invoices=(replace(INVOICE, code="0441"),)),)},
        {"elsewhere": (replace(other(is_open=False), invoices=(replace(INVOICE, code="0441"),)),)},
    ),
]
"""Rule, level, a scene in which it strikes, and one just beside."""

AT_A_CONTRACT: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "RF-02",
        "hard",
        {"deal": replace(DEAL, amount=SMALL // 2), "deals": (replace(DEAL, code="CON-8", amount=SMALL // 2),)},
        {
            "deal": replace(DEAL, amount=SMALL // 2),
            "deals": (
                replace(DEAL, code="CON-8", amount=SMALL // 2, description="school canteen tables", supplier="S2"),
            ),
        },
    ),
    (
        "RF-02",
        "hard",
        {
            "deal": replace(DEAL, amount=SMALL * 4, method="inquiry"),
            "deals": (replace(DEAL, code="CON-8", amount=SMALL * 3, description="x y z", method="competitive"),),
        },
        {
            "deal": replace(DEAL, amount=SMALL * 4, method="inquiry"),
            "deals": (replace(DEAL, code="CON-8", amount=SMALL * 3, description="x y z", method="public_tender"),),
        },
    ),
    ("RF-23", "warn", {"deal": replace(DEAL, bidders=1)}, {"deal": replace(DEAL, bidders=2)}),
    ("RF-23", "warn", {"deal": replace(DEAL, amount=24_500_00)}, {"deal": replace(DEAL, amount=24_499_99)}),
    (
        "RF-24",
        "hard",
        {"works": (("delivery", date(2026, 2, 28)),)},
        {"works": (("delivery", date(2026, 3, 1)),)},
    ),
    (
        "RF-28",
        "block",
        {"contract": replace(AGREEMENT, supplements=(9_000_01,))},
        {"contract": replace(AGREEMENT, supplements=(7_199_99,))},
    ),
    (
        "RF-28",
        "warn",
        {"contract": replace(AGREEMENT, supplements=(7_200_00,))},
        {"contract": replace(AGREEMENT, supplements=(7_199_99,))},
    ),
    (
        "RF-35",
        "block",
        {"deal": replace(DEAL, words="本项目由财政担保")},
        {"deal": replace(DEAL, words="本项目无担保")},
    ),
]

AT_A_BUDGET: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("RF-11", "hard", {"costs": (replace(COST, unit_price=151),)}, {"costs": (COST,)}),
    ("RF-11", "warn", {"costs": (replace(COST, unit_price=121),)}, {"costs": (COST,)}),
    (
        "RF-34",
        "hard",
        {"costs": (COST, replace(COST, project="QH-2"))},
        {"costs": (COST, replace(COST, project="QH-2", content="other licence"))},
    ),
    (
        "RF-34",
        "hard",
        {
            "costs": (
                replace(COST, serials=frozenset({"SN1"})),
                replace(COST, project="QH-2", content="x", serials=frozenset({"SN1"})),
            )
        },
        {"costs": (replace(COST, serials=frozenset({"SN1"})), replace(COST, serials=frozenset({"SN1"})))},
    ),
]


CASES = [
    (at, *case)
    for at, cases in (
        (PAYMENT, AT_A_PAYMENT),
        (AT_CONTRACT, AT_A_CONTRACT),
        (AT_BUDGET, AT_A_BUDGET),
        (NIGHT, AT_NIGHT),
        (ASKED, ASKED_AT_NIGHT),
        (DEAL_AT_NIGHT, DEALT_AT_NIGHT),
    )
    for case in cases
]
