"""Reading nodes as values of a wanted kind, noting every problem with its place.

A reader that meets a problem notes it and gives a stand-in of the wanted type, so that reading goes on and all problems
are found in one go. Stand-ins never get out: `load` raises when anything was noted.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from engine.loading.limits import NAME_LENGTH_MAX, PROBLEMS_MAX, TEXT_LENGTH_MAX
from engine.loading.source import Keyed, Listing, Node, Scalar
from engine.problem import DefinitionErrors, Problem
from engine.texts import Text
from engine.values import INTEGER_MAX

_SHOWN_LENGTH_MAX = 60
_SHOWN_NAMES_MAX = 15
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_KEY = re.compile(r"[a-z][a-z0-9-]*")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_NOT_TEXT = re.compile(r"[-+]?\.?[0-9][0-9._eE+-]*|true|false|null|~|", re.IGNORECASE)
"""What YAML readers take for something else than text when it stands without quotes."""

NO_TEXT = Text("", "")
"""Stands in for a text that is missing."""

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(slots=True)
class Report:
    """The problems found in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, path: str, line: int, params: Mapping[str, str | int]) -> None:
        """Keep a problem; gives up when there are too many to be of use."""
        self.problems.append(Problem(code, path, params, self.file, line))
        if len(self.problems) == PROBLEMS_MAX:
            raise self.errors()

    def errors(self) -> DefinitionErrors:
        """Give the problems in the order of the file."""
        return DefinitionErrors(tuple(sorted(self.problems, key=lambda problem: problem.line)))


