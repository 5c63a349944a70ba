"""What becomes of the data that exploration follows: what people may fill in, and what actions assign."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from engine.definition import Assigned
from engine.expression import Expression
from engine.fields import stored
from engine.soundness.samples import CONSTANT
from engine.soundness.weighing import Known, Weighing
from engine.values import Json

CHOICES_MAX = 300
"""Most ways to fill in the fields of one step."""

Names = tuple[str, ...]
Values = tuple[Json, ...]
"""Of the fields that are followed, in their order."""


class TooMany(Exception):
    """There is more to tell apart than is looked at."""


class Filling:
    """The ways to fill in fields, each worked out once."""

    def __init__(self, weighing: Weighing) -> None:
        """Fill in the fields that are followed."""
        self.weighing = weighing
        self.fillings: dict[tuple[Values, Names, Names], tuple[tuple[Values, str], ...]] = {}

    def choices(self, known: Known, edit: Names, require: Names) -> Iterator[tuple[Known, str]]:
        """Give what is known after some fields may have been filled in, and what is filled in for it."""
        if not edit and not require:
            yield known, ""
            return
        key = (known.values, edit, require)
        if key not in self.fillings:
            self.fillings[key] = tuple(self._filled(*key))
        yield from ((Known(values, known.counts), said) for values, said in self.fillings[key])

    def _filled(self, before: Values, edit: Names, require: Names) -> Iterator[tuple[Values, str]]:
        options: list[Values] = []
        count = 1
        for (name, domain), value in zip(self.weighing.domains.items(), before, strict=True):
            allowed = (value, *(one for one in domain if one != value)) if name in edit else (value,)
            options.append(tuple(one for one in allowed if one is not None or name not in require))
            count *= len(options[-1])
        if count > CHOICES_MAX:
            raise TooMany
        computed = [name for name in require if name in self.weighing.followed]
        for values in product(*options):
            if not all(self.weighing.filled(Known(values, ()), name) for name in computed):
                continue
            pairs = zip(self.weighing.fields, values, before, strict=True)
            yield values, _said({name: value for name, value, was in pairs if value != was})

    def places(self, names: Iterable[str]) -> tuple[int, ...]:
        """Give where the values of some fields stand, as far as they are followed."""
        followed = self.weighing.fields
        return tuple(followed.index(name) for name in names if name in followed)

    def assigned(self, sets: Mapping[str, Assigned], known: Known) -> Iterator[Values]:
        """Give the values after assignments: a constant, or else anything."""
        if not sets:
            yield known.values
            return
        options: list[Values] = []
        for (name, domain), value in zip(self.weighing.domains.items(), known.values, strict=True):
            expression = sets.get(name)
            if expression is None:
                options.append((value,))
            elif isinstance(expression, Expression) and CONSTANT.fullmatch(expression.source):
                constant = stored(self.weighing.definition.fields[name], expression.value({}))
                options.append((constant,) if constant in domain else domain[-1:])
            else:
                options.append(domain[1:])
        yield from product(*options)


def _said(changed: Mapping[str, Json]) -> str:
    """Say which fields a step fills in: `(amount=100)`."""
    filled = ", ".join(f"{name}={'' if value is None else value}" for name, value in changed.items())
    return f"({filled})" if filled else ""
