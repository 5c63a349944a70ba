"""Guards of acceptance: results, rectification, trial run, and the accounts and archive that follow."""

from collections.abc import Mapping
from decimal import Decimal

from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.chart import BANK, IN_TRANSIT, PAYABLE, RETENTION, SPENT
from workflows.funds.movements.paying import RETENTION_MILESTONE
from workflows.guards.policies import USER_OPINIONS_MIN, least
from workflows.guards.purse import books, budget_in_force, budget_total, entered_counts, in_force
from workflows.guards.reading import (
    Reasons,
    Row,
    arrived_on,
    complain,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    lines_where,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    working_days,
    yuan,
)

PASS_SHARE = (2, 3)
HARDWARE_MERGED_BELOW_FEN = 10_000_000_00
SOFTWARE_MERGED_BELOW_FEN = 1_000_000_00
MERGED_TIERS = frozenset({"T1", "T2"})
HARDWARE = frozenset({"equipment", "line"})
SOFTWARE = frozenset({"product", "development", "data_work", "integration"})
TRIAL_WORKING_DAYS_MIN = {"T1": 20}
TRIAL_WORKING_DAYS_USUAL = 60
AVAILABILITY_MIN = 99
CALM_WORKING_DAYS = 20
OPINIONS_USUAL = 10
GRADES_TO_FILE = frozenset({"grade2", "grade3"})


