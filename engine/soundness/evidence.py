"""What an action's own conditions prove of a case that gets past them: fields filled, states visited.

Only plain conditions are understood: `"chair" in item.filled`, `visits["approval"] > 0` and the like, alone or joined
by `&&`, and the engine's own guards that say the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.definition import Action, NamedGuard, Target
from engine.values import Json

_FILLED = re.compile(r"""["'](\w+)["'] in item\.filled""")
_VISITED = re.compile(r"""visits\[["'](\w+)["']\] *(?:> *0|>= *[1-9]\d*)""")
_TAKEN = re.compile(r"""times\[["'](\w+)\.\w+["']\] *(?:> *0|>= *[1-9]\d*)""")
_NOT_PLAIN = ("||", "?", "!")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Fields that are surely filled, and states that were surely visited."""

    filled: frozenset[str]
    visited: frozenset[str]


def evidence(action: Action, target: Target) -> Evidence:
    """Gather what the conditions of one way of an action prove."""
    plain = list(_plain(action, target))
    filled = {name for one in plain if (match := _FILLED.fullmatch(one)) for name in match.groups()}
    visited = {
        name for one in plain if (match := _VISITED.fullmatch(one) or _TAKEN.fullmatch(one)) for name in match.groups()
    }
    for guard in action.require:
        if isinstance(guard, NamedGuard):
            filled.update(_filled_by(guard))
            visited.update(_visited_by(guard))
    return Evidence(frozenset(filled), frozenset(visited))


def _plain(action: Action, target: Target) -> Iterator[str]:
    """Give the plain conditions that all hold."""
    rules = [guard.that for guard in action.require if not isinstance(guard, NamedGuard)]
    for expression in [*rules, *([target.when] if target.when is not None else [])]:
        if not any(sign in expression.source for sign in _NOT_PLAIN):
            yield from (part.strip() for part in expression.source.split("&&"))


def _filled_by(guard: NamedGuard) -> list[str]:
    match guard.name:
        case "fields_filled":
            return _texts(guard.arguments["fields"])
        case "table_complete":
            return _texts(guard.arguments["field"])
    return []


def _visited_by(guard: NamedGuard) -> list[str]:
    count = guard.arguments.get("count")
    if guard.name == "times_at_least" and isinstance(count, int) and count > 0:
        return [name.partition(".")[0] for name in _texts(guard.arguments["action"])]
    return []


def _texts(value: Json) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]
