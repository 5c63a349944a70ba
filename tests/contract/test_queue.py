"""Queues and lists: everybody sees their own work, in order, page by page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from adapters.sql.notices import Notice, add_copies, add_notices, count_unread, list_notices, mark_read
from adapters.sql.reads.audit import Question, list_deeds
from adapters.sql.reads.cases import (
    CaseLine,
    Filter,
    Scope,
    copied_cases,
    count_by_state,
    count_cases,
    find_by_code,
    list_cases,
)
from adapters.sql.reads.paging import PAGE_MAX
from adapters.sql.reads.queue import Wanted, count_open, done_tasks, find_task, open_tasks
from adapters.sql.reads.sorted_queue import By, Sorting, sorted_tasks
from adapters.sql.statements import Connection
from adapters.sql.tables import CASES
from engine.commands import Claim
from engine.refusal import Refused
from tests.contract.place import Place
from tests.engine.small import START, person

ALL = Scope(frozenset(), None)
PLACES = [
    "",
    "x",
    "~",
    "2026-11-23",
    "2026-11-23T00:00:00~a",
    "2026-11-23T00:00:00+00:00~",
    "0001-01-01T00:00:00+14:00~a",
    "2026-11-23T00:00:00+00:00~a\0",
    "2026-11-23T00:00:00+00:00~" + chr(0x4E00),
]
GROUP = "g:reviewer@county"


def submitted(office: Place, number: int) -> None:
    """Start and submit cases, a minute apart, so that each is due a little later than the one before."""
    for index in range(number):
        office.clock.at = START + timedelta(minutes=index)
        office.start(f"case{index:02}", amount=index % 3)
        office.act("ann", "submit", f"case{index:02}")


def ids(lines: tuple[CaseLine, ...]) -> list[str]:
    """The cases of a page."""
    return [line.id for line in lines]


def test_a_queue_holds_what_its_principals_hold(office: Place) -> None:
    """A group's task is in the group's queue until it is claimed, then in the claimant's."""
    assert office.database is not None
    submitted(office, 1)
    (task,) = office.store.load("case00").tasks
    with office.database.read() as connection:
        (line,) = open_tasks(connection, [GROUP, "u:rex"]).lines
        assert open_tasks(connection, ["u:rex"]).lines == ()
    assert (line.id, line.code, line.title, line.principal) == (task.id, "case00", "case00", GROUP)
    assert (line.due_at, line.status, line.phase) == (task.due_at, "open", "all")
    office.runtime.execute(Claim(case_id="case00", actor=person("rex"), task=task.id))
    with office.database.read() as connection:
        (mine,) = open_tasks(connection, ["u:rex"]).lines
        assert open_tasks(connection, [GROUP]).lines == ()
    assert (mine.id, mine.group) == (task.id, GROUP)


def test_a_queue_can_be_narrowed(office: Place) -> None:
    """By the span in which work falls due, by its state and by words; wildcards are taken as they are typed."""
    assert office.database is not None
    submitted(office, 3)
    office.clock.at = START + timedelta(days=2)
    office.start("case03", amount=1)
    office.act("ann", "submit", "case03")
    office.start("draft_0")

    def found(**wanted: Any) -> list[str]:  # noqa: ANN401  # whatever a queue can be narrowed by
        assert office.database is not None
        with office.database.read() as connection:
            lines = open_tasks(connection, [GROUP, "u:ann"], wanted=Wanted(**wanted)).lines
        return [line.case_id for line in lines]

    everything = found()
    assert len(everything) == 5
    with office.database.read() as connection:
        last = open_tasks(connection, [GROUP]).lines[-1].due_at
    assert found(due_until=last) == everything[:3]
    assert found(due_from=last) == everything[3:]
    assert found(state="draft") == ["draft_0"]
    assert found(words="CASE01") == ["case01"]
    assert found(words="_") == ["draft_0"]
    assert found(words="%") == []
    with pytest.raises(Refused):
        found(words="x" * 101)


def test_a_queue_is_read_page_by_page(office: Place) -> None:
    """Soonest due first over all principals, work without a deadline last, nothing twice and nothing left out."""
    assert office.database is not None
    submitted(office, 7)
    for index in range(3):
        office.start(f"draft{index}")
    seen, after, pages = [], None, 0
    with office.database.read() as connection:
        while True:
            found = open_tasks(connection, [GROUP, "u:ann", "u:nobody"], after, limit=3)
            seen += [(line.due_at, line.case_id) for line in found.lines]
            pages, after = pages + 1, found.after
            if after is None:
                break
        assert count_open(connection, [GROUP, "u:ann"]) == 10
        assert count_open(connection, []) == 0
    assert pages == 4
    assert [case_id for _, case_id in seen] == [f"case{index:02}" for index in range(7)] + [
        f"draft{index}" for index in range(3)
    ]
    assert [due_at for due_at, _ in seen[7:]] == [None] * 3


