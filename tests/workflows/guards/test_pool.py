"""Guards of the reserve pool."""

from typing import Any

import pytest

from tests.workflows.guards.trial import FILE, LAST_WEEK, NOW, OPENED, Trial, case, fails, judge, name_of, passes

BY_HERSELF = {"reserved.agree_withdrawal": ("ann", NOW)}
RANKED = {"batch": "2026-2", "ranking_version": "A", "ranking_locked_on": "2026-11-23", "rank": 2}
PLANNED = {
    "plan_year": 2026,
    "plan_item": "2026-007",
    "plan_document": "D11",
    "plan_ceiling": 300_00,
    "amount": 100_00,
}
ITEM = {"year": 2026, "item": "2026-007", "document": "D11", "project": "QH-2026-case", "amount": 100_00}
CONFIRMED_AGAIN = {
    "freeze_condition": "money",
    "freeze_evidence": [FILE],
    "freeze_met_on": "2026-11-20",
    "reconfirmed_on": "2026-11-18",
    "cost_based_on": "2026-11-01",
}
AGAIN = {"reconfirmed_on": "2026-11-18", "cost_based_on": "2026-11-01"}
FUNDED = {"freeze_cause": "funding", "amount": 100_00}
CALLS = [{"code": "2026-2", "opens_on": "2026-11-17", "closes_on": "2026-12-31", "categories": ["software"]}]
WAITING = {"state": "deferred", "marks": {"reserve_decision.defer": ("hal", LAST_WEEK)}}
IN_POOL = {"state": "reserved", "marks": {"reserve_notice.publish_end": ("system", LAST_WEEK)}}
IN_NOTICE = {"state": "reserve_notice", "marks": {"reserve_decision.admit": ("hal", LAST_WEEK)}}
FROZEN = {"state": "frozen", "marks": {"reserved.freeze": ("rex", LAST_WEEK)}}
REMOVED = {"state": "removed", "marks": {"reserved.remove": ("rex", LAST_WEEK)}}
LONG_REMOVED = {"state": "removed", "marks": {"reserved.remove": ("rex", OPENED)}}
CLEARED = {"removal_cleared": "moved to the county's cloud", "changed_parts": "part 3"}
THAWED = {"freeze_condition": "money", "freeze_evidence": [FILE], "freeze_met_on": "2026-11-20"}
CONFIRMED = {"reconfirmed_on": "2026-06-01", "cost_based_on": "2025-11-23"}


def ranked(state: str, rank: int, **changes: Any) -> Any:  # noqa: ANN401  # a case and parts of its data
    """Another project of the ranking."""
    return case(f"other-{rank}", state, RANKED | {"rank": rank} | changes)


def source(amount: int) -> Any:  # noqa: ANN401  # a case
    """A source in effect beside the project."""
    return case("s", "effective", {"project": "QH-2026-case", "amount": amount}, "own-funds")


def planned(state: str, **changes: Any) -> Any:  # noqa: ANN401  # a case and parts of its data
    """Another project of the plan year."""
    return case("other", state, {"plan_year": 2026, "plan_item": "2026-008", "amount": 200_00} | changes)


def objection(standing: str, **changes: str) -> dict[str, Any]:
    """Data with one objection."""
    row = {"received_on": "2026-11-18", "standing": standing, "decided_on": "2026-11-20", "answer": "we looked"}
    return {"objections": [row | changes]}


def adjusted(decision: str, decided_on: str = "2026-11-20", document: str = "D09") -> dict[str, Any]:
    """Data with an adjustment after an older one."""
    row = {"decision": decision, "decided_on": decided_on, "document": document, "cause": "policy"}
    return {"adjustments": [{"decision": "keep", "decided_on": "2026-05-01"}, row]}


STRICT: dict[str, Any] = {"policies": {"reviews_entered_until": None}}
"""What was typed does not count any more."""


def call(state: str, *order: str) -> Any:  # noqa: ANN401  # a case
    """The call that the project answers, with its ranking."""
    table = [{"rank": rank, "project": code} for rank, code in enumerate(order, 1)]
    return case("call", state, {"number": "2026-2", "ranking": table}, "application-call")


def applied(proposal: str, at: Any = NOW) -> Any:  # noqa: ANN401  # a moment, a case
    """An adjustment of the pool that was applied."""
    row = {"project": "QH-2026-case", "proposal": proposal, "rank_after": 1}
    made = case("adjustment", "applied", {"year": 2026, "items": [row]}, "pool-adjustment")
    made.entered_at = at
    return made


