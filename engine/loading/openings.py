"""What happens when a case begins: reading `opening:`."""

from collections.abc import Collection, Iterable

from engine.definition import Opening
from engine.loading.actions import read_sets
from engine.loading.reading import Cursor
from engine.loading.rules import read_guards
from engine.loading.scope import Scope


def read_opening(cursor: Cursor, states: Iterable[str], scope: Scope, computed: Collection[str]) -> Opening:
    """Read the conditions of a beginning, and the fields that are assigned then."""
    parts, initial = cursor.parts((), ("require", "set")), next(iter(states), "")
    return Opening(
        require=read_guards(parts["require"], initial, scope) if "require" in parts else (),
        sets=read_sets(parts["set"], scope, computed) if "set" in parts else {},
    )
