"""How far an item is filled in: a line for each section, in the words of a task list."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from engine.refusal import Refusal
from engine.situation import is_filled
from engine.values import Json
from service.texts import Speech
from service.web.parts import Status, TaskLine
from service.web.views.item import Section
from service.web.views.reader import root
from service.web.views.remarks import Remark


class Progress(Struct, frozen=True):
    """A section with what it still lacks. `is_typed`: something typed there is kept but not saved."""

    section: Section
    url: str
    missing: Sequence[str]
    is_begun: bool
    is_typed: bool = False
    remarks: Sequence[Remark] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing or unsaved here."""
        return not self.missing and not self.is_typed


def placed(reasons: Iterable[Refusal], sections: Sequence[Section]) -> tuple[dict[str, list[Refusal]], list[Refusal]]:
    """Put reasons to the sections of the fields they name; the rest concerns the whole."""
    home = {field.name: section.name for section in sections for field in section.fields}
    found: dict[str, list[Refusal]] = {}
    rest = []
    for reason in reasons:
        section = home.get(root(reason.where))
        if section is None:
            rest.append(reason)
        else:
            found.setdefault(section, []).append(reason)
    return found, rest


def is_begun(section: Section, data: Mapping[str, Json]) -> bool:
    """Say whether anything is filled in a section."""
    return any(is_filled(data.get(field.name)) for field in section.fields)


def task_lines(progress: Iterable[Progress], t: Speech) -> list[TaskLine]:
    """Draw the sections as a task list."""
    return [TaskLine(one.section.title, _status(one, t), one.url, _hint(one, t)) for one in progress]


def _status(one: Progress, t: Speech) -> Status:
    if one.remarks:
        return Status(t("filling.to_mend"), "bad")
    if one.is_typed:
        return Status(t("filling.unsaved"), "warn")
    if one.missing and not one.is_begun:
        return Status(t("filling.not_begun"), "plain")
    if one.missing:
        return Status(t("filling.lacks", count=len(one.missing)), "warn")
    return Status(t("filling.complete"), "good") if one.is_begun else Status(t("filling.optional"), "plain")


def _hint(one: Progress, t: Speech) -> str:
    if one.remarks:
        return t("show.reason_separator").join(remark.words for remark in one.remarks)
    return " ".join(one.missing[:HINTS_MAX]) if one.is_begun else ""


HINTS_MAX = 3
"""Missing things named in the list itself; the check page names all."""
