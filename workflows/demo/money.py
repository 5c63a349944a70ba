"""The money of the demo's projects as procedures beside them: sources, budget, account, receipts, contract, payment.

Projects whose money comes from the county, the township or a higher level have them; one budget line a source, so that
every amount divides by source as the ledger divides it. Figures are those of `projects.yaml`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from workflows.demo.places import THOUSAND_FEN, fen
from workflows.demo.purse import LINES, Deed, Purse
from workflows.funds.shares import Share, split_shares

SUPERVISED = frozenset({"T3", "T4"})
STAGES = ("preparation", "purchase", "integration", "assessment", "training", "trial", "audit", "operation")
CHECKS = ("lines", "basis", "study", "split", "township")
SIZES = ("micro", "small", "small", "medium")
CLAUSES = 20
PERCENT, AHEAD_POINTS = 100, 20
"""A payment further ahead of the work is a red flag (RF-12), which the head of finance releases with a reason."""

LIMIT_FEN, NEAR_PERCENT = 20_000_000, 90
"""So is one just under the limit from which on a meeting decides (RF-01)."""

ITEM_FEN = 2_000_000_000
"""What the annual budget has for projects: twenty million yuan."""

Doing = tuple[str, str, Mapping[str, Any], int]
"""Who does what, with which form, how many working days after the segment began."""


def budget_item(year: int) -> dict[str, Any]:
    """Give the item of the county's annual budget that projects are paid from."""
    return {"year": year, "item": f"YS-{year}-001", "amount": ITEM_FEN}


def rows(shares: Sequence[Share]) -> list[dict[str, Any]]:
    """Spell shares as the rows of a form."""
    return [{"source": one.source, "year": one.year, "line": one.line, "amount": one.amount} for one in shares]


