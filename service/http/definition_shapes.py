"""The shapes of definitions: published ones with their forms, versions, drafts with their problems."""

from datetime import datetime

import msgspec

from service.http.contract import Data, Named, StateShape


class DefinitionLine(msgspec.Struct):
    """A published definition. `summary` are the fields that lists show."""

    key: str
    version: int
    title: str
    initial: str
    summary: list[str]


class DefinitionList(msgspec.Struct):
    """The definitions that items can be opened of."""

    definitions: list[DefinitionLine]


class FormShape(msgspec.Struct):
    """A state with its form and, by name, the forms of its actions: JSON Schema (2020-12)."""

    state: StateShape
    form: Data
    actions: dict[str, Data]


class DefinitionShape(msgspec.Struct):
    """A published definition with the forms of all its states."""

    definition: DefinitionLine
    forms: list[FormShape]


class EditionShape(msgspec.Struct):
    """One version of a definition: `draft`, `published` or `retired`. `digest` is the SHA-256 of its text."""

    key: str
    version: int
    status: str
    digest: str
    author: Named
    reviewer: Named | None
    created_at: datetime
    published_at: datetime | None


class EditionList(msgspec.Struct):
    """The versions of a definition, the newest first."""

    versions: list[EditionShape]


class FlawShape(msgspec.Struct):
    """What is wrong with a definition. `where` is file, line and path in one; `trace` a way that shows it.

    `trace` is in words, `steps` the same as `state.action(field=value)`.
    """

    code: str
    where: str
    path: str
    line: int
    message: str
    trace: list[str]
    steps: list[str]


class DraftShape(msgspec.Struct):
    """A version with its text, its problems (none: it can be published) and notes that keep nothing from working."""

    edition: EditionShape
    sound: bool
    problems: list[FlawShape]
    notes: list[FlawShape]
    source: str
