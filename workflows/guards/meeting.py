"""Guards of meetings: agenda, attendance, votes; and of the items that rest on what a meeting decided."""

from collections.abc import Mapping

from engine.definition import ActionKind
from engine.places import unit_in
from engine.refusal import Refusal
from engine.situation import Situation
from engine.values import Json
from workflows.guards.policies import entered_until
from workflows.guards.reading import (
    Reasons,
    Row,
    complain,
    day,
    day_in,
    entry,
    entry_with,
    filled,
    is_past,
    lines_where,
    number_in,
    rows,
    text_in,
    today,
    word,
)
from workflows.meetings import (
    BODIES,
    ENTERED_UNTIL,
    LEAD_GROUP,
    MEETING,
    RECORDED,
    TOWNSHIP,
    Decision,
    Votes,
    amount_of,
    decision_in,
    key_of,
    votes_on,
)
from workflows.screening.results import WORST, last_grade

LARGE_TIERS = frozenset({"T3", "T4"})


def agenda_ok(it: Situation) -> Reasons:
    """The meeting is of today or before; each line is a known item of the body's own, once, that the body decides.

    Source: agenda of collective decisions [D].
    """
    if not is_past(it, day(it, "held_on")):
        yield Refusal("meeting.future", "held_on")
    table, body = rows(it, "agenda"), word(it, "body")
    keys = [key_of(row) for row in table]
    yield from complain("meeting.twice", "agenda", lines_where(table, lambda row: keys.count(key_of(row)) > 1))
    yield from complain("meeting.unknown_item", "agenda", lines_where(table, lambda row: not _is_known(it, row)))
    not_its_own = lines_where(table, lambda row: body not in BODIES.get(text_in(row, "matter"), frozenset()))
    yield from complain("meeting.not_its_matter", "agenda", not_its_own)


def _is_known(it: Situation, row: Row) -> bool:
    """Say whether there is such an item, and it belongs to the township whose meeting this is."""
    case = it.facts.case(text_in(row, "item"))
    scope = "item.township" if word(it, "body") == TOWNSHIP else "item.county"
    return case is not None and unit_in(scope, case, it.facts) == unit_in(scope, it.case, it.facts)


def quorum_present(it: Situation) -> Reasons:
    """Every member stands once with their attendance, and two thirds were present.

    Source: quorum [D].
    """
    table = rows(it, "members")
    names = [text_in(row, "member") for row in table]
    twice = lines_where(table, lambda row: names.count(text_in(row, "member")) > 1)
    yield from complain("meeting.member_twice", "members", twice)
    yield from complain("meeting.no_attendance", "members", lines_where(table, lambda row: not row.get("attendance")))
    votes = votes_on(it.data, {})
    if not votes.has_quorum:
        yield Refusal("meeting.no_quorum", "members", {"present": votes.present, "entitled": votes.entitled})


def votes_ok(it: Situation) -> Reasons:
    """Each item is decided once; the votes are of those present and not recused, and make the result.

    Source: recusal and majority [D].
    """
    agenda, table = [key_of(row) for row in rows(it, "agenda")], rows(it, "decisions")
    decided = [key_of(row) for row in table]
    open_ones = [item for item, matter in agenda if decided.count((item, matter)) != 1]
    if open_ones or len(decided) != len(agenda):
        yield Refusal("meeting.undecided", "decisions", {"items": ", ".join(dict.fromkeys(open_ones)) or "-"})
    present = {text_in(row, "member") for row in rows(it, "members") if text_in(row, "attendance") == "present"}
    items, recusals = {item for item, _ in agenda}, rows(it, "recusals")

    def is_strange(row: Row) -> bool:
        return text_in(row, "member") not in present or text_in(row, "item") not in items

    yield from complain("meeting.recused_stranger", "recusals", lines_where(recusals, is_strange))
    counted = [(row, votes_on(it.data, row)) for row in table]
    uneven = [line for line, (_, votes) in enumerate(counted, 1) if votes.cast != votes.voting]
    yield from complain("meeting.votes", "decisions", uneven)
    untrue = [
        line
        for line, (row, votes) in enumerate(counted, 1)
        if (text_in(row, "result") == "approved") != votes.is_carried
    ]
    yield from complain("meeting.result", "decisions", untrue)