@dataclass(frozen=True, slots=True)
class Cursor:
    """A node with its place; reads it as what is wanted there."""

    node: Node
    path: str
    line: int
    report: Report

    def problem(self, code: str, **params: str | int) -> None:
        """Note a problem of this value."""
        self.report.note(code, self.path, self.line, params)

    def silent(self) -> "Cursor":
        """Read here again without noting problems a second time."""
        return replace(self, report=Report(self.report.file))

    def shown(self) -> str:
        """Show what stands here, in no language."""
        match self.node:
            case Scalar(text=text, plain=plain):
                return quoted(text) if not plain else text[:_SHOWN_LENGTH_MAX] or "null"
            case Listing():
                return "[…]"
            case Keyed():
                return "{…}"

    def wrong(self, wanted: str) -> None:
        """Note that something of another type is wanted."""
        self.problem("wrong_type", found=self.shown(), wanted=wanted)

    def is_keyed(self) -> bool:
        """Say whether keys stand here."""
        return isinstance(self.node, Keyed)

    def is_listing(self) -> bool:
        """Say whether a list stands here."""
        return isinstance(self.node, Listing)

    def has(self, key: str) -> bool:
        """Say whether this is a mapping with that key."""
        return isinstance(self.node, Keyed) and key in self.node.entries

    def key_names(self) -> list[str]:
        """Give the keys written here, in order."""
        return list(self.node.entries) if isinstance(self.node, Keyed) else []

    def at(self, key: str) -> "Cursor":
        """Go to the value of a key that is there."""
        assert isinstance(self.node, Keyed)
        path = f"{self.path}.{key}".lstrip(".")
        return Cursor(self.node.entries[key], path, self.node.lines[key], self.report)

    def parts(self, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, "Cursor"]:
        """Read a mapping of known keys; gives those that are there."""
        if not isinstance(self.node, Keyed):
            self.problem("wanted_keys", found=self.shown(), allowed=listed([*required, *optional]))
            return {}
        known = [*required, *optional]
        for key in self.node.entries:
            if key not in known:
                self.at(key).problem("unknown_key", found=quoted(key), allowed=listed(known), hint=close(key, known))
        for key in required:
            if key not in self.node.entries:
                self.problem("missing_key", key=key)
        return {key: self.at(key) for key in self.node.entries if key in known}

    def entries(self, most: int, what: str, *, least: int = 0) -> dict[str, "Cursor"]:
        """Read a mapping of names that the author chooses."""
        if not isinstance(self.node, Keyed):
            self.wrong("keyed")
            return {}
        self._count(len(self.node.entries), least, most, what)
        found = {}
        for key in list(self.node.entries)[:most]:
            cursor = self.at(key)
            if is_name(key):
                found[key] = cursor
            else:
                cursor.problem("bad_name", found=quoted(key), wanted="name")
        return found

    def items(self, most: int, what: str, *, least: int = 0) -> list["Cursor"]:
        """Read a list."""
        if not isinstance(self.node, Listing):
            self.wrong("listing")
            return []
        self._count(len(self.node.items), least, most, what)
        return [
            Cursor(node, f"{self.path}[{index}]", node.line, self.report)
            for index, node in enumerate(self.node.items[:most])
        ]

    def text(self, most: int = TEXT_LENGTH_MAX) -> str:
        """Read a text. What other YAML readers take for a number, yes/no or nothing must stand in quotes."""
        if not isinstance(self.node, Scalar):
            self.wrong("text")
            return ""
        text = self.node.text.strip()
        if self.node.plain and _NOT_TEXT.fullmatch(text):
            self.wrong("quoted_text")
        elif not text:
            self.problem("text_empty")
        elif len(text) > most:
            self.problem("text_too_long", found=len(text), most=most)
        return text[:most]

    def both(self) -> Text:
        """Read a text in both languages."""
        parts = self.parts(required=("zh", "en"))
        texts = {language: cursor.text() for language, cursor in parts.items()}
        return Text(texts.get("zh", ""), texts.get("en", ""))

    def key(self) -> str:
        """Read a key such as `township-project`."""
        text = self.text(NAME_LENGTH_MAX)
        if text and not _KEY.fullmatch(text):
            self.problem("bad_name", found=quoted(text), wanted="key")
        return text

    def integer(self, least: int = -INTEGER_MAX - 1, most: int = INTEGER_MAX) -> int:
        """Read a whole number."""
        if not isinstance(self.node, Scalar) or not self.node.plain or not _INTEGER.fullmatch(self.node.text):
            self.wrong("whole_number")
            return least
        number = int(self.node.text)
        if not least <= number <= most:
            self.problem("out_of_range", found=number, least=least, most=most)
        return min(max(number, least), most)

    def flag(self) -> bool:
        """Read true or false."""
        if isinstance(self.node, Scalar) and self.node.plain and self.node.text in ("true", "false"):
            return self.node.text == "true"
        self.wrong("flag")
        return False

    def one_of(self, words: type[_Word]) -> _Word:
        """Read one of the words of the language."""
        return words(self.word(list(words)))

    def word(self, allowed: Collection[str], shapes: Collection[str] = ()) -> str:
        """Read one of some words; gives the first when it is none. `shapes` are what may stand there besides."""
        text = self.text(NAME_LENGTH_MAX)
        if text in allowed:
            return text
        if text:
            self.problem(
                "not_one_of", found=quoted(text), allowed=listed([*allowed, *shapes]), hint=close(text, allowed)
            )
        return next(iter(allowed))

    def word_or_nothing(self) -> str:
        """Give a scalar's text without judging it; empty for anything else."""
        return self.node.text.strip() if isinstance(self.node, Scalar) else ""

    def written(self) -> str:
        """Read a text that has a form of its own, as a period has: a number in its place is no mistake beside that."""
        return self.word_or_nothing() or self.text()

    def reference(self, names: Collection[str], what: str) -> str:
        """Read the name of something that is declared elsewhere."""
        text = self.text(2 * NAME_LENGTH_MAX + 1)
        if text and text not in names:
            self.unknown(what, text, names)
        return text

    def unknown(self, what: str, found: str, names: Collection[str]) -> None:
        """Note that nothing of that name is declared."""
        self.problem("unknown_name", what=what, found=quoted(found), allowed=listed(names), hint=close(found, names))

    def references(self, names: Collection[str], what: str, most: int) -> tuple[str, ...]:
        """Read a list of names declared elsewhere, each once."""
        found: list[str] = []
        for item in self.items(most, f"{what}s"):
            name = item.reference(names, what)
            if name in found:
                item.problem("listed_twice", found=quoted(name))
            else:
                found.append(name)
        return tuple(found)

    def _count(self, count: int, least: int, most: int, what: str) -> None:
        if count < least:
            self.problem("too_few", what=what)
        elif count > most:
            self.problem("too_many", found=count, most=most, what=what)


def is_name(text: str) -> bool:
    """Say whether this can be the name of a state, field, action and so on."""
    return len(text) <= NAME_LENGTH_MAX and _NAME.fullmatch(text) is not None


def quoted(text: str) -> str:
    """Show a piece of the source, shortened, on one line."""
    line = " ".join(text.split())
    return f'"{line[:_SHOWN_LENGTH_MAX]}…"' if len(line) > _SHOWN_LENGTH_MAX else f'"{line}"'


def listed(names: Collection[str]) -> str:
    """Name what is allowed, the first few of many."""
    if not names:
        return "-"
    shown = ", ".join(list(names)[:_SHOWN_NAMES_MAX])
    return f"{shown}, …" if len(names) > _SHOWN_NAMES_MAX else shown


def close(name: str, names: Collection[str]) -> str:
    """Guess what was meant; empty when nothing is near."""
    found = get_close_matches(name[:NAME_LENGTH_MAX], list(names), 1)
    return found[0] if found else ""
