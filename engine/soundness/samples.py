"""A few values that stand for all that a field can hold, before conditions that only compare it with constants.

Such conditions can not tell two values apart that lie between the same constants. So the constants that the field can
hold, and one value of each gap before, between and after them, stand for every value there is. Where fields are
compared with each other as well, each gap needs more of them, its first and its last among them: `TURNS`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.calendar import YEAR_FIRST, YEAR_LAST
from engine.definition import Field, FieldType
from engine.expression_cost import Token, tokenize
from engine.expression_functions import fen
from engine.field_values import DECIMAL_DIGITS_MAX, DECIMAL_PLACES_MAX, Wrong, bounds, normalised
from engine.values import Json

OTHER = "·"
"""Stands for a text that no condition names, and for whatever a field holds that is only asked whether it is filled."""

TURNS = 4
"""How often in turns two fields may have to be less than the other, between the same constants, as far as is told."""

_SIGNS = frozenset("=!<>,[]()-.")
_WORDS = frozenset({"true", "false", "in", "money"})
_BEFORE_A_NUMBER = frozenset("=<>,[(")
"""Signs after which a `-` belongs to the number that follows."""

_NUMBER = re.compile(r"0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?")
CONSTANT = re.compile(r"""-?\d+(?:\.\d+)?|"[^"\\]*"|'[^'\\]*'|true|false|money\("-?\d{1,15}(?:\.\d{1,2})?"\)""")
"""An expression that always gives the same."""

_RELATION = re.compile(r"item\.(\w+)\s*(==|!=|<=?|>=?)\s*item\.(\w+)")
_DAYS = range(date(YEAR_FIRST, 1, 1).toordinal(), date(YEAR_LAST, 12, 31).toordinal() + 1)


@dataclass(frozen=True, slots=True)
class Constants:
    """What some comparisons name: texts and numbers (of money, fen), and whether they ask for more or less."""

    texts: tuple[str, ...]
    numbers: tuple[Decimal, ...]
    is_ordered: bool


def comparisons(source: str) -> list[str]:
    """Give the comparisons of a condition, without what joins them, and parentheses and negations around them."""
    parts: list[list[Token]] = [[]]
    for token in tokenize(source):
        if token.text in ("&", "|"):
            parts.append([])
        else:
            parts[-1].append(token)
    bare = (_bare(part) for part in parts)
    return [source[part[0].at : part[-1].at + len(part[-1].text)] for part in bare if part]


def _bare(part: list[Token]) -> list[Token]:
    texts = [token.text for token in part]
    begin, end = 0, len(texts)
    while begin < end and texts[begin] in ("(", "!"):
        begin += 1
    while texts[begin:end].count(")") > texts[begin:end].count("("):
        end -= 1 if texts[end - 1] == ")" else end
    return part[begin:end]


def fields_in(comparison: str) -> list[str]:
    """Give the fields that a comparison names, each time it does."""
    tokens = [token.text if token.kind in ("word", "sign") else "" for token in tokenize(comparison)]
    return [
        name for item, dot, name in zip(tokens, tokens[1:], tokens[2:], strict=False) if (item, dot) == ("item", ".")
    ]


def compared(conditions: Iterable[str]) -> dict[str, list[str]]:
    """Give the comparisons of some conditions by the fields that they name."""
    found: dict[str, dict[str, None]] = {}
    for condition in conditions:
        for part in comparisons(condition):
            for name in fields_in(part):
                found.setdefault(name, {})[part] = None
    return {name: list(parts) for name, parts in found.items()}


def is_plain(comparison: str, allowed: frozenset[str]) -> bool:
    """Say whether a comparison, its one subject left out, is made of constants; `allowed` are words of the subject."""
    before = Token("sign", "(", 0)
    for token in tokenize(comparison):
        is_call = token.text == "(" and before.kind == "word" and before.text not in ("money", "in")
        is_minus = token.text == "-" and before.text not in _BEFORE_A_NUMBER
        is_negated = before.text == "-" and token.kind != "number"
        if is_call or is_minus or is_negated or not _is_known(token, allowed):
            return False
        before = token
    return True


def _is_known(token: Token, allowed: frozenset[str]) -> bool:
    match token.kind:
        case "text":
            return "\\" not in token.text
        case "number":
            return _NUMBER.fullmatch(token.text) is not None
        case "word":
            return token.text in _WORDS or token.text in allowed
        case kind:
            return kind == "sign" and token.text in _SIGNS


