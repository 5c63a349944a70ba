"""All that can be sent wrongly, one by one, to the real application: it says what and where, and nothing changed."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from litestar.testing import TestClient

from adapters.sql.database import Unusable
from service.app import build
from service.settings import Settings
from tests.faults.test_full_disk import full_disk
from tests.postgres import running_server
from tests.service.conftest import Desk, Visitor
from tests.service.office import DEFINITION, Hands, furnish

BEYOND = 2**63
BACK_SECONDS_MAX = 10.0
YAML = {"Content-Type": "application/yaml"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def desk(furnished_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One service for all: none of what is sent changes anything that matters to the others."""
    folder = tmp_path_factory.mktemp("bad")
    shutil.copy(furnished_office, folder / "office.sqlite")
    url, clock = f"sqlite:///{folder / 'office.sqlite'}", Hands()
    settings = Settings(database=url, files_folder=folder / "files", heartbeat=False, requests_per_minute_max=100_000)
    with TestClient(build(settings, clock), raise_server_exceptions=False) as client:
        yield Desk(client, clock, settings)


@pytest.fixture(scope="module")
def ann(desk: Desk) -> Visitor:
    """Somebody who starts items."""
    return desk.sign_in("ann")


def reasons(answer: Any, status: int) -> dict[str, str]:  # noqa: ANN401  # an answer
    """The codes of an answer's reasons, by what they are about."""
    assert answer.status_code == status, answer.text
    return {reason["where"]: reason["code"] for reason in answer.json()["reasons"]}


def draft(desk: Desk, source: str) -> Any:  # noqa: ANN401  # an answer
    """Send a definition."""
    return desk.sign_in("wilma").ask("POST", "/definitions", content=source.encode(), headers={**YAML, **ENGLISH})


def flaws(desk: Desk, source: str) -> dict[str, int]:
    """The codes of a draft's problems, each with its line."""
    answer = draft(desk, source)
    assert answer.status_code == 201, answer.text
    assert not answer.json()["sound"]
    return {flaw["code"]: flaw["line"] for flaw in answer.json()["problems"]}


def line_of(source: str, words: str) -> int:
    """The line on which something stands."""
    return next(number for number, line in enumerate(source.splitlines(), 1) if words in line)


@pytest.mark.parametrize("number", [BEYOND, -BEYOND - 1, 10**30])
def test_integers_beyond_64_bits(ann: Visitor, number: int) -> None:
    """In a form, in a batch, in a path, in a query: 400 that names the place; never a fault of the database."""
    item = ann.start()
    assert reasons(ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"cost": number}}, revision=1), 400) == {
        "data.cost": "input.too_big"
    }
    batch = {"action": "submit", "tasks": [{"task": "x", "revision": number}]}
    assert ann.post("/tasks/batch", batch).status_code == 400
    assert ann.get("/items", params={"limit": str(number)}).status_code == 400
    assert ann.get("/definitions/well", params={"version": str(number)}).status_code == 400
    assert ann.post(f"/items/{item['id']}/actions/submit", headers={"If-Match": f'"{abs(number)}"'}).status_code == 400
    assert ann.get(f"/items/{item['id']}").json()["revision"] == 1


def test_a_stale_revision(ann: Visitor) -> None:
    """412 with both revisions in words."""
    item = ann.start()
    ann.ask("PATCH", f"/items/{item['id']}", json={"data": {"name": "新井"}}, revision=1)
    answer = ann.post(f"/items/{item['id']}/actions/submit", revision=1, headers=ENGLISH)
    assert (answer.status_code, answer.json()["detail"][:38]) == (412, "You saw revision 1; it is revision 2 n")
    assert ann.get(f"/items/{item['id']}").json()["state"]["name"] == "draft"


def test_a_missing_key(ann: Visitor) -> None:
    """400: a decision that cannot be repeated safely is not taken."""
    item = ann.start()
    answer = ann.ask("POST", f"/items/{item['id']}/actions/submit", json={}, revision=1)
    assert (answer.status_code, answer.json()["type"]) == (400, "/schema/problems/key_missing")


def test_a_key_used_again_with_another_body(ann: Visitor) -> None:
    """422; the first decision stands and is answered again to its own body."""
    item = ann.start()
    path = f"/items/{item['id']}/actions/submit"
    first = ann.post(path, {"comment": "a"}, revision=1, key="k")
    other = ann.post(path, {"comment": "b"}, revision=1, key="k")
    assert (other.status_code, other.json()["type"]) == (422, "/schema/problems/key_reused")
    again = ann.post(path, {"comment": "a"}, revision=1, key="k")
    assert (again.json()["revision"], again.json()["replayed"]) == (first.json()["revision"], True)


