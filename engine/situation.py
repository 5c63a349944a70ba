"""What a rule may look at: the case as it would be, the act, the actor, the facts and the moment."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field

from engine.case import Ballot, Case
from engine.commands import Actor
from engine.definition import Action, Definition, Field, FieldType
from engine.expression import ValueType
from engine.facts import Facts
from engine.values import Json

_FIELD_TYPES: Mapping[FieldType, ValueType] = {
    FieldType.TEXT: ValueType.STRING,
    FieldType.LONG_TEXT: ValueType.STRING,
    FieldType.INTEGER: ValueType.INT,
    FieldType.DECIMAL: ValueType.DOUBLE,
    FieldType.MONEY: ValueType.INT,
    FieldType.DATE: ValueType.STRING,
    FieldType.BOOLEAN: ValueType.BOOL,
    FieldType.CHOICE: ValueType.STRING,
    FieldType.CHOICES: ValueType.STRINGS,
    FieldType.FILE: ValueType.ROWS,
    FieldType.FILES: ValueType.ROWS,
    FieldType.PERSON: ValueType.STRING,
    FieldType.PERSONS: ValueType.STRINGS,
    FieldType.UNIT: ValueType.STRING,
    FieldType.TABLE: ValueType.ROWS,
}
"""What a field is in expressions: money in fen, dates as `2026-12-05` (which sort as text)."""


class Situation(Struct):
    """One act under judgement. `data` already holds what the act's form would change; `form` is a ballot's."""

    definition: Definition
    case: Case
    data: Mapping[str, Json]
    actor: Actor
    facts: Facts
    now: datetime
    action: Action | None = None
    comment: str = ""
    form: Mapping[str, Json] = field(default_factory=dict)
    ballots: tuple[Ballot, ...] = ()


def imagined(
    definition: Definition,
    at: datetime,
    *,
    initiator: str = "",
    unit: str = "",
    state: str = "",
    data: Mapping[str, Json] | None = None,
) -> Case:
    """Give a case that is not there (yet), to ask rules about it; by default in the first state and without data."""
    return Case(
        id="",
        code="",
        definition=definition.key,
        version=definition.version,
        state=state or definition.initial,
        revision=0,
        initiator=initiator,
        unit=unit,
        opened_at=at,
        entered_at=at,
        data=dict(data or {}),
    )


_Reading = Callable[[Situation], object]

_GENERAL: Mapping[str, tuple[ValueType, _Reading]] = {
    "item.state": (ValueType.STRING, lambda it: it.case.state),
    "item.unit": (ValueType.STRING, lambda it: it.case.unit),
    "item.initiator": (ValueType.STRING, lambda it: it.case.initiator),
    "item.code": (ValueType.STRING, lambda it: it.case.code),
    "item.opened_at": (ValueType.TIMESTAMP, lambda it: it.case.opened_at),
    "item.entered_at": (ValueType.TIMESTAMP, lambda it: it.case.entered_at),
    "item.marks": (ValueType.STRINGS, lambda it: list(it.case.marks)),
    "item.filled": (ValueType.STRINGS, lambda it: [name for name, value in it.data.items() if is_filled(value)]),
    "actor.id": (ValueType.STRING, lambda it: it.actor.id),
    "actor.unit": (ValueType.STRING, lambda it: it.actor.unit),
    "now": (ValueType.TIMESTAMP, lambda it: it.now),
    "today": (ValueType.STRING, lambda it: _today(it)),  # noqa: PLW0108  # defined below
    "times": (ValueType.COUNTS, lambda it: {**_no_times(it.definition), **it.case.times}),
    "visits": (ValueType.COUNTS, lambda it: {**dict.fromkeys(it.definition.states, 0), **it.case.visits}),
}
"""Variables every definition has besides its fields. `times` counts `state.action`, `visits` entries of a state."""


_CEL_WORDS = frozenset(
    [
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "null", "package", "return", "true", "var", "void", "while"),
    ]
)
RESERVED_NAMES = frozenset(name.removeprefix("item.") for name in _GENERAL if name.startswith("item.")) | _CEL_WORDS
"""What no field may be called: the general variables of an item, and the reserved words of CEL."""


def is_filled(value: Json) -> bool:
    """Say whether a person gave this field anything."""
    return value is not None and value not in ("", [], {})


def value_type(kind: FieldType) -> ValueType:
    """Give what a field of that type is in expressions."""
    return _FIELD_TYPES[kind]


def declared(fields: Mapping[str, FieldType]) -> dict[str, ValueType]:
    """Give the variables an expression of a definition with these fields may name."""
    variables = {name: kind for name, (kind, _) in _GENERAL.items()}
    for name, kind in fields.items():
        variables[f"item.{name}"] = variables[f"ballot.{name}"] = _FIELD_TYPES[kind]
    return variables


class Variables(Mapping[str, object]):
    """The values of a situation's variables, each read when an expression asks for it. Empty fields are absent."""

    def __init__(self, situation: Situation) -> None:
        """Read from this situation."""
        self._situation = situation

    def __getitem__(self, name: str) -> object:
        """Read one variable; `KeyError` when it has no value."""
        if name in _GENERAL:
            return _GENERAL[name][1](self._situation)
        scope, _, field_name = name.partition(".")
        data = self._situation.data if scope == "item" else self._situation.form
        value = data[field_name]
        if not is_filled(value):
            raise KeyError(name)
        return as_variable(self._situation.definition.fields[field_name], value)

    def __contains__(self, name: object) -> bool:
        """Say whether the variable has a value."""
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        """Give the names that have a value."""
        names = [*_GENERAL, *(f"item.{name}" for name in self._situation.definition.fields)]
        return (name for name in names if name in self)

    def __len__(self) -> int:
        """Count the variables that have a value."""
        return sum(1 for _ in self)


def as_variable(field: Field, value: Json) -> object:
    """Give a field's value as expressions see it."""
    if field.type is FieldType.DECIMAL:
        return float(str(value))
    if field.type is FieldType.TABLE:
        return _as_rows(field, value)
    return [value] if field.type is FieldType.FILE else value


def _as_rows(table: Field, value: Json) -> object:
    """Give the rows with decimal cells as numbers; most tables have none."""
    decimals = {column.name for column in table.columns if column.type is FieldType.DECIMAL}
    if not decimals or not isinstance(value, list):
        return value
    rows = [row for row in value if isinstance(row, dict)]
    return [{name: float(str(cell)) if name in decimals else cell for name, cell in row.items()} for row in rows]


def _today(situation: Situation) -> str:
    return situation.facts.calendar(situation.definition.calendar).local_day(situation.now).isoformat()


def _no_times(definition: Definition) -> dict[str, int]:
    return {f"{state.name}.{action}": 0 for state in definition.states.values() for action in state.actions}
