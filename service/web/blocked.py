"""Why something does not go on: what the next step still lacks, as the person who would take it would be told."""

from collections.abc import Iterator

from engine.case import Case
from engine.commands import Actor
from engine.definition import ActionKind
from engine.explaining import could
from engine.refusal import NotFound
from service.web.reading import Look

ASKED_FOR = frozenset({"comment.required"})
"""What is no obstacle: it is given with the step itself."""


def obstacles(found: Look, case: Case) -> list[str]:
    """Say what keeps a case from going forward; nothing when somebody only has to do it, or nobody can."""
    runtime, fields = found.front.assembly.runtime, found.definition_of(case).fields
    for actor in _who_could(found, case):
        for option in runtime.options(case, actor, found.facts):
            if option.action.kind is ActionKind.FORWARD and option.allowed:
                missing = [reason for reason in option.missing if reason.code not in ASKED_FOR]
                return list(dict.fromkeys(found.reader.reason(reason, fields) for reason in missing))
    return []


def _who_could(found: Look, case: Case) -> Iterator[Actor]:
    """Give the people who hold a task of the case or could take one."""
    assembly, now = found.front.assembly, found.reader.now
    process = assembly.runtime.process_of(case)
    for task in case.tasks:
        for candidate in could(process, case, task, found.facts, now):
            if not candidate.refused:
                try:
                    yield found.facts.directory.actor(candidate.user, now)
                except NotFound:
                    continue
