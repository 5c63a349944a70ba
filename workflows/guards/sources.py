"""Guards of the five ways to money: what the law lets a township take, from whom, and once only."""

from collections.abc import Iterable, Mapping

from engine.places import upwards
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.books import Books
from workflows.funds.chart import DUE_FROM_SOURCE, LOAN, OPEN
from workflows.funds.debts import debt, misdated
from workflows.funds.papers import ADJUSTMENT, SOURCES, Papers, budget, shares_of
from workflows.funds.policy import PERCENT
from workflows.funds.postings.funding import QUOTA
from workflows.guards.budget import FAILED, papers_of
from workflows.guards.policies import value
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    lines_in,
    lines_where,
    mark_here,
    names,
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
from workflows.screening.studies import study_estimate

ANNUAL_BUDGET, PROGRAMMES = "funds.annual_budget", "funds.programmes"
"""Policies: the budget items of each year, `[{year, item, amount}]`, and the superior's grant programmes."""

WITH_AGREEMENT = frozenset({"donation", "operator"})


def listed_in(it: Situation, policy: str) -> list[Row]:
    """Give the rows of a policy that is a list; none when the county set none."""
    return lines_in(value(it, policy))


def agreement_there(it: Situation) -> Reasons:
    """A donation or a co-operation has its agreement.

    Source: township money, donations and operators as sources with a basis [D].
    """
    if word(it, "source_kind") in WITH_AGREEMENT and not filled(it, "agreement"):
        yield Refusal("paper.missing", "agreement")


def _budget_item(it: Situation) -> Row | None:
    wanted = (number(it, "fiscal_year"), word(it, "document"))
    return next((row for row in listed_in(it, ANNUAL_BUDGET) if (row.get("year"), row.get("item")) == wanted), None)


def in_annual_budget(it: Situation) -> Reasons:
    """The budget item is in the approved annual budget, and has so much left over all projects.

    Source: Budget Law §13: no spending outside the approved budget [V].
    """
    item = _budget_item(it)
    if item is None:
        yield Refusal("source.not_budgeted", "document", {"item": word(it, "document") or "-"})
        return
    face, document = number_in(item, "amount"), word(it, "document")
    if number(it, "document_amount") != face:
        yield Refusal("source.item_amount", "document_amount", {"amount": yuan(face)})
    left = budget_left(it, document, face)
    if number(it, "amount") > left:
        yield Refusal("source.item_used", "amount", {"left": yuan(left)})


def budget_left(it: Situation, item: str, face: int) -> int:
    """Give the fen of a budget item that no project has yet, by the ledger; all of one that it does not know."""
    books = Books(it.facts.balances(QUOTA + item))
    return books.amount(OPEN) if books.totals else face


def outside_budget(it: Situation) -> Reasons:
    """The budget item is not in the approved annual budget, so that the people's congress decides.

    Source: Budget Law §67 to §69: changes of the budget go to the people's congress [K].
    """
    if _budget_item(it) is not None:
        yield Refusal("source.is_budgeted", "document", {"item": word(it, "document")})


def programme_eligible(it: Situation) -> Reasons:
    """The programme is in the library, open today, and takes this kind of project.

    Source: grants are for the use they were given for, Budget Law §16 [K]; library of programmes [D].
    """
    code = word(it, "programme")
    programme = next((row for row in listed_in(it, PROGRAMMES) if text_in(row, "code") == code), None)
    if programme is None:
        yield Refusal("programme.unknown", "programme", {"code": code or "-"})
        return
    closes = day_in(programme, "closes_on")
    if closes is None or closes < today(it):
        yield Refusal("programme.closed", "programme", {"code": code})
    project = papers_of(it).one(word(it, "project"))
    categories = project.data.get("categories") if project else None
    taken = programme.get("categories")
    if (
        isinstance(taken, list)
        and isinstance(categories, list)
        and not set(map(str, categories)) & set(map(str, taken))
    ):
        yield Refusal("programme.not_for", "programme", {"code": code})


def no_double_funding(it: Situation) -> Reasons:
    """All live sources of the project together do not exceed what it costs, increases asked for included.

    Source: no cost is financed twice over all sources (INV-24) [D].
    """
    papers = papers_of(it)
    project = papers.one(papers.project)
    cost = 0
    if project is not None:
        found = budget(papers, project)
        estimate = study_estimate(it, project.case, project.data)
        cost = max(number_in(project.data, "amount"), estimate, found.total if found else 0) + _asked_more(papers)
    asked = asked_for(papers, it.case.code) + _asked(it.data)
    if asked > cost:
        yield Refusal("source.double", "amount", {"asked": yuan(asked), "cost": yuan(cost)})


