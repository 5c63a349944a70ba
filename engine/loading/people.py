"""Who acts: reading `who:`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.assignment import (
    ANYBODY,
    MEMBER,
    ActorOf,
    Assignment,
    Avoid,
    Branch,
    ByExpression,
    ByLot,
    Chooser,
    Chosen,
    FirstOf,
    FromField,
    HeadOf,
    HeadsUpTo,
    Initiator,
    OneUser,
    Pick,
    PickOne,
    PostAbove,
    RoleIn,
    Seat,
    System,
    Together,
    Users,
)
from engine.definition import FieldType
from engine.expression import ValueType
from engine.loading.countings import read_seat_counting
from engine.loading.durations import read_duration
from engine.loading.limits import BRANCHES_MAX, DRAWN_MAX, HEAD_LEVELS_MAX, SEAT_WEIGHT_MAX, SEATS_MAX, USERS_MAX
from engine.loading.reading import NO_TEXT, Cursor, listed
from engine.loading.scope import UNIT, Scope

UNREAD = OneUser("")
"""Stands in for an assignment that could not be read."""

_WORDS: Mapping[str, Assignment] = {"initiator": Initiator(), "system": System()}
SHAPES = ("{role: ROLE, in: SCOPE}", "{user: ID}", "{head: SCOPE}", "{field: NAME}", "{…}")
"""The most usual assignments that are no words, as a mistake is told."""

_PERSON_FIELDS = (FieldType.PERSON, FieldType.PERSONS)


def read_who(cursor: Cursor, scope: Scope, *, beside: tuple[str, ...] = ()) -> Assignment:
    """Read an assignment. `beside` are keys of its surroundings that may stand among its own."""
    if not cursor.is_keyed():
        return _WORDS[cursor.word(list(_WORDS), SHAPES)]
    forms = [key for key in cursor.key_names() if key in FORMS]
    if len(forms) != 1:
        found = listed(forms or cursor.key_names()) or "{}"
        cursor.problem("who_shape", allowed=listed(list(FORMS)), found=found)
        return UNREAD
    (form,) = forms
    shape = FORMS[form]
    parts = cursor.parts(required=(form, *shape.required), optional=(*shape.optional, *beside))
    return shape.read(parts, scope)


def read_role(parts: Mapping[str, Cursor], scope: Scope) -> RoleIn:
    """Read `{role: R, in: SCOPE, each: true}`."""
    return RoleIn(scope.role(parts["role"]), scope.unit(parts["in"]) if "in" in parts else "", _each(parts))


def _nested(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return read_who(parts["who"], scope)


def _user(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return OneUser(scope.user(parts["user"]))


def _users(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    items = parts["users"].items(USERS_MAX, "people", least=1)
    return Users(tuple(dict.fromkeys(scope.user(item) for item in items)))


def _unit(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return RoleIn(ANYBODY, scope.unit(parts["unit"]), _each(parts))


def _group(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return RoleIn(MEMBER, f"{UNIT}{scope.user(parts['group'])}", _each(parts))


def _post(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return PostAbove(scope.role(parts["post"]), scope.unit(parts["above"]) if "above" in parts else "", _each(parts))


def _each(parts: Mapping[str, Cursor]) -> bool:
    return parts["each"].flag() if "each" in parts else False


def _chosen(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    persons = [name for name, kind in scope.fields.items() if kind in _PERSON_FIELDS]
    by = parts["by"].one_of(Chooser) if "by" in parts else Chooser.INITIATOR
    return Chosen(parts["chosen"].reference(persons, "person_field"), by, _among(parts, scope))


def _pick(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return PickOne(parts["pick"].one_of(Pick), _among(parts, scope))


def _lot(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    """Read `{draw: {…}, count: N, by: {…}, avoid: […], recent: PERIOD}`."""
    avoid = parts["avoid"].items(len(Avoid), "people") if "avoid" in parts else []
    among, by = (_among({"among": parts[key]}, scope) if key in parts else UNREAD for key in ("draw", "by"))
    return ByLot(
        among,
        parts["count"].integer(1, DRAWN_MAX) if "count" in parts else 1,
        by,
        tuple(item.one_of(Avoid) for item in avoid),
        read_duration(parts["recent"]) if "recent" in parts else None,
    )


def _among(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    """Read whom one is picked or chosen from: people or groups that are there without picking."""
    if "among" not in parts:
        return UNREAD
    among = read_who(parts["among"], scope)
    if isinstance(among, Together | System | FirstOf | Chosen | PickOne | ByLot):
        parts["among"].problem("among_shape")
    return among


def _field(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    persons = [name for name, kind in scope.fields.items() if kind in _PERSON_FIELDS]
    return FromField(parts["field"].reference(persons, "person_field"))


def _actor_of(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return ActorOf(parts["actor_of"].reference(scope.states, "state"))


def _head(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    levels = parts["up"].integer(1, HEAD_LEVELS_MAX) if "up" in parts else 0
    return HeadOf(scope.unit(parts["head"]), levels)


def _heads(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return HeadsUpTo(scope.unit(parts["heads"]), parts["up"].integer(1, HEAD_LEVELS_MAX) if "up" in parts else 1)


def _expression(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    return ByExpression(scope.expression(parts["expression"], ValueType.STRING))


def _first(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    items = parts["first"].items(BRANCHES_MAX, "branches", least=1)
    branches = tuple(_branch(item, scope) for item in items)
    for item, branch in zip(items[:-1], branches[:-1], strict=True):
        if branch.when is None:
            item.problem("not_last")
    return FirstOf(branches)


def _branch(cursor: Cursor, scope: Scope) -> Branch:
    if not cursor.is_keyed():
        cursor.wrong("branch")
        return Branch(UNREAD)
    when = scope.expression(cursor.at("if"), ValueType.BOOL) if cursor.has("if") else None
    return Branch(read_who(cursor, scope, beside=("if",)), when)


def _seats(parts: Mapping[str, Cursor], scope: Scope) -> Assignment:
    entries = parts["seats"].entries(SEATS_MAX, "seats", least=1)
    return Together(tuple(_seat(name, entry, scope) for name, entry in entries.items()))


def _seat(name: str, cursor: Cursor, scope: Scope) -> Seat:
    if not cursor.is_keyed():
        cursor.wrong("seat")
        return Seat(name, NO_TEXT, UNREAD)
    who = read_who(cursor, scope, beside=("title", "if", "weight", "vote"))
    if isinstance(who, Together | ByLot):
        cursor.problem("seats_in_seats")
    if not cursor.has("title"):
        cursor.problem("missing_key", key="title")
    return Seat(
        name,
        cursor.at("title").both() if cursor.has("title") else NO_TEXT,
        who,
        scope.expression(cursor.at("if"), ValueType.BOOL) if cursor.has("if") else None,
        cursor.at("weight").integer(1, SEAT_WEIGHT_MAX) if cursor.has("weight") else 1,
        read_seat_counting(cursor.at("vote"), scope) if cursor.has("vote") else None,
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of an assignment: its reader, and the keys beside the one that tells it apart."""

    read: Callable[[Mapping[str, Cursor], Scope], Assignment]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


FORMS: Mapping[str, _Form] = {
    "role": _Form(read_role, ("in",), ("each",)),
    "user": _Form(_user),
    "users": _Form(_users),
    "unit": _Form(_unit, optional=("each",)),
    "group": _Form(_group, optional=("each",)),
    "post": _Form(_post, ("above",), ("each",)),
    "field": _Form(_field),
    "actor_of": _Form(_actor_of),
    "head": _Form(_head, optional=("up",)),
    "heads": _Form(_heads, ("up",)),
    "chosen": _Form(_chosen, ("by", "among")),
    "pick": _Form(_pick, ("among",)),
    "draw": _Form(_lot, ("count", "by"), ("avoid", "recent")),
    "expression": _Form(_expression),
    "first": _Form(_first),
    "seats": _Form(_seats),
    "who": _Form(_nested),
}
