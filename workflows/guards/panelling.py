"""Guards of a seat on an expert panel: drawn, free of conflicts, scored before it is signed, paid by the standard."""

from engine.refusal import Refusal
from engine.situation import Situation
from workflows.beside import standing_beside
from workflows.guards.reading import Reasons, day, entry, filled, is_past, number, text_in, word, yuan
from workflows.screening.calls import call_case
from workflows.screening.panels import next_seat, project_of
from workflows.screening.rubric import rubric_in, screening
from workflows.screening.verdicts import SCORING, unexplained_in

RELATIONS = ("employed", "shareholder", "kin", "joint_work", "other_interest")
OPINION_LENGTH_MIN = 20
GROUNDS_LENGTH_MIN = 10


def seat_needed(it: Situation) -> Reasons:
    """The project's panel, as the county composes it for its tier, has a seat that nobody holds.

    Source: size and composition of panels by tier [D]; five is the least of the Tendering Law art. 37 [V].
    """
    if next_seat(it) is None:
        yield Refusal("seat.none_free", word(it, "project"))


def seat_drawn(it: Situation) -> Reasons:
    """The lot for the seat was drawn.

    Source: Procurement Regulations art. 39: experts are drawn at random [V].
    """
    drawing = it.case.draws.get(it.case.state)
    if drawing is None or not drawing.sitting:
        yield Refusal("seat.not_drawn", it.case.state)


def coi_none(it: Situation) -> Reasons:
    """All five questions on relations are answered "no", and confidentiality is promised.

    Source: Procurement Regulations art. 9: five relations, three years back [V], applied to project review [D].
    """
    for name in RELATIONS:
        answer = word(it, name)
        if answer != "no":
            yield Refusal("seat.unanswered" if not answer else "seat.conflict", name)
    if it.data.get("confidential") is not True:
        yield Refusal("seat.not_confidential", "confidential")


def coi_upheld(it: Situation) -> Reasons:
    """Who challenged is named, with the grounds and what was found, and the day of the finding is not ahead.

    Where conflicts of interest were objected to since the seat was drawn, one of these objections was upheld.
    Source: Tendering Regulations art. 48: a replaced member's conclusions are void [V].
    """
    told = [
        one
        for one in standing_beside(it.facts, "objection", text_in(it.data, "project"))
        if text_in(one.data, "matter") == "conflict" and one.opened_at >= it.case.opened_at
    ]
    if told and not any(one.state == "upheld" for one in told):
        yield Refusal("seat.challenge_not_upheld", told[-1].code)
    if not filled(it, "challenger"):
        yield Refusal("seat.no_challenger", "challenger")
    for name in ("challenge_grounds", "challenge_finding"):
        if len(word(it, name).strip()) < GROUNDS_LENGTH_MIN:
            yield Refusal("seat.grounds", name, {"least": GROUNDS_LENGTH_MIN})
    if not is_past(it, day(it, "challenge_upheld_on")):
        yield Refusal("seat.upheld_on", "challenge_upheld_on")


def own_scores_complete(it: Situation) -> Reasons:
    """The expert's sheet is complete (application), or their opinion is written; who dissents says why.

    Source: Procurement Regulations art. 41: independent review, signed; dissent is written, silence is agreement [V].
    """
    if word(it, "purpose") == "application":
        yield from _scored(it)
    elif len(word(it, "opinion").strip()) < OPINION_LENGTH_MIN:
        yield Refusal("seat.no_opinion", "opinion", {"least": OPINION_LENGTH_MIN})
    if word(it, "position") == "dissents" and not filled(it, "dissent"):
        yield Refusal("seat.no_dissent", "dissent")


def _scored(it: Situation) -> Reasons:
    project = project_of(it)
    rubric = rubric_in(call_case(it.facts, text_in(project.data, "batch")), screening(it))
    ballots = (*project.ballots, *project.rounds.get(SCORING, ()))
    own = [ballot for ballot in ballots if ballot.voter == word(it, "expert")]
    if not own or any(unexplained_in(ballot.form, rubric) for ballot in own[:1]):
        yield Refusal("seat.not_scored", project.code)


def fee_standard_ok(it: Situation) -> Reasons:
    """The fee is within the standard for the hours, and its voucher is named.

    Source: fee standard for experts (Caikejiao [2017] No. 128: 1,500 to 2,400 yuan a day for senior staff) [K].
    """
    policy = screening(it)
    most = policy.number("expert_fee_hour_fen") * number(it, "hours")
    limit = min(most, policy.number("expert_fee_max_fen"))
    if number(it, "fee") > limit:
        yield Refusal("seat.fee", "fee", {"limit": yuan(limit)})
    if not filled(it, "fee_voucher"):
        yield Refusal("paper.missing", "fee_voucher")


ENTRIES = tuple(
    map(
        entry,
        (
            seat_needed,
            seat_drawn,
            coi_none,
            coi_upheld,
            own_scores_complete,
            fee_standard_ok,
        ),
    )
)
