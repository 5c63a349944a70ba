"""Gate zero of the preliminary review: the duplicate search over the stored projects, and the negative list.

Both follow from the application and the county's policies; a person deals with what is found. Source: gate zero,
G0-3 and G0-4 [V] for tools that check negative lists and duplicates, the words and percents [D].
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definition import FieldType
from engine.facts import Titled
from engine.guards import Reckoning
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import PROJECT, lines_of
from workflows.guards.reading import Row, names, number_in, rows, text_in, today, word
from workflows.likeness import Named, alike, nearest, weighing
from workflows.screening.rubric import screening
from workflows.screening.townships import TOWNSHIP, township_of

CANDIDATES_MAX = 30
"""Most candidates that a search gives: as many as the table of duplicates has lines."""

READ_MAX = 100
"""Most projects of which more than the name is read in a search: those whose names are nearest."""

LIKENESS, NEGATIVE_LIST = "screening.likeness_percent", "screening.negative_list"
REASON_LENGTH_MIN = 10
"""Least characters of the reason why an item is no hit [D]."""

NOT_APPLIED = "draft"
ENDED_WITHOUT = "exits"
"""Phase of projects that come to nothing: there is nothing to build twice."""

SEARCHED = {"name": "", "goal": "", "functions": "function purpose", "estimate": "content"}
"""Fields the negative list is held against, with the columns of tables; not the problem: what is there today."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored project that looks like the one under review, in percent."""

    code: str
    name: str
    percent: int
    same_township: bool

    def is_named_in(self, row: Row) -> bool:
        """Say whether a line of the duplicate search is about it: by its code, or by its whole name."""
        found = text_in(row, "found")
        return self.code in found or self.name in found


@dataclass(frozen=True, slots=True)
class Hit:
    """An item of the negative list that the application hits: by which word, in which field, by which rule."""

    item: str
    word: str
    field: str
    source: str


def candidates(it: Situation) -> list[Candidate]:
    """Search the stored projects for those as alike as the county's policy says, the most alike first.

    All are compared by name; of those whose names are nearest, everything that is told is read and weighed.
    """
    every = {one.code: one for one in it.facts.titles(PROJECT) if _is_standing(it, one)}
    homes = {unit: township_of(unit, it.facts) for unit in {one.unit for one in every.values()} | {it.case.unit}}
    places = sorted({home.name for one in homes.values() if (home := it.facts.unit(one)) and home.kind == TOWNSHIP})

    def named(code: str, name: str, unit: str) -> Named:
        return Named(code, name, homes[unit], unit)

    mine = named(it.case.code, word(it, "name"), it.case.unit).told(it.data)
    others = {one.code: named(one.code, one.title, one.unit) for one in every.values() if one.code != mine.code}
    for one in nearest(mine, list(others.values()), places, READ_MAX):
        case = it.facts.case(one.code)
        others[one.code] = one.told(case.data) if case is not None else one
    least, weighed = screening(it).number("likeness_percent"), weighing(it.facts.policy, today(it))
    found = alike(mine, others.values(), least, places, weighed)[:CANDIDATES_MAX]
    return [Candidate(one.code, every[one.code].title, one.percent, one.same_township) for one in found]


def _is_standing(it: Situation, one: Titled) -> bool:
    state = it.definition.states.get(one.state)
    return one.state != NOT_APPLIED and (state is None or state.phase != ENDED_WITHOUT)


def missed(found: Iterable[Candidate], table: Sequence[Row]) -> list[Candidate]:
    """Give the candidates that no line of the duplicate search deals with."""
    return [one for one in found if not any(one.is_named_in(row) for row in table)]


def lowered(found: Sequence[Candidate], table: Sequence[Row]) -> list[int]:
    """Give the lines (from 1) that state less overlap than the search found, without saying why."""
    return [
        number
        for number, row in enumerate(table, 1)
        if not text_in(row, "remark")
        and any(one.is_named_in(row) and number_in(row, "overlap_percent") < one.percent for one in found)
    ]


def duplicates_laid_out(it: Situation) -> Json:
    """Give the table of duplicates with a line, still to be settled, for each candidate that has none."""
    table = rows(it, "duplicates")
    new: list[Json] = [
        {"found": f"{one.code} {one.name}", "overlap_percent": one.percent, "handling": "open"}
        for one in missed(candidates(it), table)
    ]
    return [*map(dict, table), *new][:CANDIDATES_MAX]


def hits(it: Situation) -> list[Hit]:
    """Hold the application against the county's negative list; one hit an item. Raises `Refused` without a list.

    The policy is `[{item, words, source, categories?}]`: a word of it stands in the project's name, goal, functions or
    estimate; with categories, only where the project has no other (devices alone, screens alone).
    """
    table = it.facts.policy(NEGATIVE_LIST, today(it))
    if not isinstance(table, list):
        raise Refused(Refusal("policy.missing", where=NEGATIVE_LIST))
    entries = [row for row in table if isinstance(row, dict)]
    texts = dict(_texts(it.data))
    own = frozenset(names(it, "categories"))
    found = (hit for row in entries if _is_of(row, own) and (hit := _hit(row, texts)) is not None)
    return list({hit.item: hit for hit in found}.values())


def _texts(data: Row) -> Iterator[tuple[str, str]]:
    for field, columns in SEARCHED.items():
        cells = [text_in(row, column) for row in lines_of(data, field) for column in columns.split()]
        yield field, "\n".join(cells) if columns else text_in(data, field)


def _is_of(row: Row, own: frozenset[str]) -> bool:
    only = row.get("categories")
    return not isinstance(only, list) or (bool(own) and own <= frozenset(map(str, only)))


def _hit(row: Row, texts: Mapping[str, str]) -> Hit | None:
    words = row.get("words")
    for one in words if isinstance(words, list) else ():
        field = next((name for name, text in texts.items() if str(one).casefold() in text.casefold()), None)
        if field is not None:
            return Hit(text_in(row, "item"), str(one), field, text_in(row, "source"))
    return None


def cleared(it: Situation) -> frozenset[str]:
    """Give the items that the head of the reviewing office has found to be no hit, each with a reason."""
    table = rows(it, "negative_cleared")
    return frozenset(text_in(row, "item") for row in table if len(text_in(row, "reason").strip()) >= REASON_LENGTH_MIN)


def negative_found(it: Situation) -> Json:
    """Give the items that are hit, for the record."""
    return [one.item for one in hits(it)]


RECKONINGS = (
    Reckoning("duplicates_laid_out", duplicates_laid_out, frozenset({FieldType.TABLE}), "lines of the search"),
    Reckoning("negative_found", negative_found, frozenset({FieldType.CHOICES}), "hits on the negative list"),
)
"""Rules of gate zero."""
