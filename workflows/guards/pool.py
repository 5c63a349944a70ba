"""Guards of the reserve pool: ranking, notice and objections, adjustment, selection into the annual plan."""

from collections.abc import Mapping

from engine.calendar import add_months
from engine.case import Case
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.funds.papers import lines_of
from workflows.guards.policies import annual_ceiling, plan_items, reviews_entered
from workflows.guards.reading import (
    Reasons,
    Row,
    arrived_at,
    arrived_on,
    beside,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    local_day,
    mark_here,
    number,
    number_in,
    rows,
    text_in,
    today,
    word,
    working_days,
    yuan,
)
from workflows.screening.batch import applications, row_of
from workflows.screening.calls import call_case, calls
from workflows.screening.pool import decided
from workflows.screening.reserve import cost, cost_of, is_selected
from workflows.screening.rubric import screening
from workflows.screening.verdicts import SCORING

FAST_TRACK = "prelim_review.fast_track"
REASON_LENGTH_MIN = 10
"""Least characters of a written reason [D]."""

WAITING = frozenset({"reserve_decision", "deferred"})
OPEN_OBJECTIONS = frozenset({"received", "investigating", "deciding"})


def rank_frozen(it: Situation) -> Reasons:
    """The ranking of the project's call is made and the project stands in it; urgent works give a reason instead.

    What was typed (by today, no other project with that rank) counts until the policy `reviews_entered_until`.
    Source: pool ranking [D].
    """
    call = call_case(it.facts, word(it, "batch"))
    if call is not None:
        if row_of(call, it.case.code) is None:
            yield Refusal("rank.not_ranked", "batch", {"batch": word(it, "batch")})
    elif reviews_entered(it):
        yield from _typed_rank(it)
    elif it.data.get("emergency") is not True:
        yield Refusal("rank.no_call", "batch", {"batch": word(it, "batch") or "-"})
    elif len(word(it, "out_of_order_reason").strip()) < REASON_LENGTH_MIN:
        yield Refusal("rank.urgent", "out_of_order_reason")


def _typed_rank(it: Situation) -> Reasons:
    if not filled(it, "ranking_version", "rank"):
        yield Refusal("rank.none", "rank")
    if not is_past(it, day(it, "ranking_locked_on")):
        yield Refusal("rank.not_locked", "ranking_locked_on")
    rank = number(it, "rank")
    twin = next((one for one in _same_ranking(it) if number_in(one.data, "rank") == rank), None)
    if twin is not None:
        yield Refusal("rank.taken", "rank", {"rank": rank, "code": twin.code})


def out_of_order_reasoned(it: Situation) -> Reasons:
    """Admitting a project before a better-ranked one that still waits needs a written reason.

    Source: out-of-order admission [D]. The reason is printed with the public notice.
    """
    call = call_case(it.facts, word(it, "batch"))
    own = row_of(call, it.case.code) if call is not None else None
    if call is None or own is None:
        ahead = [one.code for one in _same_ranking(it) if _waits_ahead(one, number(it, "rank"))]
    else:
        better = [
            text_in(row, "project")
            for row in lines_of(call.data, "ranking")
            if number_in(row, "rank") < number_in(own, "rank")
        ]
        states = {one.code: one.state for one in applications(it.facts, word(it, "batch"))}
        ahead = [code for code in better if states.get(code) in WAITING]
    if ahead and len(word(it, "out_of_order_reason").strip()) < REASON_LENGTH_MIN:
        yield Refusal("rank.out_of_order", "out_of_order_reason", {"codes": ", ".join(ahead)})


def _waits_ahead(one: Case, rank: int) -> bool:
    return one.state in WAITING and 0 < number_in(one.data, "rank") < rank


def _same_ranking(it: Situation) -> list[Case]:
    """Give the other projects of the batch in the same ranking version."""
    batch, version = word(it, "batch"), word(it, "ranking_version")
    if not batch or not version:
        return []
    peers = applications(it.facts, batch)
    return [one for one in peers if one.id != it.case.id and one.data.get("ranking_version") == version]


def procedural_defect(it: Situation) -> Reasons:
    """A defect from the list is named and described in the opinion.

    Source: defects of procedure [D].
    """
    if not filled(it, "defect"):
        yield Refusal("defect.none", "defect")
    if len(it.comment.strip()) < REASON_LENGTH_MIN:
        found = len(it.comment.strip())
        yield Refusal("reason.too_short", "comment", {"least": REASON_LENGTH_MIN, "found": found})


