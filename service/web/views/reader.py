"""Who reads a page: in which words, at what moment, with which names for people and units."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from engine.calendar import WorkingCalendar
from engine.definition import Field
from engine.refusal import Refusal
from engine.texts import Text
from service.http.rendering import Rendering
from service.texts import Language, Speech

DAYS_COUNTED_MAX = 60
"""Of a deadline further away nobody wants to know how many working days are left."""


def root(where: str | None) -> str:
    """Give the field that a place such as `lines[3].cost` is in."""
    return (where or "").partition("[")[0].partition(".")[0]


class Due(Struct, frozen=True):
    """A deadline: its day, and the working days left (negative when it has passed, None when it is far away)."""

    on: date
    left: int | None

    @property
    def is_late(self) -> bool:
        """Whether the day has passed."""
        return self.left is not None and self.left < 0


class Reader(Struct, frozen=True):
    """How one person is told things now. `t` looks texts up in their language."""

    t: Speech
    rendering: Rendering
    now: datetime

    @property
    def id(self) -> str:
        """The person's id."""
        return self.rendering.reader.id

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.rendering.wording.language

    def says(self, text: Text) -> str:
        """Give a definition's text in the reader's language."""
        return self.rendering.text(text)

    def reason(self, refusal: Refusal, fields: Mapping[str, Field]) -> str:
        """Say a refusal with the title of the field it is about, where the sentence does not name it itself."""
        words, field = self.rendering.wording.sentence(refusal), fields.get(root(refusal.where))
        label = "" if field is None else self.says(field.title)
        return words if label in words else f"{label}{self.t('filling.colon')}{words}"

    def person(self, user_id: str) -> str:
        """Name a person."""
        return self.rendering.person(user_id).name

    def unit(self, unit_id: str) -> str:
        """Name a unit."""
        return self.rendering.unit(unit_id).name

    def holder(self, principal: str) -> str:
        """Say who holds a task: a person, or a role in a unit."""
        return self.rendering.holder(principal)

    def role(self, role: str) -> str:
        """Name a role."""
        return self.rendering.role(role)

    def due(self, calendar: WorkingCalendar, at: datetime | None) -> Due | None:
        """Give a deadline as it reads today; None where there is none."""
        return None if at is None else self.due_on(calendar, calendar.local_day(at))

    def due_on(self, calendar: WorkingCalendar, on: date) -> Due:
        """Give a day by which something is due as it reads today."""
        today = calendar.local_day(self.now)
        if on < today:
            return Due(on, -max(1, calendar.working_days(on, today)))
        left = calendar.working_days(today, on)
        return Due(on, left if left <= DAYS_COUNTED_MAX else None)
