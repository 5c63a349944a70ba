"""Where a version of a procedure stands in its change (WFD), by the office's log: its stage, since and until when."""

from adapters.sql.directory import CaseFacts
from adapters.sql.office_log import Wanted, list_changes
from adapters.sql.publishing import Headline
from adapters.sql.statements import Connection
from service.telling import ZONE
from workflows.definition_change import Progress, Stage, progress

CALENDAR = "cn"


def progress_of(connection: Connection, facts: CaseFacts, version: Headline, stage: Stage) -> Progress:
    """Give a version's progress in a stage: it began with the last thing that was done to the version."""
    deeds = list_changes(connection, Wanted(subject=version.subject), None, 1).lines
    since = deeds[0].at if deeds else version.created_at

    def policy(key: str) -> object:
        return facts.policy(key, since.astimezone(ZONE).date())

    return progress(stage, since, facts.calendar(CALENDAR), policy)
