"""The record that money is lent and granted on: of townships, of partners, of loans.

Source: the record of projects as a ground for financing (domain S21) [D].
"""

from collections.abc import Iterator

from engine.case import Case
from workflows.figures.basis import Basis
from workflows.figures.cells import Cell, Counted, count, mean, said, total
from workflows.figures.goals import decimal
from workflows.funds.papers import BREACH, CONTRACT, IN_EFFECT, lines_of
from workflows.guards.reading import number_in, sum_of, text_in
from workflows.reports.figures import figure, received

GRADES = ("A", "B", "C", "D")
OPEN_FINDING = frozenset({"open", "rectifying", "submitted", "verifying", "extended"})
LOANS = ("policy-loan", "special-bond")


def units(it: Basis) -> Iterator[Counted]:
    """Give each township's record: projects carried through, grades, money, findings, breaches of its contracts."""
    for township, projects in it.by_township.items():
        graded = {
            grade: [one for one in projects if text_in(one.data, "evaluation_grade") == grade] for grade in GRADES
        }
        findings = [finding for one in projects for finding in it.beside("finding", one)]
        yield {
            "township": Cell(township),
            "projects": count(projects),
            "closed": count(one for one in projects if one.state == "closed"),
            "terminated": count(one for one in projects if one.state == "terminated"),
            **{f"grade_{grade.lower()}": count(graded[grade]) for grade in GRADES},
            "received": total((one, received(it.ground.books(one.code), {})) for one in projects),
            "paid": total((one, int(figure("spent", it.ground.books(one.code), {}) or 0)) for one in projects),
            "findings": count(findings),
            "findings_open": count(one for one in findings if one.state in OPEN_FINDING),
            "breaches": count(breach for one in projects for breach in it.beside(BREACH, one)),
        }


def partners(it: Basis) -> Iterator[Counted]:
    """Give each supplier and private partner: contracts, payments, breaches, private money, the projects' scores."""
    contracts, agreements = _by_name(it, CONTRACT, "supplier"), _by_name(it, "private-capital", "partner")
    by_code = {one.code: one for one in it.projects}
    for name in sorted(contracts.keys() | agreements.keys()):
        own, private = contracts.get(name, []), agreements.get(name, [])
        breaches = [breach for one in own for breach in it.beside(BREACH, one, "contract")]
        codes = dict.fromkeys(text_in(one.data, "project") for one in (*own, *private))
        served = [by_code[code] for code in codes if code in by_code]
        yield {
            "partner": Cell(name),
            "contracts": count(own),
            "amount": total((one, number_in(one.data, "amount")) for one in own),
            "paid": total((one, _paid(it, one)) for one in own),
            "breaches": count(breaches),
            "penalties": total((one, number_in(one.data, "penalty")) for one in breaches),
            "agreements": count(private),
            "agreed": total((one, number_in(one.data, "amount")) for one in private if one.state in IN_EFFECT),
            "projects": count(served),
            "score": mean(
                (one, it_is) for one in served if (it_is := decimal(one.data.get("evaluation_score"))) is not None
            ),
        }


def _by_name(it: Basis, key: str, field: str) -> dict[str, list[Case]]:
    wanted = {one.code for one in it.projects}
    found: dict[str, list[Case]] = {}
    for one in it.cases(key):
        name = text_in(one.data, field).strip()
        if name and text_in(one.data, "project") in wanted:
            found.setdefault(name, []).append(one)
    return found


def _paid(it: Basis, contract: Case) -> int:
    books = it.ground.books(text_in(contract.data, "project"))
    return int(figure("spent", books, {"contract": contract.code}) or 0)


def loans(it: Basis) -> Iterator[Counted]:
    """Give each loan and bond in effect: who borrowed, who lent, drawn, repaid, owing, whether it is in arrears."""
    wanted = {one.code for one in it.projects}
    for key in LOANS:
        for one in it.cases(key):
            if text_in(one.data, "project") in wanted and one.state in IN_EFFECT:
                yield _loan(one)


def _loan(one: Case) -> Counted:
    drawn = sum_of(lines_of(one.data, "draws"), "amount")
    repaid = sum_of(lines_of(one.data, "repayments"), "principal")
    return {
        "project": said(text_in(one.data, "project"), one),
        "way": Cell(one.definition),
        "borrower": Cell(text_in(one.data, "borrower") or text_in(one.data, "bundle")),
        "banker": Cell(text_in(one.data, "banker")),
        "amount": said(number_in(one.data, "amount"), one),
        "drawn": said(drawn, one),
        "repaid": said(repaid, one),
        "owing": said(drawn - repaid, one),
        "arrears": Cell(bool(one.data.get("in_arrears"))),
    }
