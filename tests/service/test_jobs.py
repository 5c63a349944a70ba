"""What happens by itself: reminders, notices, mails, webhooks, digests; each once, whatever breaks in between."""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import Thread
from time import sleep
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.sql.directory import Person
from adapters.sql.organisation import save_person
from engine.undoing import UNDO_SECONDS_MAX
from service.jobs.digest import Digest
from service.jobs.heartbeat import Heartbeat, post_office
from service.jobs.outbox import PostOffice
from service.jobs.timers import sweep_timers
from tests.service.conftest import Desk
from tests.service.office import BUREAU, START

SENDER = "shenpi@county.example"


@dataclass
class Mailbox:
    """A mail server on this machine, and what it was given."""

    answers: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        """Take a mail, or give the next prepared answer."""
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """A running mail server and the setting that leads to it."""
    mailbox = Mailbox()
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, f"smtp+plain://127.0.0.1:{port}"
    controller.stop()


@dataclass
class Receiver:
    """Another program on this machine, and what it was told."""

    statuses: list[int] = field(default_factory=list)
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    """A running HTTP server and its address."""
    heard = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name the server calls
            """Keep what comes, and answer as prepared."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.told.append((dict(self.headers), body))
            self.send_response(heard.statuses.pop(0) if heard.statuses else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield heard, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def drained(office: PostOffice) -> int:
    """Send until nothing is due; gives how many messages were handled."""
    total = 0
    while number := office.send():
        total += number
    return total


def in_review(desk: Desk) -> dict[str, Any]:
    """An item that waits for a reviewer, and that nobody can undo any more."""
    ann = desk.sign_in("ann")
    item = ann.act(ann.start(), "submit")
    settle(desk)
    return item


def settle(desk: Desk) -> None:
    """Let the time pass in which what was done can be undone: until then nobody is told."""
    desk.clock.advance(seconds=UNDO_SECONDS_MAX)


def notices_of(desk: Desk, name: str, language: str = "zh") -> list[str]:
    """What somebody is told, the newest first."""
    answer = desk.sign_in(name).get("/me/notices", headers={"Accept-Language": language})
    return [notice["text"] for notice in answer.json()["notices"]]


def test_a_reminder_reaches_all_who_could_do_the_work(desk: Desk) -> None:
    """When half of the time is over, and again when it is up; each once, in the reader's language."""
    in_review(desk)
    office = post_office(desk.assembly)
    assert sweep_timers(desk.assembly) == 0
    drained(office)
    assert notices_of(desk, "rita") == ["新的待办：井"]
    desk.clock.advance(days=4)
    assert [sweep_timers(desk.assembly), sweep_timers(desk.assembly)] == [1, 0]
    drained(office)
    assert notices_of(desk, "rob", "en") == ["“井” is due by 2026-11-30 17:30", "New task: 井"]
    desk.clock.advance(days=4)
    assert [sweep_timers(desk.assembly), drained(office) > 0, sweep_timers(desk.assembly)] == [1, True, 0]
    assert len(notices_of(desk, "rita")) == 3
    assert notices_of(desk, "ann") == []


def test_who_started_an_item_hears_how_it_ended(desk: Desk) -> None:
    """Nobody is told of what they did themselves."""
    item = in_review(desk)
    desk.sign_in("rita").act(item, "reject", comment="no")
    settle(desk)
    drained(post_office(desk.assembly))
    assert notices_of(desk, "ann") == ["“井”进入“已撤销”"]


def test_nobody_is_told_of_a_task_that_is_done_already(desk: Desk) -> None:
    """As when the service stood still for a night, and is asked before it has told."""
    item = in_review(desk)
    desk.sign_in("rita").act(item, "reject", comment="no")
    settle(desk)
    drained(post_office(desk.assembly))
    assert notices_of(desk, "rob") == []


def test_notices_are_read(desk: Desk) -> None:
    """Up to the newest that was seen."""
    in_review(desk)
    drained(post_office(desk.assembly))
    rita = desk.sign_in("rita")
    page = rita.get("/me/notices").json()
    assert page["unread"] == 1
    assert rita.post("/me/notices/read", {"until": page["notices"][0]["id"]}).json() == {"marked": 1}
    assert rita.get("/me/notices").json()["unread"] == 0


def test_each_reader_gets_one_mail_in_their_language(
    open_desk: Callable[..., Desk], mail_server: tuple[Mailbox, str]
) -> None:
    """With a link to the item, and a key by which a second copy would be known; disabled people get none."""
    mailbox, url = mail_server
    desk = open_desk(smtp_url=url, mail_from=SENDER, public_url="https://shenpi.county.example")
    english = Person("rita", "rita", "Rita", BUREAU, "rita@example.org", "", "en", enabled=True)
    gone = Person("rob", "rob", "Rob", BUREAU, "rob@example.org", "", "zh", enabled=False)
    desk.assembly.organisation.change(save_person(english, START), save_person(gone, START))
    item = in_review(desk)
    drained(post_office(desk.assembly))
    desk.sign_in("rita").act(item, "reject", comment="no")
    settle(desk)
    drained(post_office(desk.assembly))
    letters = {str(letter["To"]): letter for letter in mailbox.letters}
    assert sorted(letters) == ["ann@example.org", "rita@example.org"]
    assert str(letters["rita@example.org"]["Subject"]) == "New task: 井"
    assert str(letters["ann@example.org"]["Subject"]) == "“井”进入“已撤销”"
    body = letters["rita@example.org"].get_body(("plain",))
    assert body is not None
    assert f"https://shenpi.county.example/items/{item['code']}" in body.get_content()
    assert len({str(letter["Message-ID"]) for letter in mailbox.letters}) == 2


