"""What was filled in for a step, as edits of the draft's text: only what differs from what was there."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.editing import Drop, Edit, Path, Put, Unwritable, values
from engine.values import Json
from service.web.fields import Field
from service.web.flow.conditions import COMPARED, RULES, required_of
from service.web.flow.differing import differing, in_order
from service.web.flow.raw import Keyed, at, keyed, states
from service.web.flow.step_form import OWN_LADDER, RUNG
from service.web.flow.who import who_of
from service.web.flow.words import Words

_STATE_ORDER = "title phase kind who not due resume_min_days escalate vote needs form actions verbs"
ORDER = tuple(_STATE_ORDER.split())
ACTION_ORDER = ("title", "to", "vote", "kind", "who", "not", "comment", "clock", "require", "form", "set", "note")
VOTE_ORDER = ("by", "pass", "reject", "score", "needs", "blind", "sequential", "passed", "failed")
USUAL = {"kind": {"work", "forward"}}
"""Values that stand for a missing key."""

_FLAGS: Mapping[str, Json] = {
    "comment": "required",
    "clock": "pause",
    "needs": "all",
    "blind": True,
    "sequential": True,
}


def edits(draft: Json, name: str, before: Sequence[Field], after: Sequence[Field], words: Words) -> list[Edit]:
    """Give the edits that make a step what was filled in."""
    changed = differing(before, after)
    state, made = states(draft)[name], list[Edit]()
    for group, write in _GROUPS.items():
        if any(field_name.partition(".")[0] == group for field_name in changed):
            made += write(("states", name), state, after, _without_tables(changed))
    return [*made, *_required(draft, name, after, changed, words)]


def _without_tables(changed: Mapping[str, Field]) -> dict[str, Field]:
    return {name: field for name, field in changed.items() if name.rpartition(".")[2] not in {RULES, COMPARED}}


def _required(
    draft: Json, name: str, after: Sequence[Field], changed: Mapping[str, Field], words: Words
) -> Iterator[Edit]:
    """Write the conditions of each action of which any changed."""
    tables = {field.name: field.row_values for field in after if field.kind == "table"}
    for action, said in keyed(states(draft)[name].get("actions")).items():
        rows = {kind: f"actions.{action}.{kind}" for kind in (RULES, COMPARED)}
        if any(table in changed for table in rows.values()):
            required = required_of(draft, at(said, "require"), {kind: tables[at_] for kind, at_ in rows.items()}, words)
            yield from _set(("states", name, "actions", action, "require"), required)


def _simple(
    at_state: Path, _state: Keyed, _after: Sequence[Field], changed: Mapping[str, Field], group: str
) -> Iterator[Edit]:
    for name, field in changed.items():
        if name.partition(".")[0] == group:
            yield from _set((*at_state, *name.split(".")), field.value)


def _set(path: Path, value: object) -> Iterator[Edit]:
    """Write a value; nothing, and what is usual, is not written."""
    key = path[-1]
    if isinstance(value, bool):
        value = _FLAGS[key] if value else None
    if not value or value in USUAL.get(key, ()):
        yield Drop(path)
    else:
        yield Put(path, value, _order(path))  # type: ignore[arg-type]  # text, number or flag, as fields have them


def _order(path: Path) -> Sequence[str]:
    orders = {"actions": ACTION_ORDER, "vote": VOTE_ORDER}
    return orders.get(path[2], ORDER if len(path) == 3 else ()) if len(path) > 2 else ()  # noqa: PLR2004  # states.NAME.KEY


def _who(at_state: Path, state: Keyed, after: Sequence[Field], _changed: Mapping[str, Field]) -> Iterator[Edit]:
    said = {field.name.removeprefix("who."): str(field.value or "") for field in after if field.name.startswith("who.")}
    yield Put((*at_state, "who"), who_of(said, state.get("who")), ORDER)


def _due(at_state: Path, _state: Keyed, after: Sequence[Field], _changed: Mapping[str, Field]) -> Iterator[Edit]:
    said = {field.name: field.value for field in after if field.name.startswith("due.")}
    amount, unit = said["due.amount"], said["due.unit"] or "working days"
    written = f"{amount} {unit.removesuffix('s') if amount == 1 else unit}" if amount else None
    yield from _set((*at_state, "due"), written)


def _lists(group: str) -> "Writer":
    def write(at_state: Path, state: Keyed, _after: Sequence[Field], changed: Mapping[str, Field]) -> Iterator[Edit]:
        for name, field in changed.items():
            if name.partition(".")[0] == group:
                path = tuple(name.split("."))
                yield from _set((*at_state, *path), in_order(at(state, *path), field.value))

    return write


def _escalate(at_state: Path, state: Keyed, _after: Sequence[Field], changed: Mapping[str, Field]) -> Iterator[Edit]:
    field = changed["escalate"]
    if field.value == OWN_LADDER:
        if not isinstance(state.get("escalate"), list):
            yield Put((*at_state, "escalate"), [{"at": "due", "remind": "assignee"}], ORDER)
    else:
        yield from _set((*at_state, "escalate"), field.value)


def _rungs(at_state: Path, state: Keyed, _after: Sequence[Field], changed: Mapping[str, Field]) -> Iterator[Edit]:
    written = state.get("escalate")
    if "escalate" in changed or not isinstance(written, list):
        return
    rows = [row for row in changed["rungs"].row_values if any(row.values())]
    rungs = [_rung(row, written) for row in rows]
    if rungs != written:
        yield from _set((*at_state, "escalate"), rungs)


def _rung(row: Mapping[str, object], written: Sequence[Json]) -> Json:
    """Write a row; what a rung says beside the columns stays with the rung of the same time."""
    said = {key: _part(str(row[key])) for key in RUNG if row.get(key)}
    said.setdefault("at", "due")
    same = next((one for one in written if at(one, "at") == said["at"]), None)
    return {**said, **{key: value for key, value in keyed(same).items() if key not in RUNG}}


def _part(text: str) -> Json:
    if not text.startswith("{"):
        return text
    try:
        return at(values(f"part: {text}"), "part")
    except Unwritable:
        return text


def _vote(at_state: Path, state: Keyed, after: Sequence[Field], changed: Mapping[str, Field]) -> Iterator[Edit]:
    by = next((field.value for field in after if field.name == "vote.by"), None)
    if by is None:
        if "vote" in state:
            yield Drop((*at_state, "vote"))
        return
    number = {name: field for name, field in changed.items() if name in {"vote.pass", "vote.reject"}}
    for name, field in number.items():
        text = field.value or ""
        yield from _set((*at_state, *name.split(".")), int(text) if text.isdecimal() else text)
    others = {name: field for name, field in changed.items() if name not in number}
    yield from _simple(at_state, state, after, others, "vote")


Writer = Callable[[Path, Keyed, Sequence[Field], Mapping[str, Field]], Iterator[Edit]]


def _plain(group: str) -> Writer:
    return lambda at_state, state, after, changed: _simple(at_state, state, after, changed, group)


_GROUPS: Mapping[str, Writer] = {
    "title": _plain("title"),
    "phase": _plain("phase"),
    "kind": _plain("kind"),
    "who": _who,
    "not": _lists("not"),
    "due": _due,
    "escalate": _escalate,
    "rungs": _rungs,
    "form": _lists("form"),
    "vote": _vote,
    "actions": _plain("actions"),
}
