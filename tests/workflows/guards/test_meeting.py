"""Guards of meetings, and of what rests on their decisions."""

from typing import Any

import pytest
from msgspec.structs import replace

from engine.case import Case
from tests.workflows.guards.trial import FILE, Trial, case, fails, judge, name_of, passes

ITEM, MATTER = "QH-2026-case", "admit"
"""The case under judgement, and what is decided on it."""

TYPED = {
    "held_on": "2026-11-23",
    "entitled": 9,
    "present": 6,
    "recused": 1,
    "in_favour": 3,
    "against": 2,
}
FIELDS = {"meetings": "pool_meetings", "minutes": "pool_minutes"}
HELD = {"pool_meetings": [TYPED], "pool_minutes": [FILE]}
ALONE = {"meetings": "pool_meetings"}
"""What definitions say that are older than meetings of their own."""

NAMED = {**FIELDS, "meeting": "pool_meeting", "matter": MATTER, "body": "lead_group"}
STRICT: dict[str, Any] = {"policies": {"meetings_entered_until": None}}
HERE: dict[str, Any] = {"arguments": NAMED, "data": {"pool_meeting": "QH-2026-met", "amount": 5}}
MEMBERS = [{"member": name, "attendance": "present"} for name in "abcde"] + [{"member": "f", "attendance": "absent"}]
RECORD: dict[str, Any] = {
    "body": "lead_group",
    "held_on": "2026-11-20",
    "agenda": [{"item": ITEM, "matter": MATTER, "subject": "x", "amount": 5}],
    "members": MEMBERS,
    "recusals": [{"item": ITEM, "member": "a", "reason": "her own office"}],
    "decisions": [
        {"item": ITEM, "matter": MATTER, "in_favour": 3, "against": 1, "abstained": 0, "result": "approved"},
    ],
}
STRANGE = {"item": ITEM, "member": "z"}
TOWNSHIP = {"body": "township", "agenda": [{"item": "QH-2026-asked", "matter": "payment"}], "held_on": "2026-11-23"}
ASKED = case("asked", "twp_approve", {"amount": 5}, "payment")


def met(state: str = "recorded", unit: str = "QH", **changes: Any) -> Case:  # noqa: ANN401  # fields
    """A meeting as it was recorded, changed."""
    return replace(case("met", state, RECORD | changes, "meeting"), unit=unit)


def graded(grade: str) -> Case:
    """A concluded evaluation of a project of the same office."""
    return case(f"eva-{grade}", "concluded", {"grade": grade}, "performance-evaluation")


