"""What looks over many cases, on each database: how they stand, where they were, what the ledger turned over."""

from datetime import UTC, datetime, timedelta

from adapters.sql.reads.cases import Filter, Scope, list_cases
from adapters.sql.reads.overview import (
    Crowd,
    crowds,
    ids_of,
    last_deeds_beside,
    standings,
    stops,
    turnover,
    visits,
)
from engine.guards import GuardBook
from engine.guards import Posting as Rule
from engine.process import compile_process
from engine.situation import Situation
from engine.values import Json
from tests.contract.place import Place
from tests.contract.purse import PURSE, TODAY, act, begin, entry
from tests.engine.small import START
from workflows.funds.chart import APPROVED, ENCUMBERED, FREE
from workflows.funds.curve import Turn
from workflows.funds.posting import Movement, Posting
from workflows.funds.posting import Place as Spot

ALL = Scope(frozenset(), None)
NOBODY = Scope(frozenset({"somebody"}))


def test_a_case_stands_where_its_last_deed_left_it(office: Place) -> None:
    """With the moment of that deed; closed ones and those of others are left out where that is asked."""
    assert office.database is not None
    office.start("first")
    office.clock.at = START + timedelta(hours=3)
    office.act("ann", "submit", "first")
    office.start("second")
    with office.database.read() as connection:
        found = {one.line.id: one.last_deed_at for one in standings(connection, ALL, Filter(is_closed=False))}
        assert found == dict.fromkeys(("first", "second"), START + timedelta(hours=3))
        assert [one.line.id for one in standings(connection, ALL, Filter(states=("draft",)))] == ["second"]
        assert standings(connection, NOBODY, Filter()) == ()


def test_cases_are_counted_where_they_are_with_their_money(office: Place) -> None:
    """By unit and phase, whatever the version; without a field of money, or a value, they are about nothing."""
    assert office.database is not None
    office.start("first", amount=700)
    office.clock.at = START + timedelta(hours=1)
    office.start("second", amount=11)
    office.start("third", amount=None)  # type: ignore[arg-type]  # a form that is not filled in yet
    with office.database.read() as connection:
        (line, *_) = list_cases(connection, ALL).lines
        expected = Crowd(line.unit, line.phase, 3, 711)
        assert crowds(connection, ALL, Filter(), {line.version: "amount", 99: "other"}) == (expected,)
        assert crowds(connection, ALL, Filter(), {}) == (Crowd(line.unit, line.phase, 3, 0),)
        assert crowds(connection, NOBODY, Filter(), {}) == ()
        stopped = sorted(stops(connection, ALL, Filter(states=("draft",))), key=lambda one: one.code)
        assert [one.entered_at - START for one in stopped] == [timedelta(0), timedelta(hours=1), timedelta(hours=1)]
        assert ids_of(connection, ALL, Filter()) == {"first", "second", "third"}


def test_visits_follow_a_case_through_its_states(office: Place) -> None:
    """Each ends where the next begins; where a case is now, none has ended."""
    assert office.database is not None
    office.start()
    office.clock.at = START + timedelta(days=1)
    office.act("ann", "submit")
    with office.database.read() as connection:
        found = [(one.state, one.entered, one.left) for one in visits(connection, "small")]
    later = START + timedelta(days=1)
    assert found == [("draft", START, later), ("review", later, None)]


def test_the_last_deed_beside_is_found_by_the_code_it_names(office: Place) -> None:
    """By a summary field, whatever the kinds of cases; codes that nobody names are not there."""
    assert office.database is not None
    office.start("first", amount=7)
    with office.database.read() as connection:
        assert last_deeds_beside(connection, ["small"], "amount", []) == {}
        assert last_deeds_beside(connection, ["small"], "amount", ["7"]) == {}
        assert last_deeds_beside(connection, ["small"], "amount", [7]) == {"7": START}


def test_lists_are_narrowed_to_a_span_and_to_named_cases(office: Place) -> None:
    """The first moment belongs to a span, the last does not."""
    assert office.database is not None
    office.start("first")
    year = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    with office.database.read() as connection:
        for wanted, number in (
            (Filter(opened=year), 1),
            (Filter(opened=(START, START + timedelta(seconds=1))), 1),
            (Filter(opened=(year[0], START)), 0),
            (Filter(ids=frozenset({"first", "other"})), 1),
            (Filter(ids=frozenset()), 0),
        ):
            assert len(list_cases(connection, ALL, wanted).lines) == number, wanted


def approve(it: Situation, _target: str) -> list[dict[str, Json]]:
    """Approve the budget of the case itself, and bind half of it."""
    amount = it.data["amount"]
    assert isinstance(amount, int)
    at = Spot(project=it.case.code, source="own", year=2026, line="L1", contract="C1")
    return [
        entry(
            it,
            Movement.ACTIVATE,
            Posting(APPROVED, FREE, amount, at),
            Posting(FREE, ENCUMBERED, amount // 2, at),
        )
    ]


def test_the_ledger_tells_what_it_turned_over(office: Place) -> None:
    """By day and account; of projects that one does not see it tells nothing."""
    assert office.database is not None
    book = GuardBook(postings=(Rule("fill", approve, {}, "fills"), Rule("spend", approve, {}, "pays")))
    office.library.add(compile_process(PURSE, book))
    begin(office, "QH-1", 100)
    act(office, "QH-1", "fill")
    with office.database.read() as connection:
        found = turnover(connection, ALL, Filter())
        assert {one for one in found if one.account != FREE.name} == {
            Turn(TODAY, APPROVED.name, 100),
            Turn(TODAY, ENCUMBERED.name, -50),
        }
        assert turnover(connection, NOBODY, Filter()) == []