@dataclass(frozen=True, slots=True)
class Relation:
    """A comparison of two fields, and whether it asks which is more."""

    fields: tuple[str, str]
    is_ordered: bool


def relation(comparison: str) -> Relation | None:
    """Read a comparison of two fields; None where it is another."""
    found = _RELATION.fullmatch(comparison)
    if found is None or found[1] == found[3]:
        return None
    return Relation((found[1], found[3]), found[2][0] in "<>")


def constants(parts: Iterable[str]) -> Constants:
    """Gather the constants of some plain comparisons."""
    texts: dict[str, None] = {}
    numbers: dict[Decimal, None] = {}
    is_ordered = False
    for part in parts:
        tokens = tokenize(part)
        for index, token in enumerate(tokens):
            words = [one.text for one in tokens[max(index - 2, 0) : index]]
            if token.kind == "text" and words == ["money", "("]:
                numbers.update(_fen(token.text[1:-1]))
            elif token.kind == "text":
                texts[token.text[1:-1]] = None
            elif token.kind == "number":
                number = _number(token.text)
                numbers[-number if words[-1:] == ["-"] else number] = None
            is_ordered = is_ordered or token.text in "<>"
    return Constants(tuple(texts), tuple(numbers), is_ordered)


def _fen(yuan: str) -> dict[Decimal, None]:
    """Give the fen of an amount; what is none is no constant: the condition is then never decided."""
    try:
        return {Decimal(fen(yuan)): None}
    except ValueError:
        return {}


def _number(text: str) -> Decimal:
    return Decimal(int(text, 16)) if text.startswith("0x") else Decimal(text)


