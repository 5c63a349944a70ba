"""A project with its money in place: account, receipts, a contract in force; what payments are made of."""

from typing import Any

from tests.workflows.money.desk import CODE, FILE, Desk
from tests.workflows.money.funding import clauses, own_money
from tests.workflows.money.papers import reviewed_budget, share
from workflows.funds.journal import Maker
from workflows.funds.posting import read_entry
from workflows.funds.postings.budgets import activate_budget

SUPPLIER: dict[str, Any] = {
    "payee_name": "Supplier",
    "credit_code": "91310000MA1K00000X",
    "bank_account": "6222000000000001",
}
ACCOUNT: dict[str, Any] = {
    "name": "Digital projects",
    "kind": "sub_ledger",
    "purpose": "projects",
    "legal_basis": "central payment",
    "bank_name": "A bank",
    "account_number": "101",
    "signatories": ["fin", "cas"],
}
MEETING: dict[str, Any] = {
    "meetings": [
        {
            "held_on": "2026-06-01",
            "entitled": 7,
            "present": 7,
            "recused": 0,
            "in_favour": 7,
            "against": 0,
            "resolution": "agreed",
        }
    ],
    "minutes": [FILE],
}


def account(desk: Desk) -> str:
    """Open a dedicated sub-ledger; gives its code."""
    code = desk.start("special-account", "fin", unit="T01", **ACCOUNT)
    desk.act(code, "fin", "submit")
    desk.act(code, "pay", "second_check")
    assert desk.act(code, "fay", "approve", approval_number="HZ-1") == "active"
    return code


def approved(desk: Desk, **source_fields: Any) -> str:  # noqa: ANN401  # fields
    """Review the budget, approve the project and activate its budget as its procedure does; gives the source."""
    source = own_money(desk, **source_fields)
    reviewed_budget(desk, source)
    activate(desk)
    return source


def activate(desk: Desk) -> None:
    """Approve the project: the rule that its procedure names posts the budget (E-01)."""
    spelled = activate_budget(desk.situation(), "approved")
    desk.project(CODE, "approved")
    for number, one in enumerate(spelled, 1):
        desk.store.ledger.post(read_entry(one), Maker(CODE, number, "hal", desk.clock.now(), "", "0" * 64))
    assert desk.breaches() == []


def receipt(desk: Desk, source: str, bank: str, amount: int, slip: str = "S-1", **more: Any) -> str:  # noqa: ANN401  # fields
    """Register money that came and book it; gives its code."""
    form = {"kind": "source", "source": source, "bank": bank, "slip": slip, "payer": "County", "amount": amount}
    code = desk.start("receipt", "fin", **{**form, "received_on": desk.day(), **more})
    desk.act(code, "fin", "submit")
    assert desk.act(code, "pay", "post") == "posted"
    return code


