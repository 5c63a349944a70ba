"""How soon a page shows what matters and answers a press: an old machine (a quarter of a processor), a thin line."""

import json
from collections.abc import Callable
from math import ceil

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.acceptance.jobs import Jobs
from tests.acceptance.test_measured import slowed
from tests.browser import HEIGHT, WIDE
from tests.service.web.county import Service

pytestmark = [pytest.mark.browser, pytest.mark.long]

LARGEST_MILLISECONDS_GOAL = 1_200
"""Largest Contentful Paint: printed beside what was found, since a busy machine keeps no time."""

ANSWER_MILLISECONDS_MAX, SHIFT_MAX = 200, 0.02
"""Interaction to Next Paint, of three in four (it is 90 where much else is done); Cumulative Layout Shift."""

ROUNDS = 5
"""The best of so many counts: what else a machine does makes a page slower and never quicker."""

ROWS = 50
WATCH = """
    window.felt = {largest: 0, shifted: 0};
    const watch = (type, take, more) => {
      const watcher = new PerformanceObserver((list) => take(list.getEntries()));
      watcher.observe({type, buffered: true, ...more});
      addEventListener("pagehide", () => take(watcher.takeRecords()));
    };
    watch("largest-contentful-paint", (all) => all.forEach((one) => { felt.largest = one.startTime; }));
    watch("layout-shift", (all) => all.forEach((one) => { if (!one.hadRecentInput) felt.shifted += one.value; }));
    watch("event", (all) => {
      const known = JSON.parse(sessionStorage.getItem("answers") || "{}");
      for (const one of all) if (one.interactionId) {
        const key = `${performance.timeOrigin} ${one.interactionId}`;
        known[key] = Math.max(known[key] || 0, one.duration);
      }
      sessionStorage.setItem("answers", JSON.stringify(known));
    }, {durationThreshold: 16});
"""


@pytest.fixture(scope="module")
def jobs(county: Service) -> Jobs:
    """The demonstration county, with fifty applications at one office."""
    found = Jobs(county)
    for _ in range(ROWS):
        found.apply("MANY", send=True)
    return found


def seated(chromium: Browser, county: Service, person: str) -> BrowserContext:
    """Give somebody's browser, with nothing kept from before."""
    context = chromium.new_context(viewport={"width": WIDE, "height": HEIGHT})
    name, value = county.cookie_of(person)
    context.add_cookies([{"name": name, "value": value, "url": county.url}])
    context.add_init_script(WATCH)
    return context


def opened(page: Page, address: str) -> None:
    """Open a page and wait until it has come to rest."""
    page.goto(address, wait_until="load")
    rested(page)


def rested(page: Page) -> None:
    """Wait until the page's scripts have begun, and what was pressed is on the screen."""
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")


OPENED = {
    "desk": ("cty-review-1", "/queue/@QH-2026-T03-0035"),
    "item": ("cty-review-1", "/items/QH-2026-T03-0035"),
    "queue": ("t09-head", "/queue?view=claimable&words=MANY"),
    "start": ("cty-review-1", "/"),
    "dashboard": ("lead-1", "/dashboard"),
}


@pytest.mark.parametrize("name", OPENED)
def test_a_page_is_there_at_once_and_stays_still(chromium: Browser, jobs: Jobs, name: str) -> None:
    """Who waits for every page waits all day; who presses what moved away presses something else."""
    person, path = OPENED[name]
    address = jobs.county.url + path.replace("@QH-2026-T03-0035", jobs.county.task_of("QH-2026-T03-0035"))
    largest, shifted = [], []
    for _ in range(ROUNDS):
        context = seated(chromium, jobs.county, person)
        page = slowed(context)
        opened(page, address)
        felt = page.evaluate("window.felt")
        largest.append(felt["largest"])
        shifted.append(felt["shifted"])
        context.close()
    goal = f"goal {LARGEST_MILLISECONDS_GOAL} ms"
    print(f"{name}: largest paint {min(largest):.0f} ms, {goal}; shift {max(shifted):.4f}")  # noqa: T201  # read with `pytest -s`
    assert min(largest) > 0, "nothing was measured"
    assert max(shifted) <= SHIFT_MAX, shifted


def filter_the_queue(page: Page, url: str) -> None:
    """Type words into the filter, and send it."""
    opened(page, f"{url}/queue?view=claimable&words=MANY")
    page.locator("[name=words]").first.click()
    page.keyboard.press("End")
    page.keyboard.type("-00")
    page.keyboard.press("Enter")
    page.wait_for_url("**MANY-00*")


def act_on_rows(page: Page, url: str) -> None:
    """Choose rows with the pointer and by keys, then all of them."""
    opened(page, f"{url}/queue?view=claimable&words=MANY")
    for at in range(4):
        page.locator("[data-select]").nth(at).click()
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    page.locator("[data-select-all]").click()


def turn_to_a_tab(page: Page, url: str) -> None:
    """Press the tabs of the queue, one after the other."""
    opened(page, f"{url}/queue?view=mine")
    for view in ("claimable", "done", "cc"):
        page.locator(f".tabs a[href*='view={view}']").click()
        page.wait_for_url(f"**view={view}*")
        rested(page)


def decide_at_the_desk(page: Page, url: str) -> None:
    """Open a task, its panels by keys, and type an opinion."""
    opened(page, f"{url}/queue?view=claimable&words=MANY")
    page.locator("tr[data-row] a").first.click()
    page.wait_for_selector(".desk")
    rested(page)
    page.locator("#do-send_back summary").first.click()
    page.locator(".menu summary").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.type("Agreed, with thanks")


@pytest.mark.parametrize("work", [filter_the_queue, act_on_rows, turn_to_a_tab, decide_at_the_desk])
def test_a_press_is_answered_at_once(chromium: Browser, jobs: Jobs, work: Callable[[Page, str], None]) -> None:
    """A page that does not answer is pressed again."""
    found = []
    for _ in range(ROUNDS):
        context = seated(chromium, jobs.county, "t09-head")
        page = slowed(context)
        work(page, jobs.county.url)
        rested(page)
        answers = sorted(json.loads(page.evaluate("sessionStorage.getItem('answers') || '{}'")).values())
        context.close()
        assert answers, "nothing was measured"
        found.append(answers[ceil(0.75 * len(answers)) - 1])
    print(f"{work.__name__}: three in four answered within {min(found):.0f} ms")  # noqa: T201  # read with `pytest -s`
    assert min(found) <= ANSWER_MILLISECONDS_MAX, found
