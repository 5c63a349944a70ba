"""People from a table: every row is shown before anything is kept; what can not be taken says why and where."""

import html
import re
from typing import Any

import httpx
import pytest

from adapters.documents.workbook import Column, Table, workbook
from adapters.sql.directory import ZONE
from tests.service.conftest import Desk, Visitor
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show

PATH = "/admin/import/people"
HEAD = "用户名,姓名,单位,电子邮箱\n"
TABLE = (
    HEAD + "nora,诺拉,数据局,nora@example.org\nann,Ann Other,xinghe,ann@example.org\nbob,Bob,liuyan,bob@example.org\n"
)
HIDDEN = re.compile(r'name="(content|digest)" value="([^"]*)"')


def look(visitor: Visitor, content: bytes | str, name: str = "people.csv") -> httpx.Response:
    """Send a table to be looked at."""
    headers = {"Authorization": f"Bearer {visitor.token}", "Accept": "text/html", "Accept-Language": "en"}
    data = content.encode() if isinstance(content, str) else content
    return visitor.client.post(PATH, files={"file": (name, data)}, headers=headers)


def take(visitor: Visitor, seen: httpx.Response, **changed: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Say yes to what was shown."""
    form = {name: html.unescape(value) for name, value in HIDDEN.findall(seen.text)}
    return send(visitor, PATH, intent="take", **{**form, **changed}, headers={"Accept-Language": "en"})


def test_each_row_is_shown_and_nothing_is_kept_before_a_yes(desk: Desk) -> None:
    """New, changed with before and after, unchanged; then the accounts are there, and the password works once shown."""
    adam, before = desk.sign_in("adam"), desk.assembly.organisation.now().people
    seen = look(adam, TABLE)
    assert "New: 1 row" in seen.text
    assert "<del>Ann</del> → <ins>Ann Other</ins>" in seen.text
    assert "Unchanged: 1 row" in seen.text
    assert desk.assembly.organisation.now().people == before
    done = take(adam, seen)
    assert "2 rows taken" in done.text
    people = desk.assembly.organisation.now().people
    assert (people["nora"].unit, people["ann"].name) == ("data", "Ann Other")
    assert last(desk)[:2] == ("person.changed", "adam")
    password = re.search(r'class="secret">([^<]+)<', done.text)
    assert password is not None
    signed = {"username": "nora", "password": html.unescape(password[1])}
    assert desk.client.post("/api/v1/session", json=signed).status_code == 201


def test_rows_that_can_not_be_taken_say_why_and_where(desk: Desk) -> None:
    """Unknown and ambiguous units, missing and doubled names; the good rows can be taken all the same."""
    adam = desk.sign_in("adam")
    send(adam, "/admin/units", id="data-2", name="数据局", kind="office", parent="qh")
    rows = "good,Good,qh\n,Nobody,qh\ngood,Twice,qh\nlost,Lost,nowhere\nboth,Both,数据局\nb@d,Bad,qh\n"
    seen = look(adam, "username,name,unit\n" + rows)
    for cell, said in (
        ("A3", "Give the user name"),
        ("A4", "Row 2 is about the same"),
        ("C5", "There is no unit “nowhere”"),
        ("C6", "data, data-2"),
        ("A7", "64"),
    ):
        assert re.search(rf"{cell} · [^<]*{said}", seen.text), cell
    assert "5 rows can not be taken" in seen.text
    assert "1 row taken" in take(adam, seen).text
    assert {"lost", "both", "b@d"}.isdisjoint(desk.assembly.organisation.now().people)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD.replace("姓名", "名字"), "A1 · The first row lacks these columns: Name"),
        (HEAD + 'nora,"Nora,data\n', "A2 · "),
        (b"\x00\x01\x02", "A1 · "),
        ("", "Choose a file"),
        (HEAD + "".join(f"u{n},U,qh\n" for n in range(501)), "at most 500"),
    ],
)
def test_a_table_that_can_not_be_read_says_where(desk: Desk, content: str | bytes, said: str) -> None:
    """With line and column; nothing is kept."""
    answer = look(desk.sign_in("adam"), content)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)


def test_what_has_changed_since_is_shown_again(desk: Desk) -> None:
    """Somebody else opened the account meanwhile: it is not written over unseen."""
    adam = desk.sign_in("adam")
    seen = look(adam, TABLE)
    send(adam, "/admin/people", username="nora", name="Other", unit="qh")
    again = take(adam, seen)
    assert again.status_code == 422
    assert "<del>Other</del> → <ins>诺拉</ins>" in again.text
    assert desk.assembly.organisation.now().people["nora"].name == "Other"
    assert take(adam, seen, content="%").status_code == 422


def test_workbooks_and_the_template_come_in_too(desk: Desk) -> None:
    """The empty table has the headings that are understood; only the administrator of accounts may."""
    adam, sepp = desk.sign_in("adam"), desk.sign_in("sepp")
    given = show(adam, f"{PATH}?template=1").content
    assert "No row can be taken" in look(adam, given).text
    book = workbook([Table("P", tuple(map(Column, ("User name", "Name", "Unit"))), [("nora", "Nora", "qh")])], ZONE)
    seen = look(adam, book, "people.xlsx").text
    assert "New: 1 row" in seen
    assert "were not read" not in seen
    head = tuple(map(Column, ("User name", "Name", "Unit")))
    book = workbook([Table(name, head, [(name, name, "qh")]) for name in ("nora", "nick")], ZONE)
    assert "These sheets were not read: nick" in look(adam, book, "people.xlsx").text
    assert look(sepp, TABLE).status_code == 403