ADJUSTED = frozenset({"applied", "refused"})
"""States of a budget adjustment that is decided."""


def _asked_more(papers: Papers) -> int:
    """Give the fen that adjustments which nobody has decided yet would add to the budget."""
    return sum(
        max(0, sum(share.amount for share in shares_of(one.lines("to_lines"))) - less)
        for one in papers.of(ADJUSTMENT)
        if one.state not in ADJUSTED
        for less in (sum(share.amount for share in shares_of(one.lines("from_lines"))),)
    )


def asked_for(papers: Papers, but: str = "") -> int:
    """Give the fen that all live sources of a project ask for or have, but for one."""
    return sum(_asked(row) for row in _live(papers, but))


def _live(papers: Papers, but: str) -> Iterable[Row]:
    for kind in SOURCES:
        yield from (paper.data for paper in papers.of(kind) if paper.code != but and paper.state not in FAILED)


def _asked(data: Row) -> int:
    return number_in(data, "amount") or number_in(data, "wanted")


def user_pays(it: Situation) -> Reasons:
    """Income from users recovers the policy's share of the cost; without it the route is not applicable.

    Source: since 2023 only user-pays concessions, State Council Office letter 115 of 2023 [K].
    """
    percent = papers_of(it).policy().number("private.user_pays_least_percent")
    income, cost = number(it, "user_income"), number(it, "annual_cost")
    if cost <= 0 or income * PERCENT < cost * percent:
        yield Refusal("private.no_users", "user_income", {"percent": percent})


def not_core_security(it: Situation) -> Reasons:
    """The system is neither classified nor a core security system.

    Source: such systems are not opened to private capital [D].
    """
    if it.data.get("core_security") is not False:
        yield Refusal("private.core_security", "core_security")


def support_within_cap(it: Situation) -> Reasons:
    """Government support stays within its approved cap.

    Source: ceiling of support by the government's decision [D].
    """
    if number(it, "support") > number(it, "support_max"):
        yield Refusal("private.support", "support", {"cap": yuan(number(it, "support_max"))})


