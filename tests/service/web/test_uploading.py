"""Files on the page where an application is filled in."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import visiting
from tests.service.web.county import serving
from workflows.demo.papers import pdf


@pytest.mark.browser
def test_files_go_up_as_they_are_chosen(chromium: Browser, furnished_county: Path, tmp_path: Path) -> None:
    """Each once, with no button pressed; what is typed beside them goes along, and saving waits for them."""
    shutil.copytree(furnished_county, tmp_path / "county")
    papers = [tmp_path / f"quote-{number}.pdf" for number in range(3)]
    for paper in papers:
        paper.write_bytes(pdf([paper.name]))
    with serving(tmp_path / "county") as county:
        address = f"{county.url}/items/QH-2026-T02-0039/edit?section=papers"
        with visiting(chromium, address, cookies=(county.cookie_of("t02-apply"),)) as visit:
            page = visit.page
            page.set_input_files("[name=cost_basis]", papers[:2])
            page.set_input_files("[name=need_statement]", papers[2])
            page.locator("form[data-autosave] button[value=save]").last.click()
            page.wait_for_url("**saved=1")
            for name, count in (("cost_basis", 2), ("need_statement", 1)):
                expect(page.locator(f"#f-{name}-stored li")).to_have_count(count)
            visit.check()
