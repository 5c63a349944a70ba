"""Inserting, moving and deleting steps so that the procedure stays whole."""

from collections.abc import Mapping

from engine.editing import Drop, Edit, Insert, Move, Put
from engine.values import Json
from service.web.flow.differing import free
from service.web.flow.raw import Keyed, at, forward, keyed, states

NAME = "step_{number}"
ACTION = "pass"


def insert(draft: Json, after: str, titles: Mapping[str, Mapping[str, str]]) -> tuple[str, list[Edit]]:
    """Put a step between one and the next: what carried a case on leads to the new step, and from there to the next.

    `titles` are those of a new step and of its action, in both languages. Gives the new step's name.
    """
    there = states(draft)
    state, name = there[after], free(there, NAME)
    following = forward(state)
    action: dict[str, Json] = {"title": dict(titles["action"]), "to": following[1] if following else after}
    step: dict[str, Json] = {
        "title": dict(titles["step"]),
        "phase": state.get("phase") or next(iter(keyed(at(draft, "phases"))), ""),
        "who": {"head": "item.unit"},
        "due": "5 working days",
        "actions": {ACTION: action},
    }
    edits: list[Edit] = [Insert(("states", name), step, after)]
    if following is not None:
        edits.append(Put(("states", after, "actions", following[0], "to"), name))
    return name, edits


def delete(draft: Json, name: str) -> list[Edit]:
    """Take a step out: what led to it leads to where it carried a case on, or goes too."""
    there = states(draft)
    following = forward(there[name])
    heir = following[1] if following is not None and following[1] != name else None
    edits: list[Edit] = []
    for other, state in there.items():
        if other != name:
            edits += _led_elsewhere(other, state, name, heir)
    return [*edits, Drop(("states", name))]


def _led_elsewhere(state: str, content: Keyed, gone: str, heir: str | None) -> list[Edit]:
    edits: list[Edit] = []
    for action, said in keyed(content.get("actions")).items():
        if at(said, "to") != gone:
            continue
        path = ("states", state, "actions", action)
        edits.append(Drop(path) if heir is None or heir == state else Put((*path, "to"), heir))
    outcomes = [one for one in ("passed", "failed") if at(content.get("vote"), one) == gone and heir is not None]
    return [*edits, *(Put(("states", state, "vote", outcome), heir) for outcome in outcomes)]


def move(name: str, by: int) -> list[Edit]:
    """Move a step one place up or down in the text; where cases go does not change."""
    return [Move(("states", name), by)]


def add_action(draft: Json, state: str, title: Mapping[str, str], to: str) -> list[Edit]:
    """Give a step one more action."""
    there = keyed(states(draft)[state].get("actions"))
    name = free(there, "action_{number}")
    content: Json = {"title": dict(title), "to": to}
    path = ("states", state, "actions", name)
    return [Insert(path, content) if there else Put(path, content)]


def drop_action(state: str, action: str) -> list[Edit]:
    """Take an action away."""
    return [Drop(("states", state, "actions", action))]