def no_hidden_debt(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every promise on the checklist is answered with absent, and the terms hold none of its words (RF-35).

    Source: Budget Law §35: no borrowing but provincial bonds, no guarantees [V].
    """
    table = str(arguments["table"])
    checks = next(column.of for column in it.definition.fields[table].columns if column.name == "check")
    absent = {text_in(row, "check") for row in rows(it, table) if text_in(row, "result") == "absent"}
    if missing := [check.name for check in checks if check.name not in absent]:
        yield Refusal("debt.not_excluded", table, {"count": len(missing)})
    yield from hidden_words(it)


def hidden_words(it: Situation) -> Reasons:
    """Complain of each word of hidden debt that is written anywhere in the terms."""
    yield from words_in(it, papers_of(it).policy().words("flags.hidden_debt_words"), "flag.rf_35")


def words_in(it: Situation, unlawful: Iterable[str], code: str) -> Reasons:
    """Complain of words in the terms, the clauses, the collateral and the source of repayment."""
    texts = [(field, word(it, field)) for field in ("terms", "collateral", "repayment_source")]
    texts += [("clauses", text_in(row, "text")) for row in rows(it, "clauses")]
    for found in unlawful:
        yield from (Refusal(code, field, {"word": found}) for field, text in texts if found in text)


def result_public(it: Situation) -> Reasons:
    """Enough bidders took part, and the result has been public for the period set.

    Source: open selection of partners, three bidders, notice period [D].
    """
    policy = papers_of(it).policy()
    least, days = policy.number("private.bidders_least_count"), policy.number("private.notice_least_days")
    if number(it, "bidders") < least:
        yield Refusal("private.bidders", "bidders", {"least": least})
    published = day(it, "result_published_on")
    if published is None or not is_past(it, published) or working_days(it, published, today(it)) < days:
        yield Refusal("private.not_public", "result_published_on", {"days": days})


def signed_here(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Somebody else has taken the action named (an opinion) since the case came here.

    Source: opinions of legal office and departments before signing [D].
    """
    action = str(arguments["action"])
    mark = mark_here(it, action.rpartition(".")[2])
    if mark is None or mark.user == it.actor.id:
        yield Refusal("opinion.missing", it.case.state)


def source_paid_in(it: Situation) -> Reasons:
    """Everything the source owes has been received, by the ledger.

    Source: capital in place by the receipts posted (E-04) [D].
    """
    left = Books(it.facts.balances(word(it, "project"))).amount(DUE_FROM_SOURCE, source=it.case.code)
    if left:
        yield Refusal("source.still_due", it.case.code, {"left": yuan(left)})


def borrower_ok(it: Situation) -> Reasons:
    """The borrower is an enterprise or institution that may lawfully borrow, never a government body, as its name says.

    Source: Budget Law §35 [V].
    """
    policy, kind, name = papers_of(it).policy(), word(it, "borrower_kind"), word(it, "borrower").strip()
    if not kind or kind in policy.words("loan.government_borrowers"):
        yield Refusal("loan.borrower", "borrower_kind")
    ours = {unit.name for unit in upwards(it.facts.unit(it.case.unit), it.facts)}
    if name in ours or any(name.endswith(ending) for ending in policy.words("loan.government_names")):
        yield Refusal("loan.borrower_name", "borrower", {"name": name})


def no_guarantee(it: Situation) -> Reasons:
    """No government body guarantees, and no comfort letter or buy-back stands in the terms.

    Source: Budget Law §35: no guarantees [V].
    """
    if it.data.get("guarantee") is not False:
        yield Refusal("loan.guarantee", "guarantee")
    yield from hidden_words(it)


def cover_ok(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """In every year income covers principal and interest by the policy's share (120 %), and falls due in that year.

    Source: debt service cover of 1.2 [D].
    """
    table, percent = str(arguments["table"]), papers_of(it).policy().number(str(arguments["policy"]))

    def is_thin(row: Row) -> bool:
        return number_in(row, "income") * PERCENT < (number_in(row, "principal") + number_in(row, "interest")) * percent

    if not rows(it, table):
        yield Refusal("loan.no_schedule", table)
    yield from complain("loan.cover", table, lines_where(rows(it, table), is_thin))
    yield from complain("loan.due_year", table, misdated(rows(it, table)))


def not_negative_list(it: Situation) -> Reasons:
    """The project's categories are not on the year's negative list of special bonds.

    Source: negative list of special-purpose bonds [K].
    """
    project = papers_of(it).one(word(it, "project"))
    barred = value(it, "funds.bond.negative_categories")
    categories = project.data.get("categories") if project else None
    hit = set(map(str, categories if isinstance(categories, list) else ())) & set(
        map(str, barred if isinstance(barred, list) else ())
    )
    if hit:
        yield Refusal("bond.negative_list", "bundle", {"categories": ", ".join(sorted(hit))})


def use_matches_contract(it: Situation) -> Reasons:
    """Every draw is for a use the source is eligible for, and all draws stay within its amount.

    Source: loans and bonds are spent on what they were granted for [D]; draws within the contract (INV-23), Budget Law
    §35 [V].
    """
    uses, table = set(names(it, "eligible")), rows(it, "draws")
    yield from complain(
        "loan.use", "draws", lines_where(table, lambda row: bool(uses) and text_in(row, "purpose") not in uses)
    )
    drawn, amount = sum_of(table, "amount"), number(it, "amount")
    if drawn > amount:
        yield Refusal("loan.overdrawn", "draws", {"drawn": yuan(drawn), "amount": yuan(amount)})


def loan_zero(it: Situation) -> Reasons:
    """Nothing is owed any more, by the ledger.

    Source: settled when principal and interest are paid [D].
    """
    left = Books(it.facts.balances(word(it, "project"))).amount(LOAN, source=it.case.code)
    if left:
        yield Refusal("loan.still_owed", it.case.code, {"left": yuan(left)})


def repayment_overdue(it: Situation) -> Reasons:
    """Less principal and interest has been paid than fell due before today.

    Source: arrears are warned of [D].
    """
    if not debt(it.data).overdue(today(it)):
        yield Refusal("loan.not_overdue", it.case.state)


ENTRIES = (
    entry_with(no_hidden_debt, table="field"),
    entry_with(cover_ok, table="field", policy="text"),
    entry_with(signed_here, action="action"),
    *map(
        entry,
        (
            agreement_there,
            in_annual_budget,
            outside_budget,
            programme_eligible,
            no_double_funding,
            user_pays,
            not_core_security,
            support_within_cap,
            result_public,
            source_paid_in,
            borrower_ok,
            no_guarantee,
            not_negative_list,
            use_matches_contract,
            loan_zero,
            repayment_overdue,
        ),
    ),
)
