"""What people read when something can not be done: in words, in both languages, with what they typed."""

import re
from html import unescape

import httpx
import pytest

from service.assembly import READERS, READERS_WAITING_MAX
from service.http.problems import KINDS
from service.texts import LANGUAGES, Language, load
from service.web.frame import LANGUAGE_COOKIE
from service.web.routes import queue
from tests.service.conftest import Desk, Visitor
from tests.service.test_overload import no_room
from tests.service.web.test_definition_pages import send, show

FOR_PROGRAMS = frozenset({"key_malformed", "key_missing", "key_reused", "two_credentials", "unsupported_media_type"})
"""Kinds that no button of a page leads to."""

JARGON = re.compile(
    r"If-Match|Idempotency|revision|[Cc]ookie|[Tt]oken|\bkey\b|\bmethod\b|版本?号|第 \{|幂等|同一个键|方法|刷新"
)
"""What an official need not know; and who loads the answer to a form again sends the form again."""

HIDDEN = re.compile(r'<textarea name="(\w+)" hidden>\n?(.*?)</textarea>', re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_are_told_to_people_in_their_words(language: Language) -> None:
    """No header, no key, no number of a revision: what happened and what to do."""
    messages = load().messages[language]
    for kind in sorted(KINDS.keys() - FOR_PROGRAMS):
        words = messages.get(f"problems.{kind}.page", messages[f"problems.{kind}.detail"])
        assert not JARGON.search(str(words)), (kind, words)


def main_of(answer: httpx.Response) -> str:
    """Give the words of a page's main part."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0]))


def decide(visitor: Visitor, code: str, words: str) -> httpx.Response:
    """Send an item on, with an opinion, on its first revision."""
    return send(visitor, f"/items/{code}/act/submit", revision="1", _comment=words, _csrf="x")


def test_what_was_sent_while_there_was_no_room_is_sent_again(desk: Desk) -> None:
    """The page that says so has all of it and a button: nothing is typed twice, and nothing was done before."""
    ann = desk.sign_in("ann")
    code, words = ann.start()["code"], '\nfirst line\n<b>"second" & line</b>'
    with no_room(desk.assembly.threads, READERS + READERS_WAITING_MAX):
        refused = decide(ann, code, words)
    assert refused.status_code == 503
    form = {name: unescape(value) for name, value in HIDDEN.findall(refused.text)}
    assert form == {"revision": "1", "_comment": words, "_csrf": "x"}
    action = unescape(re.findall(r'<form class="stack" method="post" action="([^"]+)"', refused.text)[0])
    assert send(ann, action, **form).headers["location"] == f"/items/{code}/submitted"
    assert 'second" & line' in main_of(show(ann, f"/items/{code}"))


def test_a_password_is_not_written_into_a_page(desk: Desk) -> None:
    """Where there was no room to change it, it is asked for again."""
    ann = desk.sign_in("ann")
    with no_room(desk.assembly.threads, READERS + READERS_WAITING_MAX):
        refused = send(ann, "/settings/password", old="Very-secret-1", new="Very-secret-2")
    assert (refused.status_code, "Very-secret" in refused.text) == (503, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_tells_the_number_of_its_line_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """It asks to tell an administrator a number: there it is."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(queue, "look", broken)
    ann = desk.sign_in("ann")
    headers = {"Authorization": f"Bearer {ann.token}", "Accept": "text/html"}
    desk.client.cookies.set(LANGUAGE_COOKIE, language)
    answer = desk.client.get("/queue", headers=headers)
    desk.client.cookies.clear()
    assert (answer.status_code, answer.headers["x-request-id"] in main_of(answer)) == (500, True)
