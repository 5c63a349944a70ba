"""Guards of the evaluation and of coming back from an exit."""

from decimal import Decimal

from engine.calendar import add_months
from engine.refusal import Refusal
from engine.situation import Situation
from workflows.guards.pool import objection_upheld
from workflows.guards.reading import (
    Reasons,
    Row,
    arrived_on,
    beside,
    complain,
    day_in,
    entry,
    filled,
    is_past,
    lines_where,
    number_in,
    rows,
    sum_of,
    text_in,
    today,
    word,
)
from workflows.screening.calls import calls

FULL_WEIGHT = 100
RESULTS_WEIGHT_MIN = 60
ENDED_MEASURES = frozenset({"closed", "dropped"})
GOOD_GRADES = frozenset({"A", "B"})
REOPEN_MONTHS_MAX = 12


def self_evaluation_done(it: Situation) -> Reasons:
    """The self-evaluation's weights are 100, no line exceeds its weight, every line has evidence.

    Source: self-evaluation by units [V]; evidence [D].
    """
    yield from _sound(it, "self_evaluation")


def eva_concluded(it: Situation) -> Reasons:
    """The evaluation is complete, outputs and benefits weigh 60 or more, and its score is the sum of its lines.

    Source: three kinds of evaluation, document 2020 no. 10 [V]; 60% for outputs and benefits [K].
    """
    if not it.case.times.get("evaluating.self_evaluate"):
        yield Refusal("evaluation.no_self", "self_evaluation")
    yield from _as_concluded(it)
    yield from _sound(it, "evaluation")
    table = rows(it, "evaluation")
    results = sum_of((row for row in table if text_in(row, "part") in ("output", "benefit")), "weight")
    if results < RESULTS_WEIGHT_MIN:
        yield Refusal("evaluation.results_weight", "evaluation", {"found": results, "least": RESULTS_WEIGHT_MIN})
    points = sum((_points(row) for row in table), Decimal(0))
    written = word(it, "evaluation_score")
    if not written or Decimal(written) != points:
        yield Refusal("evaluation.sum", "evaluation_score", {"points": str(points)})
    if not filled(it, "evaluation_report"):
        yield Refusal("paper.missing", "evaluation_report")


def _as_concluded(it: Situation) -> Reasons:
    """Where the evaluation was a procedure of its own, it is over and its score is the one entered."""
    final = [one for one in beside(it, "performance-evaluation") if one.data.get("kind") == "final"]
    if not final:
        return
    if final[-1].state != "concluded":
        yield Refusal("evaluation.not_concluded", final[-1].code)
    elif (score := text_in(final[-1].data, "score")) != word(it, "evaluation_score"):
        yield Refusal("evaluation.other_score", "evaluation_score", {"score": score})


def _sound(it: Situation, field: str) -> Reasons:
    table = rows(it, field)
    found = sum_of(table, "weight")
    if found != FULL_WEIGHT:
        yield Refusal("evaluation.weights", field, {"found": found})
    over = lines_where(table, lambda row: _points(row) > number_in(row, "weight"))
    yield from complain("evaluation.over_weight", field, over)
    bare = lines_where(table, lambda row: not (text_in(row, "actual") and text_in(row, "evidence")))
    yield from complain("evaluation.no_evidence", field, bare)


def _points(row: Row) -> Decimal:
    return Decimal(text_in(row, "points") or "0")


def needs_improvement(it: Situation) -> Reasons:
    """The grade is C or D, or a problem is still open.

    Source: use of results [D].
    """
    if word(it, "evaluation_grade") in GOOD_GRADES and not _open_measures(it):
        yield Refusal("evaluation.nothing_to_improve", "improvements")


def grade_ok(it: Situation) -> Reasons:
    """The grade is A or B and no measure is open.

    Source: grades from 80 points, document 2020 no. 10 [V].
    """
    grade = word(it, "evaluation_grade")
    if grade not in GOOD_GRADES:
        yield Refusal("evaluation.grade_low", "evaluation_grade", {"grade": grade or "-"})
    yield from complain("measures.open", "improvements", _open_measures(it))


def _open_measures(it: Situation) -> list[int]:
    def is_open(row: Row) -> bool:
        verified = is_past(it, day_in(row, "verified_on")) and bool(text_in(row, "proof"))
        return not verified and not text_in(row, "dropped_by")

    return lines_where(rows(it, "improvements"), is_open)


def measures_proven(it: Situation) -> Reasons:
    """Every measure that was not dropped has its proof; one with a procedure of its own is with who verifies it.

    Source: improvement measures [D].
    """
    for measure in beside(it, "improvement"):
        if measure.state not in ENDED_MEASURES | {"verifying"}:
            yield Refusal("measures.followed_open", measure.code)
    table = rows(it, "improvements")
    bare = lines_where(table, lambda row: not text_in(row, "proof") and not text_in(row, "dropped_by"))
    yield from complain("measures.no_proof", "improvements", bare)


def measures_closed(it: Situation) -> Reasons:
    """There are measures, and each is verified or was dropped with authority; so is each with a procedure of its own.

    Source: improvement measures [D].
    """
    followed = beside(it, "improvement")
    for measure in followed:
        if measure.state not in ENDED_MEASURES:
            yield Refusal("measures.followed_open", measure.code)
    if not followed and not rows(it, "improvements"):
        yield Refusal("measures.none", "improvements")
    yield from complain("measures.open", "improvements", _open_measures(it))


def lessons_filed(it: Situation) -> Reasons:
    """At least one lesson learned is published.

    Source: lessons learned [D].
    """
    shared = any(one.state == "published" for one in beside(it, "lesson"))
    if not shared and not any(is_past(it, day_in(row, "published_on")) for row in rows(it, "lessons")):
        yield Refusal("lessons.none", "lessons")


def cooldown_ok(it: Situation) -> Reasons:
    """A call has opened since the rejection and is open today, or an objection was upheld since.

    Source: re-application with a later batch [D].
    """
    rejected_on = arrived_on(it)
    reopened = any(call.opens_on > rejected_on and call.is_open(today(it)) for call in calls(it))
    if not reopened and list(objection_upheld(it)):
        yield Refusal("reapply.same_batch", it.case.state, {"since": str(rejected_on)})


def within_12m(it: Situation) -> Reasons:
    """No more than twelve months have passed since the withdrawal.

    Source: reopening [D].
    """
    until = add_months(arrived_on(it), REOPEN_MONTHS_MAX)
    if today(it) > until:
        yield Refusal("reopen.too_late", it.case.state, {"until": str(until)})


ENTRIES = tuple(
    map(
        entry,
        (
            self_evaluation_done,
            eva_concluded,
            needs_improvement,
            grade_ok,
            measures_proven,
            measures_closed,
            lessons_filed,
            cooldown_ok,
            within_12m,
        ),
    )
)
