"""The words of notices: tried with made-up values, kept with a reason, told from then on, and the shipped ones back."""

import pytest

from service.telling import About, Teller
from tests.service.conftest import Desk
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show

PATH = "/admin/notices/task.opened"
OWN = {"zh": "请办理：{title}", "en": "Please see to {title}"}


def test_a_notice_is_worded_anew_and_told_so(desk: Desk) -> None:
    """Trying keeps nothing; kept, it is what the inbox says; taken back, the shipped sentence is there again."""
    adam, ann, rita = desk.sign_in("adam"), desk.sign_in("ann"), desk.sign_in("rita")
    tried = send(adam, PATH, intent="try", **OWN, headers={"Accept-Language": "en"})
    assert "Please see to Video conference system of Xinghe" in tried.text
    assert "Please see to" not in show(adam, PATH).text
    assert send(adam, PATH, intent="save", **OWN).status_code == 422
    assert send(adam, PATH, intent="save", **OWN, reason="politer").status_code == 303
    assert last(desk) == ("policy.set", "adam", "policy:notices.task.opened")
    kept = show(adam, PATH).text
    assert "politer" in kept
    ann.act(ann.start(), "submit")
    teller_says(desk, "Please see to 井")
    assert send(adam, PATH, intent="shipped", reason="too polite").status_code == 303
    teller_says(desk, "New task: 井")
    assert "too polite" in show(adam, PATH).text
    assert "notices.task" not in show(desk.sign_in("sepp"), "/admin/policies").text
    assert send(rita, PATH, intent="save", **OWN, reason="x").status_code == 403


def teller_says(desk: Desk, said: str) -> None:
    """What a new task of an item called 井 is told as, in English."""
    assembly = desk.assembly
    teller = Teller(assembly.catalogue, assembly.library, "")
    about = About("QH-1", "井", "well", 1)
    assert teller.sentence("en", assembly.organisation.now(), "task.opened", {}, about) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"zh": "{who}请办理"}, "can not be filled in here"),
        ({"en": " "}, "Write one line"),
        ({"en": "one\ntwo"}, "Write one line"),
        ({"en": "x" * 201}, "Write one line"),
    ],
)
def test_a_wording_that_can_not_be_told_is_refused(desk: Desk, words: dict[str, str], said: str) -> None:
    """An unknown part, an empty line, several, too long: with the reason, what was typed, and nothing kept."""
    adam = desk.sign_in("adam")
    form = {**OWN, **words}
    answer = send(adam, PATH, intent="save", **form, reason="x", headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "politer" not in answer.text
    assert "notices.task.opened" not in desk.assembly.organisation.now().policies


def test_every_notice_has_its_page(desk: Desk) -> None:
    """The list names each kind with an example in both languages; another kind is not there."""
    sepp = desk.sign_in("sepp")
    shown = show(sepp, "/admin/notices").text
    assert shown.count('href="/admin/notices/') == 20
    assert "Zhang Ming" in shown
    assert 'name="intent"' not in show(sepp, PATH).text
    assert show(sepp, "/admin/notices/mail.footer").status_code == 404
