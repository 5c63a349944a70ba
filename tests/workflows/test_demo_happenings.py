"""What happens in the demonstration county around its projects: money, bank files, findings of rules, answers."""

from collections import Counter

from adapters import shipped
from adapters.sql.reads.cases import Scope
from adapters.sql.reads.reporting import cases_at
from adapters.sql.surveys import tally
from adapters.sql.verify_ledger import verify_ledger
from engine.case import Case
from tests.workflows.rehearsal import TODAY, Rehearsal
from workflows.demo.places import fen
from workflows.funds.books import Books
from workflows.funds.chart import APPROVED, CONTRACT_USES, DUE_FROM_SOURCE, RESERVED, SOURCE_INCOME, SPENT
from workflows.funds.papers import lines_of
from workflows.warnings import Watched, alerts

EVERYWHERE = Scope(frozenset(), None)
PROJECTS = {told["id"]: told for told in shipped.demo()["projects"]}


def test_bank_files_are_reconciled_and_one_difference_stands_open(played: Rehearsal) -> None:
    """Every line belongs to one case with its amount; what no case explains is open in two accounts."""
    with played.database.read() as connection:
        lines = cases_at(connection, EVERYWHERE, "bank-line", None, None)
    states = Counter(line.state for line in lines)
    assert (states["explained"], states["imported"], states["matched"] >= 20) == (1, 2, True)
    told = {case.code: case for case in played.beside.values()}
    for line in lines:
        if line.state == "matched":
            assert told[str(line.data["matched_to"])].data["amount"] == line.data["amount"], line.code
    (charge,) = (line for line in lines if line.state == "explained")
    assert (charge.data["explanation"], charge.data["direction"]) == ("fee", "out")


def test_the_budget_is_adjusted_in_every_class(played: Rehearsal) -> None:
    """The way each went is its class: the township's mayor, the head of finance, the lead group for both others."""
    ways = {"T07-0010": "class_a", "T06-0017": "fin_review", "T09-0018": "lead_review", "T01-0015": "lead_review"}
    for project, state in ways.items():
        assert f"{state}.approve" in played.beside[f"{project}/adjustment"].actors, project
    more = played.beside["T09-0018/adjustment"]
    assert Books(played.balances(played.case("T09-0018").code)).amount(APPROVED) == fen("35.6") + raised_by(more)


def raised_by(adjustment: Case) -> int:
    """Give by how much an adjustment raises the budget, in fen."""
    less, more = (lines_of(adjustment.data, table) for table in ("from_lines", "to_lines"))
    return sum(int(str(row["amount"])) for row in more) - sum(int(str(row["amount"])) for row in less)


def test_red_flags_are_released_by_who_may(played: Rehearsal) -> None:
    """A hard one by the head of finance, a warning by the county's reviewer, each with a reason; others stand."""
    released = {name: played.beside[name] for name in ("T07-0010/rf_09", "T04-0005/rf_17")}
    assert {flag.data["level"]: flag.actors["deciding.release"].user for flag in released.values()} == {
        "hard": "fin-head",
        "warn": "cty-review-1",
    }
    assert all(len(str(flag.data["release_reason"])) >= 10 for flag in released.values())
    standing = [played.beside[name].data["level"] for name in ("T10-0013/rf_09", "T03-0006/rf_17")]
    assert standing == ["hard", "warn"]


def test_warnings_live_their_lives(played: Rehearsal) -> None:
    """One was not looked at again in time, and a supervision order followed; one was lifted as its rule let go."""
    late = played.beside["T08-0011/w_05"]
    assert {"overdue", "supervision_order"} <= set(late.marks)
    assert played.beside["T08-0011/order-2"].data["responsible"] == "t08-leader"
    assert played.beside["T07-0010/w_06"].data["measure"]
    lifted = played.beside["T07-0010/w_16"]
    assert lifted.actors["reviewing.clear"].user == "t07-leader"
    with played.database.read() as connection:
        now = alerts(Watched(played.case("T07-0010"), played.organisation.facts(connection), TODAY))
    assert lifted.data["object"] not in {alert.object for alert in now}


def test_people_answered_surveys_by_link(played: Rehearsal) -> None:
    """As many as were told, of those who were given a link."""
    with played.database.read() as connection:
        found = {key: tally(connection, played.beside[f"{key}/evaluation"].id) for key in ("T08-0004", "T02-0002")}
    assert found["T08-0004"].answers == {"enterprises": {"excellent": 15, "good": 8, "fair": 3, "poor": 1}}
    assert found["T02-0002"].issued == {"residents": 80}
    assert sum(found["T02-0002"].answers["residents"].values()) == 50


def test_money_is_in_the_ledger_as_the_stories_tell_it(played: Rehearsal) -> None:
    """Received, contracted and paid of every project whose money is told, through procedures with their postings."""
    told = [project for project in PROJECTS if f"{project}/budget" in played.play.beside]
    assert len(told) >= 9
    for project in told:
        found, code = PROJECTS[project], played.case(project).code
        books = Books(played.balances(code))
        adjustment = played.beside.get(f"{project}/adjustment")
        assert books.amount(APPROVED) == fen(found["amount"]) + (raised_by(adjustment) if adjustment else 0), project
        refund = played.beside.get(f"{project}/refund")
        back = int(str(refund.data["amount"])) if refund else 0
        bound = back + sum(books.amount(account) for account in CONTRACT_USES)
        come = books.amount(SOURCE_INCOME) - books.amount(DUE_FROM_SOURCE)
        assert [come, bound] == [fen(amount) for amount in found["money"][:2]], project
        assert books.amount(SPENT) + books.amount(RESERVED) in (0, fen(found["money"][2]) - back), project
    whole = [books.amount(SPENT) for project in told if (books := Books(played.balances(played.case(project).code)))]
    assert sum(map(bool, whole)) >= 7


def test_the_demos_ledgers_are_proved(played: Rehearsal) -> None:
    """Every chain, balance and year; every entry stands in the record of the case that made it."""
    verdict = verify_ledger(played.database)
    assert (verdict.faults, verdict.entries > 100) == ([], True)
