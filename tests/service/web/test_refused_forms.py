"""Forms that are refused: the title says so, the reasons take the focus, and nothing has to be typed twice."""

import pytest

from tests.service.conftest import Desk
from tests.service.web.test_definition_pages import send, show

FORMS: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("adam", "/admin/people", {"username": "nora", "unit": "data", "phone": "130"}, 'value="130"'),
    ("adam", "/admin/people", {"username": "!", "name": "Nora", "unit": "data", "phone": "130"}, 'value="130"'),
    ("adam", "/admin/people/stan", {"name": "", "unit": "data", "email": "s@x"}, 'value="s@x"'),
    ("adam", "/admin/people/stan", {"intent": "disable"}, ""),
    ("adam", "/admin/units", {"id": "bad id", "name": "Lake", "kind": "office"}, 'value="Lake"'),
    ("sepp", "/admin/people/stan/roles", {"role": "cty_review", "unit": "liuyan", "reason": "post"}, 'value="post"'),
    ("adam", "/admin/calendars", {}, ""),
    ("adam", "/admin/import/people", {}, ""),
    ("rita", "/settings", {"phrases": "x" * 61}, "x" * 61),
    ("rita", "/settings", {"phrases": "\n".join(map(str, range(100, 113)))}, "112"),
)


@pytest.mark.parametrize(("person", "path", "form", "typed"), FORMS)
def test_what_is_refused_is_said_first_and_kept(
    desk: Desk, person: str, path: str, form: dict[str, str], typed: str
) -> None:
    """A page that lost what was typed, or hid why, makes people start again."""
    answer = send(desk.sign_in(person), path, **form)
    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert "data-error-summary" in answer.text
    assert typed in answer.text


def test_reasons_name_things_as_the_page_does(desk: Desk) -> None:
    """A kind of unit, a role and a column are named, not spelt as programs do."""
    sepp, adam = desk.sign_in("sepp"), desk.sign_in("adam")
    elsewhere = send(sepp, "/admin/people/stan/roles", role="cty_review", unit="liuyan").text
    assert "应设在：县。" in elsewhere
    clash = send(sepp, "/admin/people/adam/roles", role="audit", unit="qh").text
    assert "同一人担任：系统管理员" in clash
    headers = {"Authorization": f"Bearer {adam.token}", "Accept": "text/html"}
    table = {"file": ("people.csv", "a,b\n1,2\n")}
    lacking = adam.client.post("/admin/import/people", files=table, headers=headers).text
    assert "第一行缺少这些列：用户名、姓名、单位" in lacking


def test_a_verb_keeps_its_words(desk: Desk) -> None:
    """A task handed on to nobody: the reason stands in the form, with what was typed."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    item = ann.start()
    revision = ann.act({"id": item["id"], "revision": item["revision"]}, "submit")["revision"]
    task = rita.get("/tasks?view=claimable").json()["tasks"][0]["task"]["id"]
    rita.post(f"/tasks/{task}/claim", revision=revision)
    path = f"/items/{item['code']}/verbs/transfer?task={task}"
    answer = send(rita, path, to="nobody-known", comment="please look at the cost", _view="task")
    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert "please look at the cost</textarea>" in answer.text


@pytest.mark.parametrize("path", ["/nothing-here", "/items/NO-SUCH", "/help", "/help/keys"])
def test_the_frame_is_the_same_everywhere(desk: Desk, path: str) -> None:
    """Somebody signed in stays so on a page that is not there, with the navigation of every other page."""
    ann = desk.sign_in("ann")
    home, other = (show(ann, one).text for one in ("/", path))
    links = [text.split('<nav class="nav"')[1].split("</nav>")[0].count("<li>") for text in (home, other)]
    assert links[0] == links[1]
    assert 'id="palette"' in other
