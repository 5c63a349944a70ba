"""The description of the interface, tried: Schemathesis makes requests from it, sound and unsound ones, and judges.

Each operation is called over a socket as several people, half of the time with ids of things that exist, so that
requests come past the first look-up. No answer may be a server error, or of a status, a type or a shape that the
description does not tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import build
from service.settings import LogLevel, Settings
from tests.browser import served
from tests.service.office import PASSWORD
from tests.service.test_files import PDF

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALLERS = ("", "ann", "rita", "heidi", "wilma", "walt", "adam", "audrey", "auden")
NOT_CALLED = {("DELETE", "/api/v1/session"), ("PUT", "/api/v1/me/password"), ("GET", "/api/v1/me/events")}
"""Two would sign the callers out, the third stays as long as it is asked to: see `test_sessions` and `test_live`."""

EXAMPLES, EXAMPLES_LONG = 10, 400
REFUSED = 400
DONE_MIN = 15
"""Operations that must have been carried out at least once: requests that are all refused would try little."""


@dataclass(frozen=True)
class Place:
    """A running service: its address, the tokens of its people, ids of things in it, and the operations it did."""

    url: str
    tokens: dict[str, str]
    ids: dict[str, list[str]]
    done: set[str] = field(default_factory=set)

    def headers(self, caller: str) -> dict[str, str]:
        """Let somebody call."""
        return {"Authorization": f"Bearer {self.tokens[caller]}"} if caller else {}

    def make_real(self, case: Any, pick: int) -> None:  # noqa: ANN401  # of the library
        """Let a request name what exists, in the revision that it has."""
        for name in case.path_parameters or {}:
            ids = self.ids.get(name, [])
            if ids:
                case.path_parameters[name] = ids[pick % len(ids)]
        kind = next((one for one in ("item_id", "task_id") if one in (case.path_parameters or {})), None)
        if kind is not None and "If-Match" in (case.headers or {}):
            path = f"{kind.removesuffix('_id')}s/{case.path_parameters[kind]}"
            found = httpx.get(f"{self.url}/api/v1/{path}", headers=self.headers("rita")).json()
            case.headers["If-Match"] = f'"{found.get("revision", 1)}"'


@pytest.fixture(scope="module")
def place(furnished_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One service for all operations."""
    folder = tmp_path_factory.mktemp("described")
    copy = folder / "office.sqlite"
    copy.write_bytes(furnished_office.read_bytes())
    many = 1_000_000
    settings = Settings(
        database=f"sqlite:///{copy}",
        files_folder=folder / "files",
        heartbeat=True,
        log_level=LogLevel.WARNING,
        anonymous_requests_per_minute_max=many,
        requests_per_minute_max=many,
        address_failures_max=many,
    )
    with served(build(settings)) as url, httpx.Client(base_url=f"{url}/api/v1") as client:
        tokens = {name: _token(client, name) for name in CALLERS if name}
        yield Place(url, tokens, _things(client, tokens))


def _token(client: httpx.Client, name: str) -> str:
    return str(client.post("/session", json={"username": name, "password": PASSWORD}).json()["token"])


def _things(client: httpx.Client, tokens: dict[str, str]) -> dict[str, list[str]]:
    """Put an item in each state, a file and tasks into the office; gives their ids by the parameter's name."""
    ann = {"Authorization": f"Bearer {tokens['ann']}"}
    items, tasks = [], []
    for number in range(4):
        body = {"definition": "well", "data": {"name": f"井 {number}", "cost": 1}}
        item = client.post("/items", json=body, headers=ann).json()["id"]
        items.append(item)
        if number:
            headers = {**ann, "If-Match": '"1"', "Idempotency-Key": f"k{number}"}
            sent = client.post(f"/items/{item}/actions/submit", json={}, headers=headers).json()
            tasks += [task["id"] for task in sent["tasks"]]
    file = client.post(f"/items/{items[0]}/files", files={"file": ("plan.pdf", PDF)}, headers=ann).json()["id"]
    return {
        "item_id": items,
        "task_id": tasks,
        "file_id": [file],
        "key": ["well"],
        "action": ["submit", "drop", "pass", "reject", "return"],
        "version": ["1", "2"],
    }


def trouble(place: Place, examples: int) -> list[str]:
    """Call every operation that is described; gives what was wrong with the answers."""
    found: list[str] = []
    schema = schemathesis.openapi.from_url(f"{place.url}/schema/openapi.json")
    for result in schema.get_all_operations():
        operation = result.ok()
        if (operation.method.upper(), operation.path) not in NOT_CALLED:
            found += _trouble_of(place, operation, examples)
    return found


def _trouble_of(place: Place, operation: Any, examples: int) -> list[str]:  # noqa: ANN401  # of the library
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @seed(2026)
    @hypothesis_settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases, caller=st.sampled_from(CALLERS), known=st.booleans(), pick=st.integers(0, 9))
    def call(case: Any, caller: str, known: bool, pick: int) -> None:  # noqa: ANN401  # drawn
        if known:
            place.make_real(case, pick)
        answer = case.call(base_url=place.url, headers=place.headers(caller))
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code < REFUSED:
            place.done.add(operation.label)

    try:
        call()
    except FailureGroup as error:
        return [f"{operation.method.upper()} {operation.path}: {error}"]
    return []


def test_every_answer_is_as_described(place: Place) -> None:
    """0 server errors, 0 undocumented answers."""
    found = trouble(place, EXAMPLES)
    assert not found, "\n\n".join(found)
    assert len(place.done) >= DONE_MIN, sorted(place.done)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_answer_is_as_described_however_often_one_asks(place: Place) -> None:
    """The same with many more requests."""
    found = trouble(place, EXAMPLES_LONG)
    assert not found, "\n\n".join(found)