def test_a_mail_server_in_trouble_is_tried_again(
    open_desk: Callable[..., Desk], mail_server: tuple[Mailbox, str]
) -> None:
    """Later and later; a mail that is refused for good is not."""
    mailbox, url = mail_server
    desk = open_desk(smtp_url=url, mail_from=SENDER)
    office = post_office(desk.assembly)
    in_review(desk)
    item = in_review(desk)
    desk.sign_in("rita").act(item, "reject", comment="no")
    settle(desk)
    mailbox.answers = ["451 busy", "550 no such person", "451 busy"]
    drained(office)
    assert mailbox.letters == []
    assert drained(office) == 0
    desk.clock.advance(minutes=1)
    drained(office)
    assert len(mailbox.letters) == 2
    desk.clock.advance(days=3)
    assert drained(office) == 0
    with desk.assembly.database.read() as connection:
        errors = connection.driver.execute("SELECT error FROM outbox WHERE error IS NOT NULL").fetchall()
    assert [error for (error,) in errors] == ["550 no such person"]


def test_a_webhook_is_signed_and_told_once(open_desk: Callable[..., Desk], receiver: tuple[Receiver, str]) -> None:
    """The receiver can check the signature; an answer in trouble is tried again with the same key."""
    heard, origin = receiver
    desk = open_desk(webhook_origins=(origin,), webhook_networks=("127.0.0.0/8",))
    adam = desk.sign_in("adam")
    made = adam.post("/webhooks", {"url": f"{origin}/hear", "events": ["task.opened"]}).json()
    assert [one["id"] for one in adam.get("/webhooks").json()["webhooks"]] == [made["webhook"]["id"]]
    item = in_review(desk)
    heard.statuses = [503, 503]
    office = post_office(desk.assembly)
    drained(office)
    desk.clock.advance(minutes=1)
    drained(office)
    (first, body), (second, again) = (one for one in heard.told if one[0]["Shenpi-Key"].split(".")[1] == "2")
    assert (first["Shenpi-Key"], body) == (second["Shenpi-Key"], again)
    signed = hmac.new(made["secret"].encode(), f"{second['Shenpi-Timestamp']}.".encode() + again, sha256).hexdigest()
    assert second["Shenpi-Signature"] == f"v1={signed}"
    content = json.loads(again)
    assert (content["event"], content["item_id"], content["params"]) == ("task.opened", item["id"], {})
    assert adam.ask("DELETE", f"/webhooks/{made['webhook']['id']}").status_code == 204
    assert adam.ask("DELETE", f"/webhooks/{made['webhook']['id']}").status_code == 404
    changes = desk.sign_in("audrey").get("/audit/changes?what=webhook.")
    assert [one["what"] for one in changes.json()["changes"]] == ["webhook.removed", "webhook.added"]
    assert f"{origin}/hear" in changes.text
    assert made["secret"] not in changes.text


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "https://other.example/",
        "http://169.254.169.254/latest",
        "https://hooks.example@evil.example/",
        "https://hooks.example:444/",
        "file:///etc/passwd",
        "https://HOOKS.example/",
        "",
    ],
)
def test_nothing_goes_where_it_is_not_allowed_to(open_desk: Callable[..., Desk], url: str) -> None:
    """Not even by an administrator's hand."""
    desk = open_desk(webhook_origins=("https://hooks.example",))
    answer = desk.sign_in("adam").post("/webhooks", {"url": url})
    assert answer.status_code in {400, 422}
    assert desk.sign_in("adam").get("/webhooks").json() == {"webhooks": []}


def test_the_digest_comes_once_on_working_days(
    open_desk: Callable[..., Desk], mail_server: tuple[Mailbox, str]
) -> None:
    """From its hour on, to everybody who has work or could take some, from whichever process is first."""
    mailbox, url = mail_server
    desk = open_desk(smtp_url=url, mail_from=SENDER)
    item = in_review(desk)
    desk.sign_in("rita").post(f"/tasks/{item['tasks'][0]['id']}/claim")
    drained(post_office(desk.assembly))
    mailbox.letters.clear()
    desk.clock.advance(days=9)
    early, first, second = (Digest(desk.assembly, time(hour)) for hour in (11, 8, 8))
    assert [early.write(), first.write(), first.write(), second.write()] == [0, 1, 0, 1]
    drained(post_office(desk.assembly))
    assert [(str(one["To"]), str(one["Subject"])) for one in mailbox.letters] == [
        ("rita@example.org", "今日待办 1 件，其中逾期 1 件")
    ]
    desk.clock.advance(days=3)
    assert first.write() == 0
    assert drained(post_office(desk.assembly)) == 0


def test_the_heartbeat_catches_up_and_stops(open_desk: Callable[..., Desk]) -> None:
    """What fell due while nobody looked is done at once; afterwards no thread is left."""
    desk = open_desk()
    in_review(desk)
    desk.clock.advance(days=4)
    heartbeat = Heartbeat(desk.assembly)
    heartbeat.start()
    for _ in range(100):
        if len(notices_of(desk, "rita")) == 2:
            break
        sleep(0.05)
    assert len(notices_of(desk, "rita")) == 2
    assert heartbeat.is_alive
    heartbeat.stop()
    heartbeat.stop()


def test_a_service_with_a_heartbeat_says_that_it_is_ready(open_desk: Callable[..., Desk]) -> None:
    """And tells Prometheus what waits."""
    desk = open_desk(heartbeat=True)
    assert desk.client.get("/ready").json()["heartbeat"] == "ok"
    in_review(desk)
    figures = desk.client.get("/metrics").text
    assert "shenpi_tasks_open 1.0" in figures
    assert 'shenpi_command_seconds_count{kind="Act",outcome="done"} 1.0' in figures
    assert "shenpi_heartbeat_age_seconds" in figures
