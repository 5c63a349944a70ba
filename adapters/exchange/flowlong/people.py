"""Who approves and how several agree, as FlowLong's numbers say it."""

import re
from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from adapters.exchange.bpmn.people import role
from adapters.exchange.chart import INITIATOR
from adapters.exchange.conditions import Variables
from adapters.exchange.drafting.words import foreign
from adapters.exchange.markup import plain
from adapters.exchange.naming import Names
from engine.loading.limits import HEAD_LEVELS_MAX, SEATS_MAX
from engine.values import Json


class SetType(IntEnum):
    """Whom a node names."""

    MEMBERS = 1
    SUPERVISOR = 2
    ROLE = 3
    CHOSEN = 4
    INITIATOR = 5
    SUPERVISORS = 6
    DEPARTMENT = 7


class Examine(IntEnum):
    """How several agree."""

    IN_ORDER = 1
    ALL = 2
    ANY = 3
    WEIGHT = 4


CLAIMED, ALL_JOIN = 0, 1
"""What of the members of a role or department acts: one who claims it, or all (`groupStrategy`; newer versions say)."""

_LISTS = ("nodeAssigneeList", "nodeUserList", "nodeRoleList")
"""Where a node names people or roles; older designers keep the two apart."""
PASS_WEIGHT = 50
WEIGHT_MAX = 1_000
_USER = re.compile(r"[A-Za-z0-9][\w.@-]{0,62}")
_UNIT = re.compile(r"[A-Za-z0-9][\w-]{0,62}")


class People(Struct, frozen=True):
    """Who acts, the rule when there are several, and what of it could not be said."""

    who: Json
    joint: Mapping[str, Json] | None = None
    unsaid: str = ""


def people_of(model: Mapping[str, Json], key: str, variables: Variables) -> People:
    """Read the people of an approval node."""
    kind = whole(model, "setType", SetType.MEMBERS)
    named = [one for key in _LISTS for one in _listed(model, key)]
    match kind:
        case SetType.MEMBERS | SetType.ROLE:
            return _several(model, named, is_role=kind == SetType.ROLE)
        case SetType.CHOSEN:
            return _chosen(model, key, variables)
        case SetType.INITIATOR:
            return People(INITIATOR)
        case SetType.SUPERVISOR | SetType.SUPERVISORS:
            return _supervisors(model, chain=kind == SetType.SUPERVISORS)
        case SetType.DEPARTMENT if named:
            return _department(model, named)
    return People(None, unsaid=f"setType {kind}")


def _listed(model: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    found = model.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _department(model: Mapping[str, Json], named: list[dict[str, Json]]) -> People:
    """A department: whoever of it claims the task has it, or all of them where the node says so."""
    lost = ", ".join(plain(str(one.get("name", ""))) for one in named[1:])
    id = plain(str(named[0].get("id", "")))
    if not _UNIT.fullmatch(id):
        return People(None, unsaid=id or lost)
    all_join = whole(model, "groupStrategy", CLAIMED) == ALL_JOIN
    who: dict[str, Json] = {"unit": f"unit:{id}", **({"each": True} if all_join else {})}
    return People(who, _rule(model) if all_join else None, lost)


def _supervisors(model: Mapping[str, Json], *, chain: bool) -> People:
    """The head some levels up, or one head after the other; how far up there are heads is not known."""
    if not chain:
        level = whole(model, "examineLevel", 1)
        return People(_head(level), unsaid="" if level <= HEAD_LEVELS_MAX + 1 else f"examineLevel {level}")
    levels = max(1, whole(model, "directorLevel", 1))
    is_said = whole(model, "directorMode", 0) == 1 and levels <= HEAD_LEVELS_MAX + 1
    levels = min(levels, HEAD_LEVELS_MAX + 1)
    unsaid = "" if is_said else f"directorMode {whole(model, 'directorMode', 0)}, directorLevel {levels}"
    if levels == 1:
        return People(_head(1), unsaid=unsaid)
    seats: dict[str, Json] = {
        f"level_{level}": {"title": foreign(str(level)), **_head(level)} for level in range(1, levels + 1)
    }
    return People({"seats": seats}, {"by": "all", "sequential": True}, unsaid)


def whole(model: Mapping[str, Json], key: str, otherwise: int) -> int:
    """Give a whole number of a model, however it is written."""
    found = model.get(key)
    if isinstance(found, bool) or not isinstance(found, int | str):
        return otherwise
    text = str(found)
    return int(text) if text.lstrip("-").isdigit() and len(text) < len("1000000000") else otherwise


def _head(level: int) -> dict[str, Json]:
    up = min(max(level, 1) - 1, HEAD_LEVELS_MAX)
    return {"head": "item.unit", **({"up": up} if up else {})}


def _chosen(model: Mapping[str, Json], key: str, variables: Variables) -> People:
    """Whoever the initiator chooses: a field of the form."""
    several = whole(model, "selectMode", 1) != 1
    name = variables.use(f"{plain(str(model.get('nodeName', '')))} {key}", "persons" if several else "person")
    who: Json = {"field": name.removeprefix("item.")}
    return People(who, _rule(model) if several else None)


def _several(model: Mapping[str, Json], named: list[dict[str, Json]], *, is_role: bool) -> People:
    """The people or roles of a list: one is enough for one seat, several sit side by side."""
    each = [who for one in named[:SEATS_MAX] if (who := _one(one, is_role=is_role)) is not None]
    lost = ", ".join(plain(str(one.get("id", ""))) for one in named if _one(one, is_role=is_role) is None)
    if not each:
        return People(None, unsaid=lost)
    mode = whole(model, "examineMode", Examine.IN_ORDER)
    strategy = whole(model, "groupStrategy", ALL_JOIN if mode == Examine.ALL and len(each) == 1 else CLAIMED)
    if len(each) == 1:
        (only,) = each
        together = is_role and strategy == ALL_JOIN
        return People({**only, "each": True} if together else only, _rule(model) if together else None, lost)
    names = Names()
    seats: dict[str, Json] = {}
    for one, who in zip([one for one in named if _one(one, is_role=is_role) is not None], each, strict=False):
        title = plain(str(one.get("name", ""))) or plain(str(one.get("id", "")))
        weight = min(max(whole(one, "weight", 1), 1), WEIGHT_MAX)
        seats[names.give(title, "seat")] = {
            "title": foreign(title),
            **who,
            **({"each": True} if is_role and strategy == ALL_JOIN else {}),
            **({"weight": weight} if mode == Examine.WEIGHT else {}),
        }
    return People({"seats": seats}, _rule(model), lost)


def _one(named: Mapping[str, Json], *, is_role: bool) -> dict[str, Json] | None:
    id, name = plain(str(named.get("id", ""))), plain(str(named.get("name", "")))
    if is_role:
        found = role(id or name)
        return found if isinstance(found, dict) and (id or name) else None
    return {"user": id} if _USER.fullmatch(id) else None


def _rule(model: Mapping[str, Json]) -> Mapping[str, Json]:
    match whole(model, "examineMode", Examine.IN_ORDER):
        case Examine.ANY:
            return {"by": "any"}
        case Examine.WEIGHT:
            return {"by": "weight", "pass": max(1, whole(model, "passWeight", PASS_WEIGHT)) + 1}
        case Examine.ALL:
            return {"by": "all"}
    return {"by": "all", "sequential": True}
