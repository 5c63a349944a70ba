"""Conditions of an action: reading `require:`, against the guard book or as CEL with its own words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.definition import ByRule, FieldType, Guard, NamedGuard, RuleGuard
from engine.expression import ValueType
from engine.guards import OPTIONAL, Entry
from engine.loading.durations import read_duration
from engine.loading.limits import GUARDS_MAX, NAME_LENGTH_MAX, NAMES_MAX
from engine.loading.reading import Cursor, close, listed, quoted
from engine.loading.scope import Scope
from engine.values import INTEGER_MAX, Json


def read_guards(cursor: Cursor, state: str, scope: Scope) -> tuple[Guard, ...]:
    """Read a list of guards of an action in a state; nothing stands in for one that can not be read."""
    guards = (read_guard(item, state, scope) for item in cursor.items(GUARDS_MAX, "guards", least=1))
    return tuple(guard for guard in guards if guard is not None)


def read_guard(cursor: Cursor, state: str, scope: Scope) -> Guard | None:
    """Read `name`, `{name: {argument: …}}` or `{that: CEL, else: text}`."""
    if not cursor.is_keyed():
        name = cursor.text(NAME_LENGTH_MAX)
        entry = _entry(cursor, name, scope)
        for argument in _required(entry) if entry else ():
            cursor.problem("missing_argument", guard=name, argument=argument)
        return NamedGuard(name) if entry else None
    if cursor.has("that") or cursor.has("else"):
        parts = cursor.parts(("that", "else"))
        if len(parts) < 2:  # noqa: PLR2004  # both keys
            return None
        return RuleGuard(scope.expression(parts["that"], ValueType.BOOL), parts["else"].both())
    if len(cursor.key_names()) != 1:
        cursor.problem("guard_shape", found=listed(cursor.key_names()))
        return None
    (name,) = cursor.key_names()
    entry = _entry(cursor.at(name), name, scope)
    return NamedGuard(name, _arguments(cursor.at(name), entry, state, scope)) if entry else None


def read_posting(cursor: Cursor, scope: Scope) -> str | None:
    """Read the name of a posting rule, and check that the fields it reads are there."""
    name = cursor.text(NAME_LENGTH_MAX)
    posting = scope.book.posting(name)
    if posting is None:
        if name:
            names = [known.name for known in scope.book.postings]
            cursor.problem("unknown_posting", found=quoted(name), allowed=listed(names), hint=close(name, names))
        return None
    for field, kind in posting.fields.items():
        if scope.fields.get(field) is not kind:
            cursor.problem("posting_field", posting=name, field=field, type=kind)
    return name


def read_reckoning(cursor: Cursor, kind: FieldType, scope: Scope) -> ByRule:
    """Read `{rule: NAME}`, and check that the rule gives what the field holds."""
    parts = cursor.parts(("rule",))
    name = parts["rule"].text(NAME_LENGTH_MAX) if "rule" in parts else ""
    reckoning = scope.book.reckoning(name)
    if reckoning is None:
        if name:
            names = [known.name for known in scope.book.reckonings]
            parts["rule"].problem(
                "unknown_reckoning", found=quoted(name), allowed=listed(names), hint=close(name, names)
            )
    elif kind not in reckoning.kinds:
        parts["rule"].problem("reckoning_kind", reckoning=name, type=kind)
    return ByRule(name)


def _entry(cursor: Cursor, name: str, scope: Scope) -> Entry | None:
    entry = scope.book.get(name)
    if entry is None and name:
        names = [known.name for known in scope.book]
        cursor.problem("unknown_guard", found=quoted(name), allowed=listed(names), hint=close(name, [*names, "that"]))
    return entry


def _required(entry: Entry) -> list[str]:
    return [name for name, kind in entry.arguments.items() if not kind.endswith(OPTIONAL)]


def _arguments(cursor: Cursor, entry: Entry, state: str, scope: Scope) -> Mapping[str, Json]:
    required = _required(entry)
    parts = cursor.parts(required, [name for name in entry.arguments if name not in required])
    kinds = {name: kind.removesuffix(OPTIONAL) for name, kind in entry.arguments.items()}
    return {name: _read(kinds[name], _Argument(part, state, scope)) for name, part in parts.items()}


@dataclass(frozen=True, slots=True)
class _Argument:
    """One argument, with the state whose action it belongs to."""

    cursor: Cursor
    state: str
    scope: Scope


def _read(kind: str, argument: _Argument) -> Json:
    """Read one argument of the kind that the guard's entry names."""
    return argument.cursor.word(kind.split("|")) if "|" in kind else _KINDS[kind](argument)


def _action(argument: _Argument) -> Json:
    """Read an action: of this state, or `state.action`; gives `state.action`."""
    own = list(argument.scope.states.get(argument.state, ()))
    name = argument.cursor.reference([*own, *argument.scope.state_actions()], "action")
    return f"{argument.state}.{name}" if name in own else name


_KINDS: Mapping[str, Callable[[_Argument], Json]] = {
    "field": lambda it: it.cursor.reference(it.scope.fields, "field"),
    "fields": lambda it: list(it.cursor.references(it.scope.fields, "field", NAMES_MAX)),
    "state": lambda it: it.cursor.reference(it.scope.states, "state"),
    "states": lambda it: list(it.cursor.references(it.scope.states, "state", NAMES_MAX)),
    "action": _action,
    "int": lambda it: it.cursor.integer(0, INTEGER_MAX),
    "flag": lambda it: it.cursor.flag(),
    "text": lambda it: it.cursor.text(),
    "role": lambda it: it.scope.role(it.cursor),
    "duration": lambda it: str(read_duration(it.cursor)),
}
"""Readers of arguments by kind. `guards.py` says what each kind gives the rule."""
