"""What people are told in words: the sentence of a notice, the subject and text of a mail."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.notify.letter import Mail
from adapters.sql.directory import Directory, Person
from adapters.sql.reads.cases import CaseLine, titles_by_code
from adapters.sql.statements import Connection
from engine.commands import SYSTEM
from engine.definition import Definition
from engine.ports import Library
from engine.refusal import NotFound
from engine.values import Json
from service.county_texts import MAIL, filled, own_words, worded
from service.texts import Catalogue, Language

ZONE = ZoneInfo("Asia/Shanghai")
"""The local time of everybody who reads these."""

_WORD = re.compile(r"[^\W\d_A-Za-z]|[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class About:
    """The item that a notice is about, as lists show it, and the name of the item that it stands beside, if any."""

    code: str
    title: str
    definition: str
    version: int
    over: str | None = None


def abouts(connection: Connection, lines: Collection[CaseLine]) -> dict[str, About]:
    """Give what notices need to know of some items, by their ids."""
    over = titles_by_code(connection, {line.title for line in lines if line.title != line.code})
    return {
        line.id: About(line.code, line.title, line.definition, line.version, over.get(line.title)) for line in lines
    }


def item_name(title: str, over: str | None, kind: str) -> str:
    """Name an item by its title; one that has only a number says its kind, and what it stands beside by name."""
    if over is not None:
        return f"{over} · {kind}"
    return title if _WORD.search(title) else f"{kind} {title}"


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts notices into words."""

    catalogue: Catalogue
    library: Library
    origin: str

    def sentence(
        self, language: Language, directory: Directory, kind: str, params: Mapping[str, Json], about: About | None
    ) -> str:
        """Say a notice in one sentence."""
        definition = self._definition(about)
        title = _name(language, about, definition) if about is not None else str(params.get(f"title_{language}", ""))
        return self.say(language, directory, kind, params, title, definition)

    def say(  # what a sentence is made of
        self,
        language: Language,
        directory: Directory,
        kind: str,
        params: Mapping[str, Json],
        title: str,
        definition: Definition | None,
    ) -> str:
        """Say a notice about an item of which only its title and its procedure are known."""
        if f"notices.{kind}" not in self.catalogue.messages[language]:
            kind = "other"
        values = {
            "title": title,
            "by": self._person(language, directory, str(params.get("by", ""))),
            "state": _state(language, definition, str(params.get("state", ""))),
            "due": _local(str(params.get("due_at", ""))),
        }
        own = own_words(directory, f"notices.{kind}")
        return filled(own[language], values) if own else self.catalogue.text(language, f"notices.{kind}", **values)

    def mail(
        self, key: str, person: Person, directory: Directory, kind: str, params: Mapping[str, Json], about: About | None
    ) -> Mail:
        """Write the mail of a notice to one person, in their language; it may be about no item, but about a page."""
        language: Language = "en" if person.language == "en" else "zh"
        speak = self.catalogue.speak(language)
        said = self.sentence(language, directory, kind, params, about)
        comment = str(params.get("comment", ""))
        paragraphs = [
            said,
            *([speak("notices.mail.code", code=about.code)] if about is not None else []),
            *([speak("notices.mail.comment", comment=comment)] if comment else []),
        ]
        path = f"/items/{about.code}" if about is not None else str(params.get("url", "/notifications"))
        link = (speak("notices.mail.link"), f"{self.origin}{path}")
        return Mail(key, person.email, said, self._framed(language, directory, person, paragraphs), language, link)

    def digest(self, key: str, person: Person, directory: Directory, params: Mapping[str, Json]) -> Mail:
        """Write the mail of a morning: how much waits, and how much of it is late."""
        language: Language = "en" if person.language == "en" else "zh"
        speak = self.catalogue.speak(language)
        counts = {name: int(str(params[name])) for name in ("count", "late", "claimable")}
        paragraphs = [
            speak("notices.digest.open", **counts),
            *([speak("notices.digest.late", **counts)] if counts["late"] else []),
        ]
        link = (speak("notices.mail.queue"), f"{self.origin}/queue")
        framed = self._framed(language, directory, person, paragraphs)
        return Mail(key, person.email, speak("notices.digest.subject", **counts), framed, language, link)

    def _framed(
        self, language: Language, directory: Directory, person: Person, paragraphs: Sequence[str]
    ) -> tuple[str, ...]:
        """Put a mail between its greeting and its end, as the county words them; what is empty is left out."""
        unit = directory.units.get(person.unit)
        values = {"name": person.name, "unit": unit.name if unit is not None else person.unit}
        greeting, *end = (worded(self.catalogue, directory, language, key, values) for key in MAIL)
        return tuple(one for one in (greeting, *paragraphs, *end) if one)

    def _person(self, language: Language, directory: Directory, user_id: str) -> str:
        if user_id == SYSTEM.id:
            return self.catalogue.text(language, "items.system")
        person = directory.people.get(user_id)
        return person.name if person is not None else user_id

    def _definition(self, about: About | None) -> Definition | None:
        if about is None:
            return None
        try:
            return self.library.get(about.definition, about.version).definition
        except NotFound:
            return None


def _name(language: Language, about: About, definition: Definition | None) -> str:
    if definition is None:
        return about.title
    return item_name(about.title, about.over, definition.title.zh if language == "zh" else definition.title.en)


def _state(language: Language, definition: Definition | None, name: str) -> str:
    state = definition.states.get(name) if definition is not None else None
    if state is None:
        return name
    return state.title.zh if language == "zh" else state.title.en


def _local(moment: str) -> str:
    """Spell a moment of a message as people read it; what is none stays as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
