"""Guards of the reviews by township and county: checklists, meetings, notices, second signatures."""

from collections.abc import Mapping

from engine.case import Mark
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.prechecks import refuted
from workflows.guards.reading import (
    Reasons,
    Row,
    actor_holds,
    complain,
    entry,
    entry_with,
    lines_where,
    mark_here,
    names,
    number_in,
    rows,
    text_in,
)
from workflows.screening.gate_zero import REASON_LENGTH_MIN, candidates, cleared, hits, lowered, missed

OVERLAP_DUPLICATE = 70
OVERLAP_TO_EXPLAIN = 40
"""Percent: from 70 it is duplicate construction, from 40 it must be explained [V] for 70, [D] for 40."""

RETURNS_MAX = 3


def checklist_done(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every line stands once, with a result and, unless it passed, a remark; none passes against what the system knows.

    What the system knows of a line (`prechecks.py`) decides over a tick: such a line is failed, doubted or put right.
    Source: C-TWP (12 lines) and C-PRE (18 lines) [D].
    """
    table = str(arguments["table"])
    checks = next((column.of for column in it.definition.fields[table].columns if column.name == "check"), ())
    done = rows(it, table)
    found = [text_in(row, "check") for row in done]
    missing = [number for number, check in enumerate(checks, 1) if check.name not in found]
    yield from complain("checklist.missing", table, missing)
    yield from complain("checklist.twice", table, lines_where(done, lambda row: found.count(text_in(row, "check")) > 1))
    yield from complain("checklist.no_result", table, lines_where(done, lambda row: not text_in(row, "result")))
    yield from complain("checklist.no_remark", table, lines_where(done, _lacks_remark))
    against = list(refuted(it, table))
    yield from complain("checklist.refuted", table, [line for line, _ in against])
    yield from {(one.code, one.where): one for _, reasons in against for one in reasons}.values()


def _lacks_remark(row: Row) -> bool:
    return text_in(row, "result") not in ("", "passed") and not text_in(row, "remark")


def dup_check_done(it: Situation) -> Reasons:
    """Every project the duplicate search finds is dealt with; overlap from 70% is cleared by reuse, from 40% explained.

    The search runs over the stored projects as they are at this moment; less overlap than it found needs a remark.
    Source: duplicate construction at 70% [V], explanation from 40% [D], likeness a policy [D].
    """
    table = rows(it, "duplicates")
    found = candidates(it)
    open_ones = missed(found, table)
    if open_ones:
        told = "; ".join(f"{one.code} {one.name} ({one.percent}%)" for one in open_ones)
        yield Refusal("duplicate.missed", "duplicates", {"count": len(open_ones), "found": told})
    yield from complain("duplicate.lowered", "duplicates", lowered(found, table))

    def is_duplicate(row: Row) -> bool:
        reused = text_in(row, "handling") == "reuse" and text_in(row, "remark")
        return number_in(row, "overlap_percent") >= OVERLAP_DUPLICATE and not reused

    def is_unexplained(row: Row) -> bool:
        near = OVERLAP_TO_EXPLAIN <= number_in(row, "overlap_percent") < OVERLAP_DUPLICATE
        return near and (text_in(row, "handling") in ("", "none", "open") or not text_in(row, "remark"))

    yield from complain("duplicate.overlap", "duplicates", lines_where(table, is_duplicate))
    yield from complain("duplicate.unexplained", "duplicates", lines_where(table, is_unexplained))


def no_hard_hit(it: Situation) -> Reasons:
    """Nothing on the negative list is hit, but for what the head of the reviewing office found to be no hit.

    Source: negative lists of e-government projects [V] for a tool that checks them; the items and words [D].
    """
    found, but_for = hits(it), cleared(it)
    for one in found:
        if one.item not in but_for:
            yield Refusal("negative.found", one.field, {"word": one.word, "source": one.source})
    added = frozenset(names(it, "negative_hits")) - {"none", *(one.item for one in found)} - but_for
    if added:
        yield Refusal("negative.hit", "negative_hits", {"count": len(added)})


def negative_hit(it: Situation) -> Reasons:
    """Each item that is cleared was hit, stands once and says why it is no hit.

    Source: whoever removes a hit answers for it with a reason [D].
    """
    standing = {one.item for one in hits(it)} | frozenset(names(it, "negative_hits"))
    table = rows(it, "negative_cleared")
    listed_items = [text_in(row, "item") for row in table]
    wrong = lines_where(table, lambda row: text_in(row, "item") not in standing)
    twice = lines_where(table, lambda row: listed_items.count(text_in(row, "item")) > 1)
    bare = lines_where(table, lambda row: len(text_in(row, "reason").strip()) < REASON_LENGTH_MIN)
    yield from complain("negative.not_hit", "negative_cleared", wrong)
    yield from complain("negative.twice", "negative_cleared", twice)
    yield from complain("negative.no_reason", "negative_cleared", bare)


def two_person(it: Situation) -> Reasons:
    """Somebody else (a second reviewer or the head) has confirmed since the case came here.

    Source: two-person review [D].
    """
    if not _signed_by_another(it, "second_check") and not _signed_by_another(it, "countersign"):
        yield Refusal("second_person.missing", it.case.state)


def countersign(it: Situation) -> Reasons:
    """Reviewer and head have both signed: the one acts, the other signed since the case came here.

    Source: refusals are signed by the head of the deciding office [D].
    """
    if actor_holds(it, "cty_head", "county"):
        if not _signed_by_another(it, "second_check"):
            yield Refusal("second_person.no_reviewer", it.case.state)
    elif not _signed_by_another(it, "countersign"):
        yield Refusal("second_person.no_head", it.case.state)


def _signed_by_another(it: Situation, action: str) -> bool:
    mark: Mark | None = mark_here(it, action)
    return mark is not None and mark.user != it.actor.id


def fresh_reviewer(it: Situation) -> Reasons:
    """After an appeal was upheld, whoever rejected the case does not decide on it again.

    Source: segregation of duties SoD-8 [D].
    """
    rejected, appealed = it.case.actors.get("prelim_review.reject"), it.case.actors.get("rejected.appeal_upheld")
    if rejected and appealed and rejected.at < appealed.at and rejected.user == it.actor.id:
        yield Refusal("actor.judged_before", it.case.state)


def once_notice(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The notice lists at least one issue; a later notice brings only matter that is new.

    Source: one-time notice: practice of administrative offices [K], rule [D].
    """
    table = str(arguments["issues"])
    if not lines_where(rows(it, table), _is_open):
        yield Refusal("issues.none", table)
    elif it.case.times.get(str(arguments["action"]), 0):
        old = lines_where(rows(it, table), lambda row: _is_open(row) and row.get("new_matter") is not True)
        yield from complain("issues.not_new", table, old)


def _is_open(row: Row) -> bool:
    return not text_in(row, "answer")


def returns_lt_3(it: Situation) -> Reasons:
    """Fewer than three returns so far; a fourth only with the head's signature.

    Source: returns in this stage [D].
    """
    if it.case.times.get("prelim_review.return", 0) >= RETURNS_MAX and not _signed_by_another(it, "countersign"):
        yield Refusal("issues.too_many_returns", "issues", {"most": RETURNS_MAX})


def all_issues_answered(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Every issue has an answer and names the part that was changed.

    Source: return for correction [D].
    """
    table = str(arguments["issues"])
    open_lines = lines_where(rows(it, table), lambda row: not (text_in(row, "answer") and text_in(row, "changed_part")))
    yield from complain("issues.unanswered", table, open_lines)


ENTRIES = (
    entry_with(checklist_done, table="field"),
    *map(entry, (dup_check_done, no_hard_hit, negative_hit, two_person, countersign, fresh_reviewer, returns_lt_3)),
    entry_with(once_notice, issues="field", action="action"),
    entry_with(all_issues_answered, issues="field"),
)
