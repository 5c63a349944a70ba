"""Numbers of printed documents, on each database: one each, a yearly series for each kind, no gap whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from adapters.sql.database import Database
from adapters.sql.numbering import DocumentNumber, document_numbers, number_document
from tests.contract.place import Place

NEW_YEAR_HERE = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
"""Half past midnight of New Year's Day in the county."""

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def database_of(office: Place) -> Database:
    """Give the database."""
    assert office.database is not None
    return office.database


def test_a_document_keeps_its_number_and_each_kind_counts_by_itself(office: Place) -> None:
    """Printed again it is the same one; another kind and another year begin at one."""
    database = database_of(office)
    first = number_document(database, "D12", "a", NOW)
    assert [first, number_document(database, "D12", "a", NEW_YEAR_HERE)] == [DocumentNumber(2026, 1)] * 2
    assert number_document(database, "D12", "b", NOW).seq == 2
    assert number_document(database, "D13", "b", NOW).seq == 1
    assert number_document(database, "D12", "c", NEW_YEAR_HERE) == DocumentNumber(2027, 1)
    with database.read() as connection:
        assert document_numbers(connection, "b") == {"D12": DocumentNumber(2026, 2), "D13": DocumentNumber(2026, 1)}


def test_many_printers_leave_no_gap(office: Place) -> None:
    """Eight at once, each document printed by two of them: every number once, from one on."""
    database = database_of(office)
    cases = [f"case-{number // 2}" for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda case: (case, number_document(database, "D18", case, NOW).seq), cases))
    assert sorted(set(given)) == sorted(dict(given).items())
    assert sorted(dict(given).values()) == list(range(1, 31))


def test_a_number_that_was_counted_for_nothing_is_given_again(office: Place) -> None:
    """What breaks in the middle undoes the count with the rest."""
    database = database_of(office)
    number_document(database, "D24", "a", NOW)
    with ThreadPoolExecutor(1) as threads:
        broken = threads.submit(number_document, database, "D24", None, NOW)  # type: ignore[arg-type]  # breaks at the row
    assert broken.exception() is not None
    assert number_document(database, "D24", "b", NOW).seq == 2