def next_batch_or_policy(it: Situation) -> Reasons:
    """A call has opened since the project was deferred, or a policy trigger is cited.

    Source: deferred projects come up again with the next batch [D].
    """
    named = word(it, "look_again_batch")
    opened = any(call.code == named and arrived_on(it) < call.opens_on <= today(it) for call in calls(it))
    if not opened and not filled(it, "policy_trigger"):
        yield Refusal("batch.not_open", "look_again_batch", {"batch": named or "-"})


def notice_5wd(it: Situation) -> Reasons:
    """So many working days as the county set (five) have passed since the notice was published.

    Source: period of public notice [D].
    """
    published = day(it, "notice_on")
    passed = 0 if published is None else working_days(it, published, today(it))
    needed = screening(it).number("notice_working_days")
    if passed < needed:
        yield Refusal("notice.too_short", "notice_on", {"needed": needed, "passed": passed})


def no_open_objection(it: Situation) -> Reasons:
    """No objection is being received, investigated or decided.

    Source: objections block the notice [D]. Those with a procedure of their own count beside the project's register.
    """
    count = sum(text_in(row, "standing") in OPEN_OBJECTIONS for row in rows(it, "objections"))
    count += sum(one.state in OPEN_OBJECTIONS for one in beside(it, "objection"))
    if count:
        yield Refusal("objection.open", "objections", {"count": count})


def objection_upheld(it: Situation) -> Reasons:
    """An objection was upheld since the case came here, with a day and an answer, and none is still open.

    Source: objections [D]; answers are given in writing.
    """
    upheld = (one for one in beside(it, "objection") if one.state == "upheld")
    if any(one.entered_at >= arrived_at(it) for one in upheld):
        return
    if not any(_is_upheld(it, row) for row in rows(it, "objections")):
        yield Refusal("objection.none_upheld", "objections")


def _is_upheld(it: Situation, row: Row) -> bool:
    decided = day_in(row, "decided_on")
    answered = text_in(row, "standing") == "upheld" and bool(text_in(row, "answer"))
    return answered and decided is not None and arrived_on(it) <= decided <= today(it)


def annual_plan_item(it: Situation) -> Reasons:
    """The annual plan names the project: year not past, document and item given, the item no other project's.

    Where the county keeps the year's approved plan (policy `screening.annual_plan`), the item stands in it, by that
    document, with money enough, and for no other project.
    Source: annual investment plan [D]; e-government projects follow an annual plan [V].
    """
    year, item = number(it, "plan_year"), word(it, "plan_item")
    if year < today(it).year:
        yield Refusal("plan.year_past", "plan_year", {"year": year})
    if not filled(it, "plan_item", "plan_document"):
        yield Refusal("plan.no_item", "plan_item")
    twin = next((one for one in _of_year(it, year) if one.data.get("plan_item") == item), None)
    if twin is not None:
        yield Refusal("plan.item_taken", "plan_item", {"item": item, "code": twin.code})
    plan = plan_items(it, year)
    if plan:
        yield from _planned(it, next((row for row in plan if text_in(row, "item") == item), None))


def _planned(it: Situation, row: Row | None) -> Reasons:
    """Complain of what the approved plan says otherwise of the item."""
    if row is None:
        yield Refusal("plan.not_in_plan", "plan_item", {"item": word(it, "plan_item") or "-"})
        return
    if text_in(row, "document") not in ("", word(it, "plan_document")):
        yield Refusal("plan.other_document", "plan_document", {"document": text_in(row, "document")})
    if text_in(row, "project") not in ("", it.case.code):
        yield Refusal("plan.other_project", "plan_item", {"code": text_in(row, "project")})
    planned, needed = number_in(row, "amount"), cost(it.data)
    if planned and needed > planned:
        yield Refusal("plan.item_small", "plan_item", {"planned": yuan(planned), "cost": yuan(needed)})


def ceiling_ok(it: Situation) -> Reasons:
    """What is selected for the year, with this project, stays within the year's ceiling.

    Source: money ceiling of the plan [D]; the county's policy `annual_ceilings` wins over the figure entered.
    """
    year = number(it, "plan_year")
    ceiling = annual_ceiling(it, year)
    limit = number(it, "plan_ceiling") if ceiling is None else ceiling
    selected = sum(cost_of(one) for one in _of_year(it, year) if is_selected(it.definition, one))
    total = selected + cost(it.data)
    if total > limit:
        yield Refusal("plan.over_ceiling", "plan_ceiling", {"total": yuan(total), "ceiling": yuan(limit)})


def _of_year(it: Situation, year: int) -> list[Case]:
    return [one for one in it.facts.peers(it.definition.key, "plan_year", year) if one.id != it.case.id]