@pytest.mark.parametrize("by", ["age", "amount", "due"])
@pytest.mark.parametrize("descending", [False, True])
def test_a_queue_is_put_in_order_as_a_whole(office: Place, by: By, descending: bool) -> None:
    """Page by page over all principals, by age, money or deadline, nothing twice, nothing left out; also narrowed."""
    assert office.database is not None
    submitted(office, 5)
    office.clock.at = START + timedelta(hours=1)
    office.start("draft0", amount=0)
    office.start("draft1", amount=7)
    sorting = Sorting(by, descending, lambda key, _version: "amount" if key == "small" else None)
    seen, after = [], None
    with office.database.read() as connection:
        while True:
            found = sorted_tasks(connection, [GROUP, "u:ann", "u:nobody"], sorting, after, limit=2)
            assert len(found.lines) in {1, 2}
            seen += [line.case_id for line in found.lines]
            after = found.after
            if after is None:
                break
        due = open_tasks(connection, [GROUP]).lines[-1].due_at
        rest = sorted_tasks(
            connection, [GROUP], sorting, wanted=Wanted(due_from=due, definition="small", words="case04")
        ).lines
        none = sorted_tasks(
            connection, [GROUP], sorting, wanted=Wanted(due_until=START, state="review", words="case")
        ).lines
        with pytest.raises(Refused):
            sorted_tasks(connection, [GROUP], sorting, "x~y")
        assert sorted_tasks(connection, [], sorting).lines == ()
    order = {
        "age": ["draft1", "draft0", "case04", "case03", "case02", "case01", "case00"],
        "due": ["case00", "case01", "case02", "case03", "case04", "draft0", "draft1"],
        "amount": ["case00", "case03", "draft0", "case01", "case04", "case02", "draft1"],
    }[by]
    assert seen == (order[::-1] if descending else order)
    assert [line.case_id for line in rest] == ["case04"]
    assert none == ()


def test_money_is_found_where_a_version_has_it_in_another_field(office: Place) -> None:
    """A field that is money in one version only is not asked of cases of the other."""
    database = office.database
    assert database is not None
    submitted(office, 3)
    case = CASES.c.id == "case02"
    database.write(lambda connection: connection.run(update(CASES).where(case).values(version=2), {}))
    sorting = Sorting("amount", descending=True, money=lambda _key, version: "amount" if version == 1 else None)
    with database.read() as connection:
        found = sorted_tasks(connection, [GROUP], sorting).lines
    assert [line.case_id for line in found] == ["case01", "case00", "case02"]


def test_done_work_is_listed(office: Place) -> None:
    """The latest first, only the tasks one did oneself, and not those that were cancelled."""
    assert office.database is not None
    submitted(office, 3)
    for index in range(3):
        office.clock.at += timedelta(minutes=1)
        office.act("rex", "return", f"case{index:02}", comment="more")
    with office.database.read() as connection:
        first = done_tasks(connection, "rex", limit=2)
        rest = done_tasks(connection, "rex", first.after, limit=2)
        assert done_tasks(connection, "eva").lines == ()
        task = find_task(connection, first.lines[0].id)
        assert find_task(connection, "nothing") is None
    assert [line.case_id for line in first.lines + rest.lines] == ["case02", "case01", "case00"]
    assert rest.after is None
    assert task == first.lines[0]
    assert (task.action, task.status, task.closed_by) == ("return", "done", "rex")


@pytest.mark.parametrize("after", PLACES)
def test_a_made_up_place_is_refused(office: Place, after: str) -> None:
    """The place of a page comes back from outside: it is checked, not trusted."""
    assert office.database is not None
    with office.database.read() as connection, pytest.raises(Refused):
        open_tasks(connection, ["u:ann"], after)


def test_a_page_has_bounds(office: Place) -> None:
    """However many lines one asks for."""
    assert office.database is not None
    submitted(office, 2)
    with office.database.read() as connection:
        assert len(open_tasks(connection, [GROUP], limit=-5).lines) == 1
        assert len(open_tasks(connection, [GROUP], limit=PAGE_MAX * 1000).lines) == 2


def test_cases_are_listed_newest_first(office: Place) -> None:
    """Page by page, all of them, with what the case row says."""
    assert office.database is not None
    submitted(office, 5)
    with office.database.read() as connection:
        first = list_cases(connection, ALL, limit=3)
        rest = list_cases(connection, ALL, after=first.after, limit=3)
        assert find_by_code(connection, "case03") == "case03"
        assert find_by_code(connection, "case99") is None
    assert ids(first.lines + rest.lines) == ["case04", "case03", "case02", "case01", "case00"]
    case = office.store.load("case04")
    assert case.clock is not None
    assert first.lines[0] == CaseLine(
        id="case04",
        code="case04",
        title="case04",
        definition="small",
        version=1,
        state="review",
        phase="all",
        revision=2,
        initiator="ann",
        unit="town",
        opened_at=case.opened_at,
        entered_at=case.entered_at,
        due_at=case.clock.due_at,
        closed_at=None,
    )


