"""The change of a definition (WFD) as the product runs it: draft, trials, review by a second person, use.

The publishing that is there already is this procedure: a version's text, and who wrote, sent, returned, published and
retired it, stand in the office's log, a chain of its own. Here is what that comes to as states with their deadlines.
The check that every version passes, and that nobody publishes what they wrote, are kept where versions are written.

Source: the plan's lifecycle WFD [D]; separation of editor and publisher SoD-7 [D]; days are policies `definitions.…`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.calendar import WorkingCalendar


class Stage(StrEnum):
    """Where a version stands in the change of a definition."""

    EDITING = "editing"
    TESTING = "testing"
    APPROVING = "approving"
    PUBLISHED = "published"
    RETIRED = "retired"
    REJECTED = "rejected"


OF_STATUS = {
    "review": Stage.APPROVING,
    "published": Stage.PUBLISHED,
    "retired": Stage.RETIRED,
    "rejected": Stage.REJECTED,
}
"""The stage of each status of a version but a draft's, whose stage its soundness decides."""

DUE_WORKING_DAYS = {Stage.EDITING: 10, Stage.TESTING: 5, Stage.APPROVING: 3}
"""Working days of the stages in which somebody works, where the county set no policy [D]."""

WAY = (Stage.EDITING, Stage.TESTING, Stage.APPROVING, Stage.PUBLISHED)
"""The way of a version that comes into use."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A version's stage, since when, and until when it should go on; no deadline where nobody works."""

    stage: Stage
    since: datetime
    due_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Say whether the stage has lasted longer than it should."""
        return self.due_at is not None and now > self.due_at


def stage_of(status: str, *, is_sound: bool) -> Stage:
    """Give the stage of a version: a draft is edited until the check finds it sound, and tried from then on."""
    return OF_STATUS.get(status, Stage.TESTING if is_sound else Stage.EDITING)


def progress(stage: Stage, since: datetime, calendar: WorkingCalendar, policy: Callable[[str], object]) -> Progress:
    """Give a version's progress; `policy` gives the county's value of a key."""
    usual = DUE_WORKING_DAYS.get(stage)
    if usual is None:
        return Progress(stage, since)
    days = policy(f"definitions.{stage.value}_working_days")
    found = days if isinstance(days, int) and not isinstance(days, bool) else usual
    return Progress(stage, since, calendar.after(since, found).at)
