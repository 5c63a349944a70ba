"""The service over a small office: a database of each kind, the application, and people who are signed in."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.testing import TestClient

from service.app import build
from service.assembly import Assembly
from service.http.application import Application
from service.settings import Settings
from service.web.assets.fetch import fetch
from tests.service.matrix import Scene, standing
from tests.service.office import PASSWORD, Hands, furnish


@dataclass
class Desk:
    """A running application, and the hands of its clock."""

    client: TestClient[Application]
    clock: Hands
    settings: Settings

    @property
    def assembly(self) -> Assembly:
        """What the application is made of."""
        assembly = self.client.app.state["assembly"]
        assert isinstance(assembly, Assembly)
        return assembly

    def sign_in(self, name: str) -> "Visitor":
        """Let somebody sign in with the password."""
        answer = self.client.post("/api/v1/session", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return Visitor(self.client, name, answer.json()["token"])

    def anonymous(self) -> "Visitor":
        """Give somebody who is not signed in."""
        return Visitor(self.client, "", "")


@dataclass(frozen=True)
class Visitor:
    """Somebody who calls the interface with a bearer token."""

    client: TestClient[Application]
    name: str
    token: str

    def ask(self, method: str, path: str, **others: Any) -> httpx.Response:  # noqa: ANN401  # whatever the client takes
        """Send a request as this person; `revision` and `key` become their headers."""
        headers = dict(others.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if "revision" in others:
            headers["If-Match"] = f'"{others.pop("revision")}"'
        if "key" in others:
            headers["Idempotency-Key"] = others.pop("key")
        return self.client.request(method, f"/api/v1{path}", headers=headers, **others)

    def get(self, path: str, **others: Any) -> httpx.Response:  # noqa: ANN401  # whatever the client takes
        """Read."""
        return self.ask("GET", path, **others)

    def post(self, path: str, body: object = None, **others: Any) -> httpx.Response:  # noqa: ANN401  # as above
        """Send JSON, with a new key unless one is given."""
        return self.ask("POST", path, json={} if body is None else body, **{"key": uuid4().hex, **others})

    def start(self, **data: object) -> dict[str, Any]:
        """Open an item of the test procedure."""
        answer = self.post("/items", {"definition": "well", "data": {"name": "井", "cost": 100_00, **data}})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def act(
        self, item: dict[str, Any], action: str, form: dict[str, Any] | None = None, comment: str = ""
    ) -> dict[str, Any]:
        """Take an action, which must succeed; gives the item as it is afterwards."""
        body = {"form": form or {}, "comment": comment}
        answer = self.post(f"/items/{item['id']}/actions/{action}", body, revision=item["revision"])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="session", autouse=True)
def browser_files() -> None:
    """The browser files that every service needs to start; npm runs only where they are not there yet."""
    fetch()


@pytest.fixture(scope="session")
def scene(browser_files: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Everybody in every relation to one item, for tests that only ask."""
    with standing(tmp_path_factory.mktemp("matrix")) as everybody:
        yield everybody


@pytest.fixture(scope="session")
def furnished_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the office in it, to copy."""
    path = tmp_path_factory.mktemp("service") / "office.sqlite"
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture
def settings(furnished_office: Path, tmp_path: Path) -> Settings:
    """Settings of a service over a fresh SQLite file."""
    path = tmp_path / "office.sqlite"
    shutil.copy(furnished_office, path)
    return Settings(database=f"sqlite:///{path}", files_folder=tmp_path / "files", heartbeat=False)


@pytest.fixture(scope="session")
def ended() -> list[Application]:
    """Applications whose test is over, to be filled anew: to register the routes takes half of a start."""
    return []


@pytest.fixture
def open_desk(settings: Settings, ended: list[Application]) -> Iterator[Callable[..., Desk]]:
    """Starts the service with some settings changed: `open_desk(public_url=…)`."""
    clients: list[TestClient[Application]] = []

    def start(**changes: Any) -> Desk:  # noqa: ANN401  # a setting of any type
        clock, changed = Hands(), replace(settings, **changes)
        application = build(changed, clock, into=ended.pop() if ended else None)
        client = TestClient(application, raise_server_exceptions=False)
        client.__enter__()
        clients.append(client)
        return Desk(client, clock, changed)

    yield start
    for client in clients:
        client.__exit__()
        ended.append(client.app)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The service as it is set by default."""
    return open_desk()
