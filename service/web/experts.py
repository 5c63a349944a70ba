"""The panels an expert sits on: what is to be done for each, in the order in which it has to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from adapters.sql.reads.cases import titles_by_code
from adapters.sql.reads.paging import PAGE_MAX
from adapters.sql.reads.queue import TaskLine, open_tasks
from engine.case import Case
from engine.refusal import NotFound
from service.web.parts import Stage
from service.web.reading import Look
from service.web.views.addresses import item_url, task_url
from service.web.views.reader import Due
from service.web.views.values import said
from workflows.funds.papers import PROJECT
from workflows.guards.reading import text_in
from workflows.screening.panels import GONE, PANEL, PURPOSES
from workflows.screening.verdicts import SCORING

SEAT_STEPS = ("invited", "declared", "active")
"""The steps of a seat, by its states: the answer, the declaration of interests, the review with its signature."""

STEPS = ("answer", "declare", "score", "sign")
WITHOUT_SCORES = ("answer", "declare", "sign")
ENDED = frozenset({"signed", "paid"})
OVER_MAX = 20


class Work(Struct, frozen=True):
    """A task of an expert: what is asked, where, and until when."""

    title: str
    url: str
    due: Due | None


class Sitting(Struct, frozen=True):
    """A panel as one of its experts sees it. `seat_url` is empty where no seat was drawn for it."""

    code: str
    title: str
    purpose: str
    stages: Sequence[Stage]
    work: Sequence[Work]
    seat_url: str


@dataclass(slots=True)
class _Panel:
    """What is known of a panel while it is put together: the expert's seat, and their tasks, seat before project."""

    seat: Case | None = None
    tasks: list[TaskLine] = field(default_factory=list)


def sittings(found: Look) -> tuple[list[Sitting], list[Sitting]]:
    """Give the reader's panels: those with something to do or to wait for, and those that are over (the latest)."""
    panels = _panels(found)
    named = titles_by_code(found.connection, (code for code, _ in panels))
    shown = {key: _sitting(found, key, one, named.get(key[0], key[0])) for key, one in panels.items()}
    due = [key for key, one in panels.items() if not _is_over(one)]
    over = [key for key, one in panels.items() if _is_over(one)]
    return [shown[key] for key in due], [shown[key] for key in reversed(over)][:OVER_MAX]


def next_work(found: Look, project: str) -> str:
    """Give the address of what an expert has to do next for a project's panel; raises `NotFound` where it is none."""
    for (code, _), panel in _panels(found).items():
        if code == project:
            return task_url(panel.tasks[0].id) if panel.tasks else "/expert"
    raise NotFound(f"panel {project}")


def _panels(found: Look) -> Mapping[tuple[str, str], _Panel]:
    """Put the reader's seats and tasks together by project and purpose: what is due first comes first."""
    panels: dict[tuple[str, str], _Panel] = {}
    tasks = open_tasks(found.connection, [f"u:{found.actor.id}"], limit=PAGE_MAX).lines
    seats = {case.id: case for case in found.facts.peers(PANEL, "expert", found.actor.id) if case.state != GONE}
    for line in sorted(tasks, key=lambda line: line.definition != PANEL):
        key = _key(line, seats)
        if key is not None:
            panels.setdefault(key, _Panel()).tasks.append(line)
    for seat in seats.values():
        panels.setdefault((text_in(seat.data, "project"), text_in(seat.data, "purpose")), _Panel()).seat = seat
    for panel in panels.values():
        panel.tasks.sort(key=_rank)
    return panels


def _key(line: TaskLine, seats: Mapping[str, Case]) -> tuple[str, str] | None:
    """Say which panel a task belongs to; None for other work."""
    if line.case_id in seats:
        seat = seats[line.case_id]
        return text_in(seat.data, "project"), text_in(seat.data, "purpose")
    if line.definition != PROJECT or line.state not in PURPOSES:
        return None
    return line.code, PURPOSES[line.state]


def _rank(line: TaskLine) -> int:
    """Order the tasks of one panel: answer and declaration, then the scores, then the signature and what follows."""
    if line.definition == PANEL and line.state in SEAT_STEPS[:2]:
        return 0
    return 1 if line.state == SCORING else 2


def _is_over(panel: _Panel) -> bool:
    return not panel.tasks and panel.seat is not None and panel.seat.state in ENDED


def _sitting(found: Look, key: tuple[str, str], panel: _Panel, name: str) -> Sitting:
    code, purpose = key
    choices = found.definition(PANEL).fields["purpose"]
    return Sitting(
        code=code,
        title=name,
        purpose=said(found.reader, choices, purpose),
        stages=_stages(found, panel),
        work=[_work(found, line) for line in panel.tasks],
        seat_url=item_url(panel.seat.code) if panel.seat is not None else "",
    )


def _stages(found: Look, panel: _Panel) -> list[Stage]:
    """Say which step the expert is at; an application is scored, other matters have an opinion that is signed."""
    if panel.seat is None:
        return []
    scores = text_in(panel.seat.data, "purpose") == "application"
    steps = STEPS if scores else WITHOUT_SCORES
    again = any(line.state == SCORING for line in panel.tasks)  # also when the panel scores a second time
    here = "score" if again else _step(found, panel.seat, needs_score=scores)
    at = steps.index(here) if here in steps else len(steps)
    return [
        Stage(found.t(f"experts.step.{step}"), "done" if place < at else "current" if place == at else "ahead")
        for place, step in enumerate(steps)
    ]


def _step(found: Look, seat: Case, *, needs_score: bool) -> str:
    if seat.state in SEAT_STEPS[:2]:
        return STEPS[SEAT_STEPS.index(seat.state)]
    if seat.state != SEAT_STEPS[-1]:
        return ""
    return "score" if needs_score and not _has_scored(found, text_in(seat.data, "project")) else "sign"


def _has_scored(found: Look, code: str) -> bool:
    """Say whether the reader's own sheet for a project is in."""
    project = found.facts.case(code)
    ballots = [] if project is None else [*project.ballots, *project.rounds.get(SCORING, ())]
    return any(ballot.voter == found.actor.id for ballot in ballots)


def _asked_at(line: TaskLine) -> str:
    """Name the step that a task is for; empty for what comes after the steps, such as the panel's meeting."""
    if line.definition == PANEL:
        return dict(zip(SEAT_STEPS, ("answer", "declare", "sign"), strict=True)).get(line.state, "")
    return "score" if line.state == SCORING else ""


def _work(found: Look, line: TaskLine) -> Work:
    definition = found.definition(line.definition, line.version)
    calendar = found.facts.directory.calendars[definition.calendar]
    step = _asked_at(line)
    title = found.t(f"experts.step.{step}") if step else found.reader.says(definition.states[line.state].title)
    return Work(title, task_url(line.id), found.reader.due(calendar, line.due_at))