def test_cases_are_filtered(office: Place) -> None:
    """Each filter by itself, and together."""
    assert office.database is not None
    submitted(office, 4)
    office.start("draft", amount=2)
    wanted: list[tuple[Filter, list[str]]] = [
        (Filter(states=("draft",)), ["draft"]),
        (Filter(states=("draft", "review"), field=("amount", 2)), ["draft", "case02"]),
        (Filter(field=("amount", 0)), ["case03", "case00"]),
        (Filter(words="CASE0", states=("review",), field=("amount", 1)), ["case01"]),
        (Filter(words="100%"), []),
        (Filter(words="_"), []),
        (Filter(initiator="rex"), []),
        (Filter(below="county/town/", words="draft"), ["draft"]),
        (Filter(below="county/tow/"), []),
        (Filter(is_closed=True), []),
        (Filter(overdue_at=START), []),
        (Filter(overdue_at=START + timedelta(days=60)), ["case03", "case02", "case01", "case00"]),
        (Filter(definition="other"), []),
        (Filter(phase="all", is_closed=False, words="3"), ["case03"]),
    ]
    with office.database.read() as connection:
        for filter_by, expected in wanted:
            assert ids(list_cases(connection, ALL, filter_by).lines) == expected, filter_by
            assert count_cases(connection, ALL, filter_by) == len(expected)
        assert count_by_state(connection, ALL) == {("small", "draft"): 1, ("small", "review"): 4}
        with pytest.raises(Refused):
            list_cases(connection, ALL, Filter(words="x" * 101))


def test_only_what_one_may_see_is_listed(office: Place) -> None:
    """Those one takes part in and those of units below one's own; nothing else."""
    assert office.database is not None
    submitted(office, 3)
    office.act("rex", "return", "case01", comment="more")
    scopes: list[tuple[Scope, list[str]]] = [
        (Scope(frozenset({"ann"})), ["case02", "case01", "case00"]),
        (Scope(frozenset({"rex"})), ["case01"]),
        (Scope(frozenset({"eva"})), []),
        (Scope(frozenset({"eva"}), ("county/",)), ["case02", "case01", "case00"]),
        (Scope(frozenset({"rex"}), ("county/other/",)), ["case01"]),
        (Scope(frozenset(), ("county/town/",)), ["case02", "case01", "case00"]),
    ]
    with office.database.read() as connection:
        for scope, expected in scopes:
            assert ids(list_cases(connection, scope).lines) == expected, scope
            assert len({deed.record.case_id for deed in list_deeds(connection, scope).lines}) == len(expected)


def test_deeds_are_listed(office: Place) -> None:
    """The latest first, page by page, also when many happened in the same moment."""
    assert office.database is not None
    for index in range(4):
        office.start(f"case{index}")
        office.act("ann", "submit", f"case{index}")
    office.clock.at += timedelta(hours=1)
    office.act("rex", "return", "case2", comment="more")
    with office.database.read() as connection:
        first = list_deeds(connection, ALL, limit=4)
        rest = list_deeds(connection, ALL, after=first.after, limit=9)
        by_rex = list_deeds(connection, ALL, Question(actor="rex")).lines
        early = list_deeds(connection, ALL, Question(until_at=START, cases=Filter(words="case1"))).lines
        late = list_deeds(connection, ALL, Question(from_at=START + timedelta(minutes=1))).lines
    deeds = [(deed.record.case_id, deed.record.seq) for deed in first.lines + rest.lines]
    assert deeds == [("case2", 3), *((f"case{index}", seq) for index in (3, 2, 1, 0) for seq in (2, 1))]
    assert by_rex == late == first.lines[:1]
    assert [deed.record.command for deed in early] == ["Act", "Start"]


def test_copies_are_listed(office: Place) -> None:
    """The latest first; a copy also lets its receiver see the case."""
    assert office.database is not None
    submitted(office, 3)

    def copy(connection: Connection) -> None:
        add_copies(connection, "case02", ["eva"], START)
        add_copies(connection, "case00", ["eva"], START + timedelta(minutes=1))

    office.database.write(copy)
    with office.database.read() as connection:
        first = copied_cases(connection, "eva", limit=1)
        rest = copied_cases(connection, "eva", first.after, limit=1)
        assert ids(list_cases(connection, Scope(frozenset({"eva"}))).lines) == ["case02", "case00"]
        assert copied_cases(connection, "ann").lines == ()
    assert [line.id for _, line in first.lines + rest.lines] == ["case00", "case02"]
    assert first.lines[0][0] == START + timedelta(minutes=1)


def test_notices_are_kept_and_read(office: Place) -> None:
    """The latest first, each once, unread until marked, only one's own."""
    assert office.database is not None
    notices = [Notice(f"n{index}", "eva", "task.opened", "case", {"by": "ann"}, START) for index in range(3)]
    for _ in range(2):
        office.database.write(lambda connection: add_notices(connection, notices))
    with office.database.read() as connection:
        first = list_notices(connection, "eva", limit=2)
        assert list_notices(connection, "eva", first.after).lines == (notices[0],)
        assert list_notices(connection, "rex").lines == ()
        assert count_unread(connection, "eva") == 3
    assert first.lines == (notices[2], notices[1])
    assert mark_read(office.database, "rex", "n2", START) == 0
    assert mark_read(office.database, "eva", "n1", START) == 2
    with office.database.read() as connection:
        assert count_unread(connection, "eva") == 1
