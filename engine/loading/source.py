"""From text to a tree of nodes that know their lines. Only the plain part of YAML is let through.

Aliases, anchors, tags, merge keys, duplicate keys, directives and second documents are refused, and the size, depth
and number of values are limited while reading, so that no text costs more than its length.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unicodedata import category

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.loading.limits import DEPTH_MAX, NODES_MAX, SOURCE_BYTES_MAX
from engine.problem import DefinitionErrors, Problem

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"[^.\[\]]+")
_LINE_BREAKS = "\n\r\t"
_BYTE_ORDER_MARK = "\ufeff"
_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories that a reader can not see: control, format (text direction), surrogate, odd line ends."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; `plain` when it stands without quotes. `block` when it starts on the next line."""

    text: str
    plain: bool
    block: bool
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in order."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by key, in order, with the line of each key."""

    entries: Mapping[str, "Node"]
    lines: Mapping[str, int]
    line: int


Node = Scalar | Listing | Keyed


class _Stop(Exception):
    """Reading on makes no sense."""


@dataclass(slots=True)
class _Tree:
    """Builds nodes from events and notes what is refused."""

    events: Iterator[Event]
    file: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def refuse(self, code: str, path: str, event: Event, **params: str | int) -> None:
        self.problems.append(Problem(code, path, params, self.file, _line(event)))

    def node(self, event: Event, path: str, depth: int) -> Node:
        self.count += 1
        if self.count > NODES_MAX:
            self.refuse("too_many_nodes", path, event, most=NODES_MAX)
            raise _Stop
        if depth > DEPTH_MAX:
            self.refuse("too_deep", path, event, most=DEPTH_MAX)
            raise _Stop
        self._look(event, path)
        if isinstance(event, ScalarEvent):
            self._look_at_text(event, path)
            return Scalar(event.value, not event.style, event.style in ("|", ">"), _line(event))
        if isinstance(event, MappingStartEvent):
            return self._keyed(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            return Listing(tuple(self._items(path, depth)), _line(event))
        return Scalar("", plain=True, block=False, line=_line(event))

    def _look(self, event: Event, path: str) -> None:
        """Refuse what stands before a value."""
        if isinstance(event, AliasEvent):
            self.refuse("alias", path, event, found=str(event.anchor))
        elif isinstance(event, NodeEvent):
            if event.anchor:
                self.refuse("anchor", path, event, found=event.anchor)
            if tag := getattr(event, "tag", None):
                self.refuse("tag", path, event, found=tag)

    def _look_at_text(self, event: ScalarEvent, path: str) -> None:
        """Refuse hidden characters that an escape has put into a text."""
        if event.value.isprintable():
            return
        for hidden in sorted(_hidden(event.value))[:1]:
            self.refuse("character", path, event, found=f"U+{ord(hidden):04X}")

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        index = 0
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self.node(event, f"{path}[{index}]", depth + 1)
            index += 1

    def _keyed(self, start: Event, path: str, depth: int) -> Keyed:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, path, depth + 1)
            if not isinstance(key, Scalar):
                self.refuse("key_not_text", path, event)
                raise _Stop
            below = f"{path}.{key.text}".lstrip(".")
            if key.text == "<<":
                self.refuse("merge_key", path, event)
            elif key.text in entries:
                self.refuse("duplicate_key", below, event, found=key.text, first=lines[key.text])
            entries[key.text] = self.node(next(self.events), below, depth + 1)
            lines.setdefault(key.text, _line(event))
        return Keyed(entries, lines, _line(start))


def parse(source: str, file: str) -> Node:
    """Read the text into nodes.

    Raises:
        DefinitionErrors: the text is not YAML, or uses what a definition may not use.

    """
    text = source.removeprefix(_BYTE_ORDER_MARK)
    _check_text(text, file)
    tree = _Tree(yaml.parse(text, Loader=_LOADER), file)
    try:
        root = _document(tree)
    except _Stop:
        root = None
    except yaml.YAMLError as error:
        tree.problems.append(_syntax(error, file))
        root = None
    if tree.problems or root is None:
        raise DefinitionErrors(tuple(tree.problems))
    return root


def line_of(node: Node, path: str) -> int:
    """Give the line of a path, or of the nearest thing above it that is written down."""
    line = node.line
    for part in _PART.findall(path):
        if isinstance(node, Keyed) and part in node.entries:
            line, node = node.lines[part], node.entries[part]
        elif isinstance(node, Listing) and part.isdigit() and int(part) < len(node.items):
            node = node.items[int(part)]
            line = node.line
        else:
            break
    return line


def _document(tree: _Tree) -> Node | None:
    """Read the one document there is."""
    root = None
    for event in tree.events:
        if isinstance(event, DocumentStartEvent):
            if event.version or event.tags:
                tree.refuse("directive", "", event)
            if root is not None:
                tree.refuse("documents", "", event)
                raise _Stop
        elif isinstance(event, NodeEvent):
            root = tree.node(event, "", 1)
    if root is None:
        tree.problems.append(Problem("empty", "", {}, tree.file, 1))
    return root


def _check_text(source: str, file: str) -> None:
    """Refuse a text that is too long or holds what nobody can see."""
    bytes_found = len(source) if len(source) > SOURCE_BYTES_MAX else len(source.encode("utf-8", "replace"))
    if bytes_found > SOURCE_BYTES_MAX:
        problem = Problem("source_too_long", "", {"found": bytes_found, "most": SOURCE_BYTES_MAX}, file, 1)
        raise DefinitionErrors((problem,))
    for hidden in sorted(_hidden(source)):
        line = source.count("\n", 0, source.index(hidden)) + 1
        raise DefinitionErrors((Problem("character", "", {"found": f"U+{ord(hidden):04X}"}, file, line),))


def _hidden(text: str) -> set[str]:
    """Give the characters of a text that nobody sees."""
    if text.isprintable():
        return set()  # as most are; looking at each letter of a definition takes a tenth of its loading
    return {char for char in set(text) if category(char) in _HIDDEN} - set(_LINE_BREAKS)


def _syntax(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    words = [getattr(error, name, None) for name in ("context", "problem")]
    found = ", ".join(word for word in words if word) or "unreadable"
    return Problem("yaml", "", {"found": found}, file, mark.line + 1 if mark else 1)


def _line(event: Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1
