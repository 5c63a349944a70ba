"""News for open pages: told at once how things are, then what changed, in every process, and only about oneself."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from adapters.sql.organisation import save_person
from service.http import live
from service.jobs.heartbeat import post_office
from tests.browser import served
from tests.postgres import running_server
from tests.service.conftest import Desk
from tests.service.office import START, furnish
from tests.service.test_jobs import drained, settle

NEWS_SECONDS_MAX = 15.0


def told(answer: str) -> list[tuple[str, Any]]:
    """The events of a stream."""
    blocks = [block.splitlines() for block in answer.split("\n\n") if block.startswith("event")]
    return [(first.removeprefix("event: "), json.loads(second.removeprefix("data: "))) for first, second, _ in blocks]


def now_of(desk: Desk, name: str) -> dict[str, Any]:
    """How things are for somebody."""
    answer = desk.sign_in(name).get("/me/events", params={"seconds": 0})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    return dict(told(answer.text))


def test_a_stream_begins_with_how_things_are(desk: Desk) -> None:
    """One's own tasks, those one could take, notices: each person's own."""
    ann = desk.sign_in("ann")
    item = ann.act(ann.start(), "submit")
    settle(desk)
    drained(post_office(desk.assembly))
    assert now_of(desk, "rita")["queue"] == {"mine": 0, "claimable": 1}
    assert now_of(desk, "rita")["notices"]["unread"] == 1
    assert now_of(desk, "bob") == {"queue": {"mine": 0, "claimable": 0}, "notices": {"unread": 0, "newest": None}}
    desk.sign_in("rita").post(f"/tasks/{item['tasks'][0]['id']}/claim")
    assert now_of(desk, "rita")["queue"] == {"mine": 1, "claimable": 0}
    assert now_of(desk, "rob")["queue"] == {"mine": 0, "claimable": 0}


def test_streams_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many of one person are refused, those that ended are not counted."""
    for _ in range(live.STREAMS_EACH_MAX + 1):
        now_of(desk, "ann")
    monkeypatch.setattr(live, "STREAMS_EACH_MAX", 0)
    answer = desk.sign_in("ann").get("/me/events", params={"seconds": 0})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "20")


def test_a_stream_does_not_keep_a_session(desk: Desk) -> None:
    """Only what a person does is use of it: a deserted page is signed out all the same."""
    ann = desk.sign_in("ann")
    idle = desk.settings.session_idle_minutes
    for _ in range(3):
        desk.clock.advance(minutes=idle / 4)
        assert ann.get("/me/events", params={"seconds": 0}).status_code == 200
    desk.clock.advance(minutes=idle / 4)
    assert ann.get("/me/events", params={"seconds": 0}).status_code == 401


@contextmanager
def listening(url: str, token: str, seconds: int = 60) -> Iterator[list[tuple[str, Any]]]:
    """Listen in a thread; what is heard grows."""
    heard: list[tuple[str, Any]] = []

    def listen() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{url}/api/v1/me/events?seconds={seconds}", headers=headers, timeout=60) as answer:
            for block in answer.iter_text():
                heard.extend(told(block))
        heard.append(("end", None))

    thread = Thread(target=listen, daemon=True)
    thread.start()
    yield heard


def wait_for(heard: list[tuple[str, Any]], event: tuple[str, Any]) -> None:
    """Wait until something was heard."""
    until = monotonic() + NEWS_SECONDS_MAX
    while event not in heard:
        assert monotonic() < until, heard
        sleep(0.05)


def test_news_of_one_service_reach_another(open_desk: Callable[..., Desk]) -> None:
    """Two on one database: a page open at one hears what is done at the other; who is disabled hears no more."""
    with running_server() as server:
        database = server.new_database()
        furnish(database)
        here, there = open_desk(database=database), open_desk(database=database)
        with served(here.client.app) as url, listening(url, here.sign_in("rita").token) as heard:
            wait_for(heard, ("queue", {"mine": 0, "claimable": 0}))
            ann = there.sign_in("ann")
            ann.act(ann.start(), "submit")
            wait_for(heard, ("queue", {"mine": 0, "claimable": 1}))
            rita = there.assembly.organisation.now().people["rita"]
            there.assembly.organisation.change(save_person(replace(rita, enabled=False), START))
            wait_for(heard, ("end", None))


def test_a_service_that_stops_ends_its_streams(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open page must not hold up a new release."""
    monkeypatch.setattr(live, "STREAMS", live.Streams())
    with served(desk.client.app) as url, listening(url, desk.sign_in("rita").token) as heard:
        wait_for(heard, ("queue", {"mine": 0, "claimable": 0}))
        live.STREAMS.end()
        wait_for(heard, ("end", None))
