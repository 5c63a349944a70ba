"""Rules that always hold: reading the lines of `always:`, each in one of five shapes."""

import re
from dataclasses import replace

from engine.definition import Invariant, InvariantKind
from engine.expression import ValueType
from engine.loading.limits import INVARIANTS_MAX
from engine.loading.reading import Cursor, quoted
from engine.loading.scope import Scope
from engine.loading.source import Scalar

_SHAPES = (
    (InvariantKind.PRECEDENCE, re.compile(r"(\w+) only after (\w+)")),
    (InvariantKind.ABSENCE, re.compile(r"(\w+) never after (\w+)")),
    (InvariantKind.RESPONSE, re.compile(r"(\w+) is followed by (\w+)")),
    (InvariantKind.SEPARATION, re.compile(r"(\w+)\.actor is never (\w+)\.actor")),
)
_DATA = re.compile(r"(.+) whenever in (\w+)")


def read_always(cursor: Cursor, scope: Scope) -> tuple[Invariant, ...]:
    """Read all lines; one that can not be read is noted."""
    lines = (_invariant(item, scope) for item in cursor.items(INVARIANTS_MAX, "rules"))
    return tuple(line for line in lines if line is not None)


def _invariant(cursor: Cursor, scope: Scope) -> Invariant | None:
    line = " ".join(cursor.text().split())
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(line):
            _check_states(cursor, scope, *found.groups())
            return Invariant(kind, found[1], found[2], line)
    if found := _DATA.fullmatch(line):
        _check_states(cursor, scope, found[2])
        condition = replace(cursor, node=Scalar(found[1], plain=False, block=False, line=cursor.line))
        return Invariant(InvariantKind.DATA, found[2], "", line, scope.expression(condition, ValueType.BOOL))
    if line:
        cursor.problem("malformed", found=quoted(line), wanted="always")
    return None


def _check_states(cursor: Cursor, scope: Scope, *names: str) -> None:
    for name in names:
        if name not in scope.states:
            cursor.unknown("state", name, scope.states)
