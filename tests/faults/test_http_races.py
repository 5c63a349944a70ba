"""Eight connections decide one task at the same moment over HTTP: one is answered 200, the others 409."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier

import pytest

from adapters.clock import SystemClock
from adapters.sql.bench.scenario import REASON
from adapters.sql.bench.scratch import New, postgres_databases, sqlite_files
from adapters.sql.opening import open_database
from adapters.sql.publishing import Publishing
from adapters.sql.verify import verify
from engine.guards import GuardBook
from service.bench.server import HOST, PASSWORD, prepare_office, served
from tests.postgres import PostgresServer

CALLERS = 8
RACES, RACES_LONG = 100, 2_000


@dataclass
class Line:
    """One connection of a person who is signed in."""

    connection: HTTPConnection
    token: str = ""

    def post(self, path: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
        """Send a request; gives the status and the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed_in = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent = {"Content-Type": "application/json", **signed_in, **named}
        self.connection.request("POST", path, json.dumps(body), sent)
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.fixture(params=["sqlite", "postgresql"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[New]:
    """Makes databases of each kind."""
    if request.param == "sqlite":
        with sqlite_files(tmp_path) as made:
            yield made
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with postgres_databases(server.url()) as made:
            yield made


def sign_in(port: int, name: str) -> list[Line]:
    """As many connections of a person as there are callers."""
    lines = [Line(HTTPConnection(HOST, port, timeout=60)) for _ in range(CALLERS)]
    status, answer = lines[0].post("/api/v1/session", {"username": name, "password": PASSWORD})
    assert status == 201, answer
    for line in lines:
        line.token = str(answer["token"])
    return lines


def race(callers: ThreadPoolExecutor, lines: list[Line], task: str, action: str, revision: int) -> Counter[int]:
    """Let all decide the task at once, each with a key of its own; gives how often each status was answered."""
    start, body = Barrier(CALLERS), {"comment": REASON if action == "return" else ""}

    def decide(number: int) -> int:
        start.wait()
        path, key = f"/api/v1/tasks/{task}/actions/{action}", f"{revision}-{number}"
        status, answer = lines[number].post(path, body, If_Match=f'"{revision}"', Idempotency_Key=key)
        assert status in {200, 409}, answer
        return status

    return Counter(callers.map(decide, range(CALLERS)))


def run_races(new: New, folder: Path, races: int) -> None:
    """Race after race over one case, going to and fro between the clerk and the applicant."""
    url = new()
    (case_id,) = prepare_office(url, 1)
    with served(url, folder) as port, ThreadPoolExecutor(CALLERS) as callers:
        people = {"return": sign_in(port, "clerk"), "submit": sign_in(port, "applicant")}
        for number in range(races):
            action = "submit" if number % 2 else "return"
            found = race(callers, people[action], f"{case_id}-{number + 2}", action, number + 2)
            assert found == {200: 1, 409: CALLERS - 1}, number
        for line in (*people["return"], *people["submit"]):
            line.connection.close()
    with closing(open_database(url)) as database:
        assert verify(database, Publishing(database, GuardBook(), SystemClock())).is_clean


@pytest.mark.timeout(300)
def test_of_eight_connections_one_wins(new: New, tmp_path: Path) -> None:
    """100 races on each database: exactly one winner, the losers are told of it, nobody gets an error."""
    run_races(new, tmp_path, RACES)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_of_eight_connections_one_wins_for_long(new: New, tmp_path: Path) -> None:
    """2,000 races on each database."""
    run_races(new, tmp_path, RACES_LONG)
