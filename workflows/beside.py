"""The cases of other procedures that stand beside a project."""

from engine.case import Case
from engine.facts import Facts


def standing_beside(facts: Facts, definition: str, project: str) -> tuple[Case, ...]:
    """Give the cases of a procedure that name a project (by its code), oldest first; terminated ones count for nothing.

    A change, study or acceptance that was begun by mistake and that an administrator ended must not hold the project.
    """
    return tuple(one for one in facts.peers(definition, "project", project) if not one.is_terminated)
