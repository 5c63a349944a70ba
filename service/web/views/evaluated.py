"""Evaluations as a list shows them: score and grade, points by part, how satisfied people were, what was found."""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from engine.case import Case
from engine.definition import Definition
from service.web.parts import Status, Tone
from service.web.views.reader import Reader
from service.web.views.values import said
from workflows.funds.papers import lines_of
from workflows.guards.performance import answers_that_count
from workflows.guards.reading import Row, number_in, text_in
from workflows.performance import interval, satisfaction

CONCLUDED = "concluded"
GRADES = ("A", "B", "C", "D")
TONES: dict[str, Tone] = {"A": "good", "B": "good", "C": "warn", "D": "bad"}


class Part(Struct, frozen=True):
    """What the indicators of one part got, in points, out of their weight."""

    title: str
    points: str
    weight: int


class Evaluated(Struct, frozen=True):
    """A concluded evaluation, in words; `score` is empty where none was given."""

    score: str
    grade: Status | None
    kind: str
    parts: Sequence[Part]
    satisfied: str
    problems: str
    suggestions: str


def evaluated(case: Case, definition: Definition, reader: Reader) -> Evaluated:
    """Put what an evaluation came to into words."""
    data, fields = case.data, definition.fields
    grade = text_in(data, "grade")
    answers = answers_that_count(lines_of(data, "survey"))
    score, half = float(satisfaction(answers)), float(interval(answers))
    counted = sum(answers.values())
    return Evaluated(
        score=text_in(data, "score"),
        grade=Status(said(reader, fields["grade"], grade), TONES.get(grade, "plain")) if grade else None,
        kind=said(reader, fields["kind"], data.get("kind")),
        parts=_parts(lines_of(data, "indicators"), definition, reader),
        satisfied=reader.t("survey.score", score=f"{score:.1f}", half=f"{half:.1f}") if counted else "",
        problems=text_in(data, "problems"),
        suggestions=text_in(data, "suggestions"),
    )


def _parts(rows: Sequence[Row], definition: Definition, reader: Reader) -> list[Part]:
    """Add up the reviewer's points by part, in the order of the form's parts."""
    (part,) = (column for column in definition.fields["indicators"].columns if column.name == "part")
    found = []
    for choice in part.of:
        own = [row for row in rows if text_in(row, "part") == choice.name]
        if own:
            points = sum((Fraction(text_in(row, "review_points") or 0) for row in own), Fraction(0))
            weight = sum(number_in(row, "weight") for row in own)
            found.append(Part(reader.says(choice.title), f"{float(points):g}", weight))
    return found
