"""Files on the page where an application is filled in."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from adapters.sql.histories import load
from adapters.sql.reads.cases import Filter, list_cases
from tests.browser import visiting
from tests.service.web.county import EVERYWHERE, Service, serving
from workflows.demo.papers import pdf

CONTRACT = "HT-2026-T01-0015"


@pytest.mark.browser
def test_files_go_up_as_they_are_chosen(chromium: Browser, furnished_county: Path, tmp_path: Path) -> None:
    """Each once, with no button pressed; what is typed beside them goes along, and saving waits for them."""
    shutil.copytree(furnished_county, tmp_path / "county")
    papers = [tmp_path / f"quote-{number}.pdf" for number in range(3)]
    for paper in papers:
        paper.write_bytes(pdf([paper.name]))
    with serving(tmp_path / "county") as county:
        add_a_row_with_its_paper(chromium, county, papers[0])
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


def add_a_row_with_its_paper(chromium: Browser, county: Service, paper: Path) -> None:
    """A paper in a row of a table goes along with its row, and the rows before keep theirs."""
    with visiting(chromium, f"{county.url}/items/{CONTRACT}", cookies=(county.cookie_of("t01-it"),)) as visit:
        panel, page = visit.page.locator("#do-accept"), visit.page
        panel.locator("summary").first.click()
        before = panel.locator("tbody tr").count()
        panel.locator("button[value='add:acceptances']").click()
        for column, value in {"milestone": "M2", "accepted_on": "2026-11-20", "amount": "801000.00"}.items():
            panel.locator(f"[name=acceptances-{before}-{column}]").fill(value)
        panel.locator(f"[name=acceptances-{before}-proof]").set_input_files(paper)
        visit.check()
        panel.locator("button[value=submit]").click()
        page.wait_for_load_state("load")
        assert page.locator("[data-error-summary]").count() == 0
        page.goto(f"{county.url}/items/{CONTRACT}")
        assert page.get_by_role("link", name=paper.name, exact=True).count() > 0
    with county.assembly.database.read() as connection:
        contract = load(connection, list_cases(connection, EVERYWHERE, Filter(words=CONTRACT)).lines[0].id)
    assert str(contract.data["acceptances"]).count("'digest'") == before + 1
