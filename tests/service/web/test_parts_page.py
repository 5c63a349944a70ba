"""The page of all parts, in both languages, wide and narrow, light and dark, with and without JavaScript."""

import pytest
from playwright.sync_api import Browser

from service.texts import LANGUAGES, Language
from tests.browser import NARROW, WIDE, visiting

PARTS = "/dev/parts"
FIRST_LOAD_BYTES_MAX = 60_000


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
