"""Connections that take actions over HTTP as fast as they are answered."""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Self

from adapters.sql.bench.scenario import APPLICANT, CLERK, REASON, STARTED, command
from engine.commands import Actor
from service.bench.server import HOST, PASSWORD

CREATED, DONE = 201, 200
_SECONDS_MAX = 30


class Visitor:
    """One connection with its own cases; it sends each back as the clerk, or submits it again as the applicant."""

    def __init__(self, connection: HTTPConnection, tokens: Mapping[str, str], cases: Sequence[str]) -> None:
        """Work as both, with their tokens."""
        self._connection, self._tokens = connection, tokens
        self._revisions = dict.fromkeys(cases, STARTED)

    def act(self, case_id: str) -> None:
        """Take the next action; anything but its success is an error."""
        revision = self._revisions[case_id]
        asked = command(case_id, revision - STARTED)
        headers = {
            "Authorization": f"Bearer {self._tokens[asked.actor.id]}",
            "If-Match": f'"{revision}"',
            "Idempotency-Key": str(asked.key),
        }
        body = {"form": dict(asked.form), "comment": REASON if asked.comment else ""}
        answer = _post(self._connection, f"/api/v1/items/{case_id}/actions/{asked.action}", body, DONE, headers)
        self._revisions[case_id] = answer["revision"]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Visitors:
    """Some of them at once, and to whom each case belongs."""

    def __init__(self, port: int, cases: Sequence[str], connections: int) -> None:
        """Share the cases out as `side_by_side` does."""
        lines = [HTTPConnection(HOST, port, timeout=_SECONDS_MAX) for _ in range(connections)]
        tokens = {person.id: _sign_in(lines[0], person) for person in (APPLICANT, CLERK)}
        self._all = [Visitor(line, tokens, cases[index::connections]) for index, line in enumerate(lines)]
        self._of = {case_id: self._all[index % connections] for index, case_id in enumerate(cases)}

    def act(self, case_id: str) -> None:
        """Let the visitor of a case take its next action."""
        self._of[case_id].act(case_id)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Hang up, all of them."""
        for visitor in self._all:
            visitor.close()


def _sign_in(connection: HTTPConnection, person: Actor) -> str:
    answer = _post(connection, "/api/v1/session", {"username": person.id, "password": PASSWORD}, CREATED, {})
    return str(answer["token"])


def _post(
    connection: HTTPConnection, path: str, body: object, expected: int, headers: Mapping[str, str]
) -> dict[str, Any]:
    connection.request("POST", path, json.dumps(body), {**headers, "Content-Type": "application/json"})
    response = connection.getresponse()
    content = response.read()
    if response.status != expected:
        raise ConnectionError(f"{path}: {response.status} {content.decode()[:400]}")
    answer: dict[str, Any] = json.loads(content)
    return answer
