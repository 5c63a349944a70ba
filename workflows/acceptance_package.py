"""The papers of an acceptance: eight volumes, fifty-five items, each with how the system knows that it is there.

Source: a real template set of eight volumes was seen [V]; which tier and which acceptance needs which item is the
design's [D]. An item that the system itself holds is never asked for again; the rest is attached, item by item, or left
out with a reason where an item may not exist (no hidden works, no supplements).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from engine.case import Case
from engine.situation import is_filled
from workflows.beside import standing_beside
from workflows.funds.papers import IN_FORCE, lines_of
from workflows.guards.reading import Row, text_in
from workflows.progress import CHANGE, SETTLED_CHANGES, Course

PRELIMINARY, FINAL, MERGED = "preliminary", "final", "merged"
LARGE = frozenset({"T3", "T4"})
ABOVE_SMALL = frozenset({"T2", "T3", "T4"})
EVERY = frozenset({"T1", "T2", "T3", "T4"})

Known = Callable[[Course], bool]
"""Says whether the system holds what an item asks for."""


class When(Enum):
    """At which acceptance an item is due; what is due at the preliminary one is due at the final one too."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    HERE = "here"
    """Made by the acceptance itself, after the package is handed in."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its volume, when it is due, the tiers that need it, how it is known, whether it may not exist."""

    name: str
    volume: int
    when: When
    tiers: frozenset[str] = EVERY
    known: Known | None = None
    may_miss: bool = False

    def is_due(self, kind: str, tier: str) -> bool:
        """Say whether an acceptance of a kind asks a project of a tier for the item."""
        at = self.when is When.PRELIMINARY or (self.when is When.FINAL and kind != PRELIMINARY)
        return at and tier in self.tiers


def _field(name: str) -> Known:
    return lambda course: is_filled(course.project.data.get(name))


def _step(name: str) -> Known:
    return lambda course: name in course.project.actors


def _paper(definition: str, states: frozenset[str], field: str = "") -> Known:
    """A case beside the project is in one of these states, with a field filled."""

    def known(course: Course) -> bool:
        peers = standing_beside(course.facts, definition, course.project.code)
        return any(one.state in states and (not field or is_filled(one.data.get(field))) for one in peers)

    return known


def _proof(kind: str) -> Known:
    """An accepted report proves a milestone with evidence of a kind."""

    def known(course: Course) -> bool:
        proofs = (row for report in course.accepted.values() for row in lines_of(report.data, "proofs"))
        return any(text_in(row, "kind") == kind for row in proofs)

    return known


def _reports(course: Course) -> bool:
    return bool(course.accepted) and not course.unknown()


def _changes(course: Course) -> bool:
    return all(one.state in SETTLED_CHANGES for one in standing_beside(course.facts, CHANGE, course.project.code))


def _supplements(course: Course) -> bool:
    """Every contract that was amended has its signed supplements."""
    contracts = course.facts.peers("contract", "project", course.project.code)
    amended = [one for one in contracts if lines_of(one.data, "supplements")]
    return all(is_filled(one.data.get("supplement_file")) for one in amended)


def _preliminary_opinion(course: Course) -> bool:
    return any(one.state == "passed" and one.data.get("kind") != FINAL for one in held(course))


def held(course: Course) -> tuple[Case, ...]:
    """Give every acceptance beside a project."""
    return standing_beside(course.facts, "acceptance", course.project.code)


_P, _F, _H = When.PRELIMINARY, When.FINAL, When.HERE