def samples(field: Field, named: Constants) -> Sequence[Json]:
    """Give the values that stand for all that a field of a type in `SAMPLED` can hold."""
    return tuple(dict.fromkeys(_SAMPLES[field.type](field, named)))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The whole steps in which the values of an ordered field can be counted: its bounds, and where constants lie."""

    least: int
    most: int
    edges: frozenset[int]
    value: Callable[[int], Json]


def _around(numbers: Iterable[Decimal]) -> frozenset[int]:
    """Give the whole numbers on both sides of each number."""
    return frozenset(whole for one in numbers for whole in (int(one // 1), -int(-one // 1)))


def _wholes(field: Field, named: Constants) -> _Scale:
    return _Scale(*bounds(field), _around(named.numbers), int)


def _decimals(field: Field, named: Constants) -> _Scale:
    """Count in the smallest step that a decimal has."""
    step = 10**DECIMAL_PLACES_MAX
    largest = 10**DECIMAL_DIGITS_MAX * step - 1
    least = -largest if field.min is None else field.min * step
    most = largest if field.max is None else field.max * step

    def spelled(number: int) -> Json:
        text = f"{Decimal(number) / step:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    return _Scale(least, most, _around(number * step for number in named.numbers), spelled)


def _days(_field: Field, named: Constants) -> _Scale:
    """Count in days; a text that is no day lies between two of them."""
    edges: set[int] = set()
    for text in named.texts:
        first, after = (
            _DAYS.start + find(_DAYS, text, key=lambda day: date.fromordinal(day).isoformat())
            for find in (bisect_left, bisect_right)
        )
        edges |= {first} if first < after else {first - 1, first}
    return _Scale(_DAYS.start, _DAYS.stop - 1, frozenset(edges), lambda day: date.fromordinal(day).isoformat())


_SCALES: Mapping[FieldType, Callable[[Field, Constants], _Scale]] = {
    FieldType.INTEGER: _wholes,
    FieldType.MONEY: _wholes,
    FieldType.DECIMAL: _decimals,
    FieldType.DATE: _days,
}


ORDERED = frozenset(_SCALES)
"""The types of fields of which one value is more than another."""


def _ordered(field: Field, named: Constants) -> Iterator[Json]:
    scale = _SCALES[field.type](field, named)
    yield from map(scale.value, _between(scale.least, scale.most, scale.edges))


def _between(least: int, most: int, edges: Iterable[int]) -> Iterator[int]:
    """Give whole numbers that are edges, and one of each gap: those next to an edge."""
    within = sorted(edge for edge in set(edges) if least <= edge <= most)
    if not within:
        yield min(max(0, least), most)
        return
    if least < within[0]:
        yield within[0] - 1
    for edge, following in pairwise((*within, most + 1)):
        yield edge
        if following - edge > 1:
            yield edge + 1


def together(fields: Sequence[Field], named: Constants) -> Mapping[str, Sequence[Json]]:
    """Give the values that stand for all that two fields of one kind hold, which are compared with each other."""
    if fields[0].type in _SCALES:
        return _on_one_scale(fields, named)
    found: dict[str, Sequence[Json]] = {}
    for field in fields:
        if field.type in (FieldType.CHOICE, FieldType.BOOLEAN):
            found[field.name] = tuple(choice.name for choice in field.of) or (True, False)
        else:
            held = [text for text in sorted({*named.texts}) if _holds(field, text)]
            found[field.name] = (*held, *(OTHER * number for number in range(1, len(fields) + 1)))
    return found


def _on_one_scale(fields: Sequence[Field], named: Constants) -> Mapping[str, Sequence[Json]]:
    """Cut all values where a constant lies or a field begins or ends; of a piece for both give several."""
    scales = {field.name: _SCALES[field.type](field, named) for field in fields}
    cuts = {cut for one in scales.values() for edge in one.edges for cut in (edge, edge + 1)}
    cuts |= {cut for one in scales.values() for cut in (one.least, one.most + 1)}
    least, most = max(one.least for one in scales.values()), min(one.most for one in scales.values())
    found: dict[str, list[Json]] = {name: [] for name in scales}
    for low, high in pairwise(sorted(cuts)):
        piece = _spread(low, high - 1) if least <= low <= most else (low,)
        for name, scale in scales.items():
            if scale.least <= low <= scale.most:
                found[name] += map(scale.value, piece)
    return found


def _spread(low: int, high: int) -> Sequence[int]:
    """Give some numbers from one to another, both among them."""
    if high - low < TURNS:
        return range(low, high + 1)
    return [low + (high - low) * step // (TURNS - 1) for step in range(TURNS)]


def _boolean(_field: Field, _named: Constants) -> Iterator[Json]:
    yield from (True, False)


def _choice(field: Field, named: Constants) -> Iterator[Json]:
    """Give the values that are named, and one of the others; all where they are put in an order."""
    names = [choice.name for choice in field.of]
    asked = [name for name in names if name in named.texts]
    others = [name for name in names if name not in named.texts]
    yield from (*asked, *(others if named.is_ordered else others[:1]))


def _text(field: Field, named: Constants) -> Iterator[Json]:
    yield from _held(field, named, "!", " !")


def _id(field: Field, named: Constants) -> Iterator[Json]:
    yield from _held(field, named, "0", "-")


def _held(field: Field, named: Constants, least: str, more: str) -> Iterator[Json]:
    """Give the texts that are named, one of each gap where they are put in an order, and any other."""
    edges = sorted({*named.texts})
    yield from (text for text in edges if _holds(field, text))
    if named.is_ordered:
        begins: list[str | None] = [None, *edges]
        for low, high in zip(begins, [*edges, None], strict=True):
            tried = [least] if low is None else _just_above(low, more)
            yield from [text for text in tried if (high is None or text < high) and _holds(field, text)][:1]
    yield OTHER


def _just_above(text: str, more: str) -> list[str]:
    """Give texts above another, the nearest first: the field may not take longer ones."""
    return [text + more, text + more[-1:], text[:-1] + chr(ord(text[-1]) + 1)] if text else []


def _holds(field: Field, text: str) -> bool:
    try:
        return normalised(field, text, field.name) == text
    except Wrong:
        return False


_SAMPLES: Mapping[FieldType, Callable[[Field, Constants], Iterator[Json]]] = {
    FieldType.INTEGER: _ordered,
    FieldType.MONEY: _ordered,
    FieldType.DECIMAL: _ordered,
    FieldType.DATE: _ordered,
    FieldType.BOOLEAN: _boolean,
    FieldType.CHOICE: _choice,
    FieldType.TEXT: _text,
    FieldType.PERSON: _id,
    FieldType.UNIT: _id,
}
SAMPLED = frozenset(_SAMPLES)
"""The types of fields whose values can be stood for so."""


def are_of_one_kind(one: Field, other: Field) -> bool:
    """Say whether the values of two fields are counted in the same steps, or are the same texts."""
    wholes = {FieldType.INTEGER, FieldType.MONEY}
    return one.type in SAMPLED and (one.type is other.type or {one.type, other.type} == wholes)
