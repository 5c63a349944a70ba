"""Seats of expert panels: which are to be filled, who may be drawn for them, who sits, what the sheets come to.

Source: Procurement Regulations art. 9 (relations with a look-back of three years), 39 (random draw) and 41 (signing,
dissent in writing) [V], written for procurement and applied to the review of projects as the stricter norm [D].
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.case import Case
from engine.facts import Facts
from engine.places import unit_in
from engine.refusal import Refusal, Refused
from engine.situation import Situation
from engine.values import Json
from workflows.funds.policy import Policy
from workflows.guards.reading import Row, text_in, today
from workflows.screening.rubric import screening

PANEL = "expert-panel"
SEATED = frozenset({"active", "signed", "paid"})
"""States in which an expert has declared to be free of conflicts and takes part."""

SIGNED = frozenset({"signed", "paid"})
GONE = "replaced"
PURPOSES: Mapping[str, str] = {
    **dict.fromkeys(("expert_setup", "expert_scoring", "panel_meeting", "panel_confirm"), "application"),
    "plan_selected": "study",
    **dict.fromkeys(("prelim_acceptance", "final_acceptance"), "acceptance"),
    "evaluating": "evaluation",
}
"""What a panel is for, by the state of its project."""

DECLINES = frozenset({"invited.decline", "invited.timeout"})
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Known:
    """An expert of the county's register (policy `screening.experts`)."""

    id: str
    specialty: str
    employer: str
    interests: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that is to be filled."""

    purpose: str
    number: int
    specialty: str


def register(it: Situation) -> Mapping[str, Known]:
    """Give the experts that may be drawn, by id."""
    table = it.facts.policy("screening.experts", today(it))
    found: dict[str, Known] = {}
    for row in table if isinstance(table, list) else ():
        if isinstance(row, dict):
            interests = row.get("interests")
            units = frozenset(str(one) for one in interests) if isinstance(interests, list) else frozenset[str]()
            known = Known(text_in(row, "expert"), text_in(row, "specialty"), text_in(row, "employer"), units)
            found[known.id] = known
    return found


def composition(policy: Policy, tier: str) -> tuple[str, ...]:
    """Give the specialties of a panel for a tier, seat by seat; raises `Refused` when the county set none."""
    table = policy.lookup("screening.panel_composition", policy.on)
    seats = table.get(tier) if isinstance(table, dict) else None
    if not isinstance(seats, list):
        raise Refused(Refusal("policy.missing", where="screening.panel_composition"))
    return tuple(str(one) for one in seats)


def seats_of(facts: Facts, project: str, purpose: str) -> list[Case]:
    """Give the seats of a project's panel, oldest first, without those whose expert was replaced."""
    return [one for one in _all(facts, project, purpose) if one.state != GONE]


def replaced_in(facts: Facts, project: str, purpose: str) -> frozenset[str]:
    """Give the experts who were replaced, for any reason."""
    return frozenset(text_in(one.data, "expert") for one in _all(facts, project, purpose) if one.state == GONE)


def _all(facts: Facts, project: str, purpose: str) -> Iterator[Case]:
    yield from (one for one in facts.peers(PANEL, "project", project) if text_in(one.data, "purpose") == purpose)


def project_of(it: Situation) -> Case:
    """Give the project that a case stands beside; raises `Refused` when there is none."""
    project = it.facts.case(text_in(it.data, "project"))
    if project is None:
        raise Refused(Refusal("parent.unknown", where=text_in(it.data, "project") or "-"))
    return project


def next_seat(it: Situation) -> Seat | None:
    """Give the first seat of the project's panel that nobody holds; None when all are filled or none is wanted."""
    project = project_of(it)
    purpose = PURPOSES.get(project.state, "")
    if not purpose:
        return None
    wanted = composition(screening(it), text_in(project.data, "tier"))
    held = {one.data.get("seat") for one in seats_of(it.facts, project.code, purpose) if one.id != it.case.id}
    free = (Seat(purpose, number, specialty) for number, specialty in enumerate(wanted, 1) if number not in held)
    return next(free, None)


def candidates(it: Situation) -> list[Json]:
    """Give who may be drawn for the seat: of its specialty, nobody's colleague, free of interests, not often absent."""
    seat = next_seat(it)
    if seat is None:
        return []
    project = project_of(it)
    known = register(it)
    sitting = [text_in(one.data, "expert") for one in seats_of(it.facts, project.code, seat.purpose)]
    employers = {known[one].employer for one in sitting if one in known}
    barred = {*sitting, *replaced_in(it.facts, project.code, seat.purpose)}
    units = _units_of(it, project)
    authors = _authors(it, project)
    return [
        one.id
        for one in sorted(known.values(), key=lambda one: one.id)
        if one.specialty == seat.specialty
        and one.id not in barred
        and one.employer not in employers | authors
        and units.isdisjoint(one.interests)
        and not _often_absent(it, one.id)
    ]


def _units_of(it: Situation, project: Case) -> frozenset[str]:
    unit = unit_in("item.unit", project, it.facts)
    return frozenset(part for part in unit.path.split("/") if part) if unit is not None else frozenset({project.unit})


def _authors(it: Situation, project: Case) -> frozenset[str]:
    """Give the institutes that wrote studies of the project: none of their people judges it."""
    studies = it.facts.peers("feasibility-study", "project", project.code)
    return frozenset(author for one in studies if (author := text_in(one.data, "author")))


def _often_absent(it: Situation, expert: str) -> bool:
    most = screening(it).number("declines_max_count")
    missed = (
        step
        for one in it.facts.peers(PANEL, "expert", expert)
        for step in DECLINES & one.actors.keys()
        if it.now - one.actors[step].at <= YEAR
    )
    return sum(1 for _ in missed) >= most


def member_rows(it: Situation, project: str, purpose: str) -> list[Row]:
    """Give the panel as the project's table has it: who sits, with what they declared."""
    return [
        {
            "expert": text_in(one.data, "expert"),
            "specialty": text_in(one.data, "specialty"),
            "employer": text_in(one.data, "employer"),
            "declaration": "clear" if one.state in SEATED else "pending",
            "standing": "active",
        }
        for one in seats_of(it.facts, project, purpose)
        if text_in(one.data, "expert")
    ]


def unsigned(facts: Facts, project: str, purpose: str) -> list[str]:
    """Give the experts of a panel who have not signed."""
    return [
        text_in(one.data, "expert") or one.code for one in seats_of(facts, project, purpose) if one.state not in SIGNED
    ]
