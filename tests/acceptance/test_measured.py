"""How quick and how readable the pages are: a slow machine on a thin line, and twice as large."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from service.web.frame import LANGUAGE_COOKIE
from tests.acceptance.jobs import Jobs
from tests.browser import CUT, HEIGHT, WIDE
from tests.service.web.county import Service

pytestmark = pytest.mark.browser

ROWS = 50
COLD_MILLISECONDS_GOAL, WARM_MILLISECONDS_GOAL = 800, 500
"""For an old machine and a thin line, beside one that has nothing else to do; a quiet one shows 0.8 s and 0.74 s yet.

They are printed beside what was found: a busy machine keeps no time. What is held is how much work the browser has.
"""

WORK_RATIO_MAX = 2.6
"""Of the browser's processor time for the list to that for a bare page with as many rows; it is 1.9."""

HEAP_BYTES_MAX, HEAP_GROWTH_BYTES_MAX = 4_000_000, 1_000_000
"""Of the scripts of the list, and by how much they may grow while somebody works on; it is 2.1 million and 30,000."""

SHIFT_MAX = 0.02
"""How much of the screen may move by itself while a page opens: Cumulative Layout Shift, where 0.1 is called good."""

WATCH_SHIFTS = """window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifted += one.value; }))
      .observe({type: "layout-shift", buffered: true});"""

BARE = f"""<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>审批</title><link rel="icon" href="data:,">
<table>{("<tr data-row>" + "<td>梨雪乡便民服务中心" * 6) * ROWS}</table>""".encode()
PROCESSOR_RATE, LINE_BITS, LINE_MILLISECONDS = 4, 10_000_000, 40
ROUNDS = 3

PERSON = "t09-head"
WATCH_ROWS = f"""
    const look = () => {{
      if (document.querySelectorAll("tr[data-row]").length < {ROWS}) return requestAnimationFrame(look);
      const tell = () => {{ document.documentElement.dataset.painted = `${{Math.round(performance.now())}}`; }};
      requestAnimationFrame(tell);
    }};
    requestAnimationFrame(look);
"""


@pytest.fixture(scope="module")
def jobs(county: Service) -> Jobs:
    """The demonstration county, with fifty applications at one office."""
    found = Jobs(county)
    for _ in range(ROWS):
        found.apply("MANY", send=True)
    return found


class _Bare(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(BARE)))
        self.end_headers()
        self.wfile.write(BARE)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def bare() -> Iterator[str]:
    """The address of a page with as many rows and nothing else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def slowed(context: BrowserContext) -> Page:
    """Give a new page on an old machine and a thin line."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    bytes_a_second = LINE_BITS // 8
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LINE_MILLISECONDS,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_RATE})
    return page


def painted(context: BrowserContext, address: str) -> float:
    """Milliseconds from asking for a page to its rows on the screen, on an old machine and a thin line."""
    page = slowed(context)
    spent = _rows_seen(page, address)
    page.close()
    return spent


def worked(context: BrowserContext, address: str) -> float:
    """Milliseconds of the processor that the page's thread takes until its rows are on the screen."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    _rows_seen(page, address)
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    page.close()
    return float(found["TaskDuration"]) * 1000


def _rows_seen(page: Page, address: str) -> float:
    page.add_init_script(WATCH_ROWS)
    page.goto(address)
    page.wait_for_selector("html[data-painted]", state="attached")
    return float(page.locator("html").get_attribute("data-painted") or 0)


def test_rows_are_there_at_once(chromium: Browser, jobs: Jobs, bare: str) -> None:
    """The list became heavy for the browser: fifty tasks take it much more work than fifty bare rows do."""
    name, token = jobs.county.cookie_of(PERSON)
    address = f"{jobs.county.url}/queue?view=claimable&words=MANY"
    cold, warm, work, least = [], [], [], []
    for _ in range(ROUNDS):
        context = chromium.new_context(viewport={"width": WIDE, "height": HEIGHT})
        context.add_cookies([{"name": name, "value": token, "url": jobs.county.url}])
        cold.append(painted(context, address))
        warm.append(painted(context, address))
        least.append(worked(context, bare))
        work.append(worked(context, address))
        context.close()
    goals = f"goals {COLD_MILLISECONDS_GOAL} and {WARM_MILLISECONDS_GOAL} ms"
    figures = f"cold {min(cold):.0f}, warm {min(warm):.0f}, {goals}; work {min(work):.0f} ms, bare {min(least):.0f} ms"
    print(figures)  # noqa: T201  # figures are read with `pytest -s`
    assert min(work) <= WORK_RATIO_MAX * min(least), figures


def heap(context: BrowserContext, page: Page) -> int:
    """Bytes that the scripts of a page hold on to."""
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return int(session.send("Runtime.getHeapUsage")["usedSize"])


@pytest.mark.parametrize("visits", [20, pytest.param(200, marks=pytest.mark.long)])
def test_pages_stay_light_and_still(chromium: Browser, jobs: Jobs, visits: int) -> None:
    """What piles up while somebody works all day slows the machine; what moves while it opens is pressed by mistake."""
    name, token = jobs.county.cookie_of(PERSON)
    paths = ("/queue?view=claimable", "/items", "/queue?view=done", "/", "/settings")
    context = chromium.new_context(viewport={"width": WIDE, "height": HEIGHT})
    context.add_cookies([{"name": name, "value": token, "url": jobs.county.url}])
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    held: list[int] = []
    for number in range(visits + 1):
        page.goto(jobs.county.url + paths[number % len(paths)])
        page.wait_for_selector("html[data-ready]", state="attached")
        assert page.evaluate("window.shifted") <= SHIFT_MAX, page.url
        if number % len(paths) == 0:
            held.append(heap(context, page))
    context.close()
    assert max(held) <= HEAP_BYTES_MAX, held
    assert held[-1] - held[0] <= HEAP_GROWTH_BYTES_MAX, held


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("t09-head", "/"),
        ("t09-head", "/queue?view=claimable"),
        ("t09-apply", "/mine"),
        ("t02-apply", "/items/QH-2026-T02-0039/edit?section=money"),
        ("cty-review-1", "/items/QH-2026-T03-0035"),
        ("lead-1", "/dashboard"),
        ("lead-1", "/dashboard/outlook"),
        ("t01-apply", "/duties"),
        ("fin-head", "/funds"),
    ],
)
def test_nothing_is_cut_when_twice_as_large(chromium: Browser, jobs: Jobs, person: str, path: str) -> None:
    """At 200 % a window of 1280 pixels is one of 640: all text is there, nothing scrolls sideways."""
    name, token = jobs.county.cookie_of(person)
    for language in ("zh", "en"):
        context = chromium.new_context(viewport={"width": WIDE // 2, "height": HEIGHT // 2}, device_scale_factor=2)
        cookies = [(name, token), (LANGUAGE_COOKIE, language)]
        context.add_cookies([{"name": key, "value": value, "url": jobs.county.url} for key, value in cookies])
        page = context.new_page()
        page.goto(jobs.county.url + path)
        page.wait_for_selector("html[data-ready]", state="attached")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (page.evaluate(CUT), wider <= 0) == ([], True), language
        context.close()
