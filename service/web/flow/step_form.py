"""A step of a draft as a form. Names of fields say where in the step they are written: `actions.pass.title.zh`."""

from collections.abc import Iterator

from engine.editing import shown
from engine.values import Json
from service.web.fields import Choice, Field, with_rows
from service.web.flow.conditions import condition_fields
from service.web.flow.controls import Group, choice, titles
from service.web.flow.raw import Keyed, at, keyed, names, states, text
from service.web.flow.who import who_fields
from service.web.flow.words import Words

KINDS = ("work", "rest", "end")
ACTION_KINDS = ("forward", "return", "negative", "neutral")
VOTES = ("all", "any", "count", "ratio", "weight", "score")
CHOOSING = ("pass", "reject", "abstain", "veto")
UNITS = ("working days", "days", "months", "hours")
AUDIENCE = ("assignee", "supervisor", "initiator")
RUNG = ("at", "remind", "copy", "mark", "act", "hand_to")
OWN_LADDER = "own rungs"
"""Stands for a ladder that the state writes itself; no name of a ladder has a blank in it."""


def groups(draft: Json, name: str, words: Words) -> list[Group]:
    """Give the form of a step."""
    state, t = states(draft)[name], words.t
    kind = text(state.get("kind")) or "work"
    shown_groups = [Group(t("flow.group.name"), list(_naming(draft, state, kind, words)), is_open=True)]
    if kind != "end":
        who = [*who_fields(draft, state.get("who"), words), _excluded(state, words)]
        shown_groups.append(Group(t("flow.group.who"), who, is_open=True))
        shown_groups.append(Group(t("flow.group.time"), list(_time(draft, state, words)), is_open=True))
        for action, said in keyed(state.get("actions")).items():
            shown_groups += _action(draft, action, said, words)
    shown_groups.append(Group(t("flow.group.form"), list(_form(draft, state, words))))
    if kind == "work":
        shown_groups.append(Group(t("flow.group.vote"), list(_vote(draft, state, words)), is_open="vote" in state))
    return shown_groups


def _naming(draft: Json, state: Keyed, kind: str, words: Words) -> Iterator[Field]:
    yield from titles("title", state, words)
    yield choice("phase", text(state.get("phase")), words.phases(draft), words)
    yield choice("kind", kind, words.some("kind", KINDS), words)


def _excluded(state: Keyed, words: Words) -> Field:
    written = names(state.get("not"))
    offered = ["initiator", "previous", *(one for one in written if one not in {"initiator", "previous"})]
    choices = [Choice(one, words.t(f"flow.not.{one}") if " " not in one else one) for one in offered]
    return Field("not", words.t("flow.field.not"), "choices", tuple(written), choices=choices, required=False)


def _time(draft: Json, state: Keyed, words: Words) -> Iterator[Field]:
    amount, _, unit = text(state.get("due")).partition(" ")
    plural = unit if unit.endswith("s") or not unit else f"{unit}s"
    number = int(amount) if amount.isdecimal() else None
    yield Field("due.amount", words.t("flow.field.due"), "integer", number, required=False)
    units = words.some("unit", UNITS)
    yield Field("due.unit", words.t("flow.field.unit"), "choice", plural or UNITS[0], choices=units, required=False)
    ladder = state.get("escalate")
    ladders = [Choice(one, one) for one in keyed(at(draft, "ladders"))]
    value = OWN_LADDER if isinstance(ladder, list) else text(ladder)
    own = Choice(OWN_LADDER, words.t("flow.own_ladder"))
    yield choice("escalate", value, [*ladders, own], words, required=False)
    if isinstance(ladder, list):
        yield rungs(ladder, state, words)


def rungs(ladder: Json, state: Keyed, words: Words) -> Field:
    """Show a ladder that a state writes itself as rows."""
    rows = [{key: _cell(at(rung, key)) for key in RUNG} for rung in (ladder if isinstance(ladder, list) else [])]
    audience = words.some("audience", AUDIENCE)
    heads = [
        Choice(shown({"head": scope.value}), words.t("flow.head_of", place=scope.label)) for scope in words.scopes()
    ]
    offered = {
        "remind": audience,
        "copy": audience,
        "mark": [Choice(code, name) for code, name in words.marks.items()],
        "act": words.titled(state.get("actions")),
        "hand_to": heads,
    }
    columns = [Field("at", words.t("flow.rung.at"), hint="")]
    for key, choices in offered.items():
        there = {str(row[key]) for row in rows if row[key] is not None} - {choice.value for choice in choices}
        every = [*choices, *(Choice(one, one) for one in sorted(there))]
        columns.append(Field(key, words.t(f"flow.rung.{key}"), "choice", choices=every, required=False))
    table = Field(
        "rungs", words.t("flow.field.rungs"), "table", columns=columns, required=False, hint=words.t("flow.rung.hint")
    )
    return with_rows(table, rows)


def _cell(value: Json) -> str | None:
    """Show a rung's part: a word as it is, more as it is written."""
    return None if value is None else value if isinstance(value, str) else shown(value)


def _form(draft: Json, state: Keyed, words: Words) -> Iterator[Field]:
    choices = words.titled(at(draft, "fields"))
    for part in ("edit", "require"):
        value = tuple(names(at(state.get("form"), part)))
        yield Field(
            f"form.{part}", words.t(f"flow.field.form.{part}"), "choices", value, choices=choices, required=False
        )


def _vote(draft: Json, state: Keyed, words: Words) -> Iterator[Field]:
    vote, t = state.get("vote"), words.t
    outcomes = [*words.states(draft), *words.titled(state.get("actions"))]
    yield choice("vote.by", text(at(vote, "by")), words.some("vote", VOTES), words, required=False)
    for name in ("pass", "reject"):
        value = at(vote, name)
        yield Field(
            f"vote.{name}", t(f"flow.field.vote.{name}"), value=None if value is None else str(value), required=False
        )
    for name in ("passed", "failed"):
        value = text(at(vote, name))
        choices = words.with_(outcomes, value)
        yield Field(
            f"vote.{name}", t(f"flow.field.vote.{name}"), "choice", value or None, choices=choices, required=False
        )
    for name in ("needs", "blind", "sequential"):
        yield Field(f"vote.{name}", t(f"flow.field.vote.{name}"), "boolean", at(vote, name) in {"all", True})


def _action(draft: Json, name: str, said: Json, words: Words) -> Iterator[Group]:
    prefix, t, to = f"actions.{name}", words.t, at(said, "to")
    fields = list(titles(f"{prefix}.title", said, words))
    if to is None or isinstance(to, str):
        fields.append(choice(f"{prefix}.to", text(to), words.states(draft), words, required=at(said, "vote") is None))
    else:
        fields.append(Field(f"{prefix}.to", t("flow.field.to"), value=shown(to), read_only=True))
    fields.append(
        choice(f"{prefix}.kind", text(at(said, "kind")) or "forward", words.some("action", ACTION_KINDS), words)
    )
    fields.append(choice(f"{prefix}.vote", text(at(said, "vote")), words.some("vote", CHOOSING), words, required=False))
    for key, word in (("comment", "required"), ("clock", "pause")):
        is_set = at(said, key) == word
        fields.append(Field(f"{prefix}.{key}", t(f"flow.field.{key}"), "boolean", is_set))
    called = text(at(said, "title", words.language)) or name
    yield Group(t("flow.group.action", action=called), fields, is_open=True, action=name)
    required = at(said, "require")
    conditions = condition_fields(draft, prefix, required, words)
    yield Group(t("flow.group.conditions", action=called), conditions, is_open=bool(required))
