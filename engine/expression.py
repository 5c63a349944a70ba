"""CEL expressions of definitions: compiled and type-checked at load. The one user of the CEL package.

An error value or an unknown is never a pass: it raises `Undecided`, and the caller refuses.
Language: Common Expression Language, github.com/google/cel-spec, less what could make a short text cost much:
no `map`, no joining of texts, no `dyn`; see `expression_cost.py` for the limits on what is left.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cel_expr_python import cel

from engine.expression_cost import check_cost, names_in, tokenize
from engine.expression_error import ExpressionError
from engine.expression_functions import days_between, distinct, fen, lines, texts, total


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


_ROWS = cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))
_CEL_TYPES: Mapping[ValueType, cel.Type] = {
    ValueType.BOOL: cel.Type.BOOL,
    ValueType.INT: cel.Type.INT,
    ValueType.DOUBLE: cel.Type.DOUBLE,
    ValueType.STRING: cel.Type.STRING,
    ValueType.TIMESTAMP: cel.Type.TIMESTAMP,
    ValueType.STRINGS: cel.Type.List(cel.Type.STRING),
    ValueType.COUNTS: cel.Type.Map(cel.Type.STRING, cel.Type.INT),
    ValueType.ROWS: _ROWS,
}
_STANDARD = cel.NewEnvConfigFromYaml("""
name: shenpi
stdlib:
  exclude_macros: [map]
  exclude_functions:
    - name: dyn
    - name: "_+_"
      overloads: [{id: add_string}, {id: add_bytes}]
""")
_MESSAGE = re.compile(r"<input>:(?P<line>-?\d+):(?P<column>-?\d+): (?P<words>.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OPERANDS = re.compile(r"found no matching overload for '([^']*)' applied to '\(([^']*)\)'")


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
        try:
            result = self.program.eval(data=_known(self.names, variables))
        except (RuntimeError, TypeError, ValueError, OverflowError) as error:
            raise Undecided(str(error)) from error
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
        self.names = frozenset(variables)
        self._tables = frozenset(name for name, kind in variables.items() if kind is ValueType.ROWS)
        self._env = cel.NewEnv(
            config=_STANDARD,
            variables={name: _CEL_TYPES[kind] for name, kind in variables.items()},
            functions=_functions(),
        )

    def compile(self, source: str, gives: ValueType) -> Expression:
        """Compile and type-check; raises `ExpressionError` with CEL's position in the source."""
        tokens = tokenize(source)
        check_cost(source, tokens, self._tables)
        try:
            program = self._env.compile(source)
        except (RuntimeError, TypeError, ValueError) as error:
            raise _explained(str(error)) from error
        if program.return_type() != _CEL_TYPES[gives]:
            code = "has" if "has(" in source else "gives"
            raise ExpressionError(code, {"found": program.return_type().name().lower(), "wanted": gives.name.lower()})
        return Expression(source, gives, names_in(tokens, self.names), program)


def _known(names: frozenset[str], variables: Mapping[str, object]) -> dict[str, object]:
    known = {}
    for name in names:
        try:
            known[name] = variables[name]
        except KeyError:
            continue
    return known


def _explained(message: str) -> ExpressionError:
    """Read CEL's first line: `INVALID_ARGUMENT: ERROR: <input>:1:5: undeclared reference to 'item.x' (in …)`."""
    found = _MESSAGE.search(message)
    if found is None or found["line"] == "-1":
        return ExpressionError("too_deep")
    line, column, words = int(found["line"]), int(found["column"]), found["words"]
    if undeclared := _UNDECLARED.match(words):
        return ExpressionError("undeclared", {"found": undeclared[1]}, line, column)
    if operands := _OPERANDS.match(words):
        return ExpressionError("operands", {"operator": operands[1].strip("_"), "found": operands[2]}, line, column)
    return ExpressionError("syntax", {"found": words.partition(" expecting")[0]}, line, column)


def _functions() -> list[cel.FunctionDecl]:
    """The functions we add to CEL; `expression_functions.py` says what each does."""
    text, whole, words = cel.Type.STRING, cel.Type.INT, cel.Type.List(cel.Type.STRING)
    return [
        cel.FunctionDecl("money", [cel.Overload("money_string", whole, [text], impl=fen)]),
        cel.FunctionDecl("total", [cel.Overload("total_rows_string", whole, [_ROWS, text], impl=total)]),
        cel.FunctionDecl("distinct", [cel.Overload("distinct_rows", cel.Type.BOOL, [_ROWS, text], impl=distinct)]),
        cel.FunctionDecl("texts", [cel.Overload("texts_rows_string", words, [_ROWS, text], impl=texts)]),
        cel.FunctionDecl("lines", [cel.Overload("lines_string_strings", _ROWS, [text, words], impl=lines)]),
        cel.FunctionDecl("days_between", [cel.Overload("days_strings", whole, [text, text], impl=days_between)]),
    ]