def acceptance_passed(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The last acceptance of this kind was held since the case came here and passed with two thirds.

    Source: acceptance groups [V]; two thirds [D]. Papers must be attached.
    """
    last = _last(it, str(arguments["kind"]))
    if text_in(last, "result") != "passed" or not _is_of_this_visit(it, last):
        yield Refusal("acceptance.not_passed", "acceptances", {"since": str(arrived_on(it))})
        return
    share, whole = PASS_SHARE
    if whole * number_in(last, "in_favour") < share * number_in(last, "members"):
        yield Refusal("acceptance.no_two_thirds", "acceptances")
    if not filled(it, "acceptance_papers"):
        yield Refusal("paper.missing", "acceptance_papers")


def acceptance_failed(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The last acceptance of this kind was held since the case came here and failed, and says what to rectify.

    Source: orders to rectify [D].
    """
    kind = str(arguments["kind"])
    last = _last(it, kind)
    if text_in(last, "result") != "failed" or not _is_of_this_visit(it, last):
        yield Refusal("acceptance.not_failed", "acceptances", {"since": str(arrived_on(it))})
    if not any(text_in(row, "kind") == kind and not _is_verified(row) for row in rows(it, "acceptance_issues")):
        yield Refusal("acceptance.no_issue", "acceptance_issues")


def _last(it: Situation, kind: str) -> Row:
    of_kind = [row for row in rows(it, "acceptances") if text_in(row, "kind") == kind]
    return of_kind[-1] if of_kind else {}


def _is_of_this_visit(it: Situation, row: Row) -> bool:
    held = day_in(row, "held_on")
    return held is not None and arrived_on(it) <= held <= today(it)


def _is_verified(row: Row) -> bool:
    return bool(text_in(row, "verified_by") and text_in(row, "verified_on"))


def merge_allowed(it: Situation) -> Reasons:
    """One construction contract, or hardware below 10 million and software below 1 million, or tier T1 or T2.

    Source: merging of the two stages, Shenzhen [V]; tiers [D].
    """
    found = budget_in_force(it)
    entered = sum(text_in(row, "subject") == "construction" for row in rows(it, "contracts")) if found is None else 0
    contracts = len(in_force(it, "construction")) + entered
    lines = [(line.category, line.amount) for line in found.lines] if found else _entered_lines(it)
    hardware = sum(cost for category, cost in lines if category in HARDWARE)
    software = sum(cost for category, cost in lines if category in SOFTWARE)
    is_small = hardware < HARDWARE_MERGED_BELOW_FEN and software < SOFTWARE_MERGED_BELOW_FEN
    if contracts != 1 and not is_small and word(it, "tier") not in MERGED_TIERS:
        yield Refusal("acceptance.no_merge", it.case.state, {"contracts": contracts})


def _entered_lines(it: Situation) -> list[tuple[str, int]]:
    return [(text_in(row, "category"), number_in(row, "cost")) for row in rows(it, "budget_lines")]


def rectified(it: Situation) -> Reasons:
    """Every issue has its proof and was verified by somebody else than who reports it.

    Source: segregation of duties SoD-5: rectifier apart from verifier [D].
    """
    table = rows(it, "acceptance_issues")
    if not table:
        yield Refusal("acceptance.no_issue", "acceptance_issues")
    yield from complain(
        "rectify.no_proof", "acceptance_issues", lines_where(table, lambda row: not text_in(row, "proof"))
    )

    def is_unverified(row: Row) -> bool:
        verifier = text_in(row, "verified_by")
        known = verifier != it.actor.id and it.facts.is_enabled(verifier)
        return not (known and is_past(it, day_in(row, "verified_on")))

    yield from complain("rectify.unverified", "acceptance_issues", lines_where(table, is_unverified))


def open_acceptance_issue(it: Situation) -> Reasons:
    """The defect stands on the list of issues to rectify.

    Source: a severe defect sends the trial back [D].
    """
    if all(_is_verified(row) for row in rows(it, "acceptance_issues")):
        yield Refusal("acceptance.no_issue", "acceptance_issues")


def trial_min(it: Situation) -> Reasons:
    """The trial has run, and is logged for, 20 working days (T1) or 60.

    Source: trial of three months for larger projects, Guangzhou [V]; days by tier [D].
    """
    started = day(it, "trial_started_on")
    logged = max((on for row in rows(it, "trial_log") if (on := day_in(row, "to_on")) is not None), default=None)
    needed = TRIAL_WORKING_DAYS_MIN.get(word(it, "tier"), TRIAL_WORKING_DAYS_USUAL)
    ran = 0
    if started is not None and logged is not None:
        ran = working_days(it, started, min(logged, today(it)))
    if ran < needed:
        yield Refusal("trial.too_short", "trial_log", {"needed": needed, "ran": ran})


def trial_stable(it: Situation) -> Reasons:
    """Availability over the whole log is 99% or more; the last 20 working days had no severe defect.

    Source: stability of the trial [D].
    """
    log = [row for row in rows(it, "trial_log") if _days(row) > 0]
    if not log:
        yield Refusal("trial.no_log", "trial_log")
        return
    days = sum(_days(row) for row in log)
    weighted = sum(Decimal(text_in(row, "availability") or "0") * _days(row) for row in log)
    if weighted < AVAILABILITY_MIN * days:
        found = str((Decimal(weighted) / days).quantize(Decimal("0.01")))
        yield Refusal("trial.unavailable", "trial_log", {"found": found, "least": AVAILABILITY_MIN})
    recent = lines_where(
        rows(it, "trial_log"), lambda row: _is_recent(it, row) and number_in(row, "severe_defects") > 0
    )
    yield from complain("trial.severe_defect", "trial_log", recent)


def _days(row: Row) -> int:
    first, last = day_in(row, "from_on"), day_in(row, "to_on")
    return 0 if first is None or last is None else (last - first).days + 1


def _is_recent(it: Situation, row: Row) -> bool:
    last = day_in(row, "to_on")
    return last is not None and working_days(it, last, today(it)) < CALM_WORKING_DAYS


def security_test_ok(it: Situation) -> Reasons:
    """The security test is attached, no high-risk finding is open, and grade 2 and above is filed.

    Source: filing of the protection grade from 2 on, Hainan [V]; scan without high items [D].
    """
    if not filled(it, "security_test"):
        yield Refusal("paper.missing", "security_test")
    if not filled(it, "high_findings"):
        yield Refusal("security.not_scanned", "high_findings")
    elif number(it, "high_findings") > 0:
        yield Refusal("security.high_findings", "high_findings", {"count": number(it, "high_findings")})
    if word(it, "protection_grade") in GRADES_TO_FILE and not filled(it, "security_filing"):
        yield Refusal("security.not_filed", "security_filing")


def public_users_heard(it: Situation) -> Reasons:
    """Where the project serves the public, enough users were heard and the result's publication is prepared.

    Source: Procurement Regulations art. 45 [V]; number [D], policy `user_opinions_min`.
    """
    if it.data.get("public_service") is not True:
        return
    needed, found = least(it, USER_OPINIONS_MIN, OPINIONS_USUAL), number(it, "user_opinion_count")
    if found < needed:
        yield Refusal("users.too_few", "user_opinion_count", {"needed": needed, "found": found})
    for field in ("user_opinions", "result_notice"):
        if not filled(it, field):
            yield Refusal("paper.missing", field)


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


ENTRIES = (
    entry_with(acceptance_passed, kind="preliminary|final"),
    entry_with(acceptance_failed, kind="preliminary|final"),
    *map(
        entry,
        (
            merge_allowed,
            rectified,
            open_acceptance_issue,
            trial_min,
            trial_stable,
            security_test_ok,
            public_users_heard,
            final_accounts_ok,
            balance_returned,
            asset_ok,
            archive_ok,
        ),
    ),
)
