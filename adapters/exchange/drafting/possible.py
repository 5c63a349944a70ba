"""Can conditions hold together? Tried on the values that stand for all, as the engine weighs them."""

from collections.abc import Mapping
from itertools import product
from math import prod

from adapters.exchange.conditions import Variables
from engine.definition import Choice, Field, FieldType
from engine.expression import Compiler, ValueType
from engine.situation import as_variable, declared
from engine.soundness.samples import SAMPLED, compared, comparisons, constants, fields_in, is_plain, samples
from engine.texts import Text

TRIED_MAX = 2_000
"""Most combinations of values that are tried; conditions with more are taken to hold together."""

_UNNAMED = Text("", "")
_OTHER = "other"


def can_hold(condition: str, variables: Variables) -> bool:
    """Say whether any values of the fields make a condition true; one that is more than comparisons is taken to be."""
    if not condition:
        return True
    if not all(_is_of_one_field(part) for part in comparisons(condition)):
        return True
    named = compared([condition])
    fields = {name: _field(name, variables) for name in named}
    if not all(field.type in SAMPLED for field in fields.values()):
        return True
    tried = {name: samples(field, constants(named[name])) for name, field in fields.items()}
    if prod(map(len, tried.values())) > TRIED_MAX:
        return True
    expression = _compiler(fields).compile(condition, ValueType.BOOL)
    return any(
        expression.holds(
            {f"item.{name}": as_variable(fields[name], value) for name, value in zip(tried, one, strict=True)}
        )
        for one in product(*tried.values())
    )


def _is_of_one_field(comparison: str) -> bool:
    names = fields_in(comparison)
    return len(names) == 1 and is_plain(comparison, frozenset({"item", *names}))


def _compiler(fields: Mapping[str, Field]) -> Compiler:
    return Compiler(declared({name: field.type for name, field in fields.items()}))


def _field(name: str, variables: Variables) -> Field:
    of = tuple(Choice(value, _UNNAMED) for value in dict.fromkeys((*variables.texts.get(name, ()), _OTHER)))
    return Field(name, FieldType(variables.types[name]), _UNNAMED, of=of)