def decided(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # cells
    """The only decision, changed."""
    return {"decisions": [RECORD["decisions"][0] | changes]}


def typed(**changes: int) -> dict[str, Any]:
    """Data with one typed meeting, changed."""
    return {"pool_meetings": [TYPED | changes]}


def at_meeting(guard: str, *codes: str, **changes: Any) -> Trial:  # noqa: ANN401  # fields
    """A meeting under judgement, with its record changed."""
    return Trial(guard=guard, codes=frozenset(codes), data=RECORD | changes, definition="meeting", peers=(ASKED,))


TRIALS = [
    passes("minutes_attached", arguments=FIELDS, data=HELD),
    fails("minutes_attached", "paper.missing", "meeting.none", arguments=FIELDS),
    fails(
        "minutes_attached",
        "meeting.future",
        arguments=FIELDS,
        data=HELD | {"pool_meetings": [TYPED | {"held_on": "2026-11-24"}]},
    ),
    passes("collective", arguments=ALONE, data=HELD),
    fails("collective", "meeting.none", arguments=ALONE),
    fails("collective", "meeting.no_quorum", arguments=ALONE, data=typed(present=5, against=1)),
    fails(
        "collective",
        "meeting.no_quorum",
        arguments=ALONE,
        data=typed(present=10, in_favour=9, against=0),
    ),
    fails("collective", "meeting.too_many_votes", arguments=ALONE, data=typed(recused=2)),
    fails("collective", "meeting.no_majority", arguments=ALONE, data=typed(in_favour=2)),
    passes("minutes_if_large", arguments=FIELDS, data={"tier": "T2"}),
    passes("minutes_if_large", arguments=FIELDS, data=HELD | {"tier": "T3"}),
    fails("minutes_if_large", "paper.missing", "meeting.none", arguments=FIELDS, data={"tier": "T4"}),
    passes("minutes_attached", peers=(met(),), **HERE),
    passes("minutes_attached", arguments=NAMED, data=HELD),
    fails("minutes_attached", "meeting.not_named", arguments=NAMED, data=HELD, **STRICT),
    *(
        fails(guard, code, peers=peers, **HERE)
        for guard in ("minutes_attached", "collective")
        for code, peers in (
            ("meeting.unknown", ()),
            ("meeting.not_recorded", (met("confirming"),)),
            ("meeting.other_body", (met(body="township"),)),
            ("meeting.not_on_agenda", (met(agenda=[]),)),
            ("meeting.not_on_agenda", (met(agenda=[{"item": ITEM, "matter": "approve", "amount": 5}]),)),
            ("meeting.other_amount", (met(agenda=[{"item": ITEM, "matter": MATTER, "amount": 6}]),)),
            ("meeting.not_approved", (met(**decided(result="refused")),)),
            ("meeting.not_approved", (met(**decided(in_favour=2, against=2)),)),
            ("meeting.not_approved", (met(members=[*MEMBERS, *MEMBERS[-1:] * 2]),)),
        )
    ),
    passes("collective", peers=(met(),), **HERE),
    passes("minutes_if_large", peers=(met(),), arguments=NAMED, data=HERE["data"] | {"tier": "T3"}),
    fails("minutes_if_large", "meeting.not_named", arguments=NAMED, data={"tier": "T3"}, **STRICT),
    fails("minutes_if_large", "meeting.not_named", arguments=NAMED, peers=(graded("C"), graded("D")), **STRICT),
    passes("minutes_if_large", arguments=NAMED, peers=(graded("D"), graded("C")), **STRICT),
    passes("minutes_if_large", arguments=NAMED | {"matter": "approve"}, peers=(graded("D"),), **STRICT),
    at_meeting("agenda_ok", **TOWNSHIP),
    at_meeting("agenda_ok", "meeting.future", **TOWNSHIP | {"held_on": "2026-11-24"}),
    at_meeting("agenda_ok", "meeting.twice", **TOWNSHIP | {"agenda": TOWNSHIP["agenda"] * 2}),
    at_meeting("agenda_ok", "meeting.unknown_item", **TOWNSHIP | {"agenda": [{"item": "?", "matter": "payment"}]}),
    at_meeting("agenda_ok", "meeting.not_its_matter", **TOWNSHIP | {"body": "lead_group"}),
    at_meeting("quorum_present"),
    at_meeting("quorum_present", "meeting.member_twice", members=[*MEMBERS, MEMBERS[0]]),
    at_meeting("quorum_present", "meeting.no_attendance", members=[*MEMBERS, {"member": "g"}]),
    at_meeting("quorum_present", "meeting.no_quorum", members=MEMBERS[-1:]),
    at_meeting("votes_ok"),
    at_meeting("votes_ok", "meeting.undecided", decisions=[]),
    at_meeting("votes_ok", "meeting.undecided", decisions=RECORD["decisions"] * 2),
    at_meeting("votes_ok", "meeting.recused_stranger", "meeting.votes", recusals=[*RECORD["recusals"], STRANGE]),
    at_meeting("votes_ok", "meeting.votes", recusals=[]),
    at_meeting("votes_ok", "meeting.result", **decided(result="refused")),
    at_meeting("votes_ok", "meeting.result", **decided(in_favour=2, against=2)),
]


@pytest.mark.parametrize("trial", TRIALS, ids=name_of)
def test_guards_of_meetings(trial: Trial) -> None:
    """Each gives exactly its reasons."""
    assert judge(trial) == trial.codes