def minutes_attached(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """A recorded meeting of the body has decided on the item as it stands, with minutes; to go on it has approved.

    What was typed into the item (minutes, a meeting by today) counts until the policy `meetings_entered_until`.
    Source: collective decision of the township and of the lead group [D].
    """
    if _is_typed(it, arguments):
        meetings, minutes = str(arguments["meetings"]), str(arguments["minutes"])
        if not filled(it, minutes):
            yield Refusal("paper.missing", minutes)
        if not rows(it, meetings):
            yield Refusal("meeting.none", meetings)
        elif not is_past(it, day_in(rows(it, meetings)[-1], "held_on")):
            yield Refusal("meeting.future", meetings)
        return
    yield from _decided(it, arguments)


def collective(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """The meeting had two thirds present, recused members did not vote, and more than half were in favour.

    Read from the meeting that the item names; a typed one counts until the policy `meetings_entered_until`.
    Source: quorum and recusal [D].
    """
    if not _is_typed(it, arguments):
        yield from _decided(it, arguments)
        return
    meetings = str(arguments["meetings"])
    if not rows(it, meetings):
        yield Refusal("meeting.none", meetings)
        return
    votes = _typed_votes(rows(it, meetings)[-1])
    if not votes.has_quorum:
        yield Refusal("meeting.no_quorum", meetings, {"present": votes.present, "entitled": votes.entitled})
    if votes.cast > votes.voting:
        yield Refusal("meeting.too_many_votes", meetings, {"votes": votes.cast, "voting": votes.voting})
    if not votes.is_carried:
        yield Refusal("meeting.no_majority", meetings, {"in_favour": votes.in_favour, "voting": votes.voting})


def minutes_if_large(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Projects of tier T3 and T4, and those of an office whose last evaluation was poor, are decided in a meeting.

    Source: approval by the lead group [D]; use of results [D]: after a poor grade it consents to new projects.
    """
    is_after_poor = arguments.get("matter") == "admit" and last_grade(it.facts, it.case.unit) == WORST
    if word(it, "tier") in LARGE_TIERS or is_after_poor:
        yield from decided_together(it, arguments)


def decided_together(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Give every reason why no meeting with quorum and majority has decided this, each once."""
    found = (*minutes_attached(it, arguments), *collective(it, arguments))
    yield from {(one.code, one.where): one for one in found}.values()


def _typed_votes(row: Row) -> Votes:
    return Votes(*(number_in(row, name) for name in ("entitled", "present", "recused", "in_favour", "against")))


def _is_typed(it: Situation, arguments: Mapping[str, Json]) -> bool:
    if "meeting" not in arguments:
        return True
    return not word(it, str(arguments["meeting"])) and entered_until(it.facts, ENTERED_UNTIL, today(it))


def _decided(it: Situation, arguments: Mapping[str, Json]) -> Reasons:
    """Complain where the meeting that the item names is none that has decided on it."""
    field, matter = str(arguments["meeting"]), str(arguments["matter"])
    code = word(it, field)
    meeting = it.facts.case(code) if code else None
    if meeting is None or meeting.definition != MEETING:
        yield Refusal("meeting.unknown" if code else "meeting.not_named", field, {"code": code})
        return
    told = {"code": code}
    if meeting.state != RECORDED or meeting.is_terminated:
        yield Refusal("meeting.not_recorded", field, told)
        return
    body, scope = _body(it, str(arguments["body"]))
    is_theirs = unit_in(scope, meeting, it.facts) == unit_in(scope, it.case, it.facts)
    if text_in(meeting.data, "body") != body or not is_theirs:
        yield Refusal("meeting.other_body", field, told)
    decision = decision_in(meeting.data, it.case.code, matter)
    if decision is None:
        yield Refusal("meeting.not_on_agenda", field, told)
    else:
        yield from _as_decided(it, decision, field, code)


def _as_decided(it: Situation, decision: Decision, field: str, code: str) -> Reasons:
    """Complain where the item is another than was decided on, or goes on though it was refused."""
    if number_in(decision.told, "amount") != amount_of(it.data):
        yield Refusal("meeting.other_amount", field, {"code": code})
    goes_on = it.action is None or it.action.kind is ActionKind.FORWARD
    if goes_on and not decision.is_approved:
        yield Refusal("meeting.not_approved", field, {"code": code})


def _body(it: Situation, body: str) -> tuple[str, str]:
    """Give the body that decides, and the scope in which it is the item's own."""
    if body == "by_tier":
        project = it.facts.case(word(it, "project"))
        body = TOWNSHIP if project is not None and text_in(project.data, "tier") == "T1" else LEAD_GROUP
    return body, f"item.{TOWNSHIP if body == TOWNSHIP else 'county'}"


HELD = {
    "meetings": "field",
    **dict.fromkeys(("minutes", "meeting"), "field?"),
    "matter": "text?",
    "body": "township|lead_group|by_tier?",
}
"""What a guard is told that reads a meeting: the typed fields, the field with its code, what it decides, and who does.

Versions of definitions from before meetings were cases name the typed fields only, which then count.
"""

ENTRIES = (
    *map(entry, (agenda_ok, quorum_present, votes_ok)),
    entry_with(minutes_attached, **HELD),
    entry_with(collective, **HELD),
    entry_with(minutes_if_large, **HELD),
)
