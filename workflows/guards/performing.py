"""Guards of contracts that are being performed: accepted milestones, supplements, and the end before its time."""

from datetime import date

from engine.definition import FieldType
from engine.events import Moved
from engine.evolution import fold
from engine.guards import Reckoning, ValueRule
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.beside import standing_beside
from workflows.funds.books import Books
from workflows.funds.chart import IN_TRANSIT, PAYABLE, RESERVED, RETENTION
from workflows.funds.movements.paying import ADVANCE_MILESTONE, RETENTION_MILESTONE
from workflows.funds.papers import lines_of, signed_amount, signed_supplements
from workflows.funds.policy import PERCENT, exceeds
from workflows.guards.budget import papers_of
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day,
    day_in,
    entry,
    is_past,
    lines_where,
    local_day,
    number,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
    yuan,
)
from workflows.progress import Course

AMEND = "amend"
OWN_NAMES = frozenset({ADVANCE_MILESTONE, RETENTION_MILESTONE})
"""What payments call the advance and the retention: no milestone is called so, or it would be paid by their rules."""


def milestones_make(it: Situation, price: int) -> Reasons:
    """Complain of milestones that do not make a price (fen), share a name, or have one of the ledger's own names."""
    table = rows(it, "milestones")
    if sum_of(table, "amount") != price:
        yield Refusal("contract.milestones", "milestones", {"sum": yuan(sum_of(table, "amount"))})
    names = [text_in(row, "milestone") for row in table]
    bad = [line for line, name in enumerate(names, 1) if name in OWN_NAMES or names.count(name) > 1]
    yield from complain("contract.milestone_names", "milestones", bad)


def supplement_le_10(it: Situation) -> Reasons:
    """Supplements that add, signed or not, are together at most ten percent of the original price.

    Source: Procurement Law §49 [V].
    """
    percent = papers_of(it).policy().number("contract.supplements_max_percent")
    grown = sum(number_in(row, "amount") for row in rows(it, "supplements") if text_in(row, "direction") == "more")
    if exceeds(grown, percent, number(it, "amount")):
        yield Refusal("contract.supplements", "supplements", {"grown": yuan(grown), "percent": percent})


def supplement_terms(it: Situation) -> Reasons:
    """With the supplements signed, the milestones make the new price, and what was accepted is worth what it was.

    So a contract is never cut below the work that is accepted, and money of a supplement has a milestone to be paid by.
    Source: payments follow accepted milestones (INV-07, INV-08) [D].
    """
    price = number(it, "amount") + sum(signed_amount(row) for row in signed_supplements(it.data))
    yield from milestones_make(it, price)
    agreed = {text_in(row, "milestone"): number_in(row, "amount") for row in rows(it, "milestones")}
    changed = [
        name
        for row in rows(it, "acceptances")
        if agreed.get(name := text_in(row, "milestone")) != number_in(row, "amount")
    ]
    if changed:
        yield Refusal("contract.accepted_changed", "milestones", {"milestones": ", ".join(changed)})


def contract_settled(it: Situation) -> Reasons:
    """No payment is under way, nothing is owed for accepted work, and what was held back is released or forfeited.

    A contract that is over pays nothing any more. Source: settlement before a contract ends (INV-18, INV-25) [D].
    """
    books = Books(it.facts.balances(word(it, "project")))
    for account in (RESERVED, IN_TRANSIT, PAYABLE, RETENTION):
        left = books.amount(account, contract=it.case.code)
        if left:
            yield Refusal(f"contract.open_{account.name.partition('.')[2]}", it.case.code, {"left": yuan(left)})


