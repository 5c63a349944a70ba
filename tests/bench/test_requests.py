"""A request costs little beside the action it asks for."""

from pathlib import Path

import pytest
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from adapters.sql.bench.scenario import APPLICANT, CLERK, REASON, STARTED, command
from adapters.sql.bench.scratch import New
from engine.commands import Act
from service.app import build
from service.bench.server import PASSWORD, prepare_office
from service.http.application import Application
from service.settings import Settings
from service.web.assets.fetch import fetch
from tests.calls import Calls

CALLS_MAX = 520
"""Most Python calls in the thread that answers, from the first byte to the log line: the server's, ours, the loop's."""


def counting(application: Application, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Count the calls of the thread that answers, while it answers, from now on."""
    calls, serve = Calls(), application.edge.serve

    async def counted(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        with calls.counted():
            await serve(app, scope, receive, send)

    monkeypatch.setattr(application.edge, "serve", counted)
    return calls


def test_an_action_over_http_takes_few_calls(sqlite: New, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: sent back and submitted again, without what the engine and the store do in their threads."""
    fetch()
    url = sqlite()
    (case_id,) = prepare_office(url, 1)
    application = build(Settings(database=url, files_folder=tmp_path / "files", heartbeat=False))
    with TestClient(application) as client:
        tokens = {person.id: _token(client, person.id) for person in (APPLICANT, CLERK)}
        for turn in range(4):
            _act(client, tokens, turn, command(case_id, turn))
        calls = counting(application, monkeypatch)
        for turn in (4, 5):
            _act(client, tokens, turn, command(case_id, turn))
    assert 0 < calls.number / 2 <= CALLS_MAX


def _token(client: TestClient[Application], name: str) -> str:
    answer = client.post("/api/v1/session", json={"username": name, "password": PASSWORD})
    return str(answer.json()["token"])


def _act(client: TestClient[Application], tokens: dict[str, str], turn: int, asked: Act) -> None:
    headers = {
        "Authorization": f"Bearer {tokens[asked.actor.id]}",
        "If-Match": f'"{turn + STARTED}"',
        "Idempotency-Key": str(asked.key),
    }
    body = {"form": dict(asked.form), "comment": REASON if asked.comment else ""}
    answer = client.post(f"/api/v1/items/{asked.case_id}/actions/{asked.action}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
