"""What the experts' sheets of a project come to: those of its last round, or the scores after a revision."""

from collections.abc import Iterable

from engine.case import Ballot, Case
from engine.values import Json
from workflows.funds.papers import lines_of
from workflows.guards.reading import Row, number_in, text_in
from workflows.scoring import DIMENSIONS, POINTS_MAX, Rubric, Sheet, Verdict, judge, unexplained

SCORING = "expert_scoring"
CONFIRMED = "panel_confirm.confirm"
SUGGESTED = "c2"
"""The criterion for which the system suggests points."""


def points_of(sheet: Row) -> dict[str, int]:
    """Give the points of a sheet by criterion."""
    return {name: number_in(sheet, name) for name in POINTS_MAX}


def unexplained_in(sheet: Row, rubric: Rubric) -> list[str]:
    """Give the criteria of a sheet that need a comment and have none."""
    return unexplained(points_of(sheet), remarked_in(sheet), rubric)


def remarked_in(sheet: Row) -> list[str]:
    """Give the criteria of a sheet that have a comment."""
    return [text_in(row, "criterion") for row in lines_of(sheet, "score_remarks") if text_in(row, "remark")]


def wanting_remark(sheet: Row, rubric: Rubric, suggested: Json) -> list[str]:
    """Give the criteria of a sheet that need a comment and have none: far from the middle, or not as suggested.

    `suggested` are the points the system suggests for C2, None where it suggests none.
    """
    beside = [SUGGESTED] if isinstance(suggested, int) and departs(sheet, suggested) else []
    return list(dict.fromkeys([*unexplained_in(sheet, rubric), *beside]))


def departs(sheet: Row, suggested: int) -> bool:
    """Say whether a sheet gives C2 other points than were suggested, without a word about it."""
    return number_in(sheet, SUGGESTED) != suggested and SUGGESTED not in remarked_in(sheet)


def sheets_of(ballots: Iterable[Ballot]) -> list[Sheet]:
    """Read the score sheets from ballots."""
    return [
        Sheet(ballot.voter, points_of(ballot.form), recommends=ballot.form.get("advice") == "recommend")
        for ballot in ballots
    ]


def revised_sheet(row: Row) -> Sheet:
    """Read one expert's points by dimension after a revision."""
    points = {dimension: number_in(row, f"points_{dimension}") for dimension in DIMENSIONS}
    return Sheet(text_in(row, "expert"), points, recommends=text_in(row, "advice") == "recommend")


def scored(case: Case, rubric: Rubric) -> Verdict | None:
    """Judge the last closed round of scoring, if there was one."""
    sheets = sheets_of(case.rounds.get(SCORING, ()))
    return judge(sheets, rubric) if sheets else None


def final_verdict(case: Case, rubric: Rubric) -> Verdict | None:
    """Judge what counts in the end: the scores after a revision that was confirmed, else the last round's."""
    revised = lines_of(case.data, "revised_scores")
    round_ended = case.actors.get(SCORING)
    confirmed = case.actors.get(CONFIRMED)
    if revised and confirmed is not None and (round_ended is None or confirmed.at > round_ended.at):
        return judge([revised_sheet(row) for row in revised], rubric)
    return scored(case, rubric)
