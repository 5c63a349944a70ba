"""The desk of who decides: documents beside the decision, what is typed goes along, many tasks at once."""

import re
from collections.abc import Callable
from hashlib import sha256

import pytest

from engine.evolution import fold
from tests.service.conftest import Desk
from tests.service.office import DEFINITION
from tests.service.web.test_items import filled, revision
from tests.service.web.test_signing_pages import HTML, Browser

TASK = re.compile(r'name="task" value="([^"]+)"')
PLAN = b"The well is to be thirty metres deep."

SignIn = Callable[[str], Browser]


@pytest.fixture
def sign_in(desk: Desk) -> SignIn:
    """Let somebody else sit down at the browser."""

    def change(name: str) -> Browser:
        browser = Browser(desk.client)
        desk.client.cookies.clear()
        browser.sign_in(name)
        return browser

    return change


def submitted(sign_in: SignIn, plan: bytes = b"") -> str:
    """Let Ann fill in a well, with its plan if one is given, and send it; gives the address of the item."""
    ann = sign_in("ann")
    url = filled(ann)
    if plan:
        upload(ann, url, plan)
    ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    return url


def upload(ann: Browser, url: str, plan: bytes) -> None:
    """Let Ann put a plan into her well, in the place of the one before."""
    token = re.search(r'name="_csrf" value="(\w+)"', ann.get("/").text)
    assert token
    values = {"_csrf": token[1], "intent": "upload:plan", "revision": revision(ann.get(f"{url}/edit"))}
    values |= {"name": "North well", "cost": "1200.50"}
    sent = ann.client.post(f"{url}/edit", data=values, files={"plan": ("plan.txt", plan)}, headers=HTML)
    assert sent.status_code == 200, sent.text


def task_of(browser: Browser, view: str = "claimable") -> str:
    """Give the first task of a queue."""
    found = TASK.search(browser.get(f"/queue?view={view}").text)
    assert found
    return found[1]


def test_the_plan_stands_beside_the_decision(sign_in: SignIn) -> None:
    """Who decides sees what was filled in, reads the plan without saving it, and sees what follows."""
    submitted(sign_in, PLAN)
    rita = sign_in("rita")
    page = rita.get(f"/queue/{task_of(rita)}").text
    assert "North well" in page
    assert "act/pass" in page
    link = re.search(r'href="(/queue/[^"]+\?show=[^"]+)"', page)
    assert link
    assert PLAN.decode() in rita.get(link[1]).text
    file = link[1].partition("show=")[2]
    assert PLAN.decode() in rita.get(f"/files/{file}/view").text
    assert rita.get(f"/files/{file}/pages/1").status_code == 404


def test_a_new_version_of_a_document_says_what_changed(sign_in: SignIn) -> None:
    """Who decides again reads what was mended, line by line, at the desk and on the document's page."""
    url = submitted(sign_in, PLAN + b"\nIt is dry.\nIt is old.")
    rita = sign_in("rita")
    desk = rita.get(f"/queue/{task_of(rita)}")
    first = re.search(r"\?show=([^\"]+)\"", desk.text)
    assert first
    assert "查看上一版" not in rita.get(f"/files/{first[1]}/view").text
    rita.post(f"{url}/act/return", intent="submit", revision=revision(desk), _comment="x")
    ann = sign_in("ann")
    upload(ann, url, PLAN + b"\nIt is wet.\nIt is old.")
    ann.post(f"{url}/act/submit", intent="submit", revision=revision(ann.get(url)))
    rita = sign_in("rita")
    path = f"/queue/{task_of(rita)}"
    second = re.search(r"\?show=([^\"]+)\"", rita.get(path).text)
    assert second
    assert second[1] != first[1]
    for page in (rita.get(f"{path}?show={second[1]}").text, rita.get(f"/files/{second[1]}/view").text):
        assert "<ins>It is wet.</ins>" in page
        assert "<del>It is dry.</del>" in page
        assert "<ins>It is old.</ins>" not in page
        assert f'href="/files/{first[1]}/view"' in page


def test_strangers_see_no_document(sign_in: SignIn) -> None:
    """A link that was passed on opens nothing for who may not see the item."""
    submitted(sign_in, PLAN)
    rita = sign_in("rita")
    found = re.search(r"show=([^\"]+)\"", rita.get(f"/queue/{task_of(rita)}").text)
    assert found
    bob = sign_in("bob")
    assert bob.get(f"/files/{found[1]}/view").status_code == 404
    assert bob.get(f"/files/{found[1]}/pages/1").status_code == 404


