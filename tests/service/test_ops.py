"""Operations: what goes no further by itself is found, tried again, left with a reason, or given to somebody."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adapters.sql.office_log import Wanted, list_changes
from adapters.sql.organisation import save_person
from service.jobs.heartbeat import post_office
from service.jobs.timers import sweep_timers
from tests.service.conftest import Desk
from tests.service.office import START
from tests.service.test_jobs import SENDER, Mailbox, Receiver, drained, in_review, mail_server, receiver

__all__ = ["mail_server", "receiver"]  # fixtures


def incidents(desk: Desk) -> list[dict[str, Any]]:
    """What waits for a person."""
    answer = desk.sign_in("adam").get("/ops")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["incidents"]
    return found


def handle(desk: Desk, incident: dict[str, Any], action: str, **body: str) -> Any:  # noqa: ANN401  # an answer
    """Do something about an incident."""
    body = {"reason": "核实过", **body}
    return desk.sign_in("adam").post(f"/ops/incidents/{incident['id']}/actions/{action}", body)


def changes(desk: Desk) -> list[tuple[int, str, str, str]]:
    """The log of the office, oldest first: number, who, what, why."""
    with desk.assembly.database.read() as connection:
        found = list_changes(connection, Wanted(what="incident."))
    return [(one.number, one.actor, one.what, one.reason) for one in reversed(found.lines)]


def test_a_quiet_office_has_no_incidents(desk: Desk) -> None:
    """It tells how it is: database, schema, heartbeat, what waits, how much room is left."""
    in_review(desk)
    found = desk.sign_in("adam").get("/ops").json()
    assert found["health"] == {"status": "ready", "database": "ok", "schema": "ok", "heartbeat": "off"}
    assert (found["waiting"]["tasks_open"], found["waiting"]["timers_late"], found["incidents"]) == (1, 0, [])
    assert found["disk_free_bytes"] > 0


def test_a_mail_that_was_given_up_is_sent_again(
    open_desk: Callable[..., Desk], mail_server: tuple[Mailbox, str]
) -> None:
    """With the server's own words for the cause; once it arrives, nothing waits."""
    mailbox, url = mail_server
    desk = open_desk(smtp_url=url, mail_from=SENDER)
    item = in_review(desk)
    mailbox.answers = ["550 no such person", "451 busy"]
    office = post_office(desk.assembly)
    drained(office)
    lost, failing = sorted(incidents(desk), key=lambda one: one["kind"], reverse=True)
    assert (lost["kind"], lost["about"], lost["reason"]) == ("lost", "mail task.opened", "550 no such person")
    assert (lost["item_code"], lost["attempts"], lost["actions"]) == (item["code"], 1, ["retry", "skip"])
    assert (failing["kind"], failing["reason"]) == ("failing", "451 busy")
    assert {lost["user"], failing["user"]} == {"rita", "rob"}
    for incident in (lost, failing):
        assert handle(desk, incident, "retry").status_code == 200
    drained(office)
    assert ({str(one["To"]) for one in mailbox.letters}, incidents(desk)) == (
        {"rita@example.org", "rob@example.org"},
        [],
    )
    assert [change[1:] for change in changes(desk)] == [("adam", "incident.retried", "核实过")] * 2


def test_a_delivery_is_left_with_a_reason(open_desk: Callable[..., Desk], receiver: tuple[Receiver, str]) -> None:
    """A receiver that says no for good: it is written down who left it and why, and it is not tried again."""
    heard, origin = receiver
    desk = open_desk(webhook_origins=(origin,), webhook_networks=("127.0.0.0/8",))
    desk.sign_in("adam").post("/webhooks", {"url": f"{origin}/hear", "events": ["task.opened"]})
    in_review(desk)
    heard.statuses = [410]
    drained(post_office(desk.assembly))
    (lost,) = incidents(desk)
    assert (lost["kind"], lost["about"]) == ("lost", "hook task.opened")
    assert desk.sign_in("adam").post(f"/ops/incidents/{lost['id']}/actions/skip", {"reason": ""}).status_code == 400
    assert handle(desk, lost, "reassign").status_code == 422
    assert handle(desk, lost, "skip").json()["incidents"] == []
    assert handle(desk, lost, "skip").status_code == 404
    desk.clock.advance(days=1)
    told = len(heard.told)
    assert (drained(post_office(desk.assembly)), len(heard.told)) == (0, told)
    assert [change[1:] for change in changes(desk)] == [("adam", "incident.skipped", "核实过")]


def test_work_that_nobody_can_do_is_given_to_somebody(desk: Desk) -> None:
    """Everybody with the role has left: the task waits for nobody, until it is given away under the giver's name."""
    item = in_review(desk)
    people = desk.assembly.organisation.now().people
    gone = [save_person(replace(people[name], enabled=False), START) for name in ("rita", "rob")]
    desk.assembly.organisation.change(*gone)
    (stuck,) = incidents(desk)
    assert (stuck["kind"], stuck["about"], stuck["item_code"]) == ("task", "g:cty_review@qh", item["code"])
    assert handle(desk, stuck, "reassign").status_code == 422
    assert handle(desk, stuck, "reassign", to="rita").status_code == 422
    assert handle(desk, stuck, "reassign", to="heidi").json()["incidents"] == []
    (line,) = desk.sign_in("heidi").get("/tasks").json()["tasks"]
    assert line["item_id"] == item["id"]
    record = desk.sign_in("heidi").get(f"/items/{item['id']}/timeline").json()["records"][-1]
    assert (record["command"], record["actor"]["id"]) == ("Assign", "adam")
    assert desk.sign_in("adam").get(f"/items/{item['id']}").status_code == 403


def test_a_late_timer_is_let_go(desk: Desk) -> None:
    """A process took it and died; it need not be waited for."""
    in_review(desk)
    desk.clock.advance(days=4)
    (late,) = incidents(desk)
    assert (late["kind"], late["actions"]) == ("timer", ["retry"])
    assert handle(desk, late, "retry").status_code == 200
    assert sweep_timers(desk.assembly) == 1
    assert incidents(desk) == []


def test_who_keeps_the_logs_looks_and_does_nothing(desk: Desk) -> None:
    """The three administrators have different things to do."""
    assert desk.sign_in("auden").get("/ops").status_code == 200
    answer = desk.sign_in("auden").post("/ops/incidents/x/actions/retry", {"reason": "x"})
    assert answer.status_code == 403
