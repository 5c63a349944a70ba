"""Tests of a definition: reading `tests:`, a list of steps by name."""

import re

from engine.loading.durations import read_duration
from engine.loading.limits import TRIAL_STEPS_MAX, TRIALS_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope
from engine.loading.source import Keyed, Listing, Node, Scalar
from engine.trials import SAVE, START, Trial, TrialStep
from engine.values import Json

_KEYS = ("as", "do", "form", "comment", "to", "wait", "state", "refused")
_CODE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_WHO = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}


def read_trials(cursor: Cursor, scope: Scope) -> tuple[Trial, ...]:
    """Read all tests."""
    return tuple(
        Trial(name, tuple(_step(item, scope) for item in test.items(TRIAL_STEPS_MAX, "steps", least=1)))
        for name, test in cursor.entries(TRIALS_MAX, "tests").items()
    )


def _step(cursor: Cursor, scope: Scope) -> TrialStep:
    parts = cursor.parts((), _KEYS)
    if "wait" not in parts and "do" not in parts and "state" not in parts:
        cursor.problem("trial_step")
    actions = {action for names in scope.states.values() for action in names}
    return TrialStep(
        who=_matching(parts["as"], _WHO, "person") if "as" in parts else "",
        do=parts["do"].reference([START, SAVE, *sorted(actions)], "action") if "do" in parts else "",
        form=_form(parts["form"], scope) if "form" in parts else {},
        comment=parts["comment"].text() if "comment" in parts else "",
        to=parts["to"].reference(scope.states, "state") if "to" in parts else None,
        wait=read_duration(parts["wait"]) if "wait" in parts else None,
        state=parts["state"].reference(scope.states, "state") if "state" in parts else None,
        refused=_refused(parts["refused"]) if "refused" in parts else (),
    )


def _form(cursor: Cursor, scope: Scope) -> dict[str, Json]:
    entries = cursor.entries(len(scope.fields), "fields")
    for name, entry in entries.items():
        if name not in scope.fields:
            entry.unknown("field", name, scope.fields)
    return {name: value_of(entry.node) for name, entry in entries.items()}


def _refused(cursor: Cursor) -> tuple[str, ...]:
    return tuple(_matching(item, _CODE, "reason") for item in cursor.items(TRIAL_STEPS_MAX, "reasons", least=1))


def _matching(cursor: Cursor, pattern: re.Pattern[str], wanted: str) -> str:
    text = cursor.text()
    if text and not pattern.fullmatch(text):
        cursor.problem("bad_name", found=quoted(text), wanted=wanted)
    return text


def value_of(node: Node) -> Json:
    """Give a value as a client would send it: whole numbers, true and false without quotes; all else is text."""
    match node:
        case Listing(items=items):
            return [value_of(item) for item in items]
        case Keyed(entries=entries):
            return {name: value_of(entry) for name, entry in entries.items()}
        case Scalar(text=text, plain=plain):
            if plain and text in _WORDS:
                return _WORDS[text]
            return int(text) if plain and _INTEGER.fullmatch(text) else text
