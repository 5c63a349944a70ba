"""A small procedure as its author writes it, and a way to break it in one place."""

from collections.abc import Iterable
from pathlib import Path

from engine.definition import FieldType
from engine.guards import Entry, GuardBook, Posting, Reckoning
from engine.loading import DefinitionErrors, Problem, load
from engine.refusal import Refusal
from engine.values import Json

SAMPLE = (Path(__file__).parent / "sample.yaml").read_text("utf-8")
ROLES = frozenset({"applicant", "cty_review", "cty_head", "expert"})


def never(*_: object) -> Iterable[Refusal]:
    """A rule that always says no."""
    return [Refusal("guard.never")]


def seven(*_: object) -> Json:
    """Give a number."""
    return 7


def nothing(*_: object) -> list[dict[str, Json]]:
    """Posts nothing."""
    return []


BOOK = GuardBook(
    entries=[
        Entry("never", never, {}, "always refuses"),
        Entry(
            "picky",
            never,
            {"field": "field", "times": "int?", "of": "action?", "how": "working|natural?", "wait": "duration?"},
            "takes every kind of argument",
        ),
    ],
    postings=[
        Posting("spend", nothing, {"amount": FieldType.MONEY}, "reads a field the sample has"),
        Posting("lend", nothing, {"lender": FieldType.TEXT}, "reads a field it has not"),
    ],
    reckonings=[Reckoning("seven", seven, frozenset({FieldType.INTEGER}), "gives a number")],
)


def changed(old: str, new: str, source: str = SAMPLE) -> str:
    """Give the sample with one piece replaced, which must be in it exactly once."""
    assert source.count(old) == 1, f"{old!r} is {source.count(old)} times in the sample"
    return source.replace(old, new)


def problems(source: str) -> list[Problem]:
    """Give what is wrong with a source; nothing when it loads."""
    try:
        load(source, file="sample.yaml", book=BOOK, roles=ROLES)
    except DefinitionErrors as errors:
        return list(errors.problems)
    return []


def problem(old: str, new: str) -> Problem:
    """Give the one problem that a change of the sample makes."""
    (only,) = problems(changed(old, new))
    return only
