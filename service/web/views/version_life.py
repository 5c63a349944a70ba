"""A version of a procedure on its way into use: the stage it is in, until when, and who did what to it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from adapters.sql.office_log import Change, Wanted, list_changes
from adapters.sql.publishing import Edition
from engine.checking import Checked
from service.definition_stages import progress_of
from service.web.parts import Stage
from service.web.reading import Look
from workflows.definition_change import WAY, stage_of
from workflows.definition_change import Stage as Step

SHOWN_MAX = 20


class Deed(Struct, frozen=True):
    """One thing somebody did to a version."""

    what: str
    who: str
    at: datetime
    reason: str


class Life(Struct, frozen=True):
    """A version's way: its stages, the words of the one it is in, its deadline, and the records behind it."""

    strip: Sequence[Stage]
    stage: str
    due_at: datetime | None
    is_late: bool
    deeds: Sequence[Deed]


def life_of(found: Look, edition: Edition, checked: Checked) -> Life:
    """Give the life of a version; its records are those of the office's log, the latest first."""
    stage = stage_of(edition.status, is_sound=checked.is_sound)
    deeds = list_changes(found.connection, Wanted(subject=edition.subject), None, SHOWN_MAX).lines
    step = progress_of(found.connection, found.facts, edition, stage)
    return Life(
        _strip(found, stage),
        found.t(f"definitions.stage.{stage.value}"),
        step.due_at,
        step.is_late(found.reader.now),
        [_deed(found, one) for one in deeds],
    )


def _strip(found: Look, stage: Step) -> list[Stage]:
    """Give the stages on the way into use; one that left the way stands at its end."""
    way = WAY if stage in WAY else (*WAY[:-1], stage) if stage is Step.REJECTED else (*WAY, stage)
    here = way.index(stage)
    states = ["done" if place < here else "current" if place == here else "ahead" for place in range(len(way))]
    titles = [found.t(f"definitions.stage.{one.value}") for one in way]
    return [Stage(title, state) for title, state in zip(titles, states, strict=True)]  # type: ignore[arg-type]  # of these


def _deed(found: Look, change: Change) -> Deed:
    name = change.what.rpartition(".")[2]
    return Deed(found.t(f"definitions.deed.{name}"), found.reader.person(change.actor), change.at, change.reason)
