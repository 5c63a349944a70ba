"""The desk of who decides: documents beside facts, what is to be filled in, the opinion; the tasks before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import Struct

from adapters.sql.reads.queue import TaskLine, open_tasks
from adapters.sql.uploads import StoredFile, find_file
from engine.case import Case, Task
from service.web.documents import Document, documents, earlier_version
from service.web.preparing import edit_fields, uploading
from service.web.reading import Look
from service.web.returning import is_for_initiator
from service.web.similar import Similar, gate_zero, similar_projects
from service.web.views.addresses import item_url, task_url
from service.web.views.item import Section, grouped

NEIGHBOURS_MAX = 100
"""Tasks looked through for the one before and the one after."""

SEARCH = "duplicates"
"""The field that the search for duplicates is written into."""

DATA = ""
"""The name of the tab with what was filled in; documents have their ids."""


class Filling(Struct, frozen=True):
    """A section of the state's own form, to be filled in beside the documents."""

    section: Section
    url: str
    draft_url: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands around a decision. `stored` is the document that is looked at, None for what was filled in.

    `earlier` is the last version of that document, `gate` what the system's checks leave to be settled, None where
    there are none to make.
    """

    task: str
    url: str
    documents: Sequence[Document]
    viewing: str
    stored: StoredFile | None
    earlier: StoredFile | None
    filling: Sequence[Filling]
    position: int
    count: int
    previous_url: str
    next_url: str
    similar: Sequence[Similar] = ()
    gate: Sequence[str] | None = None


def own_task(found: Look, case: Case) -> Task | None:
    """Give the reader's open task of a case: one they hold, else one they could claim."""
    mine = [task for task in case.tasks if task.principal == f"u:{found.actor.id}"]
    theirs = [task for task in case.tasks if task.principal in found.actor.principals]
    return next(iter([*mine, *theirs]), None)


def desk_url(found: Look, case: Case) -> str:
    """Give where the reader works on a case: at the desk while they have a task of it, else on its page."""
    task = own_task(found, case)
    if task is None or is_for_initiator(found.definition_of(case), case.state):
        return item_url(case.code)
    return task_url(task.id)


def desk(found: Look, case: Case, task: Task, viewing: str, *, may_fill: bool) -> Desk:
    """Lay out the desk for a task."""
    every = documents(found.definition_of(case), case, found.reader)
    known = viewing if viewing in {one.id for one in every} else DATA
    searches = SEARCH in {field.name for field in edit_fields(found, case)}
    stored = find_file(found.connection, known) if known else None
    waiting = _waiting(found, task)
    at = next((place for place, line in enumerate(waiting) if line.id == task.id), None)
    before = waiting[at - 1] if at else None
    after = waiting[at + 1] if at is not None and at + 1 < len(waiting) else None
    return Desk(
        task=task.id,
        url=task_url(task.id),
        documents=every,
        viewing=known,
        stored=stored,
        earlier=earlier_version(found.connection, stored) if stored is not None else None,
        filling=_filling(found, case) if may_fill else (),
        position=0 if at is None else at + 1,
        count=len(waiting),
        previous_url=task_url(before.id) if before is not None else "",
        next_url=task_url(after.id) if after is not None else "",
        similar=similar_projects(found, case) if searches else (),
        gate=gate_zero(found, case) if searches else None,
    )


def _waiting(found: Look, task: Task) -> Sequence[TaskLine]:
    """Give the tasks among which the reader walks: their own, or those of their groups."""
    own = f"u:{found.actor.id}"
    groups = [name for name in found.actor.principals if name.startswith("g:")]
    return open_tasks(found.connection, [own] if task.principal == own else groups, limit=NEIGHBOURS_MAX).lines


def _filling(found: Look, case: Case) -> list[Filling]:
    sections = grouped(found.definition_of(case), edit_fields(found, case), found.reader)
    urls = {section.name: item_url(case.code, "edit", section=section.name) for section in sections}
    return [
        Filling(
            section=replace(section, fields=uploading(section.fields, urls[section.name])),
            url=urls[section.name],
            draft_url=item_url(case.code, "draft", section=section.name),
        )
        for section in sections
    ]