def contract_form(source: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """A contract of 90,000 yuan on both lines, in two milestones of 45,000."""
    form = {
        "subject": "construction",
        "title": "Build the window",
        "supplier": "Supplier",
        "amount": 90_000_00,
        "method": "direct",
        "payees": [SUPPLIER],
        "milestones": [{"milestone": "M1", "amount": 45_000_00}, {"milestone": "M2", "amount": 45_000_00}],
        "advance_max": 18_000_00,
        "retention_percent": 5,
        "warranty_months": 24,
        "bond_percent": 10,
        "bond_letter": True,
        "pay_after_audit": False,
        "one_sided_penalty": False,
        "prefinancing": False,
        "clauses": clauses(),
        "shares": [share(source, 60_000_00, "1"), share(source, 30_000_00, "2")],
    }
    return {**form, **changed}


def verify(desk: Desk, contract: str) -> None:
    """Let two people verify the newest account, each for themselves."""
    desk.act(contract, "fin", "verify_payee")
    desk.act(contract, "cas", "call_back")


def signed(desk: Desk, source: str, **changed: Any) -> str:  # noqa: ANN401  # fields
    """Lead a contract to its performance; gives its code."""
    code = desk.start("contract", "pam", **contract_form(source, **changed))
    verify(desk, code)
    desk.act(code, "pam", "submit")
    desk.act(code, "lex", "pass")
    desk.act(code, "fin", "pass")
    desk.act(code, "may", "approve", seal_number="Y-1", signed_on=desk.day())
    desk.save(code, "pam", scan=FILE, published_on=desk.day(), filed_on=desk.day())
    assert desk.act(code, "pam", "file") == "performing"
    return code


def accept(desk: Desk, contract: str, *milestones: str) -> None:
    """Accept milestones of 45,000 yuan."""
    known: Any = desk.case(contract).data.get("acceptances", [])
    new = set(milestones) - {row["milestone"] for row in known}
    rows = [{"milestone": name, "accepted_on": desk.day(), "amount": 45_000_00, "proof": FILE} for name in sorted(new)]
    desk.act(contract, "ida", "accept", acceptances=[*known, *rows])


def invoice(number: str, amount: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # cells
    """A valid invoice made out to the township."""
    return {
        "code": "044001",
        "number": number,
        "issued_on": "2026-06-02",
        "face": amount,
        "used": amount,
        "seller": SUPPLIER["credit_code"],
        "buyer": "Town",
        "verified": "valid",
        **more,
    }


def payment_form(ready: "Ready", milestone: str, amount: int, number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # fields
    """A payment of a milestone from the first line."""
    form = {
        "contract": ready.contract,
        "milestone": milestone,
        "shares": [share(ready.source, amount)],
        "bank": ready.bank,
        "invoices": [invoice(number, amount)],
        **SUPPLIER,
    }
    return {**form, **more}


class Ready:
    """A desk with a source, an account, all money received, and a contract being performed."""

    def __init__(self, last_year: int = 2040, **project: Any) -> None:  # noqa: ANN401  # fields
        """Bring everything there; the source's money is to be spent by the end of `last_year`."""
        self.desk = Desk(**project)
        self.source = approved(self.desk, expires_year=last_year)
        self.bank = account(self.desk)
        self.receipt = receipt(self.desk, self.source, self.bank, 100_000_00)
        self.contract = signed(self.desk, self.source)
        self.desk.project(CODE, "implementing", baseline=[{"milestone": "all", "weight": 100}])
        self.desk.reported("2026-05", {"all": 100})
        self.desk.wait(2)

    def ask(self, milestone: str, amount: int, number: str, **more: Any) -> str:  # noqa: ANN401  # fields
        """Ask for a payment; gives its code."""
        code = self.desk.start("payment", "pam", **payment_form(self, milestone, amount, number, **more))
        assert self.desk.act(code, "pam", "submit") == "supervisor_check"
        return code

    def check(self, code: str) -> None:
        """Lead a payment to the treasury."""
        self.desk.act(code, "dan", "certify")
        self.desk.save(code, "fin", verification=[FILE])
        self.desk.act(code, "fin", "pass")
        self.desk.act(code, "leo" if self.desk.case(code).data["amount"] < 50_000_00 else "may", "approve")

    def release(self, code: str) -> None:
        """Let the treasury release it."""
        self.desk.act(code, "fay", "countersign")
        assert self.desk.act(code, "pay", "release") == "released"

    def pay(self, code: str) -> None:
        """Let the bank pay it."""
        assert self.desk.act(code, "cas", "pay", receipt_number=f"R-{code}", paid_on=self.desk.day()) == "paid"

    def paid(self, milestone: str, amount: int, number: str, **more: Any) -> str:  # noqa: ANN401  # fields
        """Ask for a payment and lead it to the bank; gives its code."""
        code = self.ask(milestone, amount, number, **more)
        self.check(code)
        self.release(code)
        self.pay(code)
        return code

    def line(self, matched: str, amount: int, direction: str = "out", day: str = "") -> str:
        """Import a line of the bank statement and match it."""
        code = self.desk.start(
            "bank-line",
            "fin",
            unit="T01",
            account=self.bank,
            reference=f"B-{matched}",
            booked_on=day or self.desk.day(),
            direction=direction,
            amount=amount,
        )
        assert self.desk.act(code, "fin", "match", matched_to=matched) == "matched"
        return code
