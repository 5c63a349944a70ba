"""What a person does in a browser: sign in, find an item, fill its forms in, decide. Only clicks and typing."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from engine import definition as defined
from engine.definition import Definition, FieldType
from service.demo import PASSWORD
from service.web.fields import yuan
from service.web.frame import LANGUAGE_COOKIE
from tests.browser import HEIGHT, WIDE
from workflows.demo.papers import pdf
from workflows.demo.scenes import Paper

PAGES_MAX = 3
"""Pages of a queue that somebody leafs through."""

WAIT_MILLISECONDS = 15_000


@dataclass
class Office:
    """Everybody's browsers, in front of one service."""

    browser: Browser
    url: str
    folder: Path
    leaving: ExitStack
    javascript: bool = True
    seats: dict[str, "Hands"] = field(default_factory=dict)

    def seat(self, name: str, definition: Definition) -> "Hands":
        """Give somebody's browser; they sign in when they sit down for the first time."""
        if name not in self.seats:
            context = self.browser.new_context(
                viewport={"width": WIDE, "height": HEIGHT}, java_script_enabled=self.javascript, reduced_motion="reduce"
            )
            self.leaving.callback(context.close)
            context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": self.url}])
            page = context.new_page()
            page.set_default_timeout(WAIT_MILLISECONDS)
            self.seats[name] = Hands(page, self, definition)
            self.seats[name].sign_in(name)
        return self.seats[name]


