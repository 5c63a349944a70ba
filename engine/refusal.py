"""Why something is not done. A refusal is data: a code, its parameters and, from a definition, its own text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.texts import Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason. `code` finds the sentence in the text files; `where` names the field, task or guard concerned."""

    code: str
    where: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    text: Text | None = None


class Refused(Exception):
    """The command is not allowed now; every reason is given, not only the first."""

    def __init__(self, *reasons: Refusal) -> None:
        """Keep all reasons; there is at least one."""
        super().__init__("; ".join(f"{reason.code} {reason.where}".strip() for reason in reasons))
        self.reasons = reasons


class Conflict(Exception):
    """Somebody else acted first: the task is closed or the case has moved on. Look again."""

    def __init__(self, revision: int, decided_by: str | None = None) -> None:
        """Carry the case's revision now and, where known, who decided."""
        super().__init__(f"the case is at revision {revision} now")
        self.revision = revision
        self.decided_by = decided_by


class NotFound(Exception):
    """There is no such case, task, calendar or definition (or none that this person may know of)."""


class KeyReused(Exception):
    """The idempotency key was used before with another request."""


class Unavailable(Exception):
    """The database did not take the command: nothing changed, try again."""