def test_an_action_by_the_wrong_person(desk: Desk, ann: Visitor) -> None:
    """404 for whoever does not see the item, a refusal in words for whoever does."""
    item = ann.act(ann.start(), "submit")
    path, body = f"/items/{item['id']}/actions/reject", {"comment": "no"}
    assert desk.sign_in("bob").post(path, body, revision=2).status_code == 404
    for name in ("ann", "amy", "leader"):
        assert reasons(desk.sign_in(name).post(path, body, revision=2), 422), name
    assert ann.get(f"/items/{item['id']}").json()["revision"] == 2


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", 5, "field.wrong_type"),
        ("name", "x" * 81, "field.too_long"),
        ("name", ["x"], "field.wrong_type"),
        ("cost", "much", "field.wrong_type"),
        ("cost", True, "field.wrong_type"),
        ("cost", -1, "field.out_of_range"),
        ("cost", 100_000_001, "field.out_of_range"),
        ("plan", "report.pdf", "file.unknown"),
        ("nonsense", 1, "field.unknown"),
    ],
)
def test_a_form_with_wrong_types_or_too_long(ann: Visitor, field: str, value: object, code: str) -> None:
    """422 that names the field; the item keeps what it had."""
    item = ann.start()
    before = ann.get(f"/items/{item['id']}").json()
    answer = ann.ask("PATCH", f"/items/{item['id']}", json={"data": {field: value}}, revision=1)
    assert reasons(answer, 422) == {field: code}
    assert ann.get(f"/items/{item['id']}").json() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", None),
        (b"[]", "input.wrong_type"),
        (b'{"data": 5}', "input.wrong_type"),
        (b'{"data": {}, "datum": 1}', "input.unknown"),
        (b'{"data": {"cost": 1.5}}', "input.no_fractions"),
        (b'{"data": {"name": "\\u0000"}}', "input.bad_text"),
        (b'{"data": {"name": "\\ud800"}}', None),
        (b'{"data": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", None),
        (b"\xff\xfe", None),
    ],
)
def test_a_body_that_is_not_what_is_asked_for(ann: Visitor, body: bytes, code: str | None) -> None:
    """400, with the place where there is one; the worst JSON there is is no fault of ours."""
    item = ann.start()
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    answer = ann.ask("PATCH", f"/items/{item['id']}", content=body, headers=headers)
    found = reasons(answer, 400)
    assert code is None or list(found.values()) == [code]


def test_a_wrong_file_kind(ann: Visitor) -> None:
    """422: a program that calls itself a PDF is not kept, nor is a kind that the field does not take."""
    item = ann.start()
    for name, content in (("plan.pdf", b"MZ" + b"\x00" * 200), ("plan.exe", b"MZ"), ("plan.xlsx", b"PK\x03\x04")):
        answer = ann.ask("POST", f"/items/{item['id']}/files", files={"file": (name, content)}, data={"field": "plan"})
        assert (answer.status_code, bool(answer.json()["reasons"])) == (422, True), name
    assert ann.get(f"/items/{item['id']}/files").json() == {"files": []}


def test_a_definition_with_a_typo(desk: Desk) -> None:
    """The line and the key, with the nearest that exists."""
    source = DEFINITION.read_text("utf-8").replace("    escalate:", "    escalade:")
    assert flaws(desk, source)["unknown_key"] == line_of(source, "escalade")
    assert "escalate" in draft(desk, source).text


def test_a_definition_with_a_cycle_without_exit(desk: Desk) -> None:
    """It is told with a way into it, and it cannot be published."""
    source = DEFINITION.read_text("utf-8")
    source = source.replace(
        "to: dropped, kind: negative, comment: required}\n  panel:", "to: draft, kind: negative}\n  panel:"
    )
    source = source.replace("passed: dug, failed: dropped", "passed: review, failed: draft")
    source = source.replace("      drop: {title: {zh: 撤销, en: Drop}, to: dropped, kind: negative}\n", "")
    assert "cycle_without_exit" in flaws(desk, source)
    assert any(flaw["trace"] for flaw in draft(desk, source).json()["problems"])
    answer = desk.sign_in("walt").post("/definitions/well/versions/2/publish")
    assert (answer.status_code, answer.json()["type"]) == (422, "/schema/problems/unsound")


def test_a_definition_with_an_unknown_role(desk: Desk) -> None:
    """A role that nobody can hold."""
    source = DEFINITION.read_text("utf-8").replace("role: cty_review", "role: cty_revue")
    assert flaws(desk, source)["unknown_name"] == line_of(source, "cty_revue")


