"""Policy values that are tables, edited in a browser: by mouse, by keyboard alone, and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import visiting
from tests.service.web.county import Service, serving

pytestmark = pytest.mark.browser
PATH, KEY = "/admin/policies?key=", "warnings.W-04"


@pytest.fixture
def own(furnished_county: Path, tmp_path: Path) -> Iterator[Service]:
    """A county of this test's own."""
    shutil.copytree(furnished_county, tmp_path / "county")
    with serving(tmp_path / "county") as service:
        yield service


def value(service: Service, key: str) -> Any:  # noqa: ANN401  # whatever a policy holds
    """What is held last of a policy."""
    return service.assembly.organisation.now().policies[key][-1][1]


def numbers(page: Page) -> list[str]:
    """What stands in the first column."""
    return [one.input_value() for one in page.get_by_label("From this number on, row").all()]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_table_is_edited_row_by_row(chromium: Browser, own: Service, javascript: bool) -> None:
    """A row is added, filled, moved and another taken out, by keyboard; nothing is kept before it is saved."""
    before = value(own, KEY)
    address = f"{own.url}{PATH}{KEY}"
    cookies = (own.cookie_of("sec-admin"),)
    with visiting(chromium, address, language="en", cookies=cookies, javascript=javascript) as visit:
        page = visit.page
        page.get_by_role("button", name="Add a row").press("Enter")
        page.get_by_label("From this number on, row 3").fill("8")
        page.get_by_label("Colour, row 3").select_option("orange")
        page.get_by_role("button", name="Up row 3").press("Enter")
        assert numbers(page) == ["1", "8", "3"]
        page.get_by_role("button", name="Remove row 1").press("Enter")
        assert numbers(page) == ["8", "3"]
        page.get_by_label("From this number on, row 1").fill("")
        page.locator("#r-policy").fill("order 9")
        page.get_by_role("button", name="Save").press("Enter")
        assert value(own, KEY) == before
        assert page.title().startswith("Error")
        page.get_by_role("link", name="Row 1: “From this number on” is empty.").press("Enter")
        page.get_by_label("From this number on, row 1").fill("2")
        page.get_by_role("button", name="Save").press("Enter")
        page.wait_for_url("**done=1**")
        visit.screenshot(f"policy-table-{javascript}")
    assert value(own, KEY) == [{"from": 2, "colour": "orange"}, {"from": 3, "colour": "red"}]
