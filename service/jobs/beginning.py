"""What jobs begin by themselves: one case beside a project, once, whichever process is first."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from adapters.sql.histories import is_there
from adapters.sql.numbering import next_code
from adapters.sql.reads.cases import EVERYBODY, Filter, list_cases
from engine.case import Case
from engine.commands import SYSTEM, Start
from engine.refusal import Conflict, KeyReused, Refused
from engine.values import Json
from service import log
from service.assembly import Assembly
from workflows.funds.papers import PROJECT

PROJECTS_AT_ONCE = 50
NAME_CHARACTERS = 24


def begin(assembly: Assembly, definition: str, name: str, project: Case, on: date, data: Mapping[str, Json]) -> bool:
    """Start a case beside a project under a name (SHA-256, hex) that only one can have; says whether it was started.

    Raises `Unavailable` when the database is away: the job is not done then, and looks again at its next tick.
    A number is taken only when the case is not there; the loser of a race in the same moment leaves a gap.
    """
    case_id = f"{definition}-{name[:NAME_CHARACTERS]}"
    with assembly.database.read() as connection:
        if is_there(connection, case_id):
            return False
    command = Start(
        case_id=case_id,
        actor=SYSTEM,
        definition=definition,
        code=next_code(assembly.database, assembly.library.get(definition).definition.numbering, project.unit, on),
        unit=project.unit,
        data=data,
        key=f"{definition}-{name}",
        digest=name,
    )
    try:
        assembly.runtime.execute(command)
    except (Conflict, KeyReused):
        return False
    except Refused as error:
        log.write_fault(error, {"job": definition, "case": project.id})
        return False
    return True


def projects_in(assembly: Assembly, states: Collection[str]) -> Iterator[str]:
    """Give the codes of all projects in some states."""
    wanted = Filter(PROJECT, states=tuple(sorted(states)))
    after: str | None = None
    while True:
        with assembly.database.read() as connection:
            page = list_cases(connection, EVERYBODY, wanted, after, PROJECTS_AT_ONCE)
        yield from (line.code for line in page.lines)
        if page.after is None:
            return
        after = page.after
