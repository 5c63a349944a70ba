"""`shenpi import users` and `shenpi import calendars`, beside a running office."""

import json
from pathlib import Path

from click.testing import CliRunner

from service.cli import main
from service.jobs.heartbeat import post_office
from tests.service.conftest import Desk, Visitor
from tests.service.web.test_administration import last

ROWS = "username,name,unit,phone\nnora,Nora,data,1\nann,Ann Other,xinghe,2\nstan,,nowhere,3\n"


def run(desk: Desk, *words: str) -> tuple[int, str]:
    """Run `shenpi import` on the office's database; gives its exit code and what it printed."""
    result = CliRunner().invoke(main, ["import", *words, "--database", desk.settings.database, "--language", "en"])
    return result.exit_code, result.output


def test_accounts_come_from_a_table(desk: Desk, tmp_path: Path) -> None:
    """All or none; the good rows when asked; first passwords work; the log names who did it."""
    table = tmp_path / "people.csv"
    table.write_text(ROWS)
    words = ("users", str(table), "--as", "adam", "--reason", "new term", "--json")
    code, printed = run(desk, *words)
    found = json.loads(printed)
    assert (code, found["taken"]) == (1, 0)
    assert {one["where"] for one in found["faults"]} == {"B4", "C4"}
    assert "nora" not in desk.assembly.organisation.now().people
    code, printed = run(desk, *words, "--good-rows")
    found = json.loads(printed)
    assert [(one["username"], one["fate"]) for one in found["rows"]] == [
        ("nora", "new"),
        ("ann", "changed"),
        ("stan", "refused"),
    ]
    signed = {"username": "nora", "password": found["rows"][0]["password"]}
    assert desk.client.post("/api/v1/session", json=signed).status_code == 201
    assert desk.assembly.organisation.now().people["ann"].name == "Ann Other"
    assert last(desk)[1] == "adam"
    assert run(desk, *words, "--good-rows")[0] == 1
    assert run(desk, "users", str(table), "--as", "rita")[0] == 2
    table.write_bytes(b"\x00\x01")
    assert run(desk, "users", str(table), "--as", "adam")[0] == 1


def test_a_row_with_a_cell_too_many_opens_no_account(desk: Desk, tmp_path: Path) -> None:
    """An unquoted comma moves what stands behind it: the telephone would be cut."""
    table = tmp_path / "people.csv"
    table.write_text("username,name,unit,phone\nnora,Nora,data,138,0000\nnoel,Noel,data,139,\n")
    code, printed = run(desk, "users", str(table), "--as", "adam", "--reason", "new term", "--json")
    found = json.loads(printed)
    assert (code, found["taken"], [one["where"] for one in found["faults"]]) == (1, 0, ["E2"])
    assert "more cells than the heading" in found["faults"][0]["message"]


def test_days_off_come_from_a_table(desk: Desk, tmp_path: Path) -> None:
    """Tried, then taken with the notice's number; a bad cell is named; whoever is no administrator is refused."""
    table = tmp_path / "2026.csv"
    table.write_text("日期,类型,名称\n2026-11-26,放假,节日\n2026-11-27,放假,节日\n2026-11-28,上班,\n", "utf-8")
    words = ("calendars", str(table), "--as", "adam")
    assert run(desk, *words)[0] == 2
    code, printed = run(desk, *words, "--check", "--json")
    assert (code, json.loads(printed)["days"]) == (0, ["2026-11-26", "2026-11-27", "2026-11-28"])
    assert desk.assembly.organisation.now().calendars["cn"].years == ()
    assert run(desk, *words, "--reason", "notice 7")[0] == 0
    assert last(desk)[:2] == ("calendar.noticed", "adam")
    assert [one.year for one in desk.assembly.organisation.now().calendars["cn"].years] == [2026]
    assert run(desk, "calendars", str(table), "--as", "rita", "--reason", "notice 7")[0] == 2
    table.write_text("日期,类型\n2026-13-01,放假\n", "utf-8")
    code, printed = run(desk, *words, "--reason", "notice 8")
    assert (code, "A2" in printed) == (1, True)


def test_a_notice_moves_what_is_due_and_tells_who_has_it(desk: Desk) -> None:
    """The service counts the running deadline anew: in the item, in its task, and in the inbox of who has it."""
    ann, rita, adam = desk.sign_in("ann"), desk.sign_in("rita"), desk.sign_in("adam")
    ann.act(ann.start(), "submit")
    assert due_on(rita) == "2026-11-30"
    days = [{"name": "x", "date": f"2026-11-{day}", "isOffDay": day != 28} for day in (26, 27, 28)]
    notice = {"year": 2026, "papers": [], "days": days}
    assert adam.post("/calendars/cn/notices", {"notice": notice, "reason": "notice 7"}).json()["taken"] is True
    office = post_office(desk.assembly)
    while office.send():
        pass
    assert due_on(rita) == "2026-12-01"
    assert "deadline.recounted" in {one["kind"] for one in rita.get("/me/notices").json()["notices"]}


def due_on(visitor: Visitor) -> str:
    """Give the day on which the one task that somebody could claim is due."""
    (line,) = visitor.get("/tasks?view=claimable").json()["tasks"]
    return str(line["task"]["due_at"])[:10]
