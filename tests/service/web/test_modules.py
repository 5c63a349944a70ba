"""The browser modules on the parts page: autosave, guard, rows, upload, finder, shortcuts, menus; and none of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Request, Route, expect

from tests.browser import Visit, visiting

PARTS = "/dev/parts"
pytestmark = pytest.mark.browser


@pytest.fixture
def parts(chromium: Browser, address: str) -> Iterator[Visit]:
    """The parts page, open; whatever a test does must not offend the policy."""
    with visiting(chromium, address + PARTS) as visit:
        yield visit
        visit.page.wait_for_load_state()
        assert visit.policy_violations() == []


@pytest.fixture
def plain(chromium: Browser, address: str) -> Iterator[Visit]:
    """The parts page in a browser without JavaScript."""
    with visiting(chromium, address + PARTS, javascript=False) as visit:
        yield visit


def test_the_error_summary_takes_the_focus(parts: Visit) -> None:
    """Who sends a faulty form would otherwise not notice what is wrong."""
    page = parts.page
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title().startswith("错误：")
    page.get_by_role("link", name="“申请金额”应为金额").click()
    expect(page.locator("#f-wrong-amount")).to_be_focused()


def test_a_left_field_is_saved_at_once(parts: Visit) -> None:
    """A draft goes up when a field is left, with the revision that the answer before it gave."""
    page = parts.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "draft" in request.url else None)
    page.fill("#f-reason", "群众排队时间长")
    page.locator("#f-people_served").focus()
    expect(page.locator("[data-saved]")).to_have_text("已保存 02:32")
    page.fill("#f-people_served", "900")
    page.locator("#f-reason").focus()
    expect(page.locator("input[name=revision]").first).to_have_value("3")
    assert "revision=1" in sent[0]
    assert "revision=2" in sent[1]
    assert len(sent) == 2, "each change goes up once"


def test_typing_is_saved_after_five_seconds(parts: Visit) -> None:
    """Nobody loses more than five seconds of typing."""
    page = parts.page
    page.clock.install()
    page.reload()
    parts.settle()
    page.locator("#f-reason").press_sequentially("abc")
    page.clock.run_for(3_500)
    expect(page.locator("[data-saved]")).to_have_text("")
    with page.expect_response("**/draft"):
        page.clock.run_for(1_000)
    expect(page.locator("[data-saved]")).to_have_text("已保存 02:32")


def test_a_failed_save_keeps_the_text_and_tries_again(parts: Visit) -> None:
    """A broken line must not cost what was typed, and must be said."""
    page = parts.page
    page.clock.install()
    page.reload()
    parts.settle()
    page.route("**/draft", lambda route: route.abort())
    page.fill("#f-reason", "不能丢")
    page.locator("#f-people_served").focus()
    expect(page.locator("[data-saved]")).to_contain_text("稍后会自动再试")
    expect(page.locator("#f-reason")).to_have_value("不能丢")
    page.unroute("**/draft")
    with page.expect_response("**/draft"):
        page.clock.run_for(5_500)
    expect(page.locator("[data-saved]")).to_have_text("已保存 02:32")


def test_a_conflict_stops_saving(parts: Visit) -> None:
    """Two people on one draft: the second is told, and overwrites nothing."""
    page = parts.page
    calls: list[Request] = []

    def refuse(route: Route) -> None:
        calls.append(route.request)
        route.fulfill(status=409, body="{}")

    page.route("**/draft", refuse)
    for text in ("甲", "乙"):
        page.fill("#f-reason", text)
        page.locator("#f-people_served").focus()
    expect(page.locator("[data-saved]")).to_contain_text("他人已修改")
    assert len(calls) == 1


def test_unsaved_typing_is_guarded(parts: Visit) -> None:
    """Leaving the page with unsaved typing asks first, and does not ask when nothing was typed."""
    page = parts.page
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#f-wrong-reason").press_sequentially("写到一半")
    page.evaluate("window.location.assign('/elsewhere')")
    expect(page.locator("#f-wrong-reason")).to_have_value("写到一半")
    assert asked == ["beforeunload"]
    assert page.url.endswith(PARTS)


def test_an_untouched_page_is_left_freely(parts: Visit) -> None:
    """A question that is asked without need teaches people to ignore it."""
    page = parts.page
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("#f-reason").focus()
    page.locator("a.product").focus()
    page.reload()
    assert asked == []


def test_rows_are_added_in_place(parts: Visit) -> None:
    """A new row has its own names and labels, stands empty, takes the focus, and counts in the total."""
    page = parts.page
    page.locator("button[value='add:budget']").click()
    new = page.locator("[name=budget-2-item]")
    expect(new).to_be_focused()
    expect(new).to_have_value("")
    expect(new).to_have_attribute("aria-label", "第 3 行 事项")
    page.fill("[name=budget-2-amount]", "1,000.5")
    expect(page.locator("[data-total=amount]").first).to_have_text("129,000.50 元")
    page.locator("button[value='remove:budget:0']").click()
    expect(page.locator("[name=budget-0-item]")).to_have_value("数据库软件许可")
    expect(page.locator("[data-total=amount]").first).to_have_text("39,000.50 元")
    expect(page.locator("[name^=budget-2]")).to_have_count(0)
    assert "budget-1-amount=1%2C000.5" in page.evaluate(
        "new URLSearchParams(new FormData(document.getElementById('sample'))).toString()"
    )


def test_rows_are_added_without_javascript(plain: Visit) -> None:
    """The same buttons ask the server."""
    page = plain.page
    page.locator("button[value='add:budget']").click()
    assert page.locator("tr:has([name=budget-2-item]) input").count() == 4
    page.fill("[name=budget-2-item]", "机柜")
    page.locator("button[value='remove:budget:0']").click()
    assert page.locator("[name=budget-1-item]").input_value() == "机柜"
    assert page.locator("[name=budget-2-item]").count() == 0


def test_enter_saves_instead_of_taking_out_a_row(plain: Visit) -> None:
    """Enter presses the first button of a form: that must never be one that removes something."""
    page = plain.page
    page.locator("#sample [name=name]").press("Enter")
    assert page.locator("[name=budget-1-item]").input_value() == "数据库软件许可"


def test_files_go_up_at_once(parts: Visit, tmp_path: Path) -> None:
    """A chosen file is uploaded with progress and appears in the list under its Chinese name."""
    page = parts.page
    file = tmp_path / "佐证 照片.pdf"
    file.write_bytes(b"%PDF-1.7 " + b"x" * 5000)
    page.set_input_files("#f-evidence", file)
    expect(page.locator("#f-evidence-stored")).to_contain_text("佐证 照片.pdf")
    expect(page.locator("#f-evidence-stored")).to_contain_text("4.9 kB")
    expect(page.locator("[data-upload] [data-progress]").first).to_contain_text("上传完成")


def test_a_refused_file_says_why(parts: Visit, tmp_path: Path) -> None:
    """The server's words about a file stand beside it; a page of HTML is not shown as words."""
    page = parts.page
    page.route("**/dev/parts/files", lambda route: route.fulfill(status=422, body="文件超过 50 MB。"))
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    page.set_input_files("#f-evidence", file)
    expect(page.locator("[data-progress] .error")).to_have_text("a.pdf 文件超过 50 MB。")


