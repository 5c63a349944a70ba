"""A procedure is changed in a real browser: a problem told while typing, mended, reviewed and published by another."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page

from engine.commands import Start
from tests.browser import visiting
from tests.service.web.county import Service, serving

pytestmark = pytest.mark.browser

KEY = "township-project"
ROOT = f"/admin/definitions/{KEY}"
JUDGED_SECONDS_MAX = 5.0
"""From the last key to the verdict, on a machine that does other things too; a quiet one takes a tenth."""


@pytest.fixture(scope="module")
def office(furnished_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A county of its own, because its procedure is changed."""
    folder = tmp_path_factory.mktemp("writing") / "county"
    shutil.copytree(furnished_county, folder)
    with serving(folder) as service:
        yield service


def change(page: Page, old: str, new: str) -> None:
    """Change a piece of the text as a person does: choose it and type."""
    at = page.locator("#source").input_value().index(old)
    page.evaluate("([from, to]) => document.getElementById('source').setSelectionRange(from, to)", [at, at + len(old)])
    page.locator("#source").focus()
    page.keyboard.insert_text(new)


def problems(page: Page, count: int) -> None:
    """Wait until the verdict tells so many problems."""
    page.wait_for_selector(f"#verdict [data-problems='{count}']", state="attached", timeout=10_000)


def test_a_procedure_is_changed_published_and_run(chromium: Browser, office: Service) -> None:
    """Begin from the version in use, break a name, see it told with its line, mend it, send it; another publishes."""
    cookies = (office.cookie_of("wf-admin"),)
    with visiting(chromium, f"{office.url}{ROOT}/1", cookies=cookies, language="en") as visit:
        page = visit.page
        page.get_by_role("button", name="Begin a new version from this one").click()
        page.wait_for_url(f"**{ROOT}/edit/flow**")
        page.goto(f"{office.url}{ROOT}/edit")
        visit.settle()
        change(page, "due: 2 working days", "due: 2 workdays")
        before = monotonic()
        problems(page, 1)
        assert monotonic() - before <= JUDGED_SECONDS_MAX
        assert page.title().startswith("(1) ")
        page.locator("#verdict [data-line]").first.click()
        chosen = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
        assert "2 workdays" in page.locator("#source").evaluate(chosen)
        visit.check()
        change(page, "due: 2 workdays", "due: 3 working days")
        problems(page, 0)
        page.wait_for_selector("[data-saved][data-state='saved']", timeout=15_000)
        visit.check()
        page.get_by_role("button", name="Save and go back").click()
        page.get_by_role("button", name="Send for review").click()
        page.wait_for_url("**done=sent")
    cookies = (office.cookie_of("cty-head"),)
    with visiting(chromium, f"{office.url}{ROOT}/2/publish", cookies=cookies, language="en") as visit:
        assert "2 working days" in visit.page.locator("del").first.inner_text()
        visit.check()
        visit.page.get_by_role("button", name="Publish this version").click()
        visit.page.wait_for_url("**done=published")
    assembly = office.assembly
    actor = assembly.organisation.now().actor("t01-apply", assembly.clock.now())
    command = Start(
        case_id=assembly.ids.new(), actor=actor, definition=KEY, unit=actor.unit, code="NEW-1", data={"name": "x"}
    )
    receipt = assembly.runtime.execute(command)
    assert assembly.store.load(receipt.case_id).version == 2


def test_a_step_is_added_by_keyboard_alone(chromium: Browser, office: Service) -> None:
    """Insert after the first step, name it, undo: every edit is answered in place, and the focus stays."""
    cookies = (office.cookie_of("wf-admin"),)
    publishing = office.assembly.publishing
    source = publishing.edition(KEY, 1).source
    publishing.draft(KEY, source + "# flow\n", "f" * 64, "wf-admin")
    version = max(one.version for one in publishing.headlines() if one.key == KEY)
    with visiting(chromium, f"{office.url}{ROOT}/edit/flow?step=draft", cookies=cookies, language="en") as visit:
        page = visit.page
        visit.check()
        page.locator(".outline [aria-current]").focus()
        page.keyboard.press("Insert")
        page.wait_for_selector("#flow:not([data-step=draft])", state="attached")
        assert page.evaluate("document.activeElement.textContent").strip().startswith("New step")
        name = page.locator("#flow").get_attribute("data-step")
        assert f"  {name}:\n" in publishing.edition(KEY, version).source
        page.get_by_label("English name").first.focus()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("Second look")
        page.keyboard.press("Tab")
        page.wait_for_selector(".outline a:has-text('Second look')")
        assert "en: Second look" in publishing.edition(KEY, version).source
        visit.check()
        page.locator(".outline [aria-current]").focus()
        page.keyboard.press("Delete")
        page.wait_for_selector(f"#flow:not([data-step={name}])", state="attached")
        assert publishing.edition(KEY, version).source == source + "# flow\n"
        page.keyboard.press("Control+z")
        page.wait_for_selector(".outline a:has-text('Second look')")
        visit.check()


