"""Definitions over HTTP: drafts with live problems, publishing by a second person, forms as JSON Schema."""

from typing import Any

import httpx
import pytest

from service.jobs.definitions import Reminders
from service.jobs.heartbeat import post_office
from service.telling import Teller
from tests.service.conftest import Desk, Visitor
from tests.service.office import DEFINITION

SOURCE = DEFINITION.read_text("utf-8")
YAML = {"Content-Type": "application/yaml"}


def send(visitor: Visitor, source: str, **headers: str) -> httpx.Response:
    """Send the text of a definition."""
    return visitor.ask("POST", "/definitions", content=source.encode(), headers={**YAML, **headers})


def publish(visitor: Visitor, edition: dict[str, Any], **headers: str) -> httpx.Response:
    """Publish a draft."""
    path = f"/definitions/{edition['key']}/versions/{edition['version']}/publish"
    return visitor.ask("POST", path, headers=headers)


def test_a_draft_becomes_the_version_that_new_items_follow(desk: Desk) -> None:
    """Published by another person than its author; running items stay on theirs."""
    wilma, walt, ann = (desk.sign_in(name) for name in ("wilma", "walt", "ann"))
    old = ann.start()
    drafted = send(wilma, SOURCE.replace("zh: 起草", "zh: 拟稿"))
    assert (drafted.status_code, drafted.json()["sound"], drafted.json()["problems"]) == (201, True, [])
    edition = drafted.json()["edition"]
    assert (edition["version"], edition["status"], edition["author"]["name"]) == (2, "draft", "Wilma")
    own = publish(wilma, edition)
    assert (own.status_code, own.json()["reasons"][0]["code"]) == (422, "definition.own_draft")
    assert ann.get(f"/items/{ann.start()['id']}").json()["version"] == 1
    done = publish(walt, edition, **{"If-Match": f'"{edition["digest"]}"'})
    assert (done.json()["status"], done.json()["reviewer"]["id"]) == ("published", "walt")
    new = ann.start()
    titles = [ann.get(f"/items/{item['id']}").json()["state"]["title"] for item in (old, new)]
    assert titles == ["起草", "拟稿"]
    assert publish(walt, edition).status_code == 409


def test_publishing_is_for_the_text_that_was_read(desk: Desk) -> None:
    """When the author changes the draft meanwhile, the reviewer must read it again."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    read = send(wilma, SOURCE + "# first\n").json()["edition"]
    send(wilma, SOURCE + "# second\n")
    answer = publish(walt, read, **{"If-Match": f'"{read["digest"]}"'})
    assert (answer.status_code, answer.json()["type"]) == (412, "/schema/problems/stale_text")


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("to: review}", "to: reveiw}", "unknown_name", "states.draft.actions.submit.to"),
        ("who: initiator", "woh: initiator", "unknown_key", "states.draft.woh"),
        ("role: cty_review", "role: cty_revue", "unknown_name", "states.review.who.role"),
        ("item.cost <=", "item.costs <=", "expression_undeclared", "states.review.actions.pass.require[0].that"),
        ("numbering:", "numbering: &a", "anchor", "numbering"),
    ],
)
def test_every_mistake_is_told_with_its_place(desk: Desk, old: str, new: str, code: str, path: str) -> None:
    """The draft is kept, but cannot be published; in the reader's language."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    answer = send(wilma, SOURCE.replace(old, new, 1))
    assert answer.status_code == 201, answer.text
    flaws = {(flaw["code"], flaw["path"]): flaw for flaw in answer.json()["problems"]}
    assert (code, path) in flaws
    assert flaws[code, path]["line"] > 0
    refused = publish(walt, answer.json()["edition"])
    assert (refused.status_code, refused.json()["type"]) == (422, "/schema/problems/unsound")
    assert refused.json()["reasons"][0]["message"]
    english = send(wilma, SOURCE.replace(old, new, 1), **{"Accept-Language": "en"}).json()["problems"]
    assert english[0]["message"] != answer.json()["problems"][0]["message"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "- a\n- b\n",
        "workflow: [x]\n",
        "x" * (257 << 10),
        "workflow: !!python/object:os.system x\n",
        "\x00",
        "a: &a [*a]\n",
    ],
)
def test_a_text_that_names_no_workflow_is_not_kept(desk: Desk, source: str) -> None:
    """It is told what is wrong, and nothing changes."""
    wilma = desk.sign_in("wilma")
    answer = send(wilma, source)
    assert (answer.status_code, answer.json()["type"]) == (422, "/schema/problems/unsound")
    assert answer.json()["reasons"]
    assert len(wilma.get("/definitions/well/versions").json()["versions"]) == 1


def test_other_media_types_are_refused(desk: Desk) -> None:
    """JSON is not the language of definitions; bytes that are no text are no definition."""
    wilma = desk.sign_in("wilma")
    assert wilma.ask("POST", "/definitions", json={"workflow": "x"}).status_code == 415
    assert wilma.ask("POST", "/definitions", content=b"\xff\xfe", headers=YAML).status_code == 400


