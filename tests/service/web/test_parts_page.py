"""The page of all parts, in both languages, wide and narrow, light and dark, with and without JavaScript."""

import pytest
from playwright.sync_api import Browser

from service.texts import LANGUAGES, Language
from service.web.frame import FONT_COOKIE
from tests.browser import NARROW, WIDE, visiting

PARTS = "/dev/parts"
ASSET_BYTES_MAX = 37_500


@pytest.mark.browser
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_holds(chromium: Browser, address: str, language: Language, width: int) -> None:
    """A part that is inaccessible, breaks the policy or scrolls sideways would spoil every page that uses it."""
    with visiting(chromium, address + PARTS, language=language, width=width) as visit:
        visit.screenshot(f"parts-{language}-{width}")
        visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_dark_parts_hold(chromium: Browser, address: str, language: Language) -> None:
    """Dark colours without contrast would shut out those who need them."""
    with visiting(chromium, address + PARTS, language=language, scheme="dark") as visit:
        visit.screenshot(f"parts-{language}-dark")
        visit.check()


@pytest.mark.browser
def test_paper_shows_what_counts(chromium: Browser, address: str) -> None:
    """On paper there is nothing to press, the address stands below, and the diagram is cut to fit pages."""
    with visiting(chromium, address + PARTS) as visit:
        page = visit.page
        visit.pdf("parts-zh")
        page.emulate_media(media="print")
        for gone in (".nav", ".tools", ".diagram-box", "button.button", ".tabs"):
            assert page.locator(gone).locator("visible=true").count() == 0, gone
        assert page.locator(".print-only").inner_text() == f"打印自 {PARTS}"
        slices = page.locator(".diagram-slice")
        assert slices.count() == 2
        assert all(piece.bounding_box()["height"] <= 860 for piece in slices.all())


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_large_letters_fit_a_small_screen(chromium: Browser, address: str, language: Language) -> None:
    """The largest text on the smallest screen, as elderly officials use it."""
    cookies = ((FONT_COOKIE, "larger"),)
    with visiting(chromium, address + PARTS, language=language, width=NARROW, cookies=cookies) as visit:
        assert visit.overflow() <= 0


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_can_be_read(chromium: Browser, address: str, language: Language) -> None:
    """A form that may not be changed shows the same fields as text."""
    with visiting(chromium, f"{address}{PARTS}?read", language=language) as visit:
        visit.check()
        assert visit.page.locator("#sample input:not([type=hidden])").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "status"), [("/dev/confirm", 200), ("/dev/problem", 403), ("/help/keys", 200)])
def test_pages_for_everyone_hold(
    chromium: Browser, address: str, path: str, status: int, language: Language, width: int
) -> None:
    """Asking, refusing and the list of shortcuts are pages like all others."""
    with visiting(chromium, address + path, language=language, width=width, status=status) as visit:
        visit.screenshot(f"{path.strip('/').replace('/', '-')}-{language}-{width}")
        visit.complaints[:] = [text for text in visit.complaints if f"status of {status}" not in text]
        visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_reflow_at_four_hundred_percent(chromium: Browser, address: str, language: Language) -> None:
    """A desktop at 400 % zoom is 320 pixels wide (WCAG 1.4.10)."""
    with visiting(chromium, address + PARTS, language=language, width=320) as visit:
        assert visit.overflow() <= 0


@pytest.mark.browser
def test_the_frame_is_light(chromium: Browser, address: str) -> None:
    """Style, htmx and modules of a page with every part together, as they come over the wire."""
    with visiting(chromium, address + PARTS) as visit:
        files = visit.page.evaluate(
            "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/assets/'))"
            ".map((entry) => [entry.name.split('/').pop(), entry.transferSize])"
        )
    assert {"site.css", "site.js", "htmx.js", "icon.svg"} == {name for name, _ in files}
    assert sum(size for _, size in files) <= ASSET_BYTES_MAX, files