def test_the_editors_work_without_javascript(chromium: Browser, office: Service) -> None:
    """The same forms, page by page: the text is judged when it is saved, a step is inserted by its button."""
    cookies = (office.cookie_of("wf-admin"),)
    publishing = office.assembly.publishing
    publishing.draft("plain", publishing.edition(KEY, 1).source.replace(KEY, "plain", 1), "e" * 64, "wf-admin")
    url = f"{office.url}/admin/definitions/plain/edit"
    with visiting(chromium, url, cookies=cookies, language="en", javascript=False) as visit:
        page = visit.page
        page.locator("#source").fill("workflow: plain\n")
        page.get_by_role("button", name="Save", exact=True).click()
        assert page.locator("#verdict .flaws li").count() >= 1
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Steps").click()
        page.get_by_role("button", name="Insert a step after: Draft").click()
        assert page.locator(".outline .current").inner_text().startswith("New step")


@pytest.mark.xfail(reason="a row added while an answer is on its way is lost: open", strict=False)
def test_a_procedure_is_made_from_nothing_without_a_line_of_text(chromium: Browser, office: Service) -> None:
    """Named, with a number and a choice to fill in and a condition, sound at the end, and sent to a second person."""
    cookies = (office.cookie_of("wf-admin"),)
    with visiting(chromium, f"{office.url}/admin/definitions", cookies=cookies, language="en") as visit:
        page = visit.page
        page.get_by_label("Name of the procedure (Chinese)").fill("公章使用")
        page.get_by_label("Name of the procedure (English)").fill("Use of the seal")
        page.get_by_label("Code of the procedure").fill("seal-use")
        page.get_by_role("button", name="Begin a new procedure").click()
        page.wait_for_selector("h1:has-text('Use of the seal')")
        page.get_by_role("link", name="Fields", exact=True).click()
        visit.settle()
        visit.check()
        for english, kind in (("Copies", "integer"), ("Seal", "choice")):
            page.get_by_role("button", name="Add a field after").click()
            page.wait_for_selector("#h-step:has-text('New field')")
            page.get_by_label("English name").fill(english)
            page.get_by_label("Type", exact=True).select_option(kind)
            page.wait_for_selector(f"#h-step:has-text('{english}')")
        page.wait_for_selector("[name='of-0-en']")
        page.locator("[name='of-0-en']").fill("Official seal")
        page.get_by_role("button", name="Add a row").first.click()
        page.locator("[name='of-1-zh']").fill("合同章")
        page.locator("[name='of-1-en']").fill("Contract seal")
        page.get_by_label("Chinese name").focus()
        page.wait_for_selector("[name='of-1-name'][value='choice_2']")
        visit.check()
        page.goto(f"{office.url}/admin/definitions/seal-use/edit/flow?view=outline&step=draft")
        page.get_by_text("Conditions: Submit").click()
        page.get_by_role("button", name="Add a row").last.click()
        page.locator("[name='actions.submit.conditions-0-field']").select_option(label="Copies")
        page.wait_for_selector("[name='actions.submit.conditions-0-en'][value]")
        page.locator("[name='actions.submit.conditions-0-sign']").select_option(label="at most")
        page.locator("[name='actions.submit.conditions-0-value']").fill("20")
        page.get_by_label("Chinese name").first.focus()
        page.wait_for_selector("[name='actions.submit.conditions-0-en'][value='“Copies” must be at most 20.']")
        visit.check()
        page.get_by_role("link", name="The procedure", exact=True).click()
        page.wait_for_selector("[name='numbering']")
        visit.check()
        page.get_by_role("button", name="Send for review").click()
        page.wait_for_url("**done=sent")
    definition = office.assembly.publishing.check(office.assembly.publishing.edition("seal-use", 1).source).definition
    assert definition is not None
    assert [field.title.en for field in definition.fields.values()] == ["Subject", "Copies", "Seal"]
