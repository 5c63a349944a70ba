"""Tampering is found: whatever is changed behind our back, `verify` names the first record or row that is wrong."""

import sqlite3
from typing import LiteralString

import psycopg
import pytest

from adapters.encoding import GENESIS, link
from adapters.sql.verify import FAULTS_MAX, Fault, verify
from tests.contract.place import Place


def worked_on(office: Place, cases: int = 3) -> None:
    """Put some cases through a few steps, so that there are tasks, timers and fields of all kinds."""
    for index in range(cases):
        case_id = f"case{index}"
        office.start(case_id, amount=index)
        office.act("ann", "submit", case_id)
        office.act("rex", "return", case_id, comment="more")
        office.act("ann", "resubmit", case_id)


def tamper(url: str, *statements: str) -> None:
    """Change rows behind our back."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            for statement in statements:
                file.execute(statement)
    else:
        with psycopg.connect(url) as server:
            for statement in statements:
                server.execute(statement)


def found(office: Place) -> list[Fault]:
    """What is wrong, as `verify` says."""
    assert office.database is not None
    return verify(office.database, office.library).faults


def test_honest_work_is_clean(office: Place) -> None:
    """Everything is looked at, and nothing is found."""
    assert office.database is not None
    worked_on(office)
    told = []
    verdict = verify(office.database, office.library, lambda so_far: told.append(so_far.records))
    assert (verdict.cases, verdict.records, verdict.faults) == (3, 12, [])
    assert verdict.is_clean
    assert told == [12]


def test_an_empty_database_is_clean(office: Place) -> None:
    """There is nothing to be wrong."""
    assert found(office) == []


CASE1: LiteralString = "WHERE case_id = 'case1'"
RECORDS: list[tuple[str, int, str]] = [
    (f"UPDATE record SET payload = replace(payload, 'more', 'less') {CASE1} AND seq = 3", 3, "hash"),
    (f"UPDATE record SET actor = 'eva' {CASE1} AND seq = 3", 3, "columns"),
    (f"UPDATE record SET command = 'Save' {CASE1} AND seq = 2", 2, "columns"),
    (f"UPDATE record SET at = '2020-01-01T00:00:00.000000+00:00' {CASE1} AND seq = 4", 4, "columns"),
    (f"DELETE FROM record {CASE1} AND seq = 2", 2, "missing"),
    (f"DELETE FROM record {CASE1} AND seq = 4", 4, "missing"),
    (f"DELETE FROM record {CASE1}", 1, "missing"),
    (f"UPDATE record SET seq = CASE seq WHEN 2 THEN 13 ELSE 12 END {CASE1} AND seq IN (2, 3)", 2, "missing"),
    (f"UPDATE record SET hash = 'ff' {CASE1} AND seq = 1", 1, "hash"),
    (
        f"INSERT INTO record SELECT case_id, 5, at, actor, command, payload, hash FROM record {CASE1} AND seq = 4",
        5,
        "hash",
    ),
    ("UPDATE cases SET last_hash = 'ff' WHERE id = 'case1'", 4, "another hash"),
]


@pytest.mark.parametrize(("statement", "seq", "words"), RECORDS)
def test_a_changed_history_is_found(office: Place, statement: str, seq: int, words: str) -> None:
    """With the number of the first record that is wrong, and nothing about the other cases."""
    worked_on(office)
    tamper(office.url, statement)
    (fault,) = found(office)
    assert (fault.case_id, fault.seq) == ("case1", seq)
    assert words in fault.what


ROWS: list[tuple[str, str]] = [
    ("UPDATE cases SET state = 'closed' WHERE id = 'case1'", "state"),
    ("UPDATE cases SET title = 'x' WHERE id = 'case1'", "title"),
    ("UPDATE cases SET phase = 'x' WHERE id = 'case1'", "phase"),
    ("UPDATE cases SET unit_path = 'x/' WHERE id = 'case1'", "unit_path"),
    ("UPDATE cases SET body = replace(body, '\"amount\":1', '\"amount\":9') WHERE id = 'case1'", "body"),
    ("UPDATE cases SET due_at = NULL WHERE id = 'case1'", "due_at"),
    (f"UPDATE task SET principal = 'u:eva' {CASE1} AND status = 'open'", "task"),
    (f"UPDATE task SET closed_by = 'eva' {CASE1} AND status = 'done' AND closed_by = 'rex'", "task"),
    (f"DELETE FROM task {CASE1} AND status = 'open'", "task"),
    (f"DELETE FROM timer {CASE1}", "timer"),
    (f"UPDATE timer SET generation = 99 {CASE1}", "timer"),
    (f"UPDATE case_field SET value = '7' {CASE1}", "summary field amount"),
    (f"DELETE FROM case_field {CASE1}", "summary field amount"),
]


@pytest.mark.parametrize(("statement", "words"), ROWS)
def test_a_changed_row_is_found(office: Place, statement: str, words: str) -> None:
    """Although the history is whole."""
    worked_on(office)
    tamper(office.url, statement)
    (fault,) = found(office)
    assert (fault.case_id, fault.seq) == ("case1", 0)
    assert words in fault.what


def test_a_removed_case_is_found(office: Place) -> None:
    """Its records, tasks and timers betray it."""
    worked_on(office)
    tamper(office.url, "DELETE FROM cases WHERE id = 'case1'")
    assert found(office) == [Fault("case1", 1, "the case's row is missing")]


def test_a_rewritten_chain_is_found(office: Place) -> None:
    """Who recomputes the hashes after a change still has the case row against them."""
    worked_on(office)
    tamper(office.url, f"UPDATE record SET payload = replace(payload, 'more', 'less') {CASE1} AND seq = 3")
    assert office.database is not None
    last = GENESIS
    for record in range(1, 5):
        payload = stored(office.url, record)
        last = link(last, payload)
        tamper(office.url, f"UPDATE record SET hash = '{last.hex()}' {CASE1} AND seq = {record}")
    (fault,) = found(office)
    assert (fault.case_id, fault.seq, "another hash" in fault.what) == ("case1", 4, True)


def stored(url: str, seq: int) -> str:
    """The text of a record of case1."""
    query = f"SELECT payload FROM record {CASE1} AND seq = {seq}"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            (payload,) = file.execute(query).fetchone()
    else:
        with psycopg.connect(url) as server:
            row = server.execute(query).fetchone()
            assert row is not None
            (payload,) = row
    return str(payload)


def test_an_unknown_event_is_found(office: Place) -> None:
    """A record that this release cannot read is named, not skipped, even when its chain is right."""
    worked_on(office, 2)
    tamper(office.url, f"UPDATE record SET payload = replace(payload, 'Opened\"', 'Sold\"') {CASE1} AND seq = 1")
    last = link(GENESIS, stored(office.url, 1)).hex()
    tamper(office.url, f"UPDATE record SET hash = '{last}' {CASE1} AND seq = 1")
    (fault,) = found(office)
    assert (fault.case_id, fault.seq) == ("case1", 1)
    assert "'Sold'" in fault.what


def test_the_list_of_faults_has_an_end(office: Place) -> None:
    """A ruined database is told of in a hundred lines, not in a million."""
    worked_on(office, 60)
    tamper(office.url, "UPDATE cases SET state = 'x', title = 'y'")
    assert len(found(office)) == FAULTS_MAX
