"""An expert's sheets side by side: typed with keys, kept by themselves, sent line by line or together."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from shutil import copytree

import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from adapters.clock import ManualClock
from adapters.sql.drafts import find_draft
from engine.case import Case
from engine.commands import Jump
from engine.values import Json
from service.app import build
from service.http.application import Application
from service.texts import Language
from tests.browser import NARROW, served, visiting
from tests.service.web.county import TODAY, Service, settings_of
from tests.service.web.screening_scene import Scene, scene
from workflows.scoring import POINTS_MAX

EXPERT = "e31"
FIRST, SECOND, ALONE = "QH-2026-T03-0026", "QH-2026-T10-0021", "QH-2026-T04-0023"
"""Projects whose panel has the expert: two of one call, one of another."""

SCORED_ONCE = "QH-2026-T08-0031"
"""A project whose panel was drawn seat by seat and has signed."""

SEAT, SEATED = "ZJ-2026-T10-0032-6", "QH-2026-T10-0032"
MIDDLING = {name: str(most * 3 // 4) for name, most in POINTS_MAX.items()}
"""Points of which none needs a remark."""

ROW = re.compile(r'<tbody class="grid-line (\w+)".*?</tbody>', re.DOTALL)


def score_again(sitting: Scene) -> None:
    """Let the county's head send projects back to their panels, so that one expert has several sheets to fill in."""
    for code in (FIRST, SECOND, ALONE):
        case = case_of(sitting, code)
        command = Jump(case_id=case.id, actor=sitting.actor("cty-head"), to="expert_scoring", comment="Once more")
        sitting.assembly.runtime.execute(command)


def case_of(sitting: Scene, code: str) -> Case:
    """Give an item as it stands."""
    return Service(sitting.app, "").case(code)


@pytest.fixture
def sitting(furnished_county: Path, tmp_path: Path) -> Iterator[Scene]:
    """A county in which three projects are scored by the expert."""
    with scene(furnished_county, tmp_path) as opened:
        score_again(opened)
        yield opened


def task_of(sitting: Scene, code: str, person: str = EXPERT) -> str:
    """Give a person's task of an item."""
    return next(task.id for task in case_of(sitting, code).tasks if task.principal == f"u:{person}")


def idle(sitting: Scene) -> str:
    """Give an expert who is on none of the panels that score: whom the lot takes differs from run to run."""
    busy: list[Json] = []
    for code in (FIRST, SECOND, ALONE, SEATED, "QH-2026-T05-0033"):
        panel = case_of(sitting, code).data["panel"]
        assert isinstance(panel, list)
        busy += panel
    return next(one for number in range(1, 33) if (one := f"e{number:02}") not in busy)


def typed(task: str, points: dict[str, str], **more: str) -> dict[str, str]:
    """Give a line of the form as it is sent; C2 may be beside what was suggested, so that it has a remark."""
    given = {**points, "remark_c2": "By cost" if "c2" in points else "", **more}
    return {f"{task}.{name.replace('_', '-')}": value for name, value in given.items()}


def line_of(page: str, title: str) -> str:
    """Give the line of a project."""
    return next(unescape(row[0]) for row in ROW.finditer(page) if title in row[0])


def test_every_project_of_a_call_is_a_line_with_the_locked_weights(sitting: Scene) -> None:
    """Two projects of one call share a table, another call has its own; who has no panel has no sheet."""
    page = sitting.browser(EXPERT).get("/expert").text
    tables = re.findall(r"<table class=\"rows grid\".*?</table>", page, re.DOTALL)
    assert [[code for code in (FIRST, SECOND, ALONE) if code in table] for table in tables if "data-line" in table][
        :2
    ] == [[FIRST, SECOND], [ALONE]]
    weights = re.findall(r'<tr class="weights">.*?</tr>', tables[0], re.DOTALL)
    assert re.findall(r">(\d+)</td>", weights[0]) == [*map(str, POINTS_MAX.values()), "100"]
    assert "grid-line" not in sitting.browser(idle(sitting)).get("/expert").text
    assert sitting.browser("t05-apply").get("/expert").status_code == 403


