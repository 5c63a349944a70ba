"""Meetings that decide on other items: who was there, and what was decided on one item, with its votes.

A meeting is a case of its own (`processes/meeting.yaml`); an item names it by its code. Sources: collective decision,
quorum and recusal [D].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.case import Case
from engine.definition import FieldType
from engine.guards import Reckoning
from engine.places import unit_in
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.guards.reading import Row, day_in, lines_in, number_in, rows, sum_of, text_in

MEETING, RECORDED = "meeting", "recorded"
ENTERED_UNTIL = "meetings_entered_until"
"""Policy: the last day on which meetings that were typed into the items themselves count."""

TOWNSHIP, LEAD_GROUP = "township", "lead_group"
BODIES: Mapping[str, frozenset[str]] = {
    "recommend": frozenset({TOWNSHIP}),
    "admit": frozenset({LEAD_GROUP}),
    "approve": frozenset({LEAD_GROUP}),
    "adjust_pool": frozenset({LEAD_GROUP}),
    "adjust_budget": frozenset({TOWNSHIP, LEAD_GROUP}),
    "change": frozenset({TOWNSHIP, LEAD_GROUP}),
    "private_capital": frozenset({LEAD_GROUP}),
    "contract": frozenset({TOWNSHIP}),
    "payment": frozenset({TOWNSHIP}),
    "write_off": frozenset({LEAD_GROUP}),
    "warning": frozenset({LEAD_GROUP}),
}
"""Which body decides a matter [D]; adjustments of class A and changes of T1 projects are the township's."""

AMOUNTS = ("budget_total", "amount", "cost_delta")
QUORUM = (2, 3)
"""Two thirds of those entitled to attend [D]."""


@dataclass(frozen=True, slots=True)
class Votes:
    """A count of heads and hands."""

    entitled: int
    present: int
    recused: int
    in_favour: int
    against: int
    abstained: int = 0

    @property
    def voting(self) -> int:
        """How many of those present vote."""
        return self.present - self.recused

    @property
    def cast(self) -> int:
        """How many voted."""
        return self.in_favour + self.against + self.abstained

    @property
    def has_quorum(self) -> bool:
        """Whether enough were present."""
        share, whole = QUORUM
        return self.present <= self.entitled and whole * self.present >= share * self.entitled

    @property
    def is_carried(self) -> bool:
        """Whether more than half of those who vote were in favour."""
        return 2 * self.in_favour > self.voting


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided on an item: the line of its agenda and that of its decisions."""

    told: Row
    outcome: Row
    votes: Votes

    @property
    def is_approved(self) -> bool:
        """Whether it was approved, by the votes as well as by the record."""
        return text_in(self.outcome, "result") == "approved" and self.votes.has_quorum and self.votes.is_carried


def decision_in(meeting: Mapping[str, Json], item: str, matter: str) -> Decision | None:
    """Find what a meeting (its data) decided on a matter of an item; None where it decided nothing."""
    told, outcome = (
        next((row for row in lines_in(meeting.get(table)) if key_of(row) == (item, matter)), None)
        for table in ("agenda", "decisions")
    )
    return Decision(told, outcome, votes_on(meeting, outcome)) if told is not None and outcome is not None else None


def votes_on(meeting: Mapping[str, Json], outcome: Row) -> Votes:
    """Count the votes of a line of decisions against those who were there."""
    members = lines_in(meeting.get("members"))
    recusals, item = lines_in(meeting.get("recusals")), outcome.get("item")
    recused = {text_in(row, "member") for row in recusals if row.get("item") == item}
    return Votes(
        entitled=len(members),
        present=sum(text_in(row, "attendance") == "present" for row in members),
        recused=len(recused),
        in_favour=number_in(outcome, "in_favour"),
        against=number_in(outcome, "against"),
        abstained=number_in(outcome, "abstained"),
    )


def held_on(meeting: Case | None, item: str, matter: str) -> date | None:
    """Give the day of a recorded meeting that approved an item; None where it is none."""
    if meeting is None or meeting.definition != MEETING or meeting.state != RECORDED or meeting.is_terminated:
        return None
    decision = decision_in(meeting.data, item, matter)
    return day_in(meeting.data, "held_on") if decision is not None and decision.is_approved else None


def amount_of(data: Mapping[str, Json]) -> int:
    """Give the fen that a decision on an item is about: its budget in all, its amount, or what it adds or moves."""
    named = next((found for name in AMOUNTS if (found := number_in(data, name))), 0)
    return named or sum_of(lines_in(data.get("to_lines")), "amount")


def key_of(row: Row) -> tuple[str, str]:
    """Give item and matter of a line."""
    return text_in(row, "item"), text_in(row, "matter")


def meeting_body(it: Situation) -> Json:
    """Say whose meeting it is, by the unit that convenes it."""
    for body, kind in ((TOWNSHIP, "township"), (LEAD_GROUP, "county")):
        if unit_in(f"item.{kind}", it.case, it.facts) is not None:
            return body
    raise Refused(Refusal("meeting.no_body", it.case.unit))


def agenda_told(it: Situation) -> Json:
    """Give the agenda with name and amount of each item as it stands."""
    return [_told(it, row) for row in rows(it, "agenda")]


def _told(it: Situation, row: Row) -> Json:
    case = it.facts.case(text_in(row, "item"))
    data: Mapping[str, Json] = case.data if case is not None else {}
    project = it.facts.case(text_in(data, "project"))
    name = text_in(data, "name") or (text_in(project.data, "name") if project is not None else "")
    return {"item": row.get("item"), "matter": row.get("matter"), "subject": name, "amount": amount_of(data)}


RECKONINGS = (
    Reckoning("meeting_body", meeting_body, frozenset({FieldType.CHOICE}), "whose meeting it is"),
    Reckoning("agenda_told", agenda_told, frozenset({FieldType.TABLE}), "the agenda, with names and amounts"),
)
"""Values that no one types."""
