"""A tampered row is found, for each of the thirty invariants: in the journal, a stored balance or a paper.

What only a posting is asked (INV-18, INV-19, INV-21) is kept afterwards by the chain: the forged row breaks INV-02.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.funds.story import (
    AGREEMENT,
    BANK,
    BUDGET,
    CONTRACT,
    DOSSIER,
    PROJECT,
    SUPPLIER,
    Story,
    cash,
    codes,
    contracted,
    funded,
    night,
    tampered,
    with_payment,
    with_work,
)
from workflows.funds.books import Books
from workflows.funds.invariants import INVARIANTS, Statement
from workflows.funds.movements import receiving
from workflows.funds.posting import Movement
from workflows.funds.terms import Milestone, Source, SourceKind

Tampering = Callable[[], set[str]]
MUCH = 900_000_00


def balance(story: Story, account: str, *, debited: int = 0, credited: int = 0, scope: str = PROJECT) -> set[str]:
    """Change the first stored balance of an account behind the journal's back; gives what the night finds."""
    name = next(name for name in sorted(story.ledger.books[scope].totals) if name.partition("|")[0] == account)
    if scope == PROJECT:
        return tampered(story, name, debited, credited)
    old = story.ledger.books[scope].totals
    story.ledger.books[scope] = Books({**old, name: (old[name][0] + debited, old[name][1] + credited)})
    return codes(story.night())


def paper(story: Story, **changed: object) -> set[str]:
    """Change a paper of the project behind its back; gives what the night finds."""
    story.change(**changed)
    return codes(story.night())


def row(**changed: object) -> set[str]:
    """Change the first row of the journal, and its chain not; gives what the night finds."""
    rows = with_payment().ledger.journals[PROJECT]
    forged = replace(rows[0], entry=replace(rows[0].entry, **changed))  # type: ignore[arg-type]  # any part
    return night(with_payment(), journals={PROJECT: (forged, *rows[1:])})


def document() -> Story:
    """An invoice of ten yuan."""
    story = funded()
    story.tell(Movement.REGISTER, receiving.register("invoice:1-1", 10_00))
    return story


def loan(borrower: str) -> dict[str, Source]:
    """The sources, and a loan."""
    return {**DOSSIER.sources, "loan": Source("loan", SourceKind.LOAN, 1, borrower=borrower)}


GRANT = DOSSIER.sources["grant"]


def _out_of_step() -> set[str]:
    story = with_work()
    story.change(sources={**DOSSIER.sources, "grant": replace(GRANT, is_pro_rata=True)})
    return tampered(story, f"budget.spent|{PROJECT}|grant|2026|1-1|{CONTRACT}|M1|PAY-1", credited=MUCH)


def _nobodys() -> set[str]:
    story = funded()
    rows = story.ledger.journals[PROJECT]
    return night(story, journals={PROJECT: (replace(rows[0], maker=replace(rows[0].maker, actor="")), *rows[1:])})


def _more_than_told() -> set[str]:
    story = funded()
    story.tell(Movement.COMMIT, receiving.commit(cash("own"), 1))
    return night(story)


TAMPERED: dict[str, Tampering] = {
    "INV-01": lambda: balance(funded(), "cash.bank", debited=1),
    "INV-02": lambda: row(reason="another"),
    "INV-03": lambda: balance(funded(), "budget.free", debited=MUCH),
    "INV-04": lambda: paper(funded(), budget=replace(BUDGET, total=BUDGET.total - 1)),
    "INV-05": lambda: paper(funded(), budget=replace(BUDGET, ceiling=1)),
    "INV-06": lambda: paper(contracted(), contracts={CONTRACT: replace(AGREEMENT, supplements=(MUCH,))}),
    "INV-07": lambda: balance(with_work(), "cash.payable", debited=MUCH),
    "INV-08": lambda: paper(
        with_payment(), contracts={CONTRACT: replace(AGREEMENT, milestones=(Milestone("M1", 45_000_00),))}
    ),
    "INV-09": lambda: balance(funded(), "cash.bank", credited=MUCH),
    "INV-10": lambda: night(funded(), statements=(Statement(BANK, date(2026, 11, 22), 99_999_99),)),
    "INV-11": lambda: balance(with_payment(), "cash.source_income", debited=MUCH),
    "INV-12": lambda: paper(
        contracted(), sources={**DOSSIER.sources, "grant": replace(GRANT, eligible=frozenset({"hardware"}))}
    ),
    "INV-13": _out_of_step,
    "INV-14": lambda: balance(document(), "memo.open", debited=MUCH, scope="invoice:1-1"),
    "INV-15": lambda: codes(with_payment(party=replace(SUPPLIER, bank_account="6222")).night()),
    "INV-16": lambda: codes(with_payment(payer="fin").night()),
    "INV-17": lambda: codes(with_payment(amount=MUCH * 100).night()),
    "INV-18": lambda: row(movement=Movement.PAY),
    "INV-19": lambda: row(on=date(2020, 1, 1)),
    "INV-20": lambda: paper(with_payment(), state="evaluating"),
    "INV-21": lambda: row(movement=Movement.INTEREST),
    "INV-22": lambda: tampered(funded(), f"budget.carried_out|{PROJECT}|own|2026|1-1", debited=5),
    "INV-23": lambda: paper(funded(), sources=loan("township")),
    "INV-24": lambda: paper(
        funded(), budget=replace(BUDGET, lines=(replace(BUDGET.lines[0], amount=1), BUDGET.lines[1]))
    ),
    "INV-25": lambda: balance(with_work(), "cash.retention", debited=MUCH),
    "INV-26": lambda: balance(with_work(), "cash.project_cost", credited=MUCH),
    "INV-27": lambda: paper(with_work(), state="closed"),
    "INV-28": lambda: night(funded(), figures={"paid": (1, 2)}),
    "INV-29": _nobodys,
    "INV-30": _more_than_told,
}
KEPT_BY_THE_CHAIN = {"INV-18", "INV-19", "INV-21"}


def test_every_invariant_is_tampered_with() -> None:
    """INV-01 to INV-30, none missing; and a night that nobody tampered with is quiet."""
    assert set(TAMPERED) == {invariant.code for invariant in INVARIANTS} == {f"INV-{one:02}" for one in range(1, 31)}
    for story in (funded(), contracted(), with_work(), with_payment(), document()):
        assert story.night() == []


@pytest.mark.parametrize("invariant", sorted(TAMPERED))
def test_what_was_tampered_with_is_found(invariant: str) -> None:
    """By its own invariant, or by the chain where only a posting is asked."""
    assert ("INV-02" if invariant in KEPT_BY_THE_CHAIN else invariant) in TAMPERED[invariant]()
