"""Guards of the expert review: a lawful panel, complete sheets, an honest result."""

from engine.facts import Unit
from engine.places import unit_in
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.policies import reviews_entered
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    entry,
    filled,
    lines_where,
    names,
    rows,
    text_in,
    word,
)
from workflows.scoring import Verdict, deviation, hundredths, judge
from workflows.screening.panels import composition, member_rows, replaced_in, seats_of, unsigned
from workflows.screening.rubric import rubric, screening
from workflows.screening.verdicts import SCORING, departs, revised_sheet, scored, unexplained_in

TECHNICAL_SHARE = (2, 3)
SUMMARY_LENGTH_MIN = 20
APPLICATION = "application"
STUDY = "feasibility-study"
NEEDED_SPECIALTIES = ("finance", "security")


def panel_valid(it: Situation) -> Reasons:
    """The panel is odd and large enough, two thirds technical or economic and from outside, free of conflicts.

    From T2 on it has a finance and a security expert; no two experts share an employer; the chair is a member. It is
    as large as the county composes panels of the tier. What was typed counts until `reviews_entered_until`.
    Source: Tendering Law art. 37 and Procurement Regulations art. 9, 39 [V], applied to project review [D].
    """
    members = active_members(it)
    size, least = len(members), len(composition(screening(it), word(it, "tier")))
    if size < least or size % 2 == 0:
        yield Refusal("panel.size", "panel_members", {"least": least, "found": size})
    share, whole = TECHNICAL_SHARE
    technical = sum(text_in(row, "specialty") != "business" and _is_outside(it, row) for row in members)
    if whole * technical < share * size:
        yield Refusal("panel.technical", "panel_members", {"found": technical, "size": size})
    if word(it, "tier") != "T1":
        for specialty in NEEDED_SPECIALTIES:
            if all(text_in(row, "specialty") != specialty for row in members):
                yield Refusal(f"panel.no_{specialty}", "panel_members")
    yield from _members_fit(it, members)


def _members_fit(it: Situation, members: list[Row]) -> Reasons:
    people = [text_in(row, "expert") for row in members]
    employers = [text_in(row, "employer") for row in members]
    for code, wrong in (
        ("panel.not_declared", [text_in(row, "expert") for row in members if text_in(row, "declaration") != "clear"]),
        ("panel.same_employer", [name for name in dict.fromkeys(employers) if employers.count(name) > 1]),
        ("panel.twice", [name for name in dict.fromkeys(people) if people.count(name) > 1]),
        ("panel.not_enabled", [name for name in people if not it.facts.is_enabled(name)]),
    ):
        if wrong:
            yield Refusal(code, "panel_members", {"who": ", ".join(wrong)})
    inside = lines_where(members, lambda row: not _is_outside(it, row))
    yield from complain("panel.inside", "panel_members", inside)
    if word(it, "chair") not in people:
        yield Refusal("panel.chair", "chair")


def active_members(it: Situation) -> list[Row]:
    """Give the members who take part: those of the seats beside the project."""
    seated = member_rows(it, it.case.code, APPLICATION)
    if seated or not reviews_entered(it):
        return seated
    return [row for row in rows(it, "panel_members") if text_in(row, "standing") == "active"]


def _is_outside(it: Situation, member: Row) -> bool:
    """Say whether an expert belongs to no unit of the applying township."""
    township = unit_in("item.township", it.case, it.facts)
    home: Unit | None = it.facts.unit(it.facts.unit_of(text_in(member, "expert")) or "")
    return township is None or home is None or not home.path.startswith(township.path)


def sheet_complete(it: Situation) -> Reasons:
    """A score below 60% or above 90% of its maximum carries a comment, and so does C2 beside what was suggested.

    Source: scoring rules [D]. Read from the ballot being cast.
    """
    lacking = unexplained_in(it.form, rubric(it))
    if lacking:
        yield Refusal("sheet.no_remark", "score_remarks", {"criteria": ", ".join(lacking).upper()})
    suggested = it.case.data.get("c2_suggested")
    if isinstance(suggested, int) and departs(it.form, suggested):
        yield Refusal("sheet.not_as_suggested", "score_remarks", {"suggested": suggested})


