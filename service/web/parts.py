"""The values the parts of a page are drawn from; templates get these, never rows of a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from service.web.fields import FileLink

Tone = Literal["plain", "good", "active", "warn", "bad"]
StageState = Literal["done", "current", "ahead", "stopped"]


class Status(Struct, frozen=True):
    """A word with a shape and a colour; the word alone says everything."""

    label: str
    tone: Tone = "plain"


class TaskLine(Struct, frozen=True):
    """A line of a task list: where it leads, how it stands; without `url` it cannot be started yet."""

    title: str
    status: Status
    url: str = ""
    hint: str = ""


class Fact(Struct, frozen=True):
    """A named value; with `change_url` a link to change it. `value` may hold markup made by a part."""

    label: str
    value: str
    change_url: str = ""
    change_label: str = ""


class TimelineEntry(Struct, frozen=True):
    """Something that happened: who, what, when, what they said; `details` are what followed from it."""

    title: str
    at: datetime
    actor: str = ""
    opinion: str = ""
    tone: Tone = "plain"
    status: Status | None = None
    files: Sequence[FileLink] = ()
    details: Sequence[str] = ()


class Stage(Struct, frozen=True):
    """A phase of a life cycle in the stage strip."""

    title: str
    state: StageState = "ahead"


class Tab(Struct, frozen=True):
    """A tab: a link to a view of the same thing."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


class KeyHelp(Struct, frozen=True):
    """A line of the list of shortcuts: keys such as `g q` or `ctrl+enter`, and what they do."""

    keys: str
    does: str
