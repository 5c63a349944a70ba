"""The texts that a draft had one after the other, so that writing it can be undone and done again.

`step` of the draft says where it stands. A text that is written after going back takes the place of what followed.
"""

from sqlalchemy import bindparam, delete, func, select

from adapters.sql.statements import Connection, upsert
from adapters.sql.tables import DRAFT_STEP

STEPS_MAX = 100
"""Texts that are kept of a draft, beside the one it has."""

_OF = (DRAFT_STEP.c.key == bindparam("of_key"), DRAFT_STEP.c.version == bindparam("of_version"))
_KEEP = upsert(DRAFT_STEP, ("key", "version", "step"), ("source",))
_CUT = delete(DRAFT_STEP).where(*_OF, DRAFT_STEP.c.step > bindparam("last"))
_TRIM = delete(DRAFT_STEP).where(*_OF, DRAFT_STEP.c.step <= bindparam("first"))
_TEXT = select(DRAFT_STEP.c.source).where(*_OF, DRAFT_STEP.c.step == bindparam("step"))
_ENDS = select(func.min(DRAFT_STEP.c.step), func.max(DRAFT_STEP.c.step)).where(*_OF)
_FORGET = delete(DRAFT_STEP).where(*_OF)


def add_step(connection: Connection, of: tuple[str, int], step: int, before: str, after: str) -> int:
    """Keep the text that a draft had at a step and the one that follows it; gives the new step."""
    key, version = of
    named = {"of_key": key, "of_version": version}
    connection.run(_CUT, {**named, "last": step})
    connection.run(_KEEP, {"key": key, "version": version, "step": step, "source": before})
    connection.run(_KEEP, {"key": key, "version": version, "step": step + 1, "source": after})
    connection.run(_TRIM, {**named, "first": step - STEPS_MAX})
    return step + 1


def text_of_step(connection: Connection, of: tuple[str, int], step: int) -> str | None:
    """Give the text of a step; None when it is not kept."""
    found = connection.one(_TEXT, of_key=of[0], of_version=of[1], step=step)
    return None if found is None else str(found[0])


def ways(connection: Connection, of: tuple[str, int], step: int) -> tuple[bool, bool]:
    """Say whether a draft can go back and forth from a step."""
    first, last = connection.rows(_ENDS, of_key=of[0], of_version=of[1])[0]
    return (first is not None and first < step), (last is not None and step < last)


def forget_steps(connection: Connection, of: tuple[str, int]) -> None:
    """The version is published: its text changes no more."""
    connection.run(_FORGET, {"of_key": of[0], "of_version": of[1]})