TRIALS = [
    passes("rank_frozen", data=RANKED, peers=(ranked("reserved", 1), ranked("reserved", 2, ranking_version="B"))),
    fails("rank_frozen", "rank.none", "rank.not_locked"),
    fails("rank_frozen", "rank.not_locked", data=RANKED | {"ranking_locked_on": "2026-11-24"}),
    fails("rank_frozen", "rank.taken", data=RANKED, peers=(ranked("reserved", 2),)),
    passes("out_of_order_reasoned", data=RANKED, peers=(ranked("reserved", 1), ranked("deferred", 3))),
    passes(
        "out_of_order_reasoned",
        data=RANKED | {"out_of_order_reason": "the first waits for its grade"},
        peers=(ranked("deferred", 1),),
    ),
    fails("out_of_order_reasoned", "rank.out_of_order", data=RANKED, peers=(ranked("reserve_decision", 1),)),
    passes("rank_frozen", data={"batch": "2026-2"}, peers=(call("ranked", "QH-2026-case"),), **STRICT),
    fails("rank_frozen", "rank.not_ranked", data=RANKED, peers=(call("screening"),)),
    fails("rank_frozen", "rank.no_call", data=RANKED, **STRICT),
    fails("rank_frozen", "rank.urgent", data={"emergency": True}, **STRICT),
    passes("rank_frozen", data={"emergency": True, "out_of_order_reason": "the dam is about to burst"}, **STRICT),
    passes(
        "out_of_order_reasoned",
        data={"batch": "2026-2"},
        peers=(call("ranked", "QH-2026-other-1", "QH-2026-case"), ranked("reserved", 1)),
    ),
    fails(
        "out_of_order_reasoned",
        "rank.out_of_order",
        data={"batch": "2026-2"},
        peers=(call("ranked", "QH-2026-other-1", "QH-2026-case"), ranked("deferred", 1)),
    ),
    passes("rpa_decided", arguments={"decision": "freeze"}, peers=(applied("freeze"),), **STRICT, **IN_POOL),
    fails(
        "rpa_decided",
        "adjustment.other",
        arguments={"decision": "remove"},
        data=adjusted("remove"),
        peers=(applied("freeze"),),
        **IN_POOL,
    ),
    fails(
        "rpa_decided",
        "adjustment.none",
        arguments={"decision": "freeze"},
        data=adjusted("freeze"),
        peers=(applied("freeze", at=OPENED),),
        **STRICT,
        **IN_POOL,
    ),
    passes("freeze_condition_met", peers=(applied("unfreeze"),), **FROZEN),
    passes("listed_for", peers=(applied("keep"),), **IN_POOL),
    fails("listed_for", "adjustment.none", peers=(applied("keep", at=OPENED),), **IN_POOL),
    passes("procedural_defect", data={"defect": "quorum"}, comment="only three of seven were there"),
    fails("procedural_defect", "defect.none", "reason.too_short"),
    passes("next_batch_or_policy", data={"look_again_batch": "2026-2"}, policies={"calls": CALLS}, **WAITING),
    passes("next_batch_or_policy", data={"policy_trigger": "document 8"}, **WAITING),
    fails("next_batch_or_policy", "batch.not_open", data={"look_again_batch": "2026-2"}, **WAITING),
    fails(
        "next_batch_or_policy",
        "batch.not_open",
        data={"look_again_batch": "2026-2"},
        policies={"calls": [CALLS[0] | {"opens_on": "2026-11-16"}]},
        **WAITING,
    ),
    passes("notice_5wd", data={"notice_on": "2026-11-16"}),
    fails("notice_5wd", "notice.too_short", data={"notice_on": "2026-11-17"}),
    fails("notice_5wd", "notice.too_short"),
    passes("no_open_objection", data=objection("dismissed")),
    fails("no_open_objection", "objection.open", data=objection("investigating")),
    passes("objection_upheld", data=objection("upheld"), **IN_NOTICE),
    fails("objection_upheld", "objection.none_upheld", data=objection("dismissed"), **IN_NOTICE),
    fails("objection_upheld", "objection.none_upheld", data=objection("upheld", answer=""), **IN_NOTICE),
    fails("objection_upheld", "objection.none_upheld", data=objection("upheld", decided_on="2026-11-13"), **IN_NOTICE),
    passes("annual_plan_item", data=PLANNED, peers=(planned("reserved"),)),
    fails("annual_plan_item", "plan.year_past", data=PLANNED | {"plan_year": 2025}),
    fails("annual_plan_item", "plan.no_item", data=PLANNED | {"plan_document": ""}),
    fails("annual_plan_item", "plan.item_taken", data=PLANNED, peers=(planned("approved", plan_item="2026-007"),)),
    passes("annual_plan_item", data=PLANNED, policies={"screening.annual_plan": [ITEM | {"year": 2027, "item": "x"}]}),
    passes("annual_plan_item", data=PLANNED, policies={"screening.annual_plan": [ITEM]}),
    fails(
        "annual_plan_item",
        "plan.not_in_plan",
        data=PLANNED,
        policies={"screening.annual_plan": [ITEM | {"item": "2026-009"}]},
    ),
    fails(
        "annual_plan_item",
        *("plan.other_document", "plan.other_project", "plan.item_small"),
        data=PLANNED,
        policies={"screening.annual_plan": [ITEM | {"document": "D12", "project": "QH-2026-other", "amount": 99_99}]},
    ),
    passes("ceiling_ok", data=PLANNED, peers=(planned("approved"),)),
    passes("ceiling_ok", data=PLANNED | {"plan_ceiling": 100_00}, peers=(planned("withdrawn"),)),
    fails("ceiling_ok", "plan.over_ceiling", data=PLANNED, peers=(planned("approved", budget_total=200_01),)),
    fails(
        "ceiling_ok",
        "plan.over_ceiling",
        data=PLANNED | {"budget_total": 300_00},
        policies={"annual_ceilings": {"2026": 299_99}},
    ),
    passes("ceiling_ok", data=PLANNED | {"plan_ceiling": 0}, policies={"annual_ceilings": {"2026": 100_00}}),
    passes("urgent_opinion_there"),
    passes("urgent_opinion_there", marks={"prelim_review.fast_track": ("hal", LAST_WEEK)}),
    passes(
        "urgent_opinion_there",
        data={"urgent_opinion": [FILE]},
        marks={"prelim_review.fast_track": ("hal", OPENED)},
    ),
    fails("urgent_opinion_there", "urgent.no_opinion", marks={"prelim_review.fast_track": ("hal", OPENED)}),
    passes("not_stale", data={"cost_based_on": "2025-11-23"}, **IN_POOL),
    passes("not_stale", data=CONFIRMED, state="reserved", marks={"reserve_notice.publish_end": ("system", OPENED)}),
    fails(
        "not_stale",
        "pool.not_confirmed",
        data={"cost_based_on": "2026-11-01"},
        state="reserved",
        marks={"reserve_notice.publish_end": ("system", OPENED)},
    ),
    fails("not_stale", "pool.costs_old", data={"cost_based_on": "2025-11-22"}, **IN_POOL),
    fails("not_stale", "pool.costs_old", **IN_POOL),
    passes("rpa_decided", arguments={"decision": "freeze"}, data=adjusted("freeze"), **IN_POOL),
    fails("rpa_decided", "adjustment.none", arguments={"decision": "remove"}, data=adjusted("freeze"), **IN_POOL),
    fails("rpa_decided", "adjustment.none", arguments={"decision": "remove"}, **IN_POOL),
    fails(
        "rpa_decided",
        "adjustment.wrong_day",
        arguments={"decision": "freeze"},
        data=adjusted("freeze", "2026-11-13"),
        **IN_POOL,
    ),
    fails(
        "rpa_decided",
        "adjustment.no_document",
        arguments={"decision": "freeze"},
        data=adjusted("freeze", document=""),
        **IN_POOL,
    ),
    passes("twp_leader_ok", state="reserved", marks={"reserved.agree_withdrawal": ("may", NOW)}),
    fails("twp_leader_ok", "withdrawal.not_agreed", state="reserved"),
    fails(
        "twp_leader_ok", "withdrawal.not_agreed", state="reserved", marks={"reserved.agree_withdrawal": ("ann", NOW)}
    ),
    passes("freeze_condition_met", data=THAWED, **FROZEN),
    passes("freeze_condition_met", data=THAWED | AGAIN | {"freeze_cause": "confirmation"}, **FROZEN),
    fails("freeze_condition_met", "freeze.not_confirmed", data=THAWED | {"freeze_cause": "confirmation"}, **FROZEN),
    passes("freeze_condition_met", data=THAWED | AGAIN | {"freeze_cause": "costs"}, **FROZEN),
    fails("freeze_condition_met", "freeze.costs_old", data=THAWED | {"freeze_cause": "costs"}, **FROZEN),
    passes("freeze_condition_met", data=THAWED | FUNDED, peers=(source(100_00),), **FROZEN),
    fails("freeze_condition_met", "freeze.no_funds", data=THAWED | FUNDED, peers=(source(99_99),), **FROZEN),
    passes("freeze_condition_met", data=THAWED | {"freeze_cause": "finding"}, **FROZEN),
    fails(
        "freeze_condition_met",
        "freeze.overdue",
        data=THAWED | {"freeze_cause": "finding"},
        peers=(
            case("late", "improving", {"plan_year": 2026}),
            case("m", "overdue", {"project": "QH-2026-late"}, "improvement"),
        ),
        **FROZEN,
    ),
    fails("freeze_condition_met", "paper.missing", data=THAWED | {"freeze_evidence": []}, **FROZEN),
    fails("freeze_condition_met", "freeze.not_met", data=THAWED | {"freeze_met_on": "2026-11-13"}, **FROZEN),
    passes("reentry_ok", data=CLEARED, **LONG_REMOVED),
    passes("reentry_ok", data=CLEARED | {"policy_trigger": "document 8"}, **REMOVED),
    fails("reentry_ok", "reentry.too_early", data=CLEARED, **REMOVED),
    fails("reentry_ok", "reentry.not_cleared", data=CLEARED | {"changed_parts": ""}, **LONG_REMOVED),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_the_pool(trial: Trial) -> None:
    """Each gives exactly the reasons there are."""
    assert judge(trial) == trial.codes