@pytest.mark.parametrize(
    "hostile",
    [
        '__import__("os").system("true") == 0',
        "item.cost.__class__ == item.cost",
        "[1,2,3].all(a, [1,2,3].all(b, [1,2,3].all(c, [1,2,3].all(d, [1,2,3].all(e, true)))))",
        "true" + " && true" * 5_000,
        "(" * 500 + "true" + ")" * 500,
        '"' + "x" * 10_000 + '" == ""',
        "item.cost",
        'item.cost > "x"',
        "item.nothing == 1",
    ],
)
def test_a_hostile_expression(desk: Desk, hostile: str) -> None:
    """Not run, not swallowed: a problem on its line, in good time."""
    source = DEFINITION.read_text("utf-8").replace('item.cost <= money("500000.00")', hostile.replace("'", "''"))
    started = monotonic()
    found = flaws(desk, source)
    assert set(found.values()) == {line_of(source, "- {that:")}
    assert monotonic() - started < BACK_SECONDS_MAX


def test_a_yaml_bomb(desk: Desk) -> None:
    """A few lines that would unfold into gigabytes: each anchor told, none unfolded, in a moment."""
    layers = [f"x{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 12)]
    source = "\n".join(["workflow: well", "x0: &a0 [lol]", *layers])
    started = monotonic()
    assert {"anchor", "alias"} <= set(flaws(desk, source))
    assert monotonic() - started < BACK_SECONDS_MAX


def test_nothing_of_all_that_was_published(desk: Desk) -> None:
    """A bad draft beside a published version: items still open on the published one."""
    flaws(desk, DEFINITION.read_text("utf-8").replace("role: cty_review", "role: cty_revue"))
    assert [one["version"] for one in desk.sign_in("ann").get("/definitions").json()["definitions"]] == [1]


def test_a_database_that_is_full(open_desk: Callable[..., Desk]) -> None:
    """503 in words; reading goes on, nothing was changed, and writing goes on when there is room again."""
    desk = open_desk()
    ann = desk.sign_in("ann")
    item = ann.start()
    path = Path(desk.settings.database.removeprefix("sqlite:///"))
    with full_disk(path):
        answers = [ann.post(f"/items/{item['id']}/remarks", {"comment": "x" * 2_000}) for _ in range(12)]
        told = {answer.status_code for answer in answers}
        assert ann.get(f"/items/{item['id']}").status_code == 200
    assert told <= {200, 503, 507}
    assert told & {503, 507}
    done = sum(answer.status_code == 200 for answer in answers)
    assert ann.get(f"/items/{item['id']}").json()["revision"] == 1 + done
    assert ann.post(f"/items/{item['id']}/remarks", {"comment": "x"}).status_code == 200


def test_a_database_of_another_version(settings: Settings) -> None:
    """The service does not start on it, and says what to do."""
    path = settings.database.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(Unusable, match=r"9999.*install a newer shenpi"):
        build(settings, Hands())


@pytest.mark.timeout(120)
def test_a_database_that_is_away(open_desk: Callable[..., Desk]) -> None:
    """PostgreSQL stops while the service runs: 503 with Retry-After, not ready, alive; it goes on when it is back.

    What was refused meanwhile is done once when it is repeated with its key.
    """
    with running_server() as server:
        url = server.new_database()
        furnish(url)
        desk = open_desk(database=url)
        ann = desk.sign_in("ann")
        item = ann.start()
        path = f"/items/{item['id']}/actions/submit"
        server.crash()
        answers = [ann.post(path, {}, revision=1, key="k"), ann.get(f"/items/{item['id']}"), ann.get("/tasks")]
        for answer in answers:
            assert (answer.status_code, answer.json()["type"]) == (503, "/schema/problems/service_unavailable")
            assert int(answer.headers["retry-after"]) >= 1
        assert desk.client.get("/ready").status_code == 503
        assert desk.client.get("/health").status_code == 200
        server.start_again()
        until = monotonic() + BACK_SECONDS_MAX
        while (answer := ann.post(path, {}, revision=1, key="k")).status_code == 503 and monotonic() < until:
            sleep(0.1)
        assert (answer.status_code, answer.json()["state"]) == (200, "review")
        assert ann.post(path, {}, revision=1, key="k").json()["replayed"]
        assert desk.client.get("/ready").status_code == 200
        assert len(ann.get(f"/items/{item['id']}/timeline").json()["records"]) == 2
