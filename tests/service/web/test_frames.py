"""What surrounds a page is read from the database in threads: requests take turns in one place that must not wait."""

from asyncio import get_running_loop
from collections.abc import Callable
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


def watch(desk: Desk, monkeypatch: pytest.MonkeyPatch, bad: set[str], path: Callable[[], str]) -> None:
    """Note the path that is asked for whenever the database is read where requests take turns."""
    read = desk.assembly.database.read

    def watched() -> AbstractContextManager[Connection]:
        with suppress(RuntimeError):
            get_running_loop()
            bad.add(path())
        return read()

    monkeypatch.setattr(desk.assembly.database, "read", watched)


def test_no_page_waits_for_the_database_where_requests_take_turns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the frame of a page that looks at nothing, nor that of one that is not there, or not for everybody."""
    ann, path, bad = desk.sign_in("ann"), "", set[str]()
    watch(desk, monkeypatch, bad, lambda: path)
    for path in (*FIXED, *ELSE):
        show(ann, path)
    path = "a refused password"
    send(ann, "/settings/password", old="x")
    assert not bad


def test_no_refused_sign_in_waits_for_the_database_where_requests_take_turns(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor the pages that somebody gets who is signed in, and whose second number or other service was not believed."""
    desk = open_desk(oidc_issuer="http://127.0.0.1:9", oidc_client_id="shenpi")
    ann, bad = desk.sign_in("ann"), set[str]()
    watch(desk, monkeypatch, bad, lambda: path)
    for path in ("/login", "/login/otp"):
        assert send(ann, path, code="123456").status_code >= 400
    for path in ("/login/sso", "/login/sso/callback?code=x&state=y"):
        assert show(ann, path).status_code >= 400
    assert not bad


def test_a_page_that_is_not_there_is_told_without_room_to_read(desk: Desk) -> None:
    """Its frame is only what needs no database."""
    ann = desk.sign_in("ann")
    show(ann, "/")
    with no_room(desk.assembly.threads, READERS + READERS_WAITING_MAX):
        answer = show(ann, "/nothing-here")
    assert (answer.status_code, "Not found" in answer.text) == (404, True)