ITEMS: tuple[Item, ...] = (
    Item("award_notice", 1, _P, ABOVE_SMALL, _paper("contract", IN_FORCE, "result_number")),
    Item("contract", 1, _P, EVERY, _paper("contract", IN_FORCE, "scan")),
    Item("supplements", 1, _P, EVERY, _supplements),
    Item("price_review", 1, _P, ABOVE_SMALL, _paper("budget", frozenset({"approved"}))),
    Item("start_application", 2, _P, EVERY, _field("kickoff_form")),
    Item("manager_letter", 2, _P, EVERY, _field("manager_letter")),
    Item("work_plan", 2, _P, EVERY, _field("milestones")),
    Item("start_order", 2, _P, EVERY, _step("approved.start")),
    Item("material_list", 2, _P, ABOVE_SMALL, may_miss=True),
    Item("unpacking", 2, _P, ABOVE_SMALL, may_miss=True),
    Item("installation_logs", 2, _P, ABOVE_SMALL, _proof("log"), may_miss=True),
    Item("sign_slips", 2, _P, EVERY, _proof("delivery"), may_miss=True),
    Item("site_diary", 2, _P, LARGE),
    Item("weekly_reports", 2, _P, LARGE),
    Item("monthly_reports", 2, _P, EVERY, _reports),
    Item("quality_proofs", 2, _P, ABOVE_SMALL, _paper("quality-inspection", frozenset({"passed"}))),
    Item("design_drawings", 3, _P, ABOVE_SMALL, may_miss=True),
    Item("construction_drawings", 3, _P, LARGE, may_miss=True),
    Item("as_built_drawings", 3, _P, ABOVE_SMALL, may_miss=True),
    Item("hidden_works", 3, _P, ABOVE_SMALL, may_miss=True),
    Item("change_files", 4, _P, EVERY, _changes),
    Item("trial_application", 5, _P, ABOVE_SMALL),
    Item("trial_operation_plan", 5, _P, ABOVE_SMALL),
    Item("training_plan", 5, _P, EVERY, _field("training_plan")),
    Item("training_record", 5, _P),
    Item("user_manual", 5, _P),
    Item("trial_log", 5, _F, EVERY, _field("trial_log")),
    Item("trial_opinion", 5, _F, EVERY, _field("trial_opinion")),
    Item("preliminary_application", 5, _F, EVERY, _step("implementing.request_prelim")),
    Item("preliminary_opinion", 5, _F, EVERY, _preliminary_opinion),
    Item("report_cover", 6, _F, LARGE),
    Item("report_contents", 6, _F, LARGE),
    Item("basic_information", 6, _F, EVERY, _field("approval_number")),
    Item("topology", 6, _F, ABOVE_SMALL, may_miss=True),
    Item("training_summary", 6, _F, LARGE),
    Item("completion_report", 6, _F),
    Item("conclusion", 6, _F, LARGE),
    Item("warranty_pledge", 6, _F),
    Item("document_handover", 6, _F),
    Item("equipment_handover", 6, _F, may_miss=True),
    Item("annexes", 6, _F, LARGE, may_miss=True),
    Item("summary", 7, _F),
    Item("inventory", 7, _F),
    Item("data_pledge", 7, _F, may_miss=True),
    Item("warranty_plan", 7, _F),
    Item("operation_plan", 7, _F),
    Item("request_letter", 7, _F, ABOVE_SMALL),
    Item("application_form", 7, _H),
    Item("precheck_opinion", 7, _H),
    Item("individual_opinions", 7, _H),
    Item("group_opinion", 7, _H),
    Item("review_form", 7, _H),
    Item("volume_covers", 8, _F, LARGE),
    Item("volume_contents", 8, _F, LARGE),
    Item("dividers", 8, _F, LARGE),
)
"""All fifty-five, in the order of the volumes."""


class Standing(Enum):
    """Where an item of a package stands."""

    KNOWN = "known"
    ATTACHED = "attached"
    LEFT_OUT = "left_out"
    MISSING = "missing"
    NOT_DUE = "not_due"
    MADE_HERE = "made_here"


def standing(item: Item, acceptance: Row, course: Course, attached: frozenset[str]) -> Standing:
    """Say where an item stands in an acceptance; `attached` are the items whose file is there."""
    if item.when is When.HERE:
        return Standing.MADE_HERE
    if not item.is_due(text_in(acceptance, "kind") or PRELIMINARY, text_in(acceptance, "tier") or "T1"):
        return Standing.NOT_DUE
    if item.known is not None and item.known(course):
        return Standing.KNOWN
    if item.name in attached:
        return Standing.ATTACHED
    left_out = {text_in(row, "item") for row in lines_of(acceptance, "left_out") if text_in(row, "reason")}
    return Standing.LEFT_OUT if item.may_miss and item.name in left_out else Standing.MISSING


def package(acceptance: Row, course: Course) -> list[tuple[Item, Standing]]:
    """Give all fifty-five items with where each stands."""
    names = {text_in(file, "name") for file in lines_of(acceptance, "papers")}
    filed = frozenset(text_in(row, "item") for row in lines_of(acceptance, "filed") if text_in(row, "file") in names)
    return [(item, standing(item, acceptance, course, filed)) for item in ITEMS]
