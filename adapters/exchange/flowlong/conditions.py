"""Lists of conditions, any of which has to hold, each a list of comparisons that all have to.

Older designers write one list of comparisons, and a `conditionMode` that says whether all (1) or any (2) has to hold.
"""

import re

from adapters.exchange.conditions import Variables
from adapters.exchange.markup import plain
from engine.values import Json

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SIGNS = frozenset({"==", "=", "!=", "<>", "<", "<=", ">", ">="})


ANY = 2
"""The `conditionMode` of a plain list of which one comparison is enough."""


def condition_of(listed: Json, mode: int, variables: Variables) -> str:
    """Give the lists as CEL; empty where one of them can not be read. `mode` is the branch's `conditionMode`."""
    if not isinstance(listed, list):
        return ""
    is_plain = all(isinstance(one, dict) for one in listed)
    groups: list[Json] = [listed] if is_plain and mode != ANY else listed
    either = [_all_of(group) for group in groups if group]
    if not either or "" in either:
        return ""
    for one in (one for group in groups for one in (group if isinstance(group, list) else [group])):
        if isinstance(one, dict) and (title := plain(str(one.get("label") or ""))):
            variables.call(plain(str(one.get("field"))), title)
    return variables.translate(" || ".join(f"({one})" for one in either))


def _all_of(group: Json) -> str:
    each = [_compared(one) for one in (group if isinstance(group, list) else [group])]
    return "" if "" in each else " && ".join(each)


def _compared(one: Json) -> str:
    if not isinstance(one, dict):
        return ""
    name, sign = plain(str(one.get("field") or "")), plain(str(one.get("operator") or ""))
    value = one.get("value")
    if not name.replace("_", "a").isalnum() or name[0].isdigit() or sign not in _SIGNS:
        return ""
    if isinstance(value, bool):
        return f"{name} {sign} {str(value).lower()}"
    text = plain(str(value))
    if _NUMBER.fullmatch(text):
        return f"{name} {sign} {text}"
    return "" if '"' in text or "\\" in text or not text else f'{name} {sign} "{text}"'