def test_a_line_is_kept_as_the_draft_that_the_desk_shows(sitting: Scene) -> None:
    """What is typed in a line, no points too, stands on the one sheet of that project; a line that is emptied is."""
    browser, task = sitting.browser(EXPERT), task_of(sitting, FIRST)
    line = typed(task, {"a1": "0", "a2": "８"}, remark_a1="No gain", advice="recommend", opinion="Well made")
    kept = browser.post("/expert/draft", **line)
    assert (kept.status_code, set(kept.json())) == (200, {"saved_at"})
    desk = browser.get(f"/queue/{task}").text
    for shown in ('name="a1" aria-describedby="f-score-a1-hint"', "No gain", "Well made"):
        assert shown in desk
    assert re.search(r'value="0"[^>]* name="a1"', desk)
    assert re.search(r'value="8"[^>]* name="a2"', desk)
    assert "No gain" in line_of(browser.get("/expert").text, FIRST)
    browser.post("/expert/draft", **typed(task, {"a1": "", "a2": ""}, remark_a1="", advice="", opinion=""))
    assert "No gain" not in browser.get(f"/queue/{task}").text


def test_each_line_has_its_own_outcome(sitting: Scene) -> None:
    """Of two that were begun the complete one is in and shut; the other stays as it is, and says what it lacks."""
    browser, first, second = sitting.browser(EXPERT), task_of(sitting, FIRST), task_of(sitting, SECOND)
    done = typed(first, MIDDLING, advice="recommend", opinion="Sound")
    left = typed(second, {**MIDDLING, "a1": "14", "b2": ""}, advice="recommend")
    page = browser.post("/expert", **done, **left, intent="send:sheets")
    assert page.status_code == 422
    assert [found[1] for found in ROW.finditer(page.text)][:2] == ["sent", "open"]
    stays = line_of(page.text, SECOND)
    assert 'value="14"' in stays
    assert "必填" in stays or "请" in stays
    (ballot,) = case_of(sitting, FIRST).ballots
    assert (ballot.voter, ballot.comment, ballot.form["a1"]) == (EXPERT, "Sound", int(MIDDLING["a1"]))
    assert ballot.form["advice"] == "recommend"
    assert not case_of(sitting, SECOND).ballots
    again = browser.post("/expert", **done, intent=f"send:{first}")
    assert again.status_code == 200
    assert len(case_of(sitting, FIRST).ballots) == 1


def test_a_sheet_is_the_same_wherever_it_is_sent_from(sitting: Scene) -> None:
    """The grid and the desk make one ballot: the same form, the same remarks."""
    browser, task = sitting.browser(EXPERT), task_of(sitting, FIRST)
    extreme = {**MIDDLING, "a1": "14"}
    browser.post("/expert", **typed(task, extreme, remark_a1="Proven", advice="recommend"), intent=f"send:{task}")
    other = next(one for one in case_of(sitting, FIRST).tasks if one.principal != f"u:{EXPERT}")
    desk = sitting.browser(other.principal[2:])
    remark = {f"score_remarks-{row}-criterion": name for row, name in enumerate(("a1", "c2"))}
    remark |= {"score_remarks-0-remark": "Proven", "score_remarks-1-remark": "By cost"}
    revision = str(case_of(sitting, FIRST).revision)
    sent = desk.post(
        f"/items/{FIRST}/act/score", **extreme, **remark, advice="recommend", revision=revision, intent="submit"
    )
    assert sent.status_code == 303, sent.text
    one, two = case_of(sitting, FIRST).ballots
    assert one.form == two.form


def test_what_cannot_be_read_stays_as_it_was_typed(sitting: Scene) -> None:
    """Words for points, and more than a criterion has, are told at the cell and not sent."""
    browser, task = sitting.browser(EXPERT), task_of(sitting, FIRST)
    for wrong in ("many", "15"):
        line = typed(task, {**MIDDLING, "a1": wrong}, advice="recommend", remark_a1="Why")
        page = browser.post("/expert", **line, intent=f"send:{task}")
        assert page.status_code == 422
        cell = re.search(rf'<input[^>]*name="{re.escape(task)}\.a1"[^>]*>', page.text)
        assert cell
        assert f'value="{wrong}"' in cell[0]
        assert 'aria-invalid="true"' in cell[0]
    assert not case_of(sitting, FIRST).ballots


