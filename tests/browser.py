"""A real Chromium for tests of pages: what it saw, what it complained about, how accessible the page is."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar
from playwright.sync_api import Browser, Page, sync_playwright

from service.texts import Language
from service.web.assets.fetch import package_file
from service.web.frame import LANGUAGE_COOKIE

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ARTIFACTS = Path(__file__).resolve().parents[1] / "artifacts"
START_SECONDS_MAX = 10
WIDE, NARROW = 1280, 360
QUARTER = WIDE // 4
"""Pixels that a wide window has at 400 % (WCAG 2.2, 1.4.10)."""

CROWD = """() => {
    const spaced = new CSSStyleSheet();
    spaced.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
        p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [spaced];
    document.documentElement.dataset.font = "larger";
  }"""
"""The spacing that a reader may ask for (WCAG 2.2, 1.4.12), and the largest letters that the site offers."""

SMALL = """(least) => [
    ...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary"),
  ].filter((one) => {
    const isWord = one.tagName === "A" && getComputedStyle(one).display === "inline";
    if (isWord || one.closest(".hidden, .skip, svg") || !one.checkVisibility()) return false;
    const box = (one.matches("[type=checkbox], [type=radio]") && one.closest("label") || one).getBoundingClientRect();
    return box.width && box.height && (box.height < least - .5 || box.width < least - .5);
  }).map((one) => one.outerHTML.slice(0, 200))"""
"""What can be pressed and is smaller than so many pixels, but links within a sentence (WCAG 2.2, 2.5.5, 2.5.8)."""

CUT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const style = getComputedStyle(one);
    const isCut = one.scrollWidth > one.clientWidth + 1 && ["hidden", "clip"].includes(style.overflowX)
      || one.scrollHeight > one.clientHeight + 1 && ["hidden", "clip"].includes(style.overflowY);
    const isSeen = one.clientWidth > 1 && style.visibility !== "hidden" && !one.closest(".hidden, svg, select");
    return isCut && isSeen && one.textContent.trim();
  }).map((one) => one.outerHTML.slice(0, 200))"""
HEIGHT = 900
WATCH_POLICY = """
    window.policyViolations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target} ${node.failureSummary}`))"""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window; skips the test where there is none."""
    if not CHROMIUM.is_file():
        pytest.skip(f"no browser at {CHROMIUM}: install the Debian package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: Litestar) -> Iterator[str]:
    """The application on a free port of this machine, in a thread; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    servers: list[Server] = []

    async def serve() -> None:
        server = Server(
            app, port=port, interface=Interfaces.ASGI, websockets=False, log_enabled=False, log_level=LogLevels.error
        )
        servers.append(server)
        await server.serve()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    _wait_for(port)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(servers[0].stop)
    thread.join(START_SECONDS_MAX)


def _wait_for(port: int) -> None:
    deadline = threading.Event()
    for _ in range(START_SECONDS_MAX * 20):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        deadline.wait(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


@dataclass
class Visit:
    """A page that a browser has open, and everything it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """What the browser asked for over the wire, as it is counted for a page."""

    def settle(self) -> None:
        """Wait until the page's modules have started."""
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def policy_violations(self) -> list[str]:
        """What the content-security policy forbade since the page was opened."""
        found: list[str] = self.page.evaluate("window.policyViolations")
        return found

    def axe_violations(self) -> list[str]:
        """Accessibility faults of any impact, one line for each element."""
        self.page.evaluate(package_file("axe-core/axe.min.js").read_text("utf-8"))
        found: list[str] = self.page.evaluate(RUN_AXE)
        return found

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wider: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wider

    def cut(self) -> list[str]:
        """Give the beginning of every element whose text is not all there."""
        found: list[str] = self.page.evaluate(CUT)
        return found

    def small(self, least: int) -> list[str]:
        """Give the beginning of everything to press that is smaller than so many pixels, but links in sentences."""
        found: list[str] = self.page.evaluate(SMALL, least)
        return found

    def crowd(self) -> None:
        """Read as somebody does who sees badly: at 400 %, with the largest letters, widely spaced."""
        self.page.set_viewport_size({"width": QUARTER, "height": HEIGHT})
        self.page.evaluate(CROWD)

    def weight(self, of: Literal["", "navigation"] = "") -> int:
        """The bytes that came over the wire for this page, pictures of documents left out; or of its text alone."""
        transferred: int = self.page.evaluate(
            "(of) => performance.getEntries().filter((entry) => !/\\/pages\\/\\d+$/.test(entry.name))"
            ".filter((entry) => !of || entry.entryType === of)"
            ".reduce((sum, entry) => sum + (entry.transferSize || 0), 0)",
            of,
        )
        return transferred

    def screenshot(self, name: str) -> Path:
        """The whole page as a picture in the folder `artifacts`, which is never committed."""
        path = ARTIFACTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def pdf(self, name: str) -> Path:
        """The page as it prints on A4."""
        path = ARTIFACTS / f"{name}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.pdf(path=path, format="A4", print_background=True)
        return path

    def check(self) -> None:
        """What holds for every page: accessible, within policy, no error in a script, no sideways scrolling."""
        assert self.axe_violations() == []
        assert self.policy_violations() == []
        assert self.complaints == []
        assert self.overflow() <= 0


@contextmanager
def visiting(
    browser: Browser,
    url: str,
    *,
    width: int = WIDE,
    language: Language = "zh",
    scheme: Literal["light", "dark"] = "light",
    javascript: bool = True,
    touch: bool = False,
    status: int = 200,
    cookies: tuple[tuple[str, str], ...] = (),
) -> Iterator[Visit]:
    """Open an address in a fresh browser profile with the reader's language; `cookies` are name and value.

    `touch` stands for a telephone.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        has_touch=touch,
        is_mobile=touch,
    )
    given = [(LANGUAGE_COOKIE, language), *cookies]
    site = "/".join(url.split("/")[:3])
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in given])
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    visit = Visit(page)
    page.on("request", lambda request: visit.asked.append(request.url) if request.url.startswith("http") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    try:
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status, f"{url} answered {answer.status}"
        if javascript:
            visit.settle()
        yield visit
    finally:
        context.close()