def test_a_definition_tells_its_forms(desk: Desk) -> None:
    """As JSON Schema for each state and action, so that a program can make the form."""
    ann = desk.sign_in("ann")
    assert [one["key"] for one in ann.get("/definitions").json()["definitions"]] == ["well"]
    found = ann.get("/definitions/well", headers={"Accept-Language": "en"}).json()
    forms = {one["state"]["name"]: one for one in found["forms"]}
    assert found["definition"]["title"] == "Dig a well"
    assert forms["draft"]["form"]["required"] == ["name", "cost"]
    assert set(forms["panel"]["actions"]) == {"agree", "object"}
    assert [ann.get(f"/definitions/{path}").status_code for path in ("none", "well?version=9")] == [404, 404]
    assert ann.get("/definitions/well", params={"version": "9" * 30}).status_code == 400


def test_who_only_uses_procedures_does_not_see_drafts(desk: Desk) -> None:
    """Nor may they write or publish any; who writes them takes no part in items."""
    ann, wilma, heidi = (desk.sign_in(name) for name in ("ann", "wilma", "heidi"))
    assert send(ann, SOURCE).status_code == 403
    assert ann.get("/definitions/well/versions").status_code == 403
    assert wilma.post("/items", {"definition": "well"}).status_code == 403
    edition = send(wilma, SOURCE + "# more\n").json()["edition"]
    assert publish(ann, edition).status_code == 403
    assert publish(heidi, edition).status_code == 200
    assert wilma.get("/definitions/well/versions/2").json()["source"].endswith("# more\n")


def told(visitor: Visitor) -> list[tuple[str, str]]:
    """Give the kinds and words of the notices somebody has of changes of procedures, the oldest first."""
    notices = visitor.get("/me/notices", headers={"Accept-Language": "en"}).json()["notices"]
    return [(one["kind"], one["text"]) for one in reversed(notices) if one["kind"].startswith("definition.")]


def remind(desk: Desk) -> None:
    """Let the jobs look, twice: nobody is told a thing again."""
    for _ in range(2):
        reminders = Reminders(desk.assembly)
        reminders.look()
        assert reminders.look() == 0, "a job is repeated until it finds nothing more to do"
        while post_office(desk.assembly).send():
            pass


def test_a_change_goes_through_its_review_and_reminds(desk: Desk) -> None:
    """Sent, waiting, due, late, sent back with a reason, turned down: whoever has to act is told each time, once."""
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    edition = send(wilma, SOURCE + "# changed\n").json()["edition"]
    path = f"/definitions/{edition['key']}/versions/{edition['version']}"
    why = {"reason": "the limit is not founded"}
    assert walt.post(f"{path}/return", why).status_code == 409
    stale = wilma.ask("POST", f"{path}/send", headers={"If-Match": '"other"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/schema/problems/stale_text")
    remind(desk)
    assert (told(walt), told(wilma)) == ([], [])
    assert wilma.post(f"{path}/send").json()["status"] == "review"
    remind(desk)
    assert [kind for kind, _ in told(walt)] == ["definition.waiting"]
    assert "v2” waits for you to review and publish it, by 2026-11-26" in told(walt)[0][1]
    desk.clock.advance(days=2)
    remind(desk)
    desk.clock.advance(days=3)
    remind(desk)
    wilma, walt = desk.sign_in("wilma"), desk.sign_in("walt")
    assert [kind for kind, _ in told(walt)] == ["definition.waiting", "definition.due", "definition.late"]
    assert [kind for kind, _ in told(wilma)] == ["definition.late"]
    assert wilma.post(f"{path}/return", why).status_code == 422
    assert walt.post(f"{path}/reject", {"reason": ""}).status_code == 400
    assert walt.post(f"{path}/return", why).json()["status"] == "draft"
    remind(desk)
    assert [kind for kind, _ in told(wilma)] == ["definition.late", "definition.returned"]
    assert wilma.post(f"{path}/send").json()["status"] == "review"
    assert walt.post(f"{path}/reject", why).json()["status"] == "rejected"
    remind(desk)
    assert [kind for kind, _ in told(wilma)][-1] == "definition.rejected"
    assert walt.post(f"{path}/reject", why).status_code == 409
    directory = desk.assembly.organisation.now()
    about = {"title_zh": "打井 v2", "title_en": "Well v2", "url": path.replace("/versions", "")}
    letter = Teller(desk.assembly.catalogue, desk.assembly.library, "https://county.example").mail(
        "m1", directory.people["walt"], directory, "definition.rejected", about, None
    )
    assert letter.subject == "“打井 v2”未通过复核"
    assert letter.link is not None
    assert letter.link[1] == f"https://county.example{about['url']}"
