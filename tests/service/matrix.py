"""A service with somebody of each role in each relation to an item, to be asked everything by everybody.

People: for each role somebody of the item's own unit, of another unit, with the role over the whole county, standing
in for the task's holder, who once had the task, and who is disabled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import yaml
from litestar.testing import TestClient

from adapters.identity.sessions import SessionKind
from adapters.sql.directory import Person
from adapters.sql.migrating import FORWARD, RUNNING, Migration, Migrations
from adapters.sql.office_log import By
from adapters.sql.organisation import Step, grant, save_person
from adapters.sql.webhooks import Webhook, add_webhook
from engine.commands import Act, Actor, Claim, Transfer
from service.app import build
from service.assembly import Assembly
from service.http.application import Application
from service.settings import LogLevel, Settings
from tests.service.office import COUNTY, IN_PATHS, OTHER_TOWN, START, TOWN, Hands, furnish, lend
from tests.service.verdicts import Verdicts
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
FIGURES = "GET /metrics"
ROUTES = sorted(VERDICTS.content["routes"], key=lambda route: (route != FIGURES, route))
"""Figures first: they tell of every route, person and answer there was before, which takes longer each time."""


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
        kept = Webhook(id, "https://hooks.example", "x", (), False, "adam", START)
        add_webhook(self.assembly.database, By("adam", START), kept)
        return id


def user_of(role: str, relation: str) -> str:
    """The id of the person who has this role in this relation."""
    return f"{role}.{relation}"


@contextmanager
def standing(folder: Path) -> Iterator[Scene]:
    """Run one service for all who only ask: nothing that they do changes it."""
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
