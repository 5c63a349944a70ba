"""The values the parts of a page are drawn from; templates get these, never rows of a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.web.fields import FileLink

Tone = Literal["plain", "good", "active", "warn", "bad"]
StageState = Literal["done", "current", "ahead", "stopped"]


@dataclass(frozen=True, slots=True)
class Status:
    """A word with a shape and a colour; the word alone says everything."""

    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line of a task list: where it leads, how it stands; without `url` it cannot be started yet."""

    title: str
    status: Status
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value; with `change_url` a link to change it. `value` may hold markup made by a part."""

    label: str
    value: str
    change_url: str = ""
    change_label: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened: who, what, when, what they said; `details` are what followed from it."""

    title: str
    at: datetime
    actor: str = ""
    opinion: str = ""
    tone: Tone = "plain"
    status: Status | None = None
    files: Sequence[FileLink] = ()
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of a life cycle in the stage strip."""

    title: str
    state: StageState = "ahead"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: a link to a view of the same thing."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """A line of the list of shortcuts: keys such as `g q` or `ctrl+enter`, and what they do."""

    keys: str
    does: str
