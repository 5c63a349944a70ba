"""Notices as lines of the inbox."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from adapters.sql.notices import Notice
from service.web.parts import Tone

TONES: Mapping[str, Tone] = {
    "deadline.reminder": "warn",
    "deadline.copy": "warn",
    "task.urged": "warn",
    "definition.due": "warn",
    "definition.late": "warn",
    "definition.returned": "warn",
    "definition.rejected": "warn",
    "task.handed_over": "warn",
}
"""Kinds that are not merely news."""


class NoticeRow(Struct, frozen=True):
    """A notice as it reads. `url` leads to the item it is about, `code` names that."""

    id: str
    text: str
    comment: str
    code: str
    url: str
    at: datetime
    tone: Tone
    is_read: bool


def notice_row(notice: Notice, text: str, code: str, url: str) -> NoticeRow:
    """Show a notice that was put into words."""
    return NoticeRow(
        id=notice.id,
        text=text,
        comment=str(notice.params.get("comment") or ""),
        code=code,
        url=url,
        at=notice.at,
        tone=TONES.get(notice.kind, "active"),
        is_read=notice.read_at is not None,
    )
