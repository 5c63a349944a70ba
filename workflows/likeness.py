"""How alike projects are: hints for who applies, and the duplicate search of the preliminary review.

Pure. A hint decides nothing; in the search (`screening/gate_zero.py`) each candidate has to be dealt with. What is
compared, and how much each part weighs, is the plan's (domain §5.1): words 45 (name 30, goal 15), functions 30, whom it
serves 15, kind 10 (categories 5, size of the sum 5) [D], which a county sets by policy; the place adds to it. Parts
that one of two projects does not tell are left out of the sum. A name that is alike is enough by itself: two projects
may tell of the same thing in other words.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from math import log

from workflows.funds.papers import lines_of
from workflows.funds.policy import Lookup
from workflows.guards.reading import Row, number_in, text_in

HINTS_MAX = 5
"""Most projects that are shown as a hint."""

WEIGHTS: Mapping[str, int] = {"name": 30, "goal": 15, "functions": 30, "objects": 15, "categories": 5, "amount": 5}
"""How much each part weighs, where the county set nothing [D]."""

WRITTEN = ("name", "goal", "functions", "objects")
"""Parts that are compared by their words."""

PAIRS_KEPT = 20_000
"""Texts whose pairs of letters are kept from one comparison to the next: names change seldom."""

COMMON_MAX = 3
"""Most functions that are named as common."""


@dataclass(frozen=True, slots=True)
class Named:
    """A project as it is compared; what is not known of it is empty."""

    code: str
    name: str
    township: str
    office: str = ""
    goal: str = ""
    functions: tuple[str, ...] = ()
    objects: str = ""
    categories: frozenset[str] = frozenset()
    amount: int = 0

    def told(self, data: Row) -> "Named":
        """Give it with what its application says."""
        kept = data.get("categories")
        return replace(
            self,
            goal=text_in(data, "goal"),
            functions=tuple(text_in(row, "function") for row in lines_of(data, "functions")),
            objects=text_in(data, "service_objects"),
            categories=frozenset(map(str, kept)) if isinstance(kept, list) else frozenset(),
            amount=number_in(data, "amount"),
        )

    def words(self, part: str) -> str:
        """Give the text of a written part."""
        found: str | tuple[str, ...] = getattr(self, part)
        return found if isinstance(found, str) else "\n".join(found)


@dataclass(frozen=True, slots=True)
class Weighing:
    """How likeness is weighed, as shipped [D]; a county sets each by policy.

    `township` is what a project of the same township adds, in percent, `office` one of the same office besides.
    """

    parts: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    township: int = 15
    office: int = 5


USUAL = Weighing()
"""The weights as shipped."""


def weighing(lookup: Lookup, on: date) -> Weighing:
    """Give the county's weights of a day (`screening.likeness_weights` and so on), each the usual one where unset."""
    given = lookup("screening.likeness_weights", on)
    known = given if isinstance(given, dict) else {}
    parts = {part: number for part, number in known.items() if isinstance(number, int)}
    near = (lookup(f"screening.likeness_{name}_percent", on) for name in ("township", "office"))
    township, office = (number if isinstance(number, int) else None for number in near)
    return Weighing(
        parts={part: parts.get(part, 0) for part in WEIGHTS} if parts else WEIGHTS,
        township=USUAL.township if township is None else township,
        office=USUAL.office if office is None else office,
    )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike another project is, in percent: as a whole, and by each part that both tell; what is in both."""

    code: str
    percent: int
    same_township: bool
    parts: Mapping[str, int] = field(default_factory=dict)
    common: tuple[str, ...] = ()


def alike(
    project: Named, others: Iterable[Named], least: int, places: Sequence[str] = (), weighed: Weighing = USUAL
) -> list[Likeness]:
    """Give the projects that are like one by `least` percent or more, the most alike first; `places` say nothing.

    Texts are compared by their pairs of neighbouring letters, each the heavier the fewer texts have it (Dice, with
    weights by rarity): that all of them are a platform or a system says little.
    """
    known = [other for other in others if other.code != project.code]
    compare = {part: _comparing(part, project, known, places) for part in WRITTEN}
    near = [one for other in known if (one := _likeness(project, other, compare, weighed)).percent >= least]
    return sorted(near, key=lambda one: (-one.percent, one.code))


def nearest(project: Named, others: Sequence[Named], places: Sequence[str], most: int) -> list[Named]:
    """Give the projects whose names are the most alike: those of which more is worth reading."""
    by_name = _comparing("name", project, others, places)
    return sorted(others, key=lambda one: (-by_name(one), one.township != project.township, one.code))[:most]


def _likeness(
    project: Named, other: Named, compare: Mapping[str, Callable[[Named], float]], weighed: Weighing
) -> Likeness:
    parts = {part: compare[part](other) for part in WRITTEN if project.words(part) and other.words(part)}
    if project.categories and other.categories:
        shared = project.categories & other.categories
        parts["categories"] = len(shared) / len(project.categories | other.categories)
    if project.amount and other.amount:
        parts["amount"] = min(project.amount, other.amount) / max(project.amount, other.amount)
    weight = sum(weighed.parts[part] for part in parts)
    whole = sum(weighed.parts[part] * found for part, found in parts.items()) / weight if weight else 0.0
    percent = round(100 * max(parts.get("name", 0.0), whole))
    is_near = project.township == other.township
    if is_near and percent:
        is_same_office = bool(project.office) and project.office == other.office
        percent += weighed.township + weighed.office * is_same_office
    shown = {part: round(100 * found) for part, found in parts.items()}
    common = tuple(one for one in project.functions if one in other.functions)[:COMMON_MAX]
    return Likeness(other.code, min(100, percent), is_near, shown, common)


def _comparing(part: str, project: Named, others: Sequence[Named], places: Sequence[str]) -> Callable[[Named], float]:
    """Give the comparison of a written part with the project's, every text weighed among all of them."""
    known = tuple(places)
    own = _pairs(project.words(part), known)
    pairs = {id(other): _pairs(other.words(part), known) for other in others}
    weights = _weights([own, *pairs.values()])
    return lambda other: _dice(own, pairs[id(other)], weights)


@lru_cache(PAIRS_KEPT)
def _pairs(text: str, places: tuple[str, ...]) -> Counter[str]:
    """Count the pairs of a text; nobody may change what is kept."""
    bare = text
    for place in places:
        bare = bare.replace(place, "")
    letters = "".join(letter for letter in bare if letter.isalnum()).casefold()
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def _weights(texts: Sequence[Counter[str]]) -> Mapping[str, float]:
    having = Counter(pair for text in texts for pair in text)
    return {pair: log((1 + len(texts)) / count) for pair, count in having.items()}


def _dice(first: Counter[str], second: Counter[str], weights: Mapping[str, float]) -> float:
    def weigh(pairs: Counter[str]) -> float:
        return sum(weights[pair] * count for pair, count in pairs.items())

    both = sum(weights[pair] * min(count, second[pair]) for pair, count in first.items() if pair in second)
    return 2 * both / (weigh(first) + weigh(second)) if both else 0.0