def not_stale(it: Situation) -> Reasons:
    """The need was confirmed within six months and the costs date from the last twelve.

    Source: rolling pool [D]. Without a later confirmation, the day of admission counts.
    """
    confirmed = max(day(it, "reconfirmed_on") or arrived_on(it), arrived_on(it))
    if add_months(confirmed, screening(it).number("confirmed_months")) < today(it):
        yield Refusal("pool.not_confirmed", "reconfirmed_on", {"confirmed_on": str(confirmed)})
    based = day(it, "cost_based_on")
    if based is None or add_months(based, screening(it).number("cost_months")) < today(it):
        yield Refusal("pool.costs_old", "cost_based_on", {"based_on": str(based or "-")})


def urgent_opinion_there(it: Situation) -> Reasons:
    """A project that skipped the experts has their opinion (or their scores), once the working days for it are over.

    Source: simplified procedure, Regulations on Government Investment art. 13 [V]; opinion within 20 working days [D],
    policy `screening.urgent_opinion_working_days`.
    """
    mark = it.case.actors.get(FAST_TRACK)
    if mark is None or filled(it, "urgent_opinion") or SCORING in it.case.rounds:
        return
    days = working_days(it, local_day(it, mark.at), today(it))
    most = screening(it).number("urgent_opinion_working_days")
    if days > most:
        yield Refusal("urgent.no_opinion", "urgent_opinion", {"days": days, "most": most})


def rpa_decided(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The newest adjustment of the pool that lists the project says so, and was applied since the case came here.

    What was typed (the last decision, with its day, number and cause) counts until `reviews_entered_until`.
    Source: dynamic adjustment of the pool [D].
    """
    found = decided(it)
    if found is not None and found[0].entered_at >= arrived_at(it):
        if text_in(found[1], "proposal") != arguments["decision"]:
            yield Refusal("adjustment.other", found[0].code)
    elif reviews_entered(it):
        yield from _typed_adjustment(it, str(arguments["decision"]))
    else:
        yield Refusal("adjustment.none", "adjustments")


def _typed_adjustment(it: Situation, decision: str) -> Reasons:
    last: Row = rows(it, "adjustments")[-1] if rows(it, "adjustments") else {}
    on = day_in(last, "decided_on")
    if text_in(last, "decision") != decision:
        yield Refusal("adjustment.none", "adjustments")
    elif on is None or not arrived_on(it) <= on <= today(it):
        yield Refusal("adjustment.wrong_day", "adjustments", {"since": str(arrived_on(it))})
    elif not (text_in(last, "document") and text_in(last, "cause")):
        yield Refusal("adjustment.no_document", "adjustments")


def listed_for(it: Situation) -> Reasons:
    """An adjustment that was applied since the project came into the pool gives it a new rank.

    Source: new ranking with every adjustment [D].
    """
    found = decided(it)
    last = it.case.actors.get("reserved.rerank")
    since = max(arrived_at(it), last.at) if last is not None else arrived_at(it)
    if found is None or found[0].entered_at < since or "rank_after" not in found[1]:
        yield Refusal("adjustment.none", "rank")


def twp_leader_ok(it: Situation) -> Reasons:
    """The township's leader has agreed to the withdrawal since the case came here; nobody agrees with themselves.

    Versions of the procedure in which the leader has no such step ask for the paper that says so.
    Source: withdrawal from the pool [D].
    """
    if "agree_withdrawal" not in it.definition.states[it.case.state].actions:
        if not filled(it, "leader_consent"):
            yield Refusal("paper.missing", "leader_consent")
        return
    agreed = mark_here(it, "agree_withdrawal")
    if agreed is None or agreed.user == it.actor.id:
        yield Refusal("withdrawal.not_agreed", it.case.state)


def reentry_ok(it: Situation) -> Reasons:
    """The cause of removal is cleared, the changes are listed, and 60 working days passed or a policy is cited.

    Source: re-entry [D].
    """
    if len(word(it, "removal_cleared").strip()) < REASON_LENGTH_MIN or not filled(it, "changed_parts"):
        yield Refusal("reentry.not_cleared", "removal_cleared")
    passed = working_days(it, arrived_on(it), today(it))
    needed = screening(it).number("reentry_working_days")
    if passed < needed and not filled(it, "policy_trigger"):
        yield Refusal("reentry.too_early", "policy_trigger", {"needed": needed, "passed": passed})


ENTRIES = (
    *map(
        entry,
        (
            rank_frozen,
            out_of_order_reasoned,
            procedural_defect,
            next_batch_or_policy,
            notice_5wd,
            no_open_objection,
            objection_upheld,
            annual_plan_item,
            ceiling_ok,
            not_stale,
            urgent_opinion_there,
            twp_leader_ok,
            reentry_ok,
            listed_for,
        ),
    ),
    entry_with(rpa_decided, decision="freeze|remove"),
)