def divided(amount: int, by: Sequence[Share]) -> tuple[Share, ...]:
    """Divide an amount of whole thousands by source, each in whole thousands."""
    parts = split_shares(amount // THOUSAND_FEN, by)
    return tuple(replace(part, amount=part.amount * THOUSAND_FEN) for part in parts)


def deeds(purse: Purse) -> Iterator[tuple[datetime, Deed]]:
    """Give everything that is done about a project's money, each with its moment."""
    prepared = purse.days["prepare.save"]
    yield from purse.moments(prepared, [*_sources(purse, prepared), *_budget(purse, prepared)])
    approved = purse.days["approve.last"]
    _, contracted, paid = purse.project.money
    work = list(_receipts(purse, approved))
    if contracted:
        work += _contract(purse, approved, contracted, paid)
    yield from purse.moments(approved, sorted(work, key=lambda deed: deed.after))
    last = purse.days.get("deliver.last")
    if paid and last is not None:
        yield from purse.moments(last, list(_payment(purse, last, paid)))


def _sources(purse: Purse, on: date) -> Iterator[Deed]:
    words, year = purse.words, purse.year
    if "own" in purse.parts:
        pledged = fen(purse.project.get("pledged", "0")) or purse.parts["own"]
        form = {"source_kind": "fiscal", "fiscal_year": year, "giver": words["giver"], "amount": pledged}
        plan = [{"due_on": (on + timedelta(days=60)).isoformat(), "amount": purse.parts["own"] // 2}]
        item, budgeted = purse.key("own"), budget_item(year)
        told = {"document": budgeted["item"], "document_amount": budgeted["amount"], "planned_receipts": plan}
        yield Deed(item, "it", "open", {**form, **told}, 1)
        yield Deed(item, "it", "submit", {}, 1)
        yield Deed(item, "fin-budget", "second_check", {}, 2)
        yield Deed(item, "fin-head", "approve", {}, 2)
    if "grant" in purse.parts:
        yield from _grant(purse, on)


def _grant(purse: Purse, on: date) -> Iterator[Deed]:
    item, words, amount = purse.key("grant"), purse.words, purse.parts["grant"]
    papers = {name: purse.paper(name, on) for name in ("letter", "plan_file", "target_file", "single_funding")}
    award = {
        "amount": amount,
        "document": f"{words['quota']}{purse.year}-{purse.project.number}",
        "document_amount": 2 * amount,
        "document_file": purse.paper("quota_file", on),
        "expires_year": purse.year + 1,
    }
    call = {"programme": words["programme"], "call_number": words["call"], "wanted": amount}
    for who, do, form, after in (
        ("it", "open", call, 1),
        ("it", "start", {}, 1),
        ("apply", "save", papers, 1),
        ("apply", "submit", {}, 1),
        ("cty-review-1", "agree", {}, 2),
        ("fin-budget", "agree", {}, 2),
        ("cty-review-1", "receipt", {"outgoing_number": f"{words['outgoing']}-{purse.project.number}"}, 2),
        ("fin-budget", "award", award, 3),
        ("fin-head", "countersign", {}, 3),
        ("fin-budget", "confirm", {}, 3),
    ):
        yield Deed(item, who, do, form, after)


def _budget(purse: Purse, on: date) -> Iterator[Deed]:
    item, words = purse.key("budget"), purse.words
    lines = [
        {
            "line": share.line,
            "stage": "construction",
            "category": category,
            "content": f"{words['content'][category]}·{purse.project.data['name']}",
            "quantity": 1,
            "unit_price": share.amount,
            "cost": share.amount,
            "basis": "standard",
        }
        for share, (_, category) in zip(purse.shares(), LINES, strict=False)
    ]
    form = {
        "lines": lines,
        "shares": rows(purse.shares()),
        "empty_stages": [{"stage": stage, "why": words["no_cost"]} for stage in STAGES],
        "quote_files": [purse.paper("quotes", on)],
    }
    checklist = [{"check": name, "result": "passed"} for name in CHECKS]
    second: list[Doing] = [("fin-head", "countersign", {}, 5)] if purse.project.tier in SUPERVISED else []
    conclusion = str(words["conclusion"]).format(year=purse.day(on, 7)[:4], number=purse.project.number)
    steps: tuple[Doing, ...] = (
        ("apply", "open", form, 4),
        ("apply", "submit", {}, 4),
        ("it", "pass", {}, 4),
        ("fin-budget", "accept", {"material_checklist": checklist}, 5),
        ("fin-budget", "save", {"ceiling": purse.project.amount}, 5),
        *second,
        ("fin-budget", "issue", {}, 6),
        ("apply", "agree", {}, 6),
        ("fin-head", "approve", {"conclusion_number": conclusion}, 7),
    )
    for who, do, told, after in steps:
        yield Deed(item, who, do, told, after)


def _receipts(purse: Purse, on: date) -> Iterator[Deed]:
    words = purse.words
    for name, amount in purse.come.items():
        item = purse.key(f"receipt-{name}")
        form = {
            "kind": "source",
            "source": purse.code(name),
            "bank": purse.beside[purse.account].code,
            "slip": f"{words['slip']}-{purse.project.id}-{name}",
            "payer": words["giver"],
            "amount": amount,
            "received_on": purse.day(on, 5),
        }
        yield Deed(item, "it", "open", form, 5)
        yield Deed(item, "it", "submit", {}, 5)
        yield Deed(item, "fin-pay", "post", {}, 6)


def account_deeds(purse: Purse) -> Iterator[tuple[datetime, Deed]]:
    """Give how the township gets its account, in time for the first of its projects."""
    item, words = purse.account, purse.words
    township = purse.project.township.lower()
    form = {
        "name": words["account"],
        "kind": "sub_ledger",
        "purpose": words["purpose"],
        "legal_basis": words["basis"],
        "bank_name": words["bank"],
        "account_number": f"{words['number']}{purse.project.township[1:]}",
        "signatories": [f"{township}-it", f"{township}-head"],
    }
    told = [
        Deed(item, "it", "open", form, 0),
        Deed(item, "it", "submit", {}, 0),
        Deed(item, "fin-pay", "second_check", {}, 1),
        Deed(item, "fin-head", "approve", {"approval_number": f"{words['approval']}-{purse.project.township}"}, 2),
    ]
    yield from purse.moments(purse.days["approve.last"], told)


def _contract(purse: Purse, on: date, amount: int, paid: int) -> list[Deed]:
    item, words, project = purse.key("contract"), purse.words, purse.project
    supplier = project.pick(words["suppliers"], "supplier")
    stages = [part for part in (("M1", paid), ("M2", amount - paid)) if part[1]]
    form = {
        "subject": "construction",
        "title": f"{project.data['name']}{words['contract']}",
        "supplier": supplier,
        "supplier_size": purse.project.pick(SIZES, "size"),
        "amount": amount,
        "method": "public_tender",
        "result_number": f"{words['award']}-{project.number}",
        "awarded_on": purse.day(on, 2),
        "bidders": 4,
        "price_limit": project.amount,
        "payees": [_party(purse)],
        "milestones": [{"milestone": name, "amount": part} for name, part in stages],
        "advance_max": 0,
        "retention_percent": 0,
        "warranty_months": 24,
        "bond_percent": 10,
        "bond_letter": True,
        **dict.fromkeys(("pay_after_audit", "one_sided_penalty", "prefinancing"), False),
        "clauses": [{"check": f"K{number:02}", "result": "present"} for number in range(1, CLAUSES + 1)],
        "shares": rows(divided(amount, purse.shares())),
    }
    signing = {
        "seal_number": f"{words['seal']}-{project.number}",
        "signed_on": purse.day(on, 6),
        **_meeting(purse, on, 6),
    }
    filing = {"scan": purse.paper("scan", on), "published_on": purse.day(on, 7), "filed_on": purse.day(on, 7)}
    return [
        Deed(item, "apply", "open", form, 3),
        Deed(item, "it", "verify_payee", {}, 3),
        Deed(item, "head", "call_back", {}, 3),
        Deed(item, "apply", "submit", {}, 3),
        Deed(item, "legal", "pass", {}, 4),
        Deed(item, "it", "pass", {}, 5),
        Deed(item, "leader", "approve", signing, 6),
        Deed(item, "apply", "save", filing, 7),
        Deed(item, "apply", "file", {}, 7),
    ]


def _party(purse: Purse) -> dict[str, str]:
    supplier = purse.project.pick(purse.words["suppliers"], "supplier")
    place = purse.words["suppliers"].index(supplier) + 1
    return {
        "payee_name": supplier,
        "credit_code": f"91310000MA1K0000{place:02}",
        "bank_account": f"{purse.words['payee_number']}{place:04}",
    }


def _meeting(purse: Purse, on: date, after: int) -> dict[str, Any]:
    votes = {"entitled": 7, "present": 7, "recused": 0, "in_favour": 7, "against": 0}
    held = {"held_on": purse.day(on, after), **votes, "resolution": purse.words["resolution"]}
    return {"meetings": [held], "minutes": [purse.paper("minutes", on)]}


def _payment(purse: Purse, on: date, paid: int) -> Iterator[Deed]:
    """Accept the first milestone and pay it, from each source its part."""
    contract, item, project = purse.key("contract"), purse.key("payment"), purse.project
    _, contracted, _ = project.money
    accepted = {"milestone": "M1", "accepted_on": purse.day(on, 1), "amount": paid, "proof": purse.paper("proof", on)}
    invoice = {
        "code": purse.words["invoice"],
        "number": f"{project.number:08}",
        "issued_on": purse.day(on, 1),
        "face": paid,
        "used": paid,
        "seller": _party(purse)["credit_code"],
        "buyer": project.township_name,
        "verified": "valid",
    }
    form = {
        "contract": purse.code("contract"),
        "milestone": "M1",
        "shares": rows(split_shares(paid, divided(contracted, purse.shares()))),
        "bank": purse.beside[purse.account].code,
        "invoices": [invoice],
        "proof": [purse.paper("proof", on)],
        **_party(purse),
        **({"supervisor": "supervisor"} if project.tier in SUPERVISED else {}),
    }
    certifier = "supervisor" if project.tier in SUPERVISED else "head"
    yield Deed(contract, "it", "accept", {"acceptances": [accepted]}, 1)
    yield Deed(item, "apply", "open", form, 2)
    yield Deed(item, "apply", "submit", {}, 2)
    yield Deed(item, certifier, "certify", {}, 2)
    yield Deed(item, "it", "save", {"verification": [purse.paper("verification", on)]}, 3)
    yield Deed(item, "it", "pass", {}, 3)
    yield Deed(item, "leader", "approve", _meeting(purse, on, 3), 4)
    if held := project.get("held"):
        yield Deed(item, "fin-pay", "hold", {"reason_code": "delivery", "hold_condition": held}, 4)
        yield Deed(item, "fin-pay", "clear", {"hold_evidence": [purse.paper("hold_evidence", on)]}, 4)
    yield Deed(item, "fin-head", "countersign", {}, 4)
    flags = list(_flags(purse, paid, contracted))
    if flags:
        yield Deed(item, "fin-head", "release_flags", {"releases": flags}, 4)
    yield Deed(item, "fin-pay", "release", {}, 5)
    number = f"{purse.words['slip']}-{project.id}-ZF"
    yield Deed(item, "head", "pay", {"receipt_number": number, "paid_on": purse.day(on, 5)}, 5)
    yield Deed(purse.account, "it", "statement", {}, 6)


def _flags(purse: Purse, paid: int, contracted: int) -> Iterator[dict[str, str]]:
    """Give the red flags that this payment raises, each with the reason for which it is released."""
    words, ahead = purse.words["releases"], paid * PERCENT // contracted - purse.project.get("progress", PERCENT)
    if ahead > AHEAD_POINTS:
        yield {"key": f"RF-12:{purse.code('contract')}", "reason": words["ahead"]}
    if LIMIT_FEN * NEAR_PERCENT <= paid * PERCENT < LIMIT_FEN * PERCENT:
        yield {"key": f"RF-01:{purse.code('payment')}", "reason": words["near_limit"]}
