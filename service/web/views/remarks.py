"""What a return asks to be mended: remarks beside the section or field they concern, kept as lines of its opinion.

A line reads `[section] words` or `[section > field] words`, in either language; so a remark is part of the record, is
in every mail and print, and still finds its place on the applicant's page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from engine.definition import ActionKind, Definition
from engine.events import Moved, Record
from engine.texts import Text
from service.web.fields import Choice
from service.web.views.naming import Naming

LINE = re.compile(r"\s*\[(?P<place>[^\]]{1,200})\]\s*(?P<words>.+)")
BETWEEN = " > "
REMARKS_MAX = 3
"""Places that one return can name with a remark of their own; the opinion itself may name more."""


class Remark(Struct, frozen=True):
    """Words about a section, or about one of its fields; about the whole when both are empty."""

    words: str
    section: str = ""
    field: str = ""


class Returned(Struct, frozen=True):
    """Why an item came back: who said it, and the remarks in their order."""

    actor: str
    remarks: Sequence[Remark]

    def about(self, section: str) -> list[Remark]:
        """Give the remarks on a section."""
        return [one for one in self.remarks if one.section == section]


def places(definition: Definition, names: Iterable[str], naming: Naming) -> list[Choice]:
    """Offer the sections and fields among some fields as places for a remark."""
    wanted, found = set(names), []
    for section in definition.sections:
        inside = [name for name in section.fields if name in wanted]
        if inside:
            title = naming.says(section.title)
            found.append(Choice(section.name, title))
            for name in inside:
                label = naming.says(definition.fields[name].title)
                found.append(Choice(f"{section.name}.{name}", f"{title}{BETWEEN}{label}"))
    return found


def joined_with(comment: str, said: Iterable[tuple[str, str]], offered: Sequence[Choice]) -> str:
    """Add remarks (a place and words each) to an opinion; a place that was not offered, or no words, adds nothing."""
    titles = {choice.value: choice.label for choice in offered}
    lines = [
        f"[{titles[place]}] {' '.join(words.split())}" for place, words in said if place in titles and words.strip()
    ]
    return "\n".join([comment.strip(), *lines]).strip()


def remarks_in(comment: str, definition: Definition) -> list[Remark]:
    """Read an opinion: lines that name a place go there, the rest is about the whole."""
    known, found, rest = _known(definition), [], []
    for line in comment.splitlines():
        match = LINE.fullmatch(line)
        place = known.get(match["place"]) if match is not None else None
        if match is None or place is None:
            rest.append(line)
        else:
            found.append(Remark(match["words"], *place))
    words = "\n".join(rest).strip()
    return [*([Remark(words)] if words else []), *found]


def last_return(records: Sequence[Record], definition: Definition, state: str) -> Returned | None:
    """Give why a case came back into a state the last time, if a return led there."""
    for record in reversed(records):
        for event in record.events:
            if isinstance(event, Moved) and event.target == state:
                action = definition.states[event.source].actions.get(event.action)
                is_return = action is not None and action.kind is ActionKind.RETURN
                return Returned(record.actor, remarks_in(event.comment, definition)) if is_return else None
    return None


def _known(definition: Definition) -> Mapping[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for section in definition.sections:
        for title in _both(section.title):
            known[title] = (section.name, "")
        for name in section.fields:
            pairs = zip(_both(section.title), _both(definition.fields[name].title), strict=True)
            known |= {f"{first}{BETWEEN}{second}": (section.name, name) for first, second in pairs}
    return known


def _both(text: Text) -> tuple[str, str]:
    return text.zh, text.en
