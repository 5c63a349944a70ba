"""What an expression may cost, judged on its text before it is compiled.

No text of a few hundred characters may hold the engine up or eat its memory.

A list macro (`item.lines.all(line, …)`) runs its body once a row. These rules bound what one round can do, keep macros
out of each other's bodies, and keep a macro from working on what another has blown up.
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from engine.expression_error import ExpressionError, at

SOURCE_LENGTH_MAX = 2_000
"""Longest expression, in characters: compiling is linear, but a definition may hold hundreds."""
SOURCE_LENGTH_WITH_MACROS_MAX = 600
"""Longest expression that goes through a list."""
MACROS_MAX = 4
PLUS_WITH_MACROS_MAX = 8
"""Table cells have no type before evaluation, so `+` may join texts there."""

_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_CHEAP = frozenset({"size", "startsWith", "endsWith", "int", "double", "string", "has", "money", "days_between"})
"""Functions that a macro's body may call: each takes microseconds whatever the data."""
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<odd>//|`|[A-Za-z_]*\"\"\"|[A-Za-z_]*'''|[rRbB]+["'])
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9][0-9A-Za-z.]*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One word, text, number or sign of an expression, and where it starts."""

    kind: str
    text: str
    at: int


def tokenize(source: str) -> list[Token]:
    """Cut an expression into tokens; raises `ExpressionError` when it is too long."""
    if len(source) > SOURCE_LENGTH_MAX:
        raise ExpressionError("too_long", {"most": SOURCE_LENGTH_MAX})
    kinds = ((str(found.lastgroup), found) for found in _TOKEN.finditer(source))
    return [Token(kind, found[0], found.start()) for kind, found in kinds if kind != "space"]


def check_cost(source: str, tokens: list[Token], tables: Collection[str]) -> None:
    """Raise `ExpressionError` when the expression breaks a limit. `tables` are the variables that hold rows."""
    for token in tokens:
        if token.kind == "odd":
            raise at(source, token.at, "odd", {"found": token.text})
    macros = [index for index in range(len(tokens)) if _is_macro(tokens, index)]
    if macros:
        _check_macros(source, tokens, macros)
        for index in macros:
            _check_range(source, tokens, index)
            _check_body(source, tokens[index + 2 : _closing(tokens, index + 1)], tables)


def names_in(tokens: list[Token], declared: Collection[str]) -> frozenset[str]:
    """Give the declared variables that the expression names: `item.lines` in `item.lines.size()`."""
    words = (word.split(".") for word in set(_dotted(tokens)))
    beginnings = {".".join(word[:length]) for word in words for length in range(1, len(word) + 1)}
    return frozenset(beginnings.intersection(declared))


def _check_macros(source: str, tokens: list[Token], macros: list[int]) -> None:
    """Bound the whole of an expression with macros in it."""
    if len(source) > SOURCE_LENGTH_WITH_MACROS_MAX:
        raise ExpressionError("macro_length", {"most": SOURCE_LENGTH_WITH_MACROS_MAX})
    if len(macros) > MACROS_MAX:
        raise at(source, tokens[macros[MACROS_MAX]].at, "macro_count", {"most": MACROS_MAX})
    plus = [token for token in tokens if token.text == "+"]
    if len(plus) > PLUS_WITH_MACROS_MAX:
        raise at(source, plus[PLUS_WITH_MACROS_MAX].at, "macro_plus", {"most": PLUS_WITH_MACROS_MAX})


def _check_body(source: str, body: list[Token], tables: Collection[str]) -> None:
    """Let a macro's body compare cells and call what is cheap."""
    for token, following in pairwise(body):
        if token.kind == "word" and following.text == "(" and token.text not in _CHEAP | {"in"}:
            allowed = ", ".join(sorted(_CHEAP))
            raise at(source, token.at, "macro_call", {"found": token.text, "allowed": allowed})
    if named := set(_dotted(body)) & set(tables):
        raise at(source, body[0].at, "macro_table", {"found": min(named)})


def _check_range(source: str, tokens: list[Token], macro: int) -> None:
    """A macro goes through a variable (or what `filter` left of one), never through a list made on the spot."""
    before = tokens[macro - 2] if macro >= 2 else None  # noqa: PLR2004  # name, dot, macro
    if before is not None and before.kind == "word":
        return
    if before is not None and before.text == ")":
        opening = _opening(tokens, macro - 2)
        if _is_macro(tokens, opening - 1) and tokens[opening - 1].text == "filter":
            return
    raise at(source, tokens[macro].at, "macro_range")


def _is_macro(tokens: list[Token], index: int) -> bool:
    if not 1 <= index < len(tokens) - 1:
        return False
    dot, word, bracket = tokens[index - 1 : index + 2]
    return dot.text == "." and word.text in _MACROS and bracket.text == "("


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].kind == "sign":
            depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if depth == 0:
            return index
    return len(tokens)


def _opening(tokens: list[Token], closing: int) -> int:
    depth = 0
    for index in range(closing, -1, -1):
        if tokens[index].kind == "sign":
            depth += (tokens[index].text == ")") - (tokens[index].text == "(")
        if depth == 0:
            return index
    return 0


def _dotted(tokens: list[Token]) -> Iterator[str]:
    """Give each longest run of words joined by dots."""
    run: list[str] = []
    joined = False
    for token in tokens:
        if token.kind == "word" and joined:
            run.append(token.text)
        elif token.kind == "word":
            yield ".".join(run)
            run = [token.text]
        joined = token.text == "." and token.kind == "sign"
    yield ".".join(run)