def test_nobody_sees_or_sends_another_sheet(sitting: Scene) -> None:
    """A line of somebody else's task is no line; the round stays blind to the rest of the panel."""
    task = task_of(sitting, FIRST)
    sitting.browser(EXPERT).post(
        "/expert", **typed(task, MIDDLING, advice="recommend", opinion="Only mine"), intent=f"send:{task}"
    )
    other = next(one for one in case_of(sitting, FIRST).tasks if one.principal != f"u:{EXPERT}")
    colleague = sitting.browser(other.principal[2:])
    assert "Only mine" not in colleague.get("/expert").text
    stolen = typed(task_of(sitting, SECOND), MIDDLING, advice="recommend")
    sitting.browser(idle(sitting)).post("/expert", **stolen, intent="send:sheets")
    assert not case_of(sitting, SECOND).ballots


def invited(sitting: Scene) -> str:
    """Let a seat be drawn and its expert accept; gives the expert."""
    office = sitting.browser("cty-review-1")
    (lots,) = re.findall(r'action="(/items/[^"]+/verbs/draw[^"]*)"', office.get(f"/items/{SEAT}").text)
    assert office.post(lots.replace("&amp;", "&"), comment="a word of today").status_code == 303
    person = str(case_of(sitting, SEAT).data["expert"])
    sitting.ids[SEAT] = case_of(sitting, SEAT).id
    sitting.act(SEAT, person, "accept")
    return person


RELATIONS = ("employed", "shareholder", "kin", "joint_work", "other_interest")


def declaration(task: str, **answers: str) -> dict[str, str]:
    """Give a line of declarations: no relation, but for what is said."""
    given = {**dict.fromkeys(RELATIONS, "no"), "confidential": "yes", "relation_note": "", **answers}
    return {f"{task}.{name}": value for name, value in given.items()}


def test_a_declared_conflict_shuts_the_project(sitting: Scene) -> None:
    """Who names a relation says which; then the seat is free, and the project's line is shut."""
    person = invited(sitting)
    browser, task = sitting.browser(person), task_of(sitting, SEAT, person)
    assert f"{task}.kin" in browser.get("/expert").text
    silent = browser.post("/expert", **declaration(task, kin="yes"), intent=f"send:{task}")
    assert silent.status_code == 422
    assert case_of(sitting, SEAT).state == "declared"
    told = browser.post("/expert", **declaration(task, kin="yes", relation_note="Cousin"), intent=f"send:{task}")
    assert told.status_code == 200
    assert case_of(sitting, SEAT).state == "replaced"
    line = line_of(told.text, SEATED)
    assert line.startswith('<tbody class="grid-line shut"')
    assert "<input" not in line


def test_who_has_no_relation_takes_part(sitting: Scene) -> None:
    """An answer that is missing is asked for; with all of them the seat is taken."""
    person = invited(sitting)
    browser, task = sitting.browser(person), task_of(sitting, SEAT, person)
    lacking = browser.post("/expert", **declaration(task, kin=""), intent=f"send:{task}")
    assert lacking.status_code == 422
    assert browser.post("/expert", **declaration(task), intent="send:declarations").status_code == 200
    assert case_of(sitting, SEAT).state == "active"
    assert case_of(sitting, SEAT).data["kin"] == "no"


@pytest.fixture
def seen(furnished_county: Path, tmp_path: Path) -> Iterator[Service]:
    """The same county, served to a browser."""
    copytree(furnished_county, tmp_path / "county")
    app: Application = build(settings_of(tmp_path / "county"), ManualClock(TODAY), is_demo=True)
    with served(app) as url:
        service = Service(app, url)
        score_again(Scene(app, ManualClock(TODAY), TestClient(app)))
        yield service


PASTE = """([cell, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const how = {clipboardData: data, bubbles: true, cancelable: true};
    document.getElementById(cell).dispatchEvent(new ClipboardEvent("paste", how));
  }"""
"""What a browser sends when a block was copied in a spreadsheet."""


def focused(page: Page) -> str:
    """Give the name of the control that has the focus, without its task."""
    name = page.evaluate("document.activeElement.name")
    return str(name).rpartition(".")[2]


