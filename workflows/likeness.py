"""How alike projects are by name: hints for who applies, and the duplicate search of the preliminary review.

Pure. A hint decides nothing; in the search (`screening/gate_zero.py`) each candidate has to be dealt with.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

SAME_TOWNSHIP_PERCENT = 15
"""What a project of the same township adds to the likeness of the names [D]."""

HINTS_MAX = 5
"""Most projects that are shown as a hint."""


@dataclass(frozen=True, slots=True)
class Named:
    """A project as it is compared."""

    code: str
    name: str
    township: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike another project is, in percent, and whether it is of the same township."""

    code: str
    percent: int
    same_township: bool


def alike(project: Named, others: Iterable[Named], least: int, places: Sequence[str] = ()) -> list[Likeness]:
    """Give the projects that are like one by `least` percent or more, the most alike first; `places` say nothing.

    Names are compared by their pairs of neighbouring letters, each the heavier the fewer names have it (Dice, with
    weights by rarity): that all of them are a platform or a system says little.
    """
    known = [other for other in others if other.code != project.code]
    pairs = {one.code: _pairs(one.name, places) for one in (project, *known)}
    weights = _weights(list(pairs.values()))
    found = [_likeness(project, other, _dice(pairs[project.code], pairs[other.code], weights)) for other in known]
    near = [one for one in found if one.percent >= least]
    return sorted(near, key=lambda one: (-one.percent, one.code))


def _likeness(project: Named, other: Named, by_name: float) -> Likeness:
    is_near = project.township == other.township
    added = SAME_TOWNSHIP_PERCENT if is_near and by_name else 0
    return Likeness(other.code, min(100, round(100 * by_name) + added), is_near)


def _pairs(name: str, places: Sequence[str]) -> Counter[str]:
    bare = name
    for place in places:
        bare = bare.replace(place, "")
    letters = "".join(letter for letter in bare if letter.isalnum()).casefold()
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def _weights(names: Sequence[Counter[str]]) -> Mapping[str, float]:
    having = Counter(pair for name in names for pair in name)
    return {pair: log((1 + len(names)) / count) for pair, count in having.items()}


def _dice(first: Counter[str], second: Counter[str], weights: Mapping[str, float]) -> float:
    def weigh(pairs: Counter[str]) -> float:
        return sum(weights[pair] * count for pair, count in pairs.items())

    total = weigh(first) + weigh(second)
    return 2 * weigh(first & second) / total if total else 0.0