def test_what_was_typed_beside_goes_along(sign_in: SignIn) -> None:
    """Somebody ticks the panel and decides without saving first: the decision counts what they see on the page."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    page = rita.get(f"/queue/{task_of(rita)}")
    offered = re.findall(r'name="panel" value="([^"]+)"', page.text)
    assert len(offered) >= 2
    token = re.search(r'name="_csrf" value="(\w+)"', page.text)
    assert token
    kept = rita.client.post(
        f"{url}/draft?section=elsewhere", data={"_csrf": token[1], "panel": offered[:2]}, headers=HTML
    )
    assert kept.status_code == 200
    sent = rita.post(f"{url}/act/pass", intent="submit", revision=revision(page), _view="task")
    assert sent.status_code == 303, sent.text
    assert "已办理" in rita.get("/queue?done=QH-2026-0001").text


def test_a_refused_decision_stays_at_the_desk(sign_in: SignIn) -> None:
    """With the opinion that was typed, on the page it was typed on."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    page = rita.get(f"/queue/{task_of(rita)}")
    answer = rita.post(f"{url}/act/pass", intent="submit", revision=revision(page), _view="task", _comment="go on")
    assert answer.status_code == 422
    assert "go on" in answer.text
    assert 'class="desk"' in answer.text


def test_an_opinion_is_kept_while_it_is_typed(sign_in: SignIn) -> None:
    """A power cut costs no words: the opinion is there again, in its own action, for its typist alone."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    path = f"/queue/{task_of(rita)}"
    assert rita.post(f"{url}/draft?action=return", _comment="half an opin").status_code == 200
    page = rita.get(path).text
    assert re.search(r'id="c-return"[^>]*>half an opin<', page)
    assert not re.search(r'id="c-reject"[^>]*>half', page)
    sent = rita.post(f"{url}/act/return", intent="submit", revision=revision(rita.get(path)), _comment="an opinion")
    assert sent.status_code == 303
    ann = sign_in("ann")
    assert "half an opin" not in ann.get(url).text


def phrases_at(browser: Browser, action: str = "pass") -> list[str]:
    """Give the phrases that are offered beside the opinion of a task."""
    return phrases_in(browser.get(f"/queue/{task_of(browser)}").text, action)


def phrases_in(page: str, action: str) -> list[str]:
    """Give the phrases that a page offers for the opinion of an action."""
    row = page.partition(f'data-phrases="c-{action}"')[2].partition("</p>")[0]
    return re.findall(r">([^<]+)</button>", row)


def test_phrases_fit_the_action_and_who_takes_it(sign_in: SignIn) -> None:
    """A reviewer agrees where it goes on and asks where it goes back; an applicant gets no reviewer's words."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    assert phrases_at(rita) == ["同意。", "经审核，材料齐全，同意。"]
    assert phrases_at(rita, "return") == [
        "请补齐材料后再报。",
        "请按所列意见修改。",
    ]
    assert phrases_at(rita, "reject") == ["不同意，理由如下："]
    page = rita.get(f"/queue/{task_of(rita)}")
    assert rita.post(f"{url}/act/return", intent="submit", revision=revision(page), _comment="x").status_code == 303
    ann = sign_in("ann")
    assert 'name="_comment"' in ann.get(url).text
    assert "data-phrases" not in ann.get(url).text
    ann.post("/settings", phrases="Mended as asked.")
    assert phrases_in(ann.get(url).text, "submit") == ["Mended as asked."]


def test_pages_of_an_item_are_told_apart_by_their_titles(sign_in: SignIn) -> None:
    """Tabs and histories of a browser name the item, its form, the check before sending and the desk differently."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    desk = rita.get(f"/queue/{task_of(rita)}")
    rita.post(f"{url}/act/return", intent="submit", revision=revision(desk), _comment="x")
    ann = sign_in("ann")
    pages = [desk.text, *(ann.get(path).text for path in (url, f"{url}/edit", f"{url}/check"))]
    titles = [one.partition("<title>")[2].partition("</title>")[0] for one in pages]
    assert len(set(titles)) == len(titles)
    item = titles[1]
    assert [one for one in titles if not one.endswith(item)] == []


def test_phrases_are_kept_with_the_person(sign_in: SignIn) -> None:
    """One's own in the place of the usual ones, each once; nobody else gets them; without any, the usual ones again."""
    submitted(sign_in)
    rita = sign_in("rita")
    usual = phrases_at(rita)
    assert len(usual) == 2
    rita.post("/settings", phrases="同意，\t按程序办理。\r\n\r\n材料不全\r\n材料不全\r\n")
    assert phrases_at(rita) == ["同意， 按程序办理。", "材料不全"]
    assert "材料不全" in rita.get("/settings").text
    assert rita.client.get("/api/v1/me/phrases").json() == {"phrases": ["同意， 按程序办理。", "材料不全"]}
    rita.post("/settings", language="zh")
    assert phrases_at(rita) == ["同意， 按程序办理。", "材料不全"]
    assert rita.post("/settings", phrases="字" * 61).status_code == 422
    assert phrases_at(rita) == ["同意， 按程序办理。", "材料不全"]
    assert phrases_at(sign_in("rob")) == usual
    rita = sign_in("rita")
    rita.post("/settings", phrases="")
    assert phrases_at(rita) == usual