@pytest.mark.browser
def test_a_sheet_is_filled_in_and_sent_with_keys_alone(chromium: Chromium, seen: Service) -> None:
    """Arrows and Enter walk, a block is pasted and taken back, sums follow, what was typed is kept and sent."""
    cookies, task = (seen.cookie_of(EXPERT),), next(iter(sorted(_tasks(seen, FIRST))))
    cell, second = f"f-{task}.a1", f"f-{next(iter(_tasks(seen, SECOND)))}.a1"
    with visiting(chromium, f"{seen.url}/expert", cookies=cookies) as visit:
        visit.settle()
        page, presses = visit.page, visit.page.keyboard
        page.locator(f"[id='{cell}']").focus()
        presses.type("14")
        assert page.locator(f"[data-remark='{cell}']").is_visible(), "full points need a word"
        presses.press("ArrowRight")
        assert focused(page) == "a2"
        presses.type("11")
        assert page.locator(f"[id='f-{task}.a2']").get_attribute("aria-invalid") == "true"
        presses.press("Control+a")
        presses.type("5")
        presses.press("Enter")
        assert page.evaluate("document.activeElement.id") == second.replace(".a1", ".a2")
        presses.press("ArrowUp")
        presses.press("Home")
        presses.press("ArrowLeft")
        assert focused(page) == "a1"
        block = "\n".join("\t".join(MIDDLING.values()) for _ in range(3))
        page.evaluate(PASTE, [cell, block])
        total = page.locator("[data-total]").first
        assert total.inner_text() == f"{sum(map(int, MIDDLING.values()))}.00"
        presses.press("Control+z")
        assert total.inner_text() == "19.00"
        page.evaluate(PASTE, [cell, block])
        presses.press("Tab")
        visit.check()
        kept_in_time(page, seen)
        visit.screenshot("expert-grid")
        page.reload()
        visit.settle()
        assert page.locator(f"[id='{second}']").input_value() == MIDDLING["a1"]
        if page.locator(f"[name='{task}.remark-c2']").is_visible():
            page.locator(f"[name='{task}.remark-c2']").focus()
            presses.type("By cost")
        page.locator(f"[name='{task}.advice']").focus()
        presses.press("ArrowDown")
        presses.press("Tab")
        presses.press("Tab")
        presses.press("Enter")
        page.wait_for_selector(".grid-line.sent")
        visit.check()
    assert not _tasks(seen, FIRST)
    assert len(_tasks(seen, SECOND)) == 1


def kept_in_time(page: Page, seen: Service) -> None:
    """Wait until the pasted points of the second line are kept: five seconds are promised, a busy machine has more."""
    for _ in range(120):
        with seen.assembly.database.read() as connection:
            kept = find_draft(connection, seen.case(SECOND).id, EXPERT)
        if kept is not None and str(kept[0].get("c4")) == MIDDLING["c4"]:
            return
        page.wait_for_timeout(250)
    pytest.fail("what was pasted was not kept")


def _tasks(seen: Service, code: str) -> list[str]:
    return [task.id for task in seen.case(code).tasks if task.principal == f"u:{EXPERT}"]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_telephone_each_project_has_its_own_sheet(chromium: Chromium, seen: Service, language: Language) -> None:
    """A narrow window shows no grid, but the way to the sheet of each project; nothing is amiss in either language."""
    cookies = (seen.cookie_of(EXPERT),)
    with visiting(chromium, f"{seen.url}/expert", width=NARROW, language=language, cookies=cookies) as visit:
        visit.settle()
        assert not visit.page.locator("[data-grid]").first.is_visible()
        assert visit.page.locator(f"a[href='/queue/{_tasks(seen, FIRST)[0]}']").last.is_visible()
        visit.check()
    with visiting(chromium, f"{seen.url}/expert", language=language, cookies=cookies) as visit:
        visit.settle()
        visit.check()
        assert not visit.small(24)
        assert not visit.cut()


def test_who_scores_again_is_at_the_scores(sitting: Scene) -> None:
    """A panel that scores a second time is at that step, whatever its members signed before."""
    case = case_of(sitting, SCORED_ONCE)
    person = next(ballot.voter for ballot in case.rounds["expert_scoring"])
    command = Jump(case_id=case.id, actor=sitting.actor("cty-head"), to="expert_scoring", comment="Once more")
    sitting.assembly.runtime.execute(command)
    page = sitting.browser(person).get("/expert").text
    card = page.partition(f"{SCORED_ONCE} · ")[2].partition('class="panel stack"')[0]
    assert re.findall(r'aria-current="step">\s*<span>([^<]+)</span>', card) == ["独立评分"]
