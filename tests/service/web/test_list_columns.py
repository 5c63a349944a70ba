"""Columns that a person chooses, and lists as files: exactly the rows and columns that the page shows."""

import csv
import re
import shutil
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from adapters.clock import ManualClock
from adapters.documents.spreadsheet import read_tables
from adapters.sql.reads.paging import PAGE_MAX
from service.app import build
from tests.service.web.county import TODAY, settings_of
from tests.service.web.test_preparing import DEMO_PASSWORD, DRAFT, revision
from tests.service.web.test_signing_pages import HTML, TOKEN, Browser

CODE = re.compile(r'data-label="编号"[^>]*>([^<]+)<')
CARD = re.compile(r'card-head"><a href="/items/([^"]+)"')


@pytest.fixture(scope="module")
def browser(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A county for these tests, nobody signed in."""
    folder = tmp_path_factory.mktemp("columns") / "county"
    shutil.copytree(furnished_county, folder)
    with TestClient(build(settings_of(folder), ManualClock(TODAY), is_demo=True)) as client:
        yield Browser(client)


def table(browser: Browser, path: str) -> list[dict[str, str]]:
    """Read a list's CSV as Excel would: with its mark, one row a line."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf"), "without the mark Excel takes Chinese for another alphabet"
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def cards(browser: Browser, path: str) -> list[str]:
    """Walk all pages of a list of items; gives their codes in order."""
    found: list[str] = []
    while path:
        page = browser.get(path).text
        found += CARD.findall(page)
        further = re.search(r'href="([^"]+)" rel="next"', page)
        path = further[1].replace("&amp;", "&") if further else ""
    return found


@pytest.mark.parametrize("query", ["view=claimable", "view=claimable&sort=-amount", "view=claimable&words=T0"])
def test_the_file_of_a_queue_is_the_queue(browser: Browser, query: str) -> None:
    """The same tasks in the same order, however they are narrowed."""
    browser.sign_in("cty-review-1", DEMO_PASSWORD)
    shown = CODE.findall(browser.get(f"/queue?{query}").text)
    rows = table(browser, f"/queue?{query}&file=csv")
    assert [row["编号"] for row in rows] == shown
    assert len(shown) > 2
    assert list(rows[0]) == ["编号", "名称", "单位", "环节", "期限", "金额", "已等待"]


def test_the_file_of_items_has_all_pages(browser: Browser) -> None:
    """Not the twenty that stand on the first; narrowed as the page is, and only what the reader sees."""
    for person, path in (
        ("cty-head", "/items?closed=no"),
        ("cty-head", "/items?definition=township-project&words=T03"),
        ("t05-apply", "/items?words=-"),
    ):
        browser.sign_in(person, DEMO_PASSWORD)
        whole = cards(browser, path)
        assert len(whole) > 1
        assert [row["编号"] for row in table(browser, f"{path}&file=csv")] == whole, path
    browser.sign_in("cty-head", DEMO_PASSWORD)
    assert len(table(browser, "/items?file=csv")) > PAGE_MAX, "more than is read at once"


def test_all_projects_are_projects_unless_others_are_asked_for(browser: Browser) -> None:
    """A leader does not look for projects among their warnings; the list of procedures leads to all else."""
    browser.sign_in("lead-1", DEMO_PASSWORD)
    plain = browser.get("/items")
    assert (plain.status_code, plain.headers["location"]) == (303, "/items?definition=township-project")
    assert all(code.startswith("QH-") for code in cards(browser, plain.headers["location"]))
    page = browser.get("/items?definition=&words=").text
    assert any(code.startswith("YJ-") for code in CARD.findall(page))
    assert '<option value="warning"' in page
    missed = browser.get("/items?definition=township-project&words=YJ-2026").text
    (wider,) = re.findall(r'<a class="button" href="(/items[?]words=[^"]+)"', missed)
    assert any(code.startswith("YJ-") for code in cards(browser, wider.replace("&amp;", "&")))


def test_a_workbook_says_the_same(browser: Browser) -> None:
    """Amounts are numbers there, days are days."""
    browser.sign_in("t02-apply", DEMO_PASSWORD)
    plain = table(browser, "/mine?file=csv")
    (sheet,) = read_tables(BytesIO(browser.get("/mine?file=xlsx").content))
    first, *rows = list(sheet.rows)
    assert [str(cell) for cell in first.cells] == list(plain[0])
    assert [str(row.cells[0]) for row in rows] == [row["编号"] for row in plain]


@pytest.mark.parametrize(("path", "first"), [("/funds", "资金来源"), ("/disbursements", "编号")])
def test_money_comes_as_a_file_too(browser: Browser, path: str, first: str) -> None:
    """Sources with what became of them, payments with why they do not go on."""
    browser.sign_in("fin-head", DEMO_PASSWORD)
    rows = table(browser, f"{path}?file=csv")
    assert next(iter(rows[0])) == first
    assert len(rows) > 1


def test_a_column_is_hidden_for_oneself_alone(browser: Browser) -> None:
    """On the page, in the file, and the next time; the name always stays; others see all."""
    browser.sign_in("cty-review-1", DEMO_PASSWORD)
    here = "/queue?view=claimable&sort=-amount"
    ticked = {"offered": ["code", "unit", "state", "due", "amount", "age", "title"], "column": ["code", "due"]}
    answer = _choose(browser, here, ticked)
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    page = browser.get(here).text
    assert 'data-label="期限"' in page
    assert 'data-label="名称"' in page
    assert 'data-label="金额"' not in page
    assert 'data-label="环节"' not in page
    assert list(table(browser, f"{here}&file=csv")[0]) == ["编号", "名称", "期限"]
    browser.sign_in("cty-accept", DEMO_PASSWORD)
    assert 'value="amount" checked' in browser.get("/queue?view=done").text
    browser.sign_in("cty-review-1", DEMO_PASSWORD)
    _choose(browser, here, {"offered": ticked["offered"], "column": ticked["offered"]})
    assert 'data-label="金额"' in browser.get(here).text


def test_a_choice_leads_to_no_foreign_place(browser: Browser) -> None:
    """What says it comes from elsewhere goes to the start page; a list that is none of ours is refused."""
    browser.sign_in("cty-review-1", DEMO_PASSWORD)
    for place in ("https://example.org/queue", "//example.org", "/logout"):
        assert _choose(browser, place, {}).headers["location"] == "/"
    assert browser.post("/settings/columns", _list="nothing").status_code == 400


def test_a_name_that_is_a_formula_stays_a_text(browser: Browser) -> None:
    """Excel would carry it out."""
    browser.sign_in("t02-apply", DEMO_PASSWORD)
    section = f"{DRAFT}/edit?section=basics"
    seen = revision(browser.get(section).text)
    browser.post(section, revision=seen, name='=HYPERLINK("http://example.org")', intent="save")
    names = [row["名称"] for row in table(browser, "/mine?file=csv")]
    assert '\'=HYPERLINK("http://example.org")' in names


def _choose(browser: Browser, back: str, sent: dict[str, list[str]]) -> httpx.Response:
    found = TOKEN.search(browser.get("/settings/password").text)
    assert found
    form = {"_csrf": found[1], "_list": "queue", "back": back, **sent}
    return browser.client.post("/settings/columns", data=form, headers=HTML, follow_redirects=False)