@dataclass
class Hands:
    """One person's browser."""

    page: Page
    office: Office
    definition: Definition

    def sign_in(self, name: str) -> None:
        """Type name and password."""
        self.page.goto(f"{self.office.url}/login")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form .actions button")
        self.page.wait_for_selector(".nav")

    def follow(self, link: str) -> None:
        """Click a link of the main navigation."""
        self.page.click(f".nav a[href='{link}']")

    def start(self, unit: str) -> str:
        """Start an item for a unit; gives its code."""
        self.follow("/apply")
        project, call = self.page.locator("[value='township-project']"), self.page.locator("[name=batch]")
        form = self.page.locator("form[action='/apply']", has=project, has_not=call)
        form.locator("[name=unit]").select_option(unit)
        form.locator("button").last.click()
        self.page.wait_for_url("**/edit")
        return self.page.url.split("/")[-2]

    def open_mine(self, code: str) -> None:
        """Open an own item from the list of own items."""
        self.follow("/mine")
        self.page.click(f"a[href='/items/{code}']")

    def open_task(self, code: str) -> None:
        """Open an item's task from the queue: one's own, else one to claim; else the item, from the list of all."""
        self.follow("/queue")
        for view in ("mine", "claimable"):
            self.page.click(f".tabs a[href*='view={view}']")
            for _ in range(PAGES_MAX):
                row = self.page.locator("tr[data-row]", has_text=code)
                if row.count():
                    row.first.locator("a").first.click()
                    return
                if not self.page.locator("a[rel=next]").count():
                    break
                self.page.click("a[rel=next]")
        self.follow("/items")
        self.page.select_option("[name=definition]", "")
        self.page.fill("[name=words]", code)
        self.page.press("[name=words]", "Enter")
        self.page.click(f"a[href='/items/{code}']")

    def fill_in(self, form: Mapping[str, Any]) -> None:
        """Fill fields in on the page that is open: at the desk, or section by section from the item's page."""
        if self.page.locator("form[id^='fill-']").count():
            self._fill_beside(form)
        else:
            self.page.click("a[href$='/edit']")
            self._fill_sections(form)

    def _fill_beside(self, form: Mapping[str, Any]) -> None:
        for section, names in self._by_section(form).items():
            box = self.page.locator(f"form#fill-{section}")
            if not box.is_visible():
                self.page.locator("details", has=box).locator("summary").first.click()
            self._fill(box, {name: form[name] for name in names})
            self.page.locator(f"form#fill-{section} button[value=save]").last.click()
            self.page.wait_for_load_state("load")

    def _fill_sections(self, form: Mapping[str, Any]) -> None:
        many = self.page.locator(".tasks a").count()
        for section, names in self._by_section(form).items():
            if many:
                self.page.click(f".tasks a[href$='section={section}']")
            box = self.page.locator("form[data-autosave]")
            self._fill(box, {name: form[name] for name in names})
            self.page.locator("form[data-autosave] button[value=save]").last.click()
            self.page.wait_for_selector(".notice.good")
            if many:
                self.page.click("a.back")

    def _by_section(self, form: Mapping[str, Any]) -> dict[str, list[str]]:
        home = {name: section.name for section in self.definition.sections for name in section.fields}
        found: dict[str, list[str]] = {}
        for name in form:
            if self.definition.fields[name].computed is None:
                found.setdefault(home.get(name, "elsewhere"), []).append(name)
        return found

    def decide(self, action: str, form: Mapping[str, Any], comment: str) -> None:
        """Take an action on the page that is open: open its panel, fill it in, press its button."""
        panel = self.page.locator(f"#do-{action}")
        if panel.get_attribute("open") is None:
            panel.locator("summary").first.click()
        box = self.page.locator(f"form#act-{action}")
        own = self.definition.fields
        self._fill(box, {name: value for name, value in form.items() if own[name].computed is None})
        if comment and box.locator("[name=_comment]").count():
            box.locator("[name=_comment]").fill(comment)
        self.page.locator(f"form#act-{action} button[value=submit]").click()
        self.page.wait_for_load_state("load")
        problems = self.page.locator("[data-error-summary]")
        assert not problems.count(), f"{action}: {problems.first.inner_text()}"

    def submit_from_check(self) -> None:
        """Check the answers and send the item from there."""
        self.page.click("a[href$='/edit']")
        self.page.click("a[href$='/check']")
        self.page.locator("form[id^='act-'] button[value=submit]").click()
        self.page.wait_for_url("**/submitted")

    def _fill(self, box: Locator, form: Mapping[str, Any]) -> None:
        papers = {}
        for name, value in form.items():
            source = self.definition.fields[name]
            if source.type in {FieldType.FILE, FieldType.FILES}:
                papers[name] = value if isinstance(value, list) else [value]
            elif source.type is FieldType.TABLE:
                self._fill_table(box, source, value)
            else:
                self._control(box, source, name, value)
        for name, files in papers.items():
            box.locator(f"input[type=file][name='{name}']").set_input_files([self._paper(paper) for paper in files])
            expect(box.locator("[data-progress] progress")).to_have_count(0, timeout=WAIT_MILLISECONDS)

    def _fill_table(self, box: Locator, table: defined.Field, rows: Sequence[Mapping[str, Any]]) -> None:
        first = table.columns[0].name
        cells = box.locator(f"[name^='{table.name}-'][name$='-{first}']")
        while cells.count() > len(rows):
            box.locator(f"button[value='remove:{table.name}:{cells.count() - 1}']").click()
        while cells.count() < len(rows):
            before = cells.count()
            box.locator(f"button[value='add:{table.name}']").click()
            self.page.wait_for_selector(f"[name='{table.name}-{before}-{first}']", state="attached")
        for number, row in enumerate(rows):
            for column in table.columns:
                if column.name in row and row[column.name] is not None:
                    self._control(box, column, f"{table.name}-{number}-{column.name}", row[column.name])

    @staticmethod
    def _control(box: Locator, source: defined.Field, name: str, value: Any) -> None:  # noqa: ANN401  # any field's
        control = box.locator(f"[name='{name}']:not([type=search])")
        if source.type is FieldType.BOOLEAN:
            control.set_checked(bool(value))
        elif control.first.evaluate("one => one.tagName") == "SELECT":
            if control.input_value() != value:
                control.select_option(str(value))
        elif control.first.get_attribute("type") in {"radio", "checkbox"}:
            wanted = set(value) if isinstance(value, list) else {value}
            for number in range(control.count()):
                one = control.nth(number)
                if one.get_attribute("type") == "checkbox" or one.get_attribute("value") in wanted:
                    one.set_checked(one.get_attribute("value") in wanted)
        else:
            text = yuan(value) if source.type is FieldType.MONEY else str(value)
            if control.input_value() != text:
                control.fill(text)

    def _paper(self, paper: Paper) -> Path:
        path = self.office.folder / paper.name
        path.write_bytes(pdf(paper.lines))
        return path


def walk_to(page: Page, selector: str, tabs_max: int) -> None:
    """Press Tab until the focus is on something."""
    for _ in range(tabs_max):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{tabs_max} tabs did not lead to {selector}")
