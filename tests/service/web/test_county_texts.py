"""The words of notices, mails and forms: tried with made-up values, kept with a reason, and the shipped ones back."""

import io

import pypdfium2
import pytest

from service.telling import About, Teller
from tests.service.conftest import Desk
from tests.service.web.test_administration import last
from tests.service.web.test_definition_pages import send, show

PATH = "/admin/texts/notices.task.opened"
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
        ({"en": " "}, "can not be empty"),
        ({"en": "one\ntwo"}, "Write one line"),
        ({"en": "x" * 201}, "Write one line"),
        ({"en": "{title"}, "Braces are only for"),
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


def test_every_text_has_its_page(desk: Desk) -> None:
    """The list names each text with an example in both languages; another one is not there."""
    sepp = desk.sign_in("sepp")
    shown = show(sepp, "/admin/texts").text
    assert shown.count('href="/admin/texts/') == 21 + 3 + 6
    assert "Zhang Ming" in shown
    assert 'name="intent"' not in show(sepp, PATH).text
    assert show(sepp, "/admin/texts/notices.mail.code").status_code == 404
    assert show(sepp, "/admin/texts/papers.frame.opening.D99").status_code == 404
    assert show(sepp, "/admin/texts?of=D12").text.count('href="/admin/texts/papers.frame.') == 6


def test_mails_begin_and_end_as_the_county_words_them(desk: Desk) -> None:
    """Greeting and signature go around each mail; an end that is emptied is left out; a wrong part is named."""
    adam, assembly = desk.sign_in("adam"), desk.assembly
    path = "/admin/texts/notices.mail."
    sent = send(adam, f"{path}greeting", intent="save", zh="{name}同志：", en="To {name} of {unit}:", reason="custom")
    assert sent.status_code == 303
    assert send(adam, f"{path}footer", intent="save", zh="", en="", reason="shorter").status_code == 303
    wrong = send(
        adam, f"{path}greeting", intent="save", zh="{title}：", en="x", reason="y", headers={"Accept-Language": "en"}
    )
    assert wrong.status_code == 422
    assert "title can not be filled in here" in wrong.text
    directory = assembly.organisation.now()
    person = directory.people["ann"]
    teller = Teller(assembly.catalogue, assembly.library, "https://county.example")
    mail = teller.mail("m-1", person, directory, "task.opened", {}, About("QH-1", "井", "well", 1))
    unit = directory.units[person.unit].name
    opening = {"zh": f"{person.name}同志：", "en": f"To {person.name} of {unit}:"}[mail.language]
    assert mail.paragraphs[0] == opening
    assert mail.paragraphs[-1] == assembly.catalogue.text(mail.language, "notices.mail.signature")
    digest = teller.digest("d-1", person, directory, {"count": 2, "late": 0, "claimable": 1})
    assert digest.paragraphs[0] == opening
    assert len(digest.paragraphs) == 3


def printed(content: bytes) -> str:
    """Give the text of a PDF without spaces."""
    pages = pypdfium2.PdfDocument(io.BytesIO(content))
    return "".join("".join(one.get_textpage().get_text_bounded().split()) for one in pages)


def test_a_sample_of_a_form_is_printed_before_its_words_are_kept(desk: Desk) -> None:
    """The sample shows what was typed beside what holds; nothing is kept; words of one kind go before those of all."""
    adam = desk.sign_in("adam")
    path = "/admin/texts/papers.frame.opening"
    typed = {"zh": "关于{item}：\n经研究，批复如下。", "en": "On {item}:\nIt is decided as follows."}
    sample = send(adam, f"{path}.D13", intent="print", **typed)
    assert sample.headers["content-type"] == "application/pdf"
    assert "关于星禾镇视频会议系统升级：经研究，批复如下。" in printed(sample.content)
    assert "立项批复" in printed(sample.content)
    assert "县级初步审核（签章）" in printed(sample.content)
    assert not [key for key in desk.assembly.organisation.now().policies if key.startswith("papers.")]
    assert send(adam, path, intent="save", zh="通用开头", en="For all", reason="x").status_code == 303
    assert "通用开头" in printed(
        send(adam, "/admin/texts/papers.frame.seal.D13", intent="print", zh="公章", en="Seal").content
    )
    assert send(adam, f"{path}.D13", intent="save", **typed, reason="x").status_code == 303
    seal = {"zh": "公章", "en": "Seal"}
    assert "通用开头" not in printed(send(adam, "/admin/texts/papers.frame.seal.D13", intent="print", **seal).content)
    assert "通用开头" in printed(send(adam, "/admin/texts/papers.frame.seal.D12", intent="print", **seal).content)
    empty = send(adam, "/admin/texts/papers.frame.issuer", intent="save", zh="", en="x", reason="x")
    assert empty.status_code == 422
