"""The same two actions as a programmer would write them without an engine: no definition, no guards, no types.

It decides just enough to do the same writes: the open task is closed and another one opened, the timer set or taken
away, the record chained, the notice posted, the answer remembered.
"""

from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from adapters.sql.bench.scenario import REASON

NOW = "2026-11-23T02:00:00.000000+00:00"
DUE = "2026-11-30T09:30:00.000000+00:00"
FIRES = "2026-11-27T09:30:00.000000+00:00"
FOREVER = "9999-12-31T23:59:59.999999+00:00"

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
Body = dict[str, Any]


class Rows(Struct, frozen=True):
    """What one action writes."""

    body: Body
    hash: str
    payload: str
    actor: str
    closed: str
    action: str
    task: Body
    event: int
    notice: str
    amount: int | None
    key: str
    receipt: str

    @property
    def text(self) -> str:
        """The case's body."""
        return _encode(self.body).decode()


def act(text: str, last_hash: str, turn: int) -> Rows:
    """Send a case back, or submit it again."""
    body = _decode(text)
    (closed,) = body["tasks"]
    returns = turn % 2 == 0
    actor = "clerk" if returns else "applicant"
    if closed["principal"] != ("g:cty_review@county" if returns else "u:applicant"):
        raise PermissionError(closed["id"])
    action = "return" if returns else "submit"
    events: list[Any] = [["TaskClosed", {"task": closed["id"], "outcome": "done", "action": action}]]
    task = _task(body, returns=returns)
    events += _give_back(body) if returns else _submit_again(body, turn)
    moved = {"action": action, "source": closed["state"], "target": task["state"], "comment": REASON if returns else ""}
    notice = {"kind": "task.opened", "audience": [task["principal"]], "params": {}}
    events += [["Moved", moved], ["TaskOpened", {"task": task}], ["Notified", notice]]
    key = f"{closed['state']}.{action}"
    mark = {"user": actor, "at": NOW, "behalf_of": None}
    body["actors"] |= {closed["state"]: mark, key: mark}
    body["times"][key] = body["times"].get(key, 0) + 1
    body["visits"][task["state"]] = body["visits"].get(task["state"], 0) + 1
    body |= {"tasks": [task], "previous_state": closed["state"], "state": task["state"], "entered_at": NOW}
    body["task_count"] += 1
    body["revision"] += 1
    record = {"actor": actor, "at": NOW, "case_id": body["id"], "command": "Act", "events": events}
    payload = _encode(record | {"seq": body["revision"]}).decode()
    receipt = {name: body[name] for name in ("id", "code", "state", "revision", "tasks")}
    return Rows(
        body=body,
        hash=sha256(bytes.fromhex(last_hash) + payload.encode()).hexdigest(),
        payload=payload,
        actor=actor,
        closed=closed["id"],
        action=action,
        task=task,
        event=len(events) - 1,
        notice=_encode(notice).decode(),
        amount=None if returns else body["data"]["amount"],
        key=f"{body['id']}-{turn}",
        receipt=_encode(receipt).decode(),
    )


def _task(body: Body, *, returns: bool) -> Body:
    return {
        "id": f"{body['id']}-{body['task_count'] + 1}",
        "state": "application" if returns else "desk",
        "seat": "",
        "principal": "u:applicant" if returns else "g:cty_review@county",
        "opened_at": NOW,
        "due_at": None if returns else DUE,
        "group": None,
        "lender": None,
        "added_by": None,
        "weight": 1,
    }


def _give_back(body: Body) -> list[Any]:
    paused = body["clock"] | {"paused_at": NOW}
    body["paused"]["desk"] = paused
    body |= {"clock": None, "timers": []}
    return [["TimerCancelled", {"timer": "deadline"}], ["ClockPaused", {"state": "desk", "clock": paused}]]


def _submit_again(body: Body, turn: int) -> list[Any]:
    body["timer_count"] += 1
    clock = {"started_at": NOW, "due_at": DUE, "provisional": False, "fired": 0}
    timer = {"name": "deadline", "generation": body["timer_count"], "fires_at": FIRES, "rung": 0}
    body["paused"] = {}
    body["data"]["amount"] = 1_000_000 + turn
    body |= {"clock": clock, "timers": [timer]}
    changed = ["DataChanged", {"values": {"amount": body["data"]["amount"]}}]
    return [changed, ["ClockStarted", {"clock": clock}], ["TimerArmed", {"timer": timer}]]
