"""Who may call what: every route, for everybody, against the policy file as this test reads it.

The routes come from the application, the verdicts from `service/policy.yaml` through the few lines of
`verdicts.py`, which share nothing with the product. People: nobody, and for each role somebody
of the item's own unit, of another unit, with the role over the whole county, standing in for the task's holder,
who once had the task, and who is disabled.
"""

from asyncio import run
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from litestar.testing import TestClient

from adapters.identity.sessions import SessionKind
from adapters.sql.directory import Person
from adapters.sql.migrating import FORWARD, RUNNING, Migration, Migrations
from adapters.sql.organisation import Step, grant, save_person
from adapters.sql.sight import look
from adapters.sql.webhooks import Webhook, add_webhook
from engine.commands import Act, Actor, Claim, Transfer
from service.app import build
from service.assembly import Assembly
from service.http.application import Application, routes_of
from service.http.callers import sight_of
from service.http.policy import PolicyError, load_policy
from service.settings import LogLevel, Settings
from tests.service.office import COUNTY, IN_PATHS, OTHER_TOWN, START, TOWN, Hands, furnish, lend
from tests.service.verdicts import FORBIDDEN, HIDDEN, PASSES, SIGN_IN, Verdicts
from workflows.demo.papers import pdf

POLICY = Path(__file__).resolve().parents[2] / "service" / "policy.yaml"
ROLES = POLICY.parents[1] / "workflows" / "roles.yaml"
RELATIONS = ("own_unit", "other_unit", "oversight", "delegate", "ex_assignee", "disabled")


HEIR, COMMENT = {"to": "rob"}, {"comment": "hm"}
BODIES: dict[str, dict[str, Any]] = {
    "transfer": HEIR,
    "delegate": HEIR,
    "assign": HEIR,
    "add_signer": HEIR,
    "answer": COMMENT,
    "reply": COMMENT,
    "remarks": COMMENT,
    "redraw": COMMENT,
    "draw": {"word": "x"},
    "suspend": COMMENT,
    "terminate": COMMENT,
    "ask": {**HEIR, "question": "?"},
    "copy": {"to": ["rob"]},
    "jump": {"to": "draft", **COMMENT},
}
"""What routes want to be told, by the end of their path."""

VERDICTS = Verdicts(yaml.safe_load(POLICY.read_text("utf-8")))
ROUTES = sorted(VERDICTS.content["routes"])


