"""Guards of the settlement: accounts that add up, money given back, assets and archive handed over."""

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.funds.chart import BANK, IN_TRANSIT, PAYABLE, RETENTION, SPENT
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.guards.purse import books, budget_total, entered_counts
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day_in,
    entry,
    filled,
    is_past,
    lines_where,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    yuan,
)


def final_accounts_ok(it: Situation) -> Reasons:
    """The accounts are reviewed; what was paid and what is retained make the settlement, within the budget.

    Source: Regulations on Government Investment art. 23, 25 [V].
    """
    for field in ("accounts_number", "final_accounts"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)
    settled, spent = number(it, "settlement_amount"), _paid(it) + _retained(it)
    if settled != spent:
        yield Refusal("accounts.sum", "settlement_amount", {"settled": yuan(settled), "spent": yuan(spent)})
    if settled > budget_total(it):
        yield Refusal("accounts.over_budget", "settlement_amount", {"budget": yuan(budget_total(it))})


def _in_ledger(it: Situation) -> bool:
    """Say whether the project's money is in the ledger (or must be: nothing typed counts any more)."""
    return bool(books(it).totals) or not entered_counts(it)


def _retained(it: Situation) -> int:
    """Give what is held back against the warranty, with what of it is owed already."""
    if not _in_ledger(it):
        return number(it, "retention")
    return books(it).amount(RETENTION) + books(it).amount(PAYABLE, milestone=RETENTION_MILESTONE)


def _paid(it: Situation) -> int:
    if _in_ledger(it):
        return books(it).amount(SPENT)
    return sum_of((row for row in rows(it, "payments") if text_in(row, "standing") == "paid"), "paid")


def balance_returned(it: Situation) -> Reasons:
    """Money received beyond payments and retention has gone back, with a voucher.

    Source: Regulations on Government Investment art. 25: surplus to the treasury [V].
    """
    if _in_ledger(it):
        yield from _left_over(it)
        return
    surplus = sum_of(rows(it, "funding_sources"), "received") - _paid(it) - number(it, "retention")
    returned = sum_of((row for row in rows(it, "refunds") if _is_returned(it, row)), "returned")
    if surplus != returned:
        yield Refusal("accounts.surplus", "refunds", {"surplus": yuan(surplus), "returned": yuan(returned)})


def _left_over(it: Situation) -> Reasons:
    """Complain of each source with more on the account than is held back or ordered."""
    found = books(it)
    for source in sorted(found.values(BANK, "source")):
        left = found.amount(BANK, source=source) - found.amount(RETENTION, PAYABLE, IN_TRANSIT, source=source)
        if left:
            yield Refusal("accounts.left_over", source, {"amount": yuan(left)})


def _is_returned(it: Situation, row: Row) -> bool:
    return is_past(it, day_in(row, "returned_on")) and bool(text_in(row, "document"))


def asset_ok(it: Situation) -> Reasons:
    """Assets are registered with their cards; licences and source code are handed over.

    Source: transfer of assets [D].
    """
    table = rows(it, "assets")
    if not table:
        yield Refusal("assets.none", "assets")
    yield from complain("assets.no_card", "assets", lines_where(table, lambda row: not text_in(row, "card_number")))
    if not filled(it, "handover"):
        yield Refusal("paper.missing", "handover")


def archive_ok(it: Situation) -> Reasons:
    """All eight volumes are listed and complete, and the hash manifest is attached.

    Source: Procurement Law art. 42: records for 15 years [V]; eight volumes [V] (a seen template).
    """
    table = rows(it, "archive")
    volumes = next((column.of for column in it.definition.fields["archive"].columns if column.name == "volume"), ())
    missing = {volume.name for volume in volumes} - {text_in(row, "volume") for row in table}
    if missing:
        yield Refusal("archive.volumes", "archive", {"count": len(missing)})
    short = lines_where(table, lambda row: number_in(row, "filed") < number_in(row, "needed"))
    yield from complain("archive.short", "archive", short)
    if not filled(it, "archive_manifest"):
        yield Refusal("paper.missing", "archive_manifest")


ENTRIES = tuple(map(entry, (final_accounts_ok, balance_returned, asset_ok, archive_ok)))
