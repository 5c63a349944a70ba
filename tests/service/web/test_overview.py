"""The overview of leaders: every number opens its list, one page of paper, honest about what it does not know."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser

from adapters.documents.spreadsheet import read_tables
from service.texts import Language
from tests.browser import NARROW, WIDE, visiting
from tests.service.web.county import Service

LOOKS: tuple[tuple[Language, int], ...] = (("zh", WIDE), ("en", NARROW))
LINK = re.compile(r'<a href="(/items\?[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
CARD = re.compile(r'<p class="card-head"><a href="([^"]+)"')


@pytest.fixture(scope="module")
def leader(county: Service) -> Iterator[httpx.Client]:
    """The head of the leading group, who sees the whole county."""
    name, token = county.cookie_of("lead-1")
    headers = {"accept": "text/html", "accept-language": "en"}
    with httpx.Client(base_url=county.url, cookies={name: token, "shenpi_language": "en"}, headers=headers) as client:
        yield client


def listed(client: httpx.Client, url: str) -> int:
    """Count what a list shows, over all its pages."""
    count, url = 0, unescape(url)
    while url:
        page = client.get(url).text
        count += len(CARD.findall(page))
        following = re.search(r'<a class="[^"]*" href="([^"]+)" rel="next"', page)
        url = unescape(following[1]) if following else ""
    return count


def test_every_number_opens_its_list(leader: httpx.Client) -> None:
    """As many as the number says: tiles, phases, lights and cells; otherwise a leader asks about the wrong projects."""
    page = leader.get("/dashboard").text
    told = [(url, re.sub(r"<[^>]+>", " ", words)) for url, words in LINK.findall(page)]
    numbered = [(url, int(found[-1])) for url, words in told if (found := re.findall(r"\d+", words.split("(")[0]))]
    assert len(numbered) > 40
    for url, number in dict(numbered).items():
        assert listed(leader, url) == number, (url, number)


def test_every_figure_opens_what_it_was_counted_from(leader: httpx.Client) -> None:
    """As many as the number says, for headlines and for steps; otherwise a figure can not be looked into."""
    pages = leader.get("/dashboard/figures").text + leader.get("/reports/R-26").text
    told = {url: re.findall(r"\d+", re.sub(r"<[^>]+>", " ", words)) for url, words in LINK.findall(pages)}
    counts = ("in_service", "singles", "returned", "rejected", "closed")
    numbered = {url: int(found[0]) for url, found in told.items() if found and _column(url) in counts}
    assert {_column(url) for url in numbered} == set(counts)
    for url, number in numbered.items():
        assert listed(leader, url) == number, (url, number)
    assert listed(leader, "/items?figure=R-99.1.closed&line=") == 0


def _column(url: str) -> str:
    found = re.search(r"figure=R-2[68]\.\d\.(\w+)|figure=R-25\.1\.(in_service)", url)
    return (found[1] or found[2]) if found else ""


def test_phases_add_up_to_all_open_projects(leader: httpx.Client) -> None:
    """No project is in no phase, and none in two."""
    page = leader.get("/dashboard").text
    behind = page.partition('id="funnel-table"')[2].partition("</details>")[0]
    counts = [int(number) for number in re.findall(r'<td class="numeric">(\d+) ', behind)]
    assert sum(counts) == listed(leader, "/items?definition=township-project&closed=no")


def test_it_is_narrowed_to_a_township_and_a_year(leader: httpx.Client) -> None:
    """The numbers and their links both; a township that there is not is not found."""
    narrowed = leader.get("/dashboard?unit=T10&year=2026").text
    assert "unit=T10&amp;year=2026" in narrowed
    assert "竹影乡" in narrowed
    assert "/items?definition=township-project&amp;closed=no&amp;unit=T01" not in narrowed
    assert leader.get("/dashboard?unit=nowhere").status_code == 404
    empty = leader.get("/dashboard?year=2001")
    assert (empty.status_code, "No open projects" in empty.text) == (200, True)


def test_a_list_says_what_it_is_narrowed_to(leader: httpx.Client) -> None:
    """Each narrowing in words, with the way back; names that there are not narrow to nothing, and break nothing."""
    page = leader.get("/items?definition=township-project&phase=expert&light=amber&late=1").text
    chips = page.partition('class="chips"')[2].partition("</p>")[0]
    for words in ("Township e-government project", "Expert review", "Amber", "Overdue"):
        assert words in chips, words
    for odd in ("definition=x", "phase=x", "state=x&light=x", "year=99999999999999999999", "unit=x", "closed=x"):
        assert leader.get(f"/items?{odd}").status_code in {200, 404}, odd


def test_what_is_foretold_has_its_ground(leader: httpx.Client) -> None:
    """Each range names its share and its cases; too few are said to be; the past error is told."""
    page = leader.get("/dashboard/outlook").text
    assert re.search(r"\d+% sure, from \d+ projects", page)
    assert re.search(r"Too few cases: [0-4] (project has|projects have) arrived, 5 are needed", page)
    assert re.search(r"Earlier ranges: \d+ checked, \d+% should have held, \d+% did", page)


def test_leaders_find_what_needs_them_at_home(county: Service, leader: httpx.Client) -> None:
    """One click from the start to the list behind a red number; who does not lead is not shown it."""
    home = leader.get("/").text
    assert listed(leader, "/items?definition=township-project&closed=no&late=1") > 0
    assert "/items?definition=township-project&amp;closed=no&amp;late=1" in home
    name, token = county.cookie_of("t01-apply")
    with httpx.Client(base_url=county.url, cookies={name: token}, headers={"accept": "text/html"}) as client:
        assert "late=1" not in client.get("/").text
        assert client.get("/dashboard").status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_the_tables_behind_the_charts_hold(chromium: Browser, county: Service, language: Language, width: int) -> None:
    """Opened, they are accessible and scroll in their own boxes."""
    cookies = (county.cookie_of("lead-1"),)
    with visiting(chromium, f"{county.url}/dashboard", language=language, width=width, cookies=cookies) as visit:
        for table in visit.page.locator(".chart-table summary").all():
            table.click()
        visit.check()


@pytest.mark.browser
def test_one_page_of_paper_holds_it(chromium: Browser, county: Service) -> None:
    """A leader takes it into a meeting: all of it on one A4 page, with the words of every section."""
    with visiting(chromium, f"{county.url}/dashboard", cookies=(county.cookie_of("lead-1"),)) as visit:
        paper = pypdfium2.PdfDocument(visit.pdf("overview"))
        text = "".join(paper[0].get_textpage().get_text_bounded().split())
        assert len(paper) == 1
    for words in (
        "需要过问",
        "项目走到哪一步",
        "各乡镇情况",
        "堵点",
        "资金曲线",
        "预计完成",
        "竹影乡",
        "打印自/dashboard",
    ):
        assert words in text, words


def test_the_reserve_shows_what_a_limit_reaches(leader: httpx.Client) -> None:
    """Page, call and workbook tell the same; the limit moves the line and nothing else; no limit is guessed."""
    assert '<a href="/reserve">' in leader.get("/dashboard").text
    whole = leader.get("/api/v1/reserve").json()
    phase = "/items?definition=township-project&closed=no&phase=reserve"
    assert len(whole["lines"]) == listed(leader, phase) - listed(leader, f"{phase}&state=removed")
    scored = [line for line in whole["lines"] if line["rank"]]
    assert [line["rank"] for line in scored] == list(range(1, len(scored) + 1))
    assert all(len(line["points"]) == 9 and len(line["draw"]) == 64 for line in scored)
    first = next(line for line in whole["lines"] if line["standing"] == "competes")
    limit = first["cost"] + 1
    found = leader.get("/api/v1/reserve", params={"limit": limit}).json()
    assert [line["code"] for line in found["lines"]] == [line["code"] for line in whole["lines"]]
    assert [line["code"] for line in found["lines"] if line["above"]] == [first["code"]]
    assert (found["total"]["above_cost"], found["left"]) == (first["cost"], 1)
    for name in ("above", "above_cost", "below", "below_cost"):
        assert sum(group["sums"][name] for group in found["by_township"]) == found["total"][name], name
    typed = f"{limit // 100:,}.{limit % 100:02}"
    page = leader.get("/reserve", params={"limit": typed}).text
    assert page.count('class="limit-line"') == 1
    exceptions = page.partition('id="h-exceptions"')[2]
    assert all(f"<td>{one['admitted_on']}" in re.sub(r"<td[^>]*>", "<td>", exceptions) for one in whole["out_of_order"])
    assert whole["out_of_order"]
    assert page.index(f'/items/{first["code"]}"') < page.index('class="limit-line"')
    assert f'value="{limit // 100}.01"' in page
    for wrong in ("-1", "viel", "1e30", "0.001", "9" * 30):
        refused = leader.get("/reserve", params={"limit": wrong})
        assert (refused.status_code, "can not be read" in refused.text) == (422, True), wrong
    assert leader.get("/reserve?ranking=none").status_code == 404
    (table, *_) = read_tables(BytesIO(leader.get("/reserve/xlsx", params={"limit": typed}).content))
    assert [row.cell(1) for row in table.rows][1:] == [line["code"] for line in found["lines"]]
    assert leader.get("/reserve/pdf").content.startswith(b"%PDF")


def test_the_best_set_stands_beside_the_line(leader: httpx.Client) -> None:
    """Within the same two million: worth more than the line; the page names what makes the difference."""
    best = leader.get("/api/v1/reserve", params={"limit": 2_000_000_00}).json()["best"]
    assert best["cost"] <= 2_000_000_00
    assert float(best["index"]) > float(best["line_index"])
    page = leader.get("/reserve", params={"limit": "2000000"}).text
    shown = page.partition('id="h-best"')[2].partition("</section>")[0]
    assert best["added"]
    assert [code for code in (*best["added"], *best["left_out"]) if code not in shown] == []
    assert best["index"] in shown