@dataclass(frozen=True)
class Scene:
    """A running service with everybody in it, and an item with a task and a file to be seen or not."""

    client: TestClient[Application]
    assembly: Assembly
    names: dict[str, str]
    tokens: dict[str, str] = field(default_factory=dict)

    def token_of(self, user_id: str) -> str:
        """Give somebody's token; signed in once."""
        if user_id not in self.tokens:
            sessions, now = self.assembly.signing_in.sessions, self.assembly.clock.now()
            self.tokens[user_id] = sessions.open(user_id, SessionKind.BEARER, now).token
        return self.tokens[user_id]

    async def ask(self, client: httpx.AsyncClient, route: str, user_id: str | None) -> httpx.Response:
        """Call a route in a way that changes nothing: with conditions or a body that nobody can meet."""
        method, _, template = route.partition(" ")
        headers = {"If-Match": '"999"'}
        if user_id is not None:
            headers["Authorization"] = f"Bearer {self.token_of(user_id)}"
        if route in {"DELETE /api/v1/session", "POST /logout"} and user_id is not None:
            del self.tokens[user_id]
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        body |= {"json": BODIES[template.rpartition("/")[2]]} if template.rpartition("/")[2] in BODIES else {}
        names = {
            **self.names,
            "definition": "nothing",
            "webhook_id": self.webhook() if "{webhook_id}" in template else "",
            "user_id": "nobody",
        }
        if template.endswith("/authorisations/{number}") and user_id is not None:
            names["number"] = self.assembly.ids.new()
            self.assembly.organisation.change(lend(user_id, "rob", names["number"]))
        path = template.format(**names) + ("?seconds=0" if template.endswith("/events") else "")
        return await client.request(method, path, headers=headers, **body)

    async def answers(self, route: str, users: list[str | None]) -> list[httpx.Response]:
        """Call a route as each of some people, one after the other."""
        transport = httpx.ASGITransport(self.client.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as client:
            return [await self.ask(client, route, user) for user in users]

    def webhook(self) -> str:
        """Make a webhook that may be removed; gives its id."""
        id = self.assembly.ids.new()
        add_webhook(self.assembly.database, Webhook(id, "https://hooks.example", "x", (), False, "adam", START))
        return id


def user_of(role: str, relation: str) -> str:
    """The id of the person who has this role in this relation."""
    return f"{role}.{relation}"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One service for all cases: none of them changes it."""
    folder = tmp_path_factory.mktemp("authorization")
    url = f"sqlite:///{folder / 'office.sqlite'}"
    furnish(url)
    settings = Settings(
        database=url,
        files_folder=folder / "files",
        heartbeat=False,
        log_level=LogLevel.WARNING,
        anonymous_requests_per_minute_max=1_000_000,
        requests_per_minute_max=1_000_000,
    )
    application = build(settings, Hands())
    with TestClient(application, raise_server_exceptions=False) as client:
        assembly: Assembly = application.state["assembly"]
        people(assembly)
        yield Scene(client, assembly, names_of(client, assembly))


def people(assembly: Assembly) -> None:
    """Give everybody an account and their role, in the unit that their relation asks for."""
    steps: list[Step] = []
    for role in VERDICTS.roles:
        for relation in RELATIONS:
            user_id, own = user_of(role, relation), relation in {"own_unit", "disabled"}
            unit = TOWN if own else OTHER_TOWN
            account = Person(user_id, user_id, user_id, unit, "", "", "zh", enabled=True)
            steps.append(save_person(account, START))
            steps.append(grant(user_id, role, COUNTY if relation == "oversight" else unit))
            if relation == "delegate":
                steps.append(lend("rita", user_id))
    assembly.organisation.change(*steps)


def names_of(client: TestClient[Application], assembly: Assembly) -> dict[str, str]:
    """Make the item: ann's, in review, its task held by rita after many others had it; gives all path parameters."""
    opened = assembly.signing_in.sessions.open("ann", SessionKind.BEARER, assembly.clock.now())
    headers = {"Authorization": f"Bearer {opened.token}"}
    body = {"definition": "well", "data": {"name": "x", "cost": 1}}
    item = client.post("/api/v1/items", json=body, headers=headers).json()["id"]
    sent = client.post(f"/api/v1/items/{item}/files", files={"file": ("plan.pdf", pdf(["plan"]))}, headers=headers)
    directory = assembly.organisation.now()
    actors = {name: directory.actor(name, START) for name in directory.people}
    receipt = assembly.runtime.execute(Act(case_id=item, actor=actors["ann"], action="submit"))
    task = receipt.tasks[0].id
    assembly.runtime.execute(Claim(case_id=item, actor=actors["rita"], task=task))
    pass_around(assembly, item, task, actors)
    assembly.organisation.change(
        *(
            save_person(replace(directory.people[user_of(role, "disabled")], enabled=False), START)
            for role in VERDICTS.roles
        )
    )
    assets = client.app.state["web"].site.assets
    return {
        "item_id": item,
        "code": receipt.code,
        "verb": "release",
        "task_id": task,
        "file_id": sent.json()["id"],
        "number": "1",
        "action": "reject",
        "key": "well",
        "person_id": "ann",
        **IN_PATHS,
        "policy_key": next(iter(assembly.organisation.now().policies), "none"),
        "version": "1",
        "path": "openapi.json",
        "webhook_id": "",
        "incident_id": "message:x",
        "migration_id": order(assembly),
        "digest": assets.digest,
        "name": "site.css",
        "token": "nothing",
        "kind": "stale",
        "call": "items_act",
        "shape": "ItemShape",
    }


def order(assembly: Assembly) -> str:
    """Keep an order to migrate a case that does not exist; nobody carries it out."""
    made = Migration("m1", "well", 1, {}, ("none",), "x", FORWARD, RUNNING, "", 1, "walt", START, None, {})
    return Migrations(assembly.database).order(made).id


def pass_around(assembly: Assembly, item: str, task: str, actors: dict[str, Actor]) -> None:
    """Hand the task from one to the next of all who are to have had it, and back to rita."""
    holder = actors["rita"]
    for role in VERDICTS.roles:
        heir = actors[user_of(role, "ex_assignee")]
        assembly.runtime.execute(Transfer(case_id=item, actor=holder, task=task, to=heir.id))
        holder = heir
    assembly.runtime.execute(Transfer(case_id=item, actor=holder, task=task, to="rita"))


def judged(answer: httpx.Response) -> str | int:
    """What an answer says about the right to ask: passed, or the status that refused it."""
    to_sign_in = answer.is_redirect and answer.headers["location"].startswith("/login?next=")
    if answer.status_code == SIGN_IN or to_sign_in:
        return SIGN_IN
    return answer.status_code if answer.status_code in {FORBIDDEN, HIDDEN} or answer.is_server_error else PASSES


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_gets_what_the_policy_says(scene: Scene, route: str) -> None:
    """Nobody, and each role in each relation to the item that a path names: 401, 403, 404, or through to the handler.

    Where a path names nobody's row, only being disabled matters; the long run has the other relations there as well.
    """
    relations = RELATIONS if "row" in VERDICTS.content["routes"][route] else ("own_unit", "disabled")
    judge(scene, route, relations)


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
def test_every_relation_on_every_route(scene: Scene, route: str) -> None:
    """The whole matrix, without leaving out what cannot matter."""
    judge(scene, route, RELATIONS)


OF_OTHERS = {
    *("GET /items/{code}/progress", "GET /items/{code}/package", "GET /items/{code}/channels"),
    *("GET /items/{code}/survey", "POST /items/{code}/survey"),
}
"""Pages of items of other procedures: whoever may ask is told that there is none."""


def judge(scene: Scene, route: str, relations: tuple[str, ...]) -> None:
    """Call a route as everybody; what they get is what the policy says."""
    cases = [(None, "other_unit"), *((role, relation) for role in VERDICTS.roles for relation in relations)]
    users = [None if role is None else user_of(role, relation) for role, relation in cases]
    wrong = []
    for (role, relation), answer in zip(cases, run(scene.answers(route, users)), strict=True):
        expected, found = VERDICTS.expected(route, role, relation), judged(answer)
        if route in OF_OTHERS and expected == PASSES:
            expected = HIDDEN
        if "everyone" in VERDICTS.content["routes"][route]["allow"] and found == HIDDEN:
            found = PASSES  # a survey of that token: whoever asks for what is not there is told so
        if found != expected:
            wrong.append(
                f"{role} {relation}: expected {expected}, got {found} ({answer.status_code} {answer.text[:90]})"
            )
    assert not wrong, f"{route}\n" + "\n".join(wrong)


LISTS = ("GET /api/v1/items", "GET /api/v1/audit", "GET /api/v1/stats", "GET /items")
"""Routes whose path names nobody's row: they must leave out what the caller may not see."""

LOG_READERS = {("GET /api/v1/audit", "aud_admin")}
"""Who reads who did what to any item, without seeing the item (三员分立)."""


@pytest.mark.parametrize("route", LISTS)
def test_lists_hold_nothing_that_may_not_be_seen(scene: Scene, route: str) -> None:
    """Whoever would get 404 for the item finds nothing of it in any list; whoever sees it does."""
    cases = [
        (role, relation)
        for role in VERDICTS.roles
        for relation in RELATIONS
        if VERDICTS.expected(route, role, relation) == PASSES
    ]
    answers = run(scene.answers(route, [user_of(*case) for case in cases]))
    told = "QH-2026-0001" if route != "GET /api/v1/stats" else '"count":1'
    wrong = [
        f"{role} {relation}"
        for (role, relation), answer in zip(cases, answers, strict=True)
        if (told in answer.text) != (VERDICTS.sees(role, relation) or (route, role) in LOG_READERS)
    ]
    assert not wrong, f"{route}\n" + "\n".join(wrong)


def test_a_batch_reaches_nothing_that_may_not_be_seen(scene: Scene) -> None:
    """A task that the path does not name is looked up with the caller's eyes all the same."""
    body = {"action": "reject", "comment": "x", "tasks": [{"task": scene.names["task_id"], "revision": 999}]}
    wrong = []
    for role in VERDICTS.content["groups"]["business"]:
        for relation in RELATIONS[:-1]:
            headers = {"Authorization": f"Bearer {scene.token_of(user_of(role, relation))}", "Idempotency-Key": "k"}
            answer = scene.client.post("/api/v1/tasks/batch", json=body, headers=headers).json()
            if (answer["results"][0]["status"] == HIDDEN) == VERDICTS.sees(role, relation):
                wrong.append(f"{role} {relation}: {answer}")
    assert not wrong, "\n".join(wrong)


def test_the_routes_are_those_of_the_application(scene: Scene) -> None:
    """Each is judged above, none that does not exist is."""
    assert {f"{method} {path}" for method, path in routes_of(scene.client.app)} == set(ROUTES)


def test_nothing_was_changed_by_asking(scene: Scene) -> None:
    """The item is as it was: the matrix asks, it does not act. Then its one task is seen to be rita's."""
    directory = scene.assembly.organisation.now()
    rita = sight_of(directory, directory.actor("rita", START), load_policy().oversight)
    with scene.assembly.database.read() as connection:
        seen = look(connection, rita, "item", scene.names["item_id"])
    assert seen is not None
    assert seen.revision == 3 + len(VERDICTS.roles) + 1
    assert seen.open_tasks == {scene.names["task_id"]}


def test_every_role_there_is_has_its_place_in_the_policy() -> None:
    """A role that the organisation knows and the policy does not could do nothing, without anybody noticing."""
    known = set(yaml.safe_load(ROLES.read_text("utf-8")))
    assert known == set(VERDICTS.roles)


def test_the_three_administrators_have_nothing_in_common_with_business() -> None:
    """Separation of powers: no role is in both, and none of the three sees an item or acts on one."""
    groups = VERDICTS.content["groups"]
    administrators = set(groups["administrators"])
    assert administrators.isdisjoint(groups["business"] + groups["auditors"] + VERDICTS.content["sight"]["oversight"])
    for route, rule in VERDICTS.content["routes"].items():
        if "row" in rule:
            allowed = {role for name in rule["allow"] for role in groups.get(name, [name])}
            assert administrators.isdisjoint(allowed), route


def test_auditors_only_read() -> None:
    """Whoever examines does not take part (SoD-9)."""
    for route, rule in VERDICTS.content["routes"].items():
        if "auditors" in rule["allow"]:
            assert route.startswith("GET "), route


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  GET /api/v1/me: {allow: [signed_in]}\n", "", "GET /api/v1/me has no rule"),
        ("routes:\n", "routes:\n  GET /gone: {allow: [everyone]}\n", "GET /gone does not exist"),
        ("allow: [signed_in]}", "allow: [singed_in]}", "singed_in"),
        ("row: task}", "row: tusk}", "a key"),
    ],
)
def test_a_policy_that_does_not_fit_stops_the_start(
    tmp_path: Path, scene: Scene, old: str, new: str, says: str
) -> None:
    """A route without a rule, a rule without a route, a name that nobody knows."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError, match=says):
        load_policy(file).check(routes_of(scene.client.app))


def test_the_service_does_not_start_with_a_route_that_has_no_rule(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which, and lets go of the database."""
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY.read_text("utf-8").replace("  GET /api/v1/me: {allow: [signed_in]}\n", ""), "utf-8")
    with monkeypatch.context() as changed:
        changed.setattr("service.app.load_policy", lambda: load_policy(file))
        with pytest.raises(PolicyError, match="GET /api/v1/me has no rule"):
            build(settings, Hands())
    build(settings, Hands()).state["assembly"].close()
