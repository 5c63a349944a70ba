"""Guards and values of the settlement: accounts that add up, money given back, assets and archive handed over."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from engine.case import Case
from engine.definition import FieldType
from engine.guards import Reckoning
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json, digests_in
from workflows.acceptance_package import PRELIMINARY, Standing, package
from workflows.funds.chart import BANK, IN_TRANSIT, PAYABLE, RETENTION, SPENT
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.guards.acceptance import HARDWARE, SOFTWARE
from workflows.guards.delivery import course_of
from workflows.guards.purse import books, budget_in_force, budget_total, entered_counts
from workflows.guards.reading import (
    Reasons,
    Row,
    arrived_on,
    beside,
    borrowed,
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
from workflows.progress import CHANGE, REPORT, SETTLED_CHANGES, registers_entered

ASSET_KINDS: Mapping[str, frozenset[str]] = {"fixed": HARDWARE - {"line"}, "intangible": SOFTWARE - {"integration"}}
"""Kinds of assets, with the categories of cost that make one [D]: rent of lines and labour leave no card."""

FILED: Mapping[str, frozenset[str]] = {
    "acceptance": frozenset({"passed", "failed"}),
    "quality-inspection": frozenset({"passed"}),
    "budget-adjustment": frozenset({"applied", "refused"}),
    REPORT: frozenset({"accepted"}),
    CHANGE: SETTLED_CHANGES,
}
"""Procedures beside a project that go into its archive, with the states in which each is over."""


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
    """What the budget bought is on cards of its own, worth no more than the settlement; rights are handed over.

    Source: transfer of assets [D]; surplus and assets at completion, Regulations on Government Investment art. 25 [V].
    """
    table = rows(it, "assets")
    if not table:
        yield Refusal("assets.none", "assets")
    yield from complain("assets.no_card", "assets", lines_where(table, lambda row: not text_in(row, "card_number")))
    cards = [text_in(row, "card_number") for row in table]
    twice = [line for line, card in enumerate(cards, 1) if card and cards.count(card) > 1]
    yield from complain("assets.card_twice", "assets", twice)
    worth, settled = sum_of(table, "worth"), number(it, "settlement_amount")
    if worth > settled:
        yield Refusal("assets.over_settlement", "assets", {"worth": yuan(worth), "settled": yuan(settled)})
    found = budget_in_force(it)
    bought = {line.category for line in found.lines if line.amount} if found else set()
    kinds = {text_in(row, "kind") for row in table}
    for kind, categories in ASSET_KINDS.items():
        if bought & categories and kind not in kinds:
            yield Refusal(f"assets.no_{kind}", "assets")
    if not filled(it, "handover"):
        yield Refusal("paper.missing", "handover")
    yield from borrowed(it, "handover")


def archive_ok(it: Situation) -> Reasons:
    """Every item that the final acceptance needed is there still, nothing beside the project is open, all is sealed.

    Where acceptance was typed and counted (policy `registers_entered_until`, on the day the project came here), so does
    what was typed of the archive: a list of volumes and a manifest.
    Source: Procurement Law art. 42: records for 15 years [V]; eight volumes [V] (a seen template).
    """
    last = last_accepted(it)
    if last is None and registers_entered(it.facts, arrived_on(it)):
        yield from _typed_archive(it)
        return
    if last is None:
        yield Refusal("archive.no_acceptance", "archive")
        return
    short = [text_in(row, "volume") for row in volumes(it, last) if number_in(row, "filed") < number_in(row, "needed")]
    if short:
        yield Refusal("archive.items", "archive", {"names": ", ".join(short)})
    running = [one.code for kind, ended in FILED.items() for one in beside(it, kind) if one.state not in ended]
    if running:
        yield Refusal("archive.running", "archive", {"codes": ", ".join(running)})


def last_accepted(it: Situation) -> Case | None:
    """Give the final (or merged) acceptance beside the project that passed last."""
    passed = [one for one in beside(it, "acceptance") if one.state == "passed" and one.data.get("kind") != PRELIMINARY]
    return max(passed, key=lambda one: one.entered_at, default=None)


def volumes(it: Situation, acceptance: Case) -> list[Row]:
    """Count the items of each volume: those the acceptance needs (or makes), and those that are there."""
    names = _volume_names(it)
    needed, filed = Counter[str](), Counter[str]()
    for item, where in package(acceptance.data, course_of(it)):
        if where is not Standing.NOT_DUE:
            needed[names[item.volume - 1]] += 1
            filed[names[item.volume - 1]] += where is not Standing.MISSING
    return [{"volume": name, "needed": needed[name], "filed": filed[name]} for name in names]


def _volume_names(it: Situation) -> list[str]:
    return next(
        [one.name for one in column.of] for column in it.definition.fields["archive"].columns if column.name == "volume"
    )


def _typed_archive(it: Situation) -> Reasons:
    table = rows(it, "archive")
    missing = set(_volume_names(it)) - {text_in(row, "volume") for row in table}
    if missing:
        yield Refusal("archive.volumes", "archive", {"count": len(missing)})
    short = lines_where(table, lambda row: number_in(row, "filed") < number_in(row, "needed"))
    yield from complain("archive.short", "archive", short)
    if not filled(it, "archive_manifest"):
        yield Refusal("paper.missing", "archive_manifest")


def _counted(it: Situation) -> Json:
    """Give the archive list: counted from the final acceptance, or as it was typed where there is none."""
    last = last_accepted(it)
    return [dict(row) for row in (rows(it, "archive") if last is None else volumes(it, last))]


def _sealed(it: Situation) -> Json:
    """Give one digest over every file of the project and of the cases beside it: who exchanges one changes it."""
    cases = [(it.case.code, it.data), *((one.code, one.data) for kind in FILED for one in beside(it, kind))]
    files = sorted(f"{code} {digest}" for code, data in cases for digest in digests_in(data))
    return sha256("\n".join(files).encode()).hexdigest()


RECKONINGS = (
    Reckoning("archive_counted", _counted, frozenset({FieldType.TABLE}), "the archive, volume by volume"),
    Reckoning("archive_sealed", _sealed, frozenset({FieldType.TEXT}), "one digest over all files of a project"),
)
"""Values that no one types."""

ENTRIES = tuple(map(entry, (final_accounts_ok, balance_returned, asset_ok, archive_ok)))