def scores_complete(it: Situation) -> Reasons:
    """Every active member has cast a complete sheet in this round.

    Source: Procurement Regulations art. 41: independent review [V].
    """
    cast = {ballot.voter: ballot for ballot in it.case.ballots}
    missing = [name for name in names(it, "panel") if name not in cast]
    if missing:
        yield Refusal("scores.missing", "panel", {"who": ", ".join(missing)})
    strangers = [name for name in cast if name not in names(it, "panel")]
    if strangers:
        yield Refusal("scores.not_of_panel", "panel", {"who": ", ".join(strangers)})
    lacking = [ballot.voter for ballot in cast.values() if unexplained_in(ballot.form, rubric(it))]
    if lacking:
        yield Refusal("scores.incomplete", "panel", {"who": ", ".join(lacking)})


def recusal_or_absence(it: Situation) -> Reasons:
    """A member of this panel was replaced at their seat, or is recorded as recused, challenged or absent in time.

    Source: Tendering Regulations art. 48: a replaced member's conclusions are void [V].
    """
    before = it.case.data.get("panel")
    sitting = before if isinstance(before, list) else []
    if not replaced_in(it.facts, it.case.code, APPLICATION).isdisjoint(str(one) for one in sitting):
        return
    leaving = [row for row in rows(it, "panel_members") if row.get("expert") in sitting and _leaves(row)]
    if not leaving:
        yield Refusal("panel.nobody_leaves", "panel_members")
    clock = it.case.clock
    late = clock is not None and it.now >= clock.due_at
    scored = {ballot.voter for ballot in it.case.ballots}
    for row in leaving:
        if text_in(row, "standing") == "absent" and (not late or text_in(row, "expert") in scored):
            yield Refusal("panel.not_absent", "panel_members", {"who": text_in(row, "expert")})


def _leaves(row: Row) -> bool:
    return text_in(row, "standing") not in ("", "active")


def verdict_of(it: Situation) -> Verdict | None:
    """Judge the last closed round of scoring, if there was one, by the rubric of the project's call."""
    return scored(it.case, rubric(it))


def dispersion_high(it: Situation) -> Reasons:
    """The sheets lie far apart: SD above 12, range above 30, or a criterion's range above half of its maximum.

    Source: dispersion rule [D].
    """
    verdict = verdict_of(it)
    if verdict is None:
        yield Refusal("scores.none", SCORING)
    elif not verdict.is_dispersed:
        yield Refusal(
            "scores.not_dispersed", SCORING, {"deviation": deviation(verdict), "range": hundredths(verdict.spread)}
        )


def score_pass(it: Situation) -> Reasons:
    """The panel's mean is 75 or more, every dimension 60% or more, and two thirds recommend.

    Source: pass marks [D].
    """
    yield from _passes(verdict_of(it))


def _passes(verdict: Verdict | None) -> Reasons:
    if verdict is None:
        yield Refusal("scores.none", SCORING)
    elif not verdict.passes:
        weak = ", ".join(verdict.weak_dimensions).upper() or "-"
        share = hundredths(verdict.recommending * 100)
        yield Refusal("scores.too_low", SCORING, {"total": hundredths(verdict.total), "weak": weak, "share": share})


def score_revisable(it: Situation) -> Reasons:
    """The panel's mean is enough for a revision (60): below it the application is not recommended.

    Source: pass from 75 points, revision from 60 [D], policy `screening.revise_points`.
    """
    verdict, least = verdict_of(it), rubric(it).revise_points
    if verdict is None:
        yield Refusal("scores.none", SCORING)
    elif verdict.total < least:
        yield Refusal("scores.not_revisable", SCORING, {"total": hundredths(verdict.total), "least": least})


def score_recorded(it: Situation) -> Reasons:
    """The total written into the panel's opinion is the one that the sheets give.

    Source: D04 [D]; the sheets are the record.
    """
    verdict = verdict_of(it)
    if verdict is None:
        yield Refusal("scores.none", SCORING)
        return
    total, written = hundredths(verdict.total), it.data.get("panel_score")
    if not isinstance(written, str) or _plain(written) != _plain(total):
        yield Refusal("scores.not_recorded", "panel_score", {"total": total})


