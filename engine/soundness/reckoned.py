"""Computed fields that only choose: by comparisons, among constants. Their value follows from what others hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from engine.decision_table import DecisionTable
from engine.definition import Definition, Field, FieldType
from engine.expression_cost import Token, tokenize
from engine.fields import computed_value
from engine.situation import as_variable
from engine.soundness.samples import CONSTANT, comparisons, fields_in
from engine.values import Json

SOURCES_KEPT = 512
"""Expressions whose comparisons are remembered."""

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Reckoned:
    """The computed fields of a definition that choose: `parts` are the comparisons by which each does."""

    def __init__(self, definition: Definition) -> None:
        """Read the computed fields, each after those it needs."""
        self.definition = definition
        self.parts: dict[str, tuple[str, ...]] = {}
        self._behind: dict[str, dict[str, None]] = {}
        self._needs: dict[str, dict[str, None]] = {}
        for name in definition.computed:
            parts = _choosing(definition.fields[name])
            if parts is not None:
                self.parts[name] = tuple(dict.fromkeys(parts))
                named = [other for part in self.parts[name] for other in fields_in(part)]
                self._behind[name] = {one: None for other in named for one in self.behind(other)}
                self._needs[name] = {one: None for other in named for one in self._needs.get(other, ())} | {name: None}

    def behind(self, name: str) -> Iterable[str]:
        """Give the fields from whose values that of a field follows: itself, where it is not computed by choosing."""
        return self._behind.get(name, (name,))

    def all_parts(self, names: Iterable[str]) -> list[str]:
        """Give the comparisons by which some fields are computed, and those that these need."""
        needed = dict.fromkeys(one for name in names for one in self._needs.get(name, ()))
        return [part for name in needed for part in self.parts[name]]

    def added(self, values: Mapping[str, Json], followed: Sequence[str]) -> dict[str, Json]:
        """Give the values of fields with those that are computed from them; the empty ones are left out."""
        known: dict[str, Json] = {name: value for name, value in values.items() if value is not None}
        variables = {f"item.{name}": as_variable(self.definition.fields[name], value) for name, value in known.items()}
        for name in followed:
            field = self.definition.fields[name]
            value = computed_value(field, variables)
            if value is not None:
                known[name], variables[f"item.{name}"] = value, as_variable(field, value)
        return known


def _choosing(field: Field) -> list[str] | None:
    """Give the comparisons by which a field is computed; None where it is computed in another way."""
    computed = field.computed
    assert computed is not None
    if not all(name.startswith("item.") and name != "item.filled" for name in computed.names):
        return None
    if isinstance(computed, DecisionTable):
        return [part for row in computed.rows for part in comparisons(row.when.source)]
    told = _choosing_by(computed.source, is_condition=field.type is FieldType.BOOLEAN)
    return None if told is None else list(told)


@lru_cache(maxsize=SOURCES_KEPT)
def _choosing_by(text: str, *, is_condition: bool) -> tuple[str, ...] | None:
    """Give the comparisons of an expression; each look at a procedure asks for them again."""
    found: list[str] = []
    for source, chooses in _branches(text):
        if chooses or is_condition:
            found += comparisons(source)
        elif not CONSTANT.fullmatch(source):
            return None
    return tuple(found)


def _branches(source: str) -> Iterator[tuple[str, bool]]:
    """Give the conditions (true) and the outcomes of `a ? b : c ? d : e`; one outcome where nothing is chosen."""
    tokens = _unwrapped(tokenize(source))
    marks = [(at, token.text) for at, token in _outermost(tokens) if token.text in ("?", ":")]
    if not marks:
        yield _text(source, tokens), False
        return
    first, depth = marks[0][0], 0
    for at, sign in marks:
        depth += 1 if sign == "?" else -1
        if depth == 0:
            yield _text(source, tokens[:first]), True
            yield from _branches(_text(source, tokens[first + 1 : at]))
            yield from _branches(_text(source, tokens[at + 1 :]))
            return


def _outermost(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Give the tokens that no bracket encloses, with their places."""
    depth = 0
    for at, token in enumerate(tokens):
        is_sign = token.kind == "sign"
        depth -= is_sign and token.text in _CLOSING
        if depth == 0:
            yield at, token
        depth += is_sign and token.text in _OPENING


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Take off parentheses around everything."""
    while tokens and tokens[0].text == "(" and [at for at, _ in _outermost(tokens)] == [0, len(tokens) - 1]:
        tokens = tokens[1:-1]
    return tokens


def _text(source: str, tokens: Sequence[Token]) -> str:
    return source[tokens[0].at : tokens[-1].at + len(tokens[-1].text)] if tokens else ""