def test_people_are_found_while_typing(parts: Visit) -> None:
    """The finder fetches with htmx under the policy, without eval and without inline style."""
    page = parts.page
    expect(page.locator("#f-owner-found .option")).to_have_count(2)
    page.locator("#f-owner").press_sequentially("赵")
    expect(page.locator("#f-owner-found .option")).to_have_count(1)
    expect(page.locator("#f-owner-found")).to_contain_text("赵明")
    page.locator("#f-owner").fill("没有这个人")
    expect(page.locator("#f-owner-found")).to_contain_text("没有找到")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.evaluate("document.adoptedStyleSheets.length + document.querySelectorAll('style').length") == 0


def test_shortcuts_press_what_declares_them(parts: Visit) -> None:
    """Letters, sequences and Alt with a number reach their link; typing in a field stays typing."""
    page = parts.page
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/money")
    page.go_back()
    page.keyboard.press("Alt+3")
    page.wait_for_url("**#opinions")
    page.locator("#f-reason").press("g")
    page.locator("#f-reason").press("m")
    assert page.locator("#f-reason").input_value() == "gm"


def test_rows_are_walked_and_chosen_by_keys(parts: Visit) -> None:
    """J and K move, X chooses, Shift+X chooses up to here, Enter opens."""
    page = parts.page
    for key in ("j", "x", "j", "j", "Shift+X", "k"):
        page.keyboard.press(key)
    chosen = page.locator("[data-select]:checked")
    assert [box.get_attribute("value") for box in chosen.all()] == ["QH2026-0001", "QH2026-0002", "QH2026-0003"]
    page.locator("[data-list] [data-current] a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/QH2026-0002")


def test_shortcuts_can_be_switched_off(parts: Visit) -> None:
    """Single-key shortcuts get in the way of speech input, so everyone may do without them."""
    page = parts.page
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="停用快捷键").click()
    parts.settle()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_timeout(200)
    assert page.url.endswith(PARTS)


def test_control_enter_sends_the_form(parts: Visit) -> None:
    """The one key that decides needs two fingers, and sends the form that is being filled in."""
    page = parts.page
    page.locator("#f-reason").fill("x")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.post_data or "") if request.method == "POST" else None)
    with page.expect_navigation(url="**/dev/parts"):
        page.keyboard.press("Control+Enter")
    assert 'name="intent"\r\n\r\nsubmit' in posts[-1]


def test_menus_close(parts: Visit) -> None:
    """Escape gives the focus back to the menu's button; a click elsewhere closes it as well."""
    page = parts.page
    summary = page.locator("details.menu summary")
    summary.click()
    page.locator("details.menu a").first.focus()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(page.locator("details.menu")).not_to_have_attribute("open", re.compile(".*"))


def test_language_and_font_are_remembered(plain: Visit) -> None:
    """Both are plain forms, and lead back to the page where they were pressed."""
    page = plain.page
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text().endswith("All page parts")
    page.get_by_role("button", name="A++").click()
    assert page.locator("html").get_attribute("data-font") == "larger"
    assert page.url.endswith(PARTS)


def test_autosave_sends_no_buttons_and_no_files(parts: Visit) -> None:
    """A draft is what was typed; pressed buttons and files are no part of it."""
    page = parts.page
    with page.expect_request("**/draft") as caught:
        page.fill("#f-reason", "x")
        page.locator("#f-people_served").focus()
    body = caught.value.post_data or ""
    assert body.count("intent=") == 1
    assert "intent=save" in body
    assert "evidence" not in json.dumps(body)