def _plain(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".") if "." in decimal else decimal


def revised_score_pass(it: Situation) -> Reasons:
    """Every active member has scored the revised application, and these scores pass.

    They were typed, which counts until `reviews_entered_until`; from then on the panel scores a second round itself.
    Source: confirmation after revision [D], with the pass marks of the first scoring.
    """
    if not reviews_entered(it):
        yield Refusal("scores.typed", "revised_scores")
        return
    panel = names(it, "panel")
    table = rows(it, "revised_scores")
    scored = [text_in(row, "expert") for row in table]
    if sorted(scored) != sorted(panel):
        missing = [name for name in panel if name not in scored]
        yield Refusal("scores.missing", "revised_scores", {"who": ", ".join(missing) or "-"})
        return
    yield from _passes(judge([revised_sheet(row) for row in table], rubric(it)) if table else None)


def all_signed(it: Situation) -> Reasons:
    """Every active member has signed; who dissents says why.

    Read from the seats of the panel; a table that was typed counts until `reviews_entered_until`.
    Source: Procurement Regulations art. 41: dissent is written, silence is agreement [V].
    """
    project, purpose = _panel_here(it)
    if seats_of(it.facts, project, purpose) or not reviews_entered(it):
        missing = unsigned(it.facts, project, purpose)
        if missing or not seats_of(it.facts, project, purpose):
            yield Refusal("signatures.missing", "signatures", {"who": ", ".join(missing) or "-"})
        return
    table = rows(it, "signatures")
    signed = [text_in(row, "expert") for row in table]
    missing = [name for name in names(it, "panel") if name not in signed]
    if missing:
        yield Refusal("signatures.missing", "signatures", {"who": ", ".join(missing)})
    silent = lines_where(table, lambda row: text_in(row, "position") == "dissents" and not text_in(row, "dissent"))
    yield from complain("signatures.no_dissent", "signatures", silent)


def _panel_here(it: Situation) -> tuple[str, str]:
    """Give whose panel signs, and for what: that of the study under judgement, or of the project."""
    return (word(it, "project"), "study") if it.definition.key == STUDY else (it.case.code, APPLICATION)


def chair_summed_up(it: Situation) -> Reasons:
    """The chair has summed up what the experts said, in twenty characters or more.

    Source: D04 [D]. Not asked of projects from before panels had seats (policy `reviews_entered_until`).
    """
    found = len(word(it, "chair_summary").strip())
    if found < SUMMARY_LENGTH_MIN and not reviews_entered(it):
        yield Refusal("opinion.no_summary", "chair_summary", {"least": SUMMARY_LENGTH_MIN, "found": found})


def no_veto(it: Situation) -> Reasons:
    """The veto items were gone through and none applies.

    Source: veto items [D].
    """
    vetoes: list[Json] = [name for name in names(it, "veto_items") if name != "none"]
    if not filled(it, "veto_items"):
        yield Refusal("veto.unchecked", "veto_items")
    elif vetoes:
        yield Refusal("veto.applies", "veto_items", {"count": len(vetoes)})


def adoption_table_done(it: Situation) -> Reasons:
    """Every opinion is marked adopted, partly or not adopted, with the place changed or the reason.

    Source: D05 [D].
    """
    table = rows(it, "adoptions")
    if not table:
        yield Refusal("adoptions.none", "adoptions")
    open_lines = lines_where(table, lambda row: not (text_in(row, "adopted") and text_in(row, "place")))
    yield from complain("adoptions.open", "adoptions", open_lines)


ENTRIES = tuple(
    map(
        entry,
        (
            panel_valid,
            sheet_complete,
            scores_complete,
            recusal_or_absence,
            dispersion_high,
            score_pass,
            score_revisable,
            score_recorded,
            revised_score_pass,
            all_signed,
            chair_summed_up,
            no_veto,
            adoption_table_done,
        ),
    )
)
