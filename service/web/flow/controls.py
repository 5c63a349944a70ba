"""What the forms of the editor are made of: fields under headings, titles in both languages, choices in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.loading.limits import TEXT_LENGTH_MAX
from engine.values import Json
from service.texts import LANGUAGES
from service.web.fields import Choice, Field
from service.web.flow.raw import at, text
from service.web.flow.words import Words


class Misfilled(ValueError):
    """What was filled in can not be taken; the message says why, in the reader's language.

    `fields` are the form as it was filled in.
    """

    def __init__(self, message: str, fields: Sequence[Field] = ()) -> None:
        """Keep what was filled in."""
        super().__init__(message)
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; `action` is the action they are of, if they are."""

    title: str
    fields: Sequence[Field]
    is_open: bool = False
    action: str = ""


def titles(name: str, content: Json, words: Words, key: str = "title", *, required: bool = True) -> Iterator[Field]:
    """Ask for the title, or another text, of something in both languages."""
    for language in LANGUAGES:
        label = words.t(f"flow.field.{key}.{language}")
        value = text(at(content, key, language)) or None
        yield Field(f"{name}.{language}", label, value=value, length_max=TEXT_LENGTH_MAX, required=required)


def choice(name: str, value: str, choices: Sequence[Choice], words: Words, *, required: bool = True) -> Field:
    """Ask for one of some words; what is written stays a choice too."""
    key = name.rsplit(".", 1)[-1]
    label = words.t(f"flow.field.{'votes' if key == 'vote' else key}")
    return Field(name, label, "choice", value or None, choices=words.with_(choices, value), required=required)
