"""Which values exploration tells apart: of each field that conditions ask for, the few that stand for all it holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.definition import Definition, Field
from engine.expression import Compiler, ValueType
from engine.expression_error import ExpressionError
from engine.situation import as_variable, declared
from engine.soundness.samples import (
    ORDERED,
    OTHER,
    SAMPLED,
    Relation,
    are_of_one_kind,
    compared,
    comparisons,
    constants,
    is_plain,
    relation,
    samples,
    together,
)
from engine.values import Json

Values = tuple[Json, ...]


@dataclass
class Domains:
    """The values of the fields that are not computed, by comparisons; `width_max` is the most values of one field.

    `is_sparse` leaves out values between which no comparison makes a difference, few as they may be.
    """

    definition: Definition
    parts: Collection[str]
    asked: Collection[str]
    width_max: int
    with_relations: bool
    is_sparse: bool = False

    @cached_property
    def values(self) -> Mapping[str, Values]:
        """The values that stand for those of each field, nothing first, in the order of the fields."""
        joined = self._joined
        found: dict[str, Values] = {}
        for name, field in self.definition.fields.items():
            if field.computed is None:
                values = joined[name] if name in joined else self._alone(field)
                if values is not None:
                    found[name] = (None, *values)
        return found

    @property
    def has_relations(self) -> bool:
        """Whether fields are weighed that are compared with each other."""
        return bool(self._joined)

    def relates(self, comparison: str) -> bool:
        """Say whether a comparison of two fields is weighed."""
        found = self._relations.get(comparison)
        return found is not None and found.fields[0] in self._joined

    @cached_property
    def _compared(self) -> Mapping[str, list[str]]:
        return compared(self.parts)

    @cached_property
    def _relations(self) -> Mapping[str, Relation]:
        """The comparisons of two fields that can be weighed: of one kind, and only by sameness where they are texts."""
        found: dict[str, Relation] = {}
        for part in self.parts if self.with_relations else ():
            one = relation(part)
            if one is not None and self._can_relate(one):
                found[part] = one
        return found

    def _can_relate(self, one: Relation) -> bool:
        fields = [self.definition.fields.get(name) for name in one.fields]
        first, other = fields
        if first is None or other is None or first.computed is not None or other.computed is not None:
            return False
        return are_of_one_kind(first, other) and (first.type in ORDERED or not one.is_ordered)

    @cached_property
    def _joined(self) -> Mapping[str, Values]:
        """The values of two fields that are compared with each other, if with no third, and neither needs too many."""
        pairs = {frozenset(one.fields) for one in self._relations.values()}
        found: dict[str, Values] = {}
        for pair in pairs:
            if any(pair & other for other in pairs - {pair}):
                continue
            fields = [self.definition.fields[name] for name in sorted(pair)]
            values = together(fields, constants(part for name in sorted(pair) for part in self._plain(name)))
            if all(len(one) <= self.width_max for one in values.values()):
                found.update({name: tuple(one) for name, one in values.items()})
        return found

    def _plain(self, name: str) -> list[str]:
        words = frozenset({"item", name})
        return [part for part in self._compared.get(name, ()) if is_plain(part, words)]

    def _alone(self, field: Field) -> Values | None:
        """Give the values that stand for those of a field; None when nothing asks for it, or only in another way."""
        plain = self._plain(field.name) if field.type in SAMPLED else []
        if not plain:
            return (OTHER,) if field.name in self.asked else None
        found = samples(field, constants(plain))
        if self.is_sparse or len(found) > self.width_max:
            found = self._told_apart(field, found, plain)
        return tuple(found) if len(found) <= self.width_max else None

    def _told_apart(self, field: Field, values: Sequence[Json], plain: list[str]) -> Sequence[Json]:
        """Leave out the values between which no comparison makes a difference."""
        try:
            conditions = [self._compiler.compile(part, ValueType.BOOL) for part in plain]
        except ExpressionError:  # as its parentheses stand around a part of it
            return values
        found: dict[tuple[bool, ...], Json] = {}
        for value in values:
            variables = {f"item.{field.name}": as_variable(field, value)}
            found.setdefault(tuple(one.holds(variables) for one in conditions), value)
        return tuple(found.values())

    @cached_property
    def _compiler(self) -> Compiler:
        return Compiler(declared({name: field.type for name, field in self.definition.fields.items()}))


def parts_of(sources: Iterable[str]) -> list[str]:
    """Give the comparisons of some conditions, each once."""
    return list(dict.fromkeys(part for source in sources for part in comparisons(source)))