def test_many_are_decided_at_once(sign_in: SignIn) -> None:
    """What can be done is done, what can not stays with its reason, and a row's own opinion is its own."""
    urls = [submitted(sign_in) for _ in range(3)]
    rita = sign_in("rita")
    tasks = TASK.findall(rita.get("/queue?view=claimable").text)
    assert len(tasks) == 3
    shown = rita.get("/queue/batch?" + "&".join(f"task={task}" for task in [*tasks, "gone"])).text
    assert 'value="reject"' in shown
    assert "请填写" in shown
    token = re.search(r'name="_csrf" value="(\w+)"', shown)
    assert token
    form = {"_csrf": token[1], "task": tasks, "action": "reject", "comment": "not this year"}
    form[f"comment-{tasks[0]}"] = "never"
    done = rita.client.post("/queue/batch", data=form, headers=HTML)
    assert done.text.count("tag good") == 3
    histories = [rita.get(url).text for url in urls]
    assert sum("never" in one for one in histories) == 1
    assert sum("not this year" in one for one in histories) == 2
    again = rita.client.post("/queue/batch", data=form, headers=HTML)
    assert again.status_code == 422
    assert "3 件已经由他人办理" in again.text


def test_tasks_of_several_procedures_are_decided_at_once(sign_in: SignIn, desk: Desk) -> None:
    """One decision for a well and a pond: each by its own procedure; what only one of them knows leaves the other."""
    source = DEFINITION.read_text("utf-8").replace("workflow: well", "workflow: pond")
    source = source.replace('"QH-{year}', '"CT-{year}').replace("      return: {", "      send_back: {")
    edition = desk.assembly.publishing.draft("pond", source, sha256(source.encode()).hexdigest(), "wilma")
    desk.assembly.publishing.publish("pond", edition.version, "walt")
    ann, items = desk.sign_in("ann"), []
    for key in ("well", "pond"):
        made = ann.post("/items", {"definition": key, "data": {"name": key, "cost": 100}}).json()
        items.append(ann.act(made, "submit")["id"])
    rita = sign_in("rita")
    tasks = TASK.findall(rita.get("/queue?view=claimable").text)
    assert len(tasks) == 2
    token = re.search(r'name="_csrf" value="(\w+)"', rita.get("/").text)
    assert token
    form = {"_csrf": token[1], "task": tasks, "action": "return", "comment": "more papers"}
    done = rita.client.post("/queue/batch", data=form, headers=HTML).text
    assert (done.count("tag good"), done.count("tag bad")) == (1, 1)
    form |= {"action": "reject"}
    done = rita.client.post("/queue/batch", data=form, headers=HTML).text
    assert done.count("tag good") == 1
    assert [fold(desk.assembly.store.history(one)).state for one in items] == ["draft", "dropped"]


def test_a_row_that_lacks_something_is_left(sign_in: SignIn) -> None:
    """One of two can not be passed yet: it stays, and says why."""
    first = submitted(sign_in)
    rita = sign_in("rita")
    page = rita.get(f"/queue/{task_of(rita)}")
    offered = re.findall(r'name="panel" value="([^"]+)"', page.text)[:2]
    token = re.search(r'name="_csrf" value="(\w+)"', page.text)
    assert token
    values = {"_csrf": token[1], "panel": offered, "revision": revision(page), "intent": "save"}
    assert rita.client.post(f"{first}/edit", data=values, headers=HTML, follow_redirects=False).status_code == 303
    submitted(sign_in)
    rita = sign_in("rita")
    tasks = TASK.findall(rita.get("/queue?view=claimable").text)
    token = re.search(r'name="_csrf" value="(\w+)"', rita.get("/").text)
    assert token
    form = {"_csrf": token[1], "task": tasks, "action": "pass"}
    done = rita.client.post("/queue/batch", data=form, headers=HTML).text
    assert (done.count("tag good"), done.count("tag bad")) == (1, 1)
    assert "专家组" in done


def test_what_was_done_can_be_taken_back(sign_in: SignIn, desk: Desk) -> None:
    """For ten seconds: the page that follows offers it, afterwards the engine says no."""
    url = submitted(sign_in)
    rita = sign_in("rita")
    page = rita.get(f"/queue/{task_of(rita)}")
    sent = rita.post(f"{url}/act/reject", intent="submit", revision=revision(page), _comment="no")
    assert "verbs/undo" in rita.get(sent.headers["location"]).text
    assert rita.post(f"{url}/verbs/undo").status_code == 303
    assert "North well" in rita.get("/queue?view=claimable").text
    rita.post(f"{url}/act/reject", intent="submit", revision=revision(rita.get(url)), _comment="no")
    desk.clock.advance(seconds=11)
    late = rita.post(f"{url}/verbs/undo")
    assert late.status_code == 422
    assert "撤销刚才的办理" in late.text


def test_the_search_finds_what_one_may_see(sign_in: SignIn) -> None:
    """An item by its name, and people; a stranger finds the people only. The palette gets the results alone."""
    submitted(sign_in)
    rita = sign_in("rita")
    page = rita.get("/search?q=North").text
    assert "North well" in page
    alone = rita.client.get("/search?q=North", headers={**HTML, "X-Palette": "1"}).text
    assert "North well" in alone
    assert "<html" not in alone
    bob = sign_in("bob")
    assert "North well" not in bob.get("/search?q=North").text
    assert "没有找到" in bob.get("/search?q=North").text
