"""CEL expressions of definitions: compiled and type-checked at load. The one user of the CEL package.

An error value or an unknown is never a pass: it raises `Undecided`, and the caller refuses.
Language: Common Expression Language, github.com/google/cel-spec.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from cel_expr_python import cel

SOURCE_LENGTH_MAX = 2_000
"""Longest expression, in characters: compiling is linear, but a definition may hold hundreds."""

FEN_PER_YUAN = 100


class ValueType(StrEnum):
    """Types of variables and results."""

    BOOL = "bool"
    INT = "int"
    DOUBLE = "double"
    STRING = "string"
    TIMESTAMP = "timestamp"
    STRINGS = "list of strings"
    COUNTS = "map of counts"
    ROWS = "list of rows"


_CEL_TYPES: Mapping[ValueType, cel.Type] = {
    ValueType.BOOL: cel.Type.BOOL,
    ValueType.INT: cel.Type.INT,
    ValueType.DOUBLE: cel.Type.DOUBLE,
    ValueType.STRING: cel.Type.STRING,
    ValueType.TIMESTAMP: cel.Type.TIMESTAMP,
    ValueType.STRINGS: cel.Type.List(cel.Type.STRING),
    ValueType.COUNTS: cel.Type.Map(cel.Type.STRING, cel.Type.INT),
    ValueType.ROWS: cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
}


class ExpressionError(Exception):
    """The expression can not be used; the message says why and where in it."""


class Undecided(Exception):
    """The expression met a missing or impossible value; the message is CEL's own."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; equal to another when source and type are equal."""

    source: str
    gives: ValueType
    names: frozenset[str]
    program: cel.Expression = field(repr=False, compare=False)

    def value(self, variables: Mapping[str, object]) -> object:
        """Evaluate; raises `Undecided` when a value is missing or an operation fails."""
        known = {name: variables[name] for name in self.names if name in variables}
        result = self.program.eval(data=known)
        if result.type() in (cel.Type.ERROR, cel.Type.UNKNOWN):
            raise Undecided(str(result.value()))
        return result.plain_value()

    def holds(self, variables: Mapping[str, object]) -> bool:
        """Evaluate a condition; raises `Undecided` as `value` does."""
        return self.value(variables) is True


class Compiler:
    """Compiles expressions over one set of declared variables (dotted names, such as `item.amount`)."""

    def __init__(self, variables: Mapping[str, ValueType]) -> None:
        """Declare the variables that expressions may name."""
        self._names = frozenset(variables)
        self._env = cel.NewEnv(
            variables={name: _CEL_TYPES[kind] for name, kind in variables.items()}, functions=_functions()
        )

    def compile(self, source: str, gives: ValueType) -> Expression:
        """Compile and type-check; raises `ExpressionError` with CEL's position in the source."""
        if len(source) > SOURCE_LENGTH_MAX:
            raise ExpressionError(f"longer than {SOURCE_LENGTH_MAX} characters")
        try:
            program = self._env.compile(source)
        except RuntimeError as error:
            raise ExpressionError(_first_line(str(error))) from error
        if program.return_type() != _CEL_TYPES[gives]:
            raise ExpressionError(f"gives {program.return_type().name().lower()}, wanted {gives}")
        return Expression(source, gives, self._names_in(source), program)

    def _names_in(self, source: str) -> frozenset[str]:
        words = set(re.findall(r"[A-Za-z_][\w.]*", source))
        return frozenset(
            name for name in self._names if any(word == name or word.startswith(f"{name}.") for word in words)
        )


def _first_line(message: str) -> str:
    line = message.partition("\n")[0]
    return line.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: ").removesuffix(" [INVALID_ARGUMENT]")


def _fen(yuan: str) -> int:
    try:
        fen = Decimal(yuan) * FEN_PER_YUAN
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {yuan}") from error
    if fen != fen.to_integral_value():
        raise ValueError(f"parts of a fen: {yuan}")
    return int(fen)


def _functions() -> list[cel.FunctionDecl]:
    """The functions we add to CEL: `money("3000000.00")` gives fen."""
    money = cel.Overload(id="money_string", return_type=cel.Type.INT, parameters=[cel.Type.STRING], impl=_fen)
    return [cel.FunctionDecl("money", [money])]
