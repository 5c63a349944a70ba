"""What surrounds a page is read from the database in threads: requests take turns in one place that must not wait."""

from asyncio import get_running_loop
from contextlib import AbstractContextManager, suppress

import pytest

from adapters.sql.statements import Connection
from service.assembly import READERS, READERS_WAITING_MAX
from service.http.policy import load_policy
from tests.service.conftest import Desk
from tests.service.test_overload import no_room
from tests.service.web.test_definition_pages import send, show

FIXED = sorted(
    path
    for method, path in load_policy().rules
    if method == "GET" and "{" not in path and not path.startswith(("/api/", "/demo"))
)
"""The pages whose address names nothing."""

ELSE = ("/nothing-here", "/items/NO-SUCH", "/schema/problems/not_found", "/schema/types/NoSuch")


def test_no_page_waits_for_the_database_where_requests_take_turns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the frame of a page that looks at nothing, nor that of one that is not there, or not for everybody."""
    read, path, bad = desk.assembly.database.read, "", set[str]()

    def watched() -> AbstractContextManager[Connection]:
        with suppress(RuntimeError):
            get_running_loop()
            bad.add(path)
        return read()

    ann = desk.sign_in("ann")
    monkeypatch.setattr(desk.assembly.database, "read", watched)
    for path in (*FIXED, *ELSE):
        show(ann, path)
    path = "a refused password"
    send(ann, "/settings/password", old="x")
    assert not bad


def test_a_page_that_is_not_there_is_told_without_room_to_read(desk: Desk) -> None:
    """Its frame is only what needs no database."""
    ann = desk.sign_in("ann")
    show(ann, "/")
    with no_room(desk.assembly.threads, READERS + READERS_WAITING_MAX):
        answer = show(ann, "/nothing-here")
    assert (answer.status_code, "Not found" in answer.text) == (404, True)
