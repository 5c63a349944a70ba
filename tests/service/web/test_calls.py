"""The pages of the interface: every call, type and kind of problem has one, and each link leads somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from service.http.problems import KINDS, TYPE_PREFIX
from service.texts import Language, load
from tests.browser import NARROW, WIDE, visiting
from tests.service.conftest import Desk
from tests.service.web.county import Service

SERVICE = Path(__file__).resolve().parents[3] / "service"
LINK = re.compile(r'href="(/schema/[^"#]*)"')
AS_PEOPLE = {"Accept": "text/html"}


def test_every_link_of_the_description_leads_somewhere(desk: Desk) -> None:
    """From the list to each call, from there to each type, and to each kind of problem."""
    seen, waiting = set[str](), ["/schema"]
    while waiting:
        path = waiting.pop()
        answer = desk.client.get(path, headers=AS_PEOPLE)
        assert answer.status_code == 200, path
        found = {link for link in LINK.findall(answer.text) if link != "/schema/openapi.json"}
        waiting += sorted(found - seen)
        seen |= found
    described = desk.client.get("/schema/openapi.json").json()
    operations = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert {f"/schema/calls/{name}" for name in operations} <= seen
    assert {f"/schema/problems/{kind}" for kind in KINDS} <= seen
    assert {path for path in seen if path.startswith("/schema/types/")} >= {"/schema/types/ItemShape"}


def test_programs_get_the_description_itself(desk: Desk) -> None:
    """The same address gives OpenAPI 3.1 to whoever does not ask for a page; beside the calls as well."""
    for path in ("/schema", "/schema/", "/api/v1/schema", "/schema/openapi.json"):
        assert desk.client.get(path, headers={"Accept": "application/json"}).json()["openapi"].startswith("3.1"), path
    assert desk.client.get("/api/v1/schema", headers=AS_PEOPLE).headers["content-type"].startswith("text/html")


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    """A made-up call, type or kind of problem."""
    for path in ("calls/nothing", "types/Nothing", "problems/nothing"):
        assert desk.client.get(f"/schema/{path}", headers=AS_PEOPLE).status_code == 404, path


def raised() -> Iterator[tuple[str, int | None]]:
    """Every kind of problem that the product raises, with its status where it is written as a number."""
    for file in SERVICE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        origins = {
            node.module
            for node in nodes
            if isinstance(node, ast.ImportFrom) and any(one.name == "Problem" for one in node.names)
        }
        if origins != {"service.http.problems"}:
            continue  # what is wrong with a definition, or with a field of a form, bears the same name
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                status, kind = node.args[:2]
                if isinstance(kind, ast.Constant) and kind.value:  # of a form's field, where the words come first
                    yield str(kind.value), int(str(status.value)) if isinstance(status, ast.Constant) else None


def test_every_kind_of_problem_has_its_status_and_words() -> None:
    """A kind without a page would have a `type` that leads nowhere."""
    for kind, status in raised():
        assert kind in KINDS, kind
        assert status in {None, KINDS[kind]}, kind
    keys = load().keys()
    worded = {key.split(".")[1] for key in keys if key.startswith("problems.")}
    assert worded == set(KINDS)


def test_the_type_of_a_problem_leads_to_its_page(desk: Desk) -> None:
    """RFC 9457: in the reader's language, it says what a program does about it."""
    answer = desk.client.get("/api/v1/me")
    assert answer.json()["type"] == f"{TYPE_PREFIX}unauthorized"
    for language, words in (("zh-CN", "取得令牌"), ("en", "Get a token")):
        shown = desk.client.get(answer.json()["type"], headers={**AS_PEOPLE, "Accept-Language": language})
        assert words in shown.text


PAGES = ("/schema", "/schema/calls/items_act", "/schema/types/TaskShape", "/schema/problems", "/schema/problems/stale")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", WIDE), ("en", NARROW)])
def test_the_description_is_readable(chromium: Browser, county: Service, language: Language, width: int) -> None:
    """Without a breach of the strict policy: nothing comes from elsewhere."""
    for path in PAGES:
        with visiting(chromium, county.url + path, language=language, width=width) as visit:
            visit.screenshot(f"interface{path.replace('/', '-')}-{language}-{width}")
            visit.check()
