"""Problem documents: one shape for every failure, in both languages, without anything that must stay inside."""

from collections.abc import Callable

import pytest

from service.http.answering import accepted
from tests.service.conftest import Desk


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/me", 401, "unauthorized"),
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/api/v1/me", 405, "method_not_allowed"),
    ],
)
def test_every_failure_is_a_problem_document(desk: Desk, method: str, path: str, status: int, kind: str) -> None:
    """Also those that no handler of ours answers."""
    answer = desk.client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail", "instance", "reasons"}
    assert (answer.status_code, body["status"], body["type"]) == (status, status, f"/schema/problems/{kind}")
    assert body["instance"] == f"urn:shenpi:request:{answer.headers['x-request-id']}"
    assert not answer.headers.get("allow") or status == 405


def test_the_reader_chooses_the_language(desk: Desk) -> None:
    """By the header, else by what they prefer, else by what the site is set to."""
    texts = {
        header: desk.client.get("/api/v1/me", headers={"Accept-Language": header} if header else {})
        for header in ("", "en-GB,en;q=0.8", "zh-CN", "fr, en;q=0.5, zh;q=0.4")
    }
    assert {header: answer.json()["title"] for header, answer in texts.items()} == {
        "": "请先登录",
        "en-GB,en;q=0.8": "Sign in first",
        "zh-CN": "请先登录",
        "fr, en;q=0.5, zh;q=0.4": "Sign in first",
    }
    assert {answer.headers["content-language"] for answer in texts.values()} == {"zh", "en"}


@pytest.mark.parametrize("header", ["", "*", "fr", "en;q=x", ";;;", "zh;q=0", "\x00"])
def test_a_header_that_names_no_language_of_ours_is_none(header: str) -> None:
    """It is no fault either."""
    assert accepted(header) is None


def test_a_wrong_body_says_what_is_wrong_where(desk: Desk) -> None:
    """Missing, unknown, of the wrong type, too long, not JSON, not even text."""
    ann = desk.sign_in("ann")
    cases: list[tuple[bytes, list[tuple[str, str]]]] = [
        (b"{}", [("input.missing", "definition")]),
        (b'{"definition": "well", "unti": 1}', [("input.unknown", "unti")]),
        (b'{"definition": 7}', [("input.wrong_type", "definition")]),
        (b'{"definition": "well", "data": []}', [("input.wrong_type", "data")]),
        (b'{"definition": "no such"}', [("input.wrong_form", "definition")]),
        (b"", [("input.missing", "data")]),
        (b"{", []),
        (b"\xff\xfe", []),
        (b'{"definition": "\\ud800"}', []),
    ]
    for content, reasons in cases:
        answer = ann.ask("POST", "/items", content=content, headers={"Content-Type": "application/json"})
        found = [(reason["code"], reason["where"]) for reason in answer.json()["reasons"]]
        assert (answer.status_code, found) == (400, reasons), content


def test_a_refusal_lists_every_reason(desk: Desk) -> None:
    """Not only the first; each with the field it is about, in words."""
    ann = desk.sign_in("ann")
    item = ann.start(name=None, cost=None)
    answer = ann.post(f"/items/{item['id']}/actions/submit", revision=1, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    reasons = {(reason["code"], reason["where"]): reason["message"] for reason in answer.json()["reasons"]}
    assert reasons == {("field.required", "name"): "Fill in “Name”.", ("field.required", "cost"): "Fill in “Cost”."}


def test_a_definitions_own_words_are_used(desk: Desk) -> None:
    """The text that its author wrote for a rule, in the reader's language."""
    ann, rita = desk.sign_in("ann"), desk.sign_in("rita")
    item = ann.act(ann.start(cost=600_000_00), "submit")
    for language, words in (("zh", "超过权限"), ("en", "above our authority")):
        answer = rita.post(
            f"/items/{item['id']}/actions/pass",
            {"form": {"panel": ["eva", "eli"]}},
            revision=2,
            headers={"Accept-Language": language},
        )
        assert [reason["message"] for reason in answer.json()["reasons"]] == [words]


def test_a_fault_of_ours_gives_nothing_away(
    capsys: pytest.CaptureFixture[str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with a number to ask for; the class and the place stand in the log, the message nowhere."""
    ann = desk.sign_in("ann")
    monkeypatch.setattr(type(desk.assembly.library), "get", _break)
    answer = ann.post("/items", {"definition": "well"})
    assert (answer.status_code, answer.json()["type"]) == (500, "/schema/problems/internal_server_error")
    logged = capsys.readouterr().err
    assert answer.headers["x-request-id"] in logged
    assert "ZeroDivisionError" in logged
    assert "canary" not in logged + answer.text


def _break(*_: object) -> None:
    raise ZeroDivisionError("canary")


def test_too_large_a_body_is_not_read(desk: Desk) -> None:
    """A megabyte is more than any form needs."""
    answer = desk.sign_in("ann").post("/items", {"definition": "well", "data": {"name": "x" * (1 << 20)}})
    assert (answer.status_code, answer.json()["type"]) == (413, "/schema/problems/too_large")


def test_too_many_requests_must_wait(open_desk: Callable[..., Desk]) -> None:
    """Each person and each address has its own measure."""
    desk = open_desk(requests_per_minute_max=20, anonymous_requests_per_minute_max=30)
    ann = desk.sign_in("ann")
    answers = [ann.get("/me") for _ in range(22)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert desk.sign_in("bob").get("/me").status_code == 200
    assert 429 in {desk.client.get("/health").status_code for _ in range(30)}
