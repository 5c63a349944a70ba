"""The pages for definitions as forms without JavaScript: begin, write, undo, send, publish by another, retire."""

from typing import Any

import httpx
import pytest

from tests.service.conftest import Desk, Visitor
from tests.service.office import DEFINITION

SOURCE = DEFINITION.read_text("utf-8")
ROOT = "/admin/definitions"


def send(visitor: Visitor, path: str, **data: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Send a page's form as this person."""
    headers = {"Authorization": f"Bearer {visitor.token}", "Accept": "text/html", **data.pop("headers", {})}
    return visitor.client.post(path, data=data, headers=headers, follow_redirects=False)


def show(visitor: Visitor, path: str) -> httpx.Response:
    """Open a page as this person."""
    headers = {"Authorization": f"Bearer {visitor.token}", "Accept": "text/html", "Accept-Language": "en"}
    return visitor.client.get(path, headers=headers, follow_redirects=False)


def digest(desk: Desk, version: int) -> str:
    """The digest of a version as it is now."""
    return desk.assembly.publishing.edition("well", version).digest


def write(visitor: Visitor, desk: Desk, source: str, **more: Any) -> httpx.Response:  # noqa: ANN401  # fields of a form
    """Save a text as the draft of version 2."""
    return send(visitor, f"{ROOT}/well/edit", **{"source": source, "revision": digest(desk, 2), **more})


def test_a_version_goes_the_whole_way(desk: Desk) -> None:
    """From version 1 a draft, written, sent, refused to its author, published by another, then retired."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    begun = send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    assert begun.headers["location"] == f"{ROOT}/well/edit/flow"
    assert write(wilma, desk, SOURCE.replace("zh: 起草", "zh: 拟稿")).status_code == 303
    assert send(wilma, f"{ROOT}/well/2/send", digest=digest(desk, 2)).status_code == 303
    assert desk.assembly.publishing.edition("well", 2).status == "review"
    assert "aria-disabled" in show(wilma, f"{ROOT}/well/2/publish").text
    assert send(wilma, f"{ROOT}/well/2/publish", digest=digest(desk, 2)).status_code == 422
    assert "aria-disabled" not in show(walt, f"{ROOT}/well/2/publish").text
    assert send(walt, f"{ROOT}/well/2/publish", digest=digest(desk, 2)).status_code == 303
    assert desk.assembly.library.get("well").definition.version == 2
    assert send(walt, f"{ROOT}/well/1/retire", digest=digest(desk, 1), reason=" ").status_code == 422
    assert send(walt, f"{ROOT}/well/1/retire", digest=digest(desk, 1), reason="replaced").status_code == 303
    assert desk.assembly.publishing.edition("well", 1).status == "retired"


def test_a_draft_with_problems_is_not_sent(desk: Desk) -> None:
    """The page says each problem, with its line."""
    wilma = desk.sign_in("wilma")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    write(wilma, desk, SOURCE.replace("to: review}", "to: reveiw}"))
    answer = send(wilma, f"{ROOT}/well/2/send", digest=digest(desk, 2))
    assert answer.status_code == 422
    assert "reveiw" in answer.text
    line = SOURCE[: SOURCE.index("to: review}")].count("\n") + 1
    shown = show(wilma, f"{ROOT}/well/edit").text
    assert f'data-line="{line}"' in shown
    assert desk.assembly.publishing.edition("well", 2).status == "draft"


def test_who_saves_second_keeps_the_text_and_is_told(desk: Desk) -> None:
    """Two write at once: nothing of the first is lost, and the second sees their own words again."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    seen = digest(desk, 2)
    assert write(walt, desk, SOURCE + "# walt\n").status_code == 303
    late = write(wilma, desk, SOURCE + "# wilma\n", revision=seen)
    assert late.status_code == 412
    assert "# wilma" in late.text
    assert desk.assembly.publishing.edition("well", 2).source.endswith("# walt\n")
    by_script = write(wilma, desk, SOURCE, revision=seen, headers={"Accept": "application/json", "X-Autosave": "1"})
    assert by_script.status_code == 409


def test_saving_by_script_tells_the_next_revision(desk: Desk) -> None:
    """So that the following save is judged against the text that was just kept; line ends of browsers are evened."""
    wilma = desk.sign_in("wilma")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    text = (SOURCE + "# more\n").replace("\n", "\r\n")
    answer = write(wilma, desk, text, headers={"Accept": "application/json", "X-Autosave": "1"})
    assert answer.json()["revision"] == digest(desk, 2)
    assert desk.assembly.publishing.edition("well", 2).source == SOURCE + "# more\n"


def test_undo_takes_back_what_stands_in_the_box_too(desk: Desk) -> None:
    """What was typed and not saved yet is one more step, and is there again after redo."""
    wilma = desk.sign_in("wilma")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    write(wilma, desk, SOURCE + "# typed\n", intent="undo")
    assert desk.assembly.publishing.edition("well", 2).source == SOURCE
    write(wilma, desk, SOURCE, intent="redo")
    assert desk.assembly.publishing.edition("well", 2).source == SOURCE + "# typed\n"
    assert write(wilma, desk, SOURCE + "# typed\n", intent="redo").status_code == 422


@pytest.mark.parametrize("key", ["x", "Seal", "seal_request", "seal request", "-seal"])
def test_a_key_must_be_proper(desk: Desk, key: str) -> None:
    """Nothing is begun, and the page says what a key looks like."""
    wilma = desk.sign_in("wilma")
    assert send(wilma, ROOT, key=key).status_code == 422
    assert {one.key for one in desk.assembly.publishing.headlines()} == {"well"}


def test_a_new_procedure_begins_sound(desk: Desk) -> None:
    """The smallest procedure has no problems; a second draft of the same key does not write over the first."""
    wilma = desk.sign_in("wilma")
    assert send(wilma, ROOT, key="seal-request").headers["location"] == f"{ROOT}/seal-request/edit/flow"
    edition = desk.assembly.publishing.edition("seal-request", 1)
    assert desk.assembly.publishing.check(edition.source).problems == ()
    assert send(wilma, ROOT, key="seal-request").status_code == 422
    assert send(wilma, f"{ROOT}/well/edit", source=SOURCE, revision=digest(desk, 1)).status_code == 412
    other = send(wilma, f"{ROOT}/seal-request/edit", source=SOURCE, revision=edition.digest)
    assert other.status_code == 422
    assert desk.assembly.publishing.edition("seal-request", 1) == edition


def test_judging_keeps_nothing(desk: Desk) -> None:
    """The answer while typing is a piece of the page: problems, or the picture."""
    wilma = desk.sign_in("wilma")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    good = send(wilma, f"{ROOT}/well/edit/check", source=SOURCE)
    assert 'data-problems="0"' in good.text
    assert "<svg" in good.text
    bad = send(wilma, f"{ROOT}/well/edit/check", source=SOURCE.replace("who: initiator", "who: nobody", 1))
    assert 'data-problems="0"' not in bad.text
    assert "<html" not in bad.text
    assert desk.assembly.publishing.edition("well", 2).source == SOURCE


def test_a_reviewer_sends_back_or_turns_down(desk: Desk) -> None:
    """With a reason and by another person; sent back it is mended, turned down it is over and never published."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    write(wilma, desk, SOURCE.replace("zh: 起草", "zh: 拟稿"))
    assert send(walt, f"{ROOT}/well/2/return", digest=digest(desk, 2), reason="early").status_code == 409
    send(wilma, f"{ROOT}/well/2/send", digest=digest(desk, 2))
    assert send(walt, f"{ROOT}/well/2/return", digest=digest(desk, 2), reason=" ").status_code == 422
    assert send(wilma, f"{ROOT}/well/2/return", digest=digest(desk, 2), reason="mine").status_code == 422
    assert send(walt, f"{ROOT}/well/2/return", digest=digest(desk, 2), reason="who signs?").status_code == 303
    assert desk.assembly.publishing.edition("well", 2).status == "draft"
    shown = show(wilma, f"{ROOT}/well/2").text
    assert "who signs?" in shown
    assert "Trials and impact" in shown
    send(wilma, f"{ROOT}/well/2/send", digest=digest(desk, 2))
    over = send(walt, f"{ROOT}/well/2/return", digest=digest(desk, 2), reason="not now", outcome="rejected")
    assert over.status_code == 303
    assert desk.assembly.publishing.edition("well", 2).status == "rejected"
    assert send(walt, f"{ROOT}/well/2/publish", digest=digest(desk, 2)).status_code == 409
    assert desk.assembly.library.get("well").definition.version == 1
    send(wilma, f"{ROOT}/well/2/draft", digest=digest(desk, 2))
    assert desk.assembly.publishing.edition("well", 3).status == "draft"


def test_a_version_says_until_when_its_stage_should_be_done(desk: Desk) -> None:
    """In working days of the county's policy; later the page says that it is late."""
    wilma = desk.sign_in("wilma")
    send(wilma, f"{ROOT}/well/1/draft", digest=digest(desk, 1))
    write(wilma, desk, SOURCE.replace("to: review}", "to: reveiw}"))
    assert "“Editing” is to be done by" in show(wilma, f"{ROOT}/well/2").text
    desk.clock.advance(days=20)
    wilma = desk.sign_in("wilma")
    assert "“Editing” was to be done by" in show(wilma, f"{ROOT}/well/2").text


def test_a_new_procedure_has_the_name_that_was_given(desk: Desk) -> None:
    """In both languages where both were given; a code is made where none is, and one that is there is not taken."""
    wilma = desk.sign_in("wilma")
    named = send(wilma, ROOT, name_zh="用印申请", name_en="Use of the seal")
    assert named.headers["location"] == f"{ROOT}/procedure-2/edit/flow"
    definition = desk.assembly.publishing.check(desk.assembly.publishing.edition("procedure-2", 1).source).definition
    assert definition is not None
    assert (definition.title.zh, definition.title.en) == ("用印申请", "Use of the seal")
    taken = send(wilma, ROOT, key="well", name_zh="另一个")
    assert taken.status_code == 422
    assert "已有代码为 well 的流程" in taken.text