def acceptances_ok(it: Situation) -> Reasons:
    """Each accepted milestone is the contract's, with its amount, once, and what it is paid for has happened.

    It is accepted by today, and not before the contract was signed.

    A milestone that the contract pays after an acceptance of the project needs that acceptance, passed by then; one
    that the plan in force has by the same name needs to be accepted in full in the monthly reports. What was accepted
    before stays as it was: it is in the books.
    Source: payments follow accepted milestones (INV-07, INV-08) [D].
    """
    agreed = {text_in(row, "milestone"): row for row in rows(it, "milestones")}
    table = rows(it, "acceptances")
    names = [text_in(row, "milestone") for row in table]
    yield from complain("contract.acceptance_early", "acceptances", _early(it))

    def is_wrong(row: Row) -> bool:
        name = text_in(row, "milestone")
        is_agreed = name in agreed and number_in(agreed[name], "amount") == number_in(row, "amount")
        return not (names.count(name) == 1 and is_agreed and is_past(it, day_in(row, "accepted_on")))

    yield from complain("contract.acceptance", "acceptances", lines_where(table, is_wrong))
    gone = [text_in(row, "milestone") for row in lines_of(it.case.data, "acceptances") if row not in table]
    if gone:
        yield Refusal("contract.acceptance_gone", "acceptances", {"milestones": ", ".join(gone)})
    course = _course(it)
    if course is None:
        return
    planned = {text_in(row, "milestone") for row in course.plan}
    for line, row in enumerate(table, 1):
        name, on = text_in(row, "milestone"), day_in(row, "accepted_on") or today(it)
        after = text_in(agreed.get(name, {}), "after")
        if after and not _is_accepted(it, course, after, on):
            yield Refusal(f"contract.no_{after}_acceptance", "acceptances", {"line": line, "milestone": name})
        elif not after and name in planned and course.done.get(name, 0) < PERCENT:
            found = course.done.get(name, 0)
            yield Refusal("contract.milestone_open", "acceptances", {"line": line, "milestone": name, "found": found})


def _early(it: Situation) -> list[int]:
    """Give the lines of new acceptances that are dated before the contract was signed."""
    known, signed = lines_of(it.case.data, "acceptances"), day(it, "signed_on")

    def is_early(row: Row) -> bool:
        on = day_in(row, "accepted_on")
        return row not in known and signed is not None and on is not None and on < signed

    return lines_where(rows(it, "acceptances"), is_early)


def _course(it: Situation) -> Course | None:
    project = it.facts.case(word(it, "project"))
    return Course(project, it.facts, today(it)) if project is not None else None


def _is_accepted(it: Situation, course: Course, kind: str, on: date) -> bool:
    """Say whether an acceptance of a kind (or one of both) was passed by a day; typed ones while registers count."""
    found = standing_beside(it.facts, "acceptance", course.project.code)
    passed = (one for one in found if one.state == "passed" and text_in(one.data, "kind") in (kind, "merged"))
    if any(local_day(it, one.entered_at) <= on for one in passed):
        return True
    typed = lines_of(course.project.data, "acceptances") if course.is_entered else []
    return any(
        (text_in(row, "kind"), text_in(row, "result")) == (kind, "passed") and (day_in(row, "held_on") or on) <= on
        for row in typed
    )


def all_milestones_accepted(it: Situation) -> Reasons:
    """Every milestone of the contract is accepted.

    Source: warranty begins with the acceptance of the whole [D].
    """
    accepted = {text_in(row, "milestone") for row in rows(it, "acceptances")}
    left = lines_where(rows(it, "milestones"), lambda row: text_in(row, "milestone") not in accepted)
    yield from complain("contract.not_accepted", "milestones", left)


def before_amending(field: str) -> ValueRule:
    """Make the rule that gives a field as it was before the supplement that is given up was begun."""

    def value(it: Situation) -> Json:
        records = it.facts.history(it.case.id)[: it.case.revision]
        begun = (
            index
            for index, record in enumerate(records)
            if any(isinstance(event, Moved) and event.action == AMEND for event in record.events)
        )
        return fold(records[: max(begun)]).data.get(field)

    return value


RECKONINGS = tuple(
    Reckoning(f"{field}_before", before_amending(field), frozenset({FieldType.TABLE}), f"the {field} before a draft")
    for field in ("supplements", "milestones")
)
"""Values that no one types."""

ENTRIES = tuple(
    map(entry, (supplement_le_10, supplement_terms, contract_settled, acceptances_ok, all_milestones_accepted))
)
