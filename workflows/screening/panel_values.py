"""Values that rules give to panels: the seat to fill, its candidates, who was drawn, the panel, what its sheets say."""

from collections import Counter
from collections.abc import Sequence

from engine.case import Ballot
from engine.definition import FieldType
from engine.guards import Reckoning
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import lines_in, text_in
from workflows.scoring import hundredths, judge
from workflows.screening.cost_and_return import suggested_points
from workflows.screening.panels import Seat, candidates, member_rows, next_seat, register, seats_of
from workflows.screening.rubric import rubric
from workflows.screening.verdicts import SCORING, sheets_of

APPLICATION = "application"
_TEXT = frozenset({FieldType.TEXT})
_LONG = frozenset({FieldType.LONG_TEXT})
_CHOICE = frozenset({FieldType.CHOICE})
_TABLE = frozenset({FieldType.TABLE})


def _seat(it: Situation) -> Seat:
    seat = next_seat(it)
    if seat is None:
        raise Refused(Refusal("seat.none_free", text_in(it.data, "project")))
    return seat


def seat_purpose(it: Situation) -> Json:
    """Say what the panel is for that the seat belongs to."""
    return _seat(it).purpose


def seat_number(it: Situation) -> Json:
    """Give the seat's number in the panel."""
    return _seat(it).number


def seat_specialty(it: Situation) -> Json:
    """Give the specialty that the seat is for."""
    return _seat(it).specialty


def seat_candidates(it: Situation) -> Json:
    """Give who may be drawn for the seat."""
    return candidates(it)


def drawn_expert(it: Situation) -> Json:
    """Give who was drawn."""
    drawing = it.case.draws.get(it.case.state)
    return drawing.sitting[0] if drawing is not None and drawing.sitting else None


def drawn_employer(it: Situation) -> Json:
    """Give the employer of who was drawn, as the register has it."""
    known = register(it).get(str(drawn_expert(it)))
    return known.employer if known is not None else None


def panel_members(it: Situation) -> Json:
    """Give the panel from its seats; before seats stood beside a project, what was typed."""
    found = member_rows(it, it.case.code, APPLICATION)
    return [dict(row) for row in found] if found else it.data.get("panel_members")


def draw_record(it: Situation) -> Json:
    """Name the draws of the panel: the first and the last seat's code."""
    codes = [one.code for one in seats_of(it.facts, it.case.code, APPLICATION)]
    return f"{codes[0]}..{codes[-1]}"[:60] if codes else it.data.get("draw_record")


def panel_exclusions(it: Situation) -> Json:
    """Count who was left out of the draws, by reason."""
    counted: Counter[str] = Counter()
    for seat in seats_of(it.facts, it.case.code, APPLICATION):
        for drawing in seat.draws.values():
            counted.update(drawing.excluded.values())
    if not seats_of(it.facts, it.case.code, APPLICATION):
        return it.data.get("exclusions")
    return "; ".join(f"{reason}: {count}" for reason, count in sorted(counted.items())) or "0"


def panel_total(it: Situation) -> Json:
    """Give the panel's total by the rubric of the project's call."""
    sheets = sheets_of(_ballots(it))
    return hundredths(judge(sheets, rubric(it)).total) if sheets else it.data.get("panel_score")


def _ballots(it: Situation) -> Sequence[Ballot]:
    """Give the ballots of the round that is being closed, or of the last one that was."""
    return it.case.ballots or it.case.rounds.get(SCORING, ())


def opinion_summary(it: Situation) -> Json:
    """Give the sheets of the round side by side, without names: points by dimension, total, recommendation, remarks."""
    ballots, model = _ballots(it), rubric(it)
    rows: list[Json] = []
    for number, (ballot, sheet) in enumerate(zip(ballots, sheets_of(ballots), strict=True), 1):
        rows.append(
            {
                "sheet": number,
                **{f"points_{name}": hundredths(model.points(sheet, name)) for name in "abc"},
                "total": hundredths(model.points(sheet)),
                "advice": text_in(ballot.form, "advice"),
                "remarks": _remarks(ballot.form.get("score_remarks")),
            }
        )
    return rows


def _remarks(table: Json) -> str:
    rows = lines_in(table)
    return "; ".join(f"{text_in(row, 'criterion').upper()} {text_in(row, 'remark')}" for row in rows)[:1000]


RECKONINGS = (
    Reckoning("seat_purpose", seat_purpose, _CHOICE, "what the panel is for"),
    Reckoning("seat_number", seat_number, frozenset({FieldType.INTEGER}), "the seat's number"),
    Reckoning("seat_specialty", seat_specialty, _CHOICE, "the seat's specialty"),
    Reckoning("seat_candidates", seat_candidates, frozenset({FieldType.PERSONS}), "who may be drawn"),
    Reckoning("drawn_expert", drawn_expert, frozenset({FieldType.PERSON}), "who was drawn"),
    Reckoning("drawn_employer", drawn_employer, _TEXT, "the employer of who was drawn"),
    Reckoning("panel_members", panel_members, _TABLE, "the panel from its seats"),
    Reckoning("draw_record", draw_record, _TEXT, "the draws of the panel"),
    Reckoning("panel_exclusions", panel_exclusions, _LONG, "who was left out of the draws, by reason"),
    Reckoning("suggested_return", suggested_points, frozenset({FieldType.INTEGER}), "points suggested for C2"),
    Reckoning("panel_total", panel_total, frozenset({FieldType.DECIMAL}), "the panel's total"),
    Reckoning("opinion_summary", opinion_summary, _TABLE, "the sheets side by side"),
)
"""Rules of panels."""
