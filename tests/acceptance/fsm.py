"""From a mined state machine (states and edges of a log) to a workflow definition in our language."""

import json
from pathlib import Path

import yaml


def definition_of(fsm: Path) -> str:
    """Give the YAML of a definition: its states are the activities just done, its actions the next ones."""
    mined = json.loads(fsm.read_text("utf-8"))
    activities = sorted({*mined["start"], *mined["end"], *(name for edge in mined["edges"] for name in edge)})
    names = {activity: f"s{number:02}" for number, activity in enumerate(activities)}
    following = {activity: [after for before, after in mined["edges"] if before == activity] for activity in activities}
    states = {"begin": _state("begin", "work", mined["start"], names)}
    for activity in activities:
        nexts = following[activity]
        final = activity in mined["end"]
        kind = ("rest" if nexts else "end") if final else "work"
        states[names[activity]] = _state(activity, kind, nexts, names)
    definition = {
        "workflow": "mined",
        "title": _text(mined["log"]),
        "phases": {"all": _text("all")},
        "fields": {},
        "states": states,
    }
    return yaml.safe_dump(definition, allow_unicode=True, sort_keys=False)


def _state(title: str, kind: str, nexts: list[str], names: dict[str, str]) -> dict[str, object]:
    state: dict[str, object] = {"title": _text(title), "phase": "all", "kind": kind}
    if kind != "end":
        state["who"] = "initiator"
        state["actions"] = {f"to_{names[one]}": {"title": _text(one), "to": names[one]} for one in nexts}
    return state


def _text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}
