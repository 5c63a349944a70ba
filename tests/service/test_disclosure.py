"""What is told to nobody before its time, or to nobody at all, asked for at every place that tells anything."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from service import log
from service.settings import LogLevel
from tests.service.conftest import Desk, Visitor
from tests.service.matrix import ROUTES, VERDICTS
from tests.service.office import PASSWORD

ABOUT_AN_ITEM = ("item", "code", "task")
LISTS = ("/items", "/tasks", "/tasks?view=done", "/audit", "/stats", "/me/notices", "/search?q=QH")
OTHERS = ("ann", "rita", "eli", "audrey", "auden", "heidi")
"""Whoever may ask for the item or read of it: who began it, a reviewer, another voter, auditors, the head."""

SIGNS = ("canary", '"points":97', ">97<", '"action":"object"', '"action":"agree"', '"choice":"reject"')
OFFERED = ('"action":"object","title"', '"action":"agree","title"')
"""How a vote is told, and how it is offered to who has one."""


def places(item: str, code: str, task: str) -> list[str]:
    """Every address of the policy that tells of an item, or of a task of it, and the lists it stands in."""
    rules = VERDICTS.content["routes"].items()
    templates = [route.removeprefix("GET ") for route, rule in rules if rule.get("row") in ABOUT_AN_ITEM]
    asked = [one for one in templates if f"GET {one}" in ROUTES]
    names = {"item_id": item, "code": code, "task_id": task, "name": "D01.pdf", "definition": "well"}
    return [one.format(**names) for one in asked] + [f"/api/v1{one}" for one in LISTS]


def test_no_place_tells_a_blind_vote(desk: Desk) -> None:
    """Neither how somebody voted nor what they wrote or filled in, wherever the item or the task is told of."""
    by = {name: desk.sign_in(name) for name in (*OTHERS, "eva", "zoe")}
    item = by["rita"].act(by["ann"].act(by["ann"].start(), "submit"), "pass", {"panel": ["eva", "eli", "zoe"]})
    (task,) = [one["id"] for one in item["tasks"] if one["principal"] == "u:eva"]
    voted = by["eva"].act(item, "object", comment="canary")
    by["zoe"].act(voted, "agree", {"points": 97})
    told = []
    for name in OTHERS:
        for path in places(item["id"], item["code"], task):
            answer = read(by[name], path)
            assert answer.status_code < 500, f"{path} {answer.text}"
            text = answer.text
            for words in OFFERED:
                text = text.replace(words, "")
            told += [f"{name} {path}: {sign}" for sign in SIGNS if sign in text]
    assert not told, "\n".join(told)
    assert '"action":"object"' in read(by["eva"], f"/api/v1/tasks/{task}").text


def read(visitor: Visitor, path: str) -> httpx.Response:
    """Ask for any address."""
    return visitor.client.get(path, headers={"Authorization": f"Bearer {visitor.token}"}, follow_redirects=False)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the service writes to its log, of every level."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def test_no_secret_reaches_the_log_the_figures_or_the_database(desk: Desk, written: io.StringIO) -> None:
    """A password, a name typed wrongly, a token, words, a file's name, a query and a path: each is a secret here.

    What is kept are digests; what an administrator is told once is not to be read anywhere afterwards.
    """
    log.configure(LogLevel.DEBUG, written)
    ann, adam = desk.sign_in("ann"), desk.sign_in("adam")
    item, canary, client = ann.start(name="canary-title"), "canary-4711", desk.client
    client.post("/api/v1/session", json={"username": canary, "password": canary})
    client.post("/login", data={"username": canary, "password": canary, "next": f"/{canary}"})
    for headers in ({"Authorization": f"Bearer {canary}"}, {"Cookie": f"shenpi={canary}"}, {"X-CSRF-Token": canary}):
        client.get("/api/v1/me", headers={**headers, "User-Agent": canary, "Referer": canary})
    for path in (f"/{canary}", f"/api/v1/items/{canary}", f"/items?words={canary}", f"/verify/{canary}"):
        read(ann, path)
    ann.post(f"/items/{item['id']}/remarks", {"comment": canary}, key=canary)
    ann.ask("POST", f"/items/{item['id']}/files", files={"file": (f"{canary}.pdf", canary.encode())})
    ann.post(f"/items/{item['id']}/actions/{canary}", {"comment": canary}, revision=1)
    ann.ask("PUT", "/me/password", json={"old": canary, "new": canary})
    made = adam.post("/people", {"username": "nora", "name": "canary-name", "unit": "data", "phone": "canary-phone"})
    secrets = [canary, "canary-title", "canary-name", "canary-phone", made.json()["password"], ann.token, PASSWORD]
    told = written.getvalue() + client.get("/metrics").text
    assert "/api/v1/items/{item_id}/remarks" in told
    assert [one for one in secrets if one in told] == []
    kept = Path(desk.settings.database.removeprefix("sqlite:///"))
    content = b"".join(file.read_bytes() for file in (kept, Path(f"{kept}-wal")) if file.exists())
    assert b"canary-phone" in content
    assert [one for one in (made.json()["password"], ann.token, PASSWORD) if one.encode() in content] == []
