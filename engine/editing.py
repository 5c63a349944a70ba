"""Edits of a definition's text that leave everything else as it is written: comments, order, layout.

A text is read into nodes with their places; an edit replaces, adds or takes out exactly the characters it is about.
What an edit means for the procedure is not judged here; the loader does that with every text.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from engine.loading.limits import DEPTH_MAX, NODES_MAX
from engine.values import Json

EDITS_MAX = 50
"""Most edits in one go: each reads the text again."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(
    r"[^\W\d][\w .%+()/\u3001\uff08\uff09\u00b7\u2014-]*|[0-9]+ (?:working )?(?:day|month|hour)s?|[0-9]{1,3}%"
)
"""Text that stands without quotes: words as titles have them, periods, shares."""

_NOT_TEXT = re.compile(r"true|false|null|yes|no|on|off|y|n|~", re.IGNORECASE)
_INDENT = 2

_WORD = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]{0,18})")
"""What stands for something else than text when it is not in quotes."""

Path = tuple[str, ...]
"""Keys from the top of the text; a number names an item of a list."""


class Unwritable(ValueError):
    """An edit does not fit the text; the message names the path."""


@dataclass(frozen=True, slots=True)
class Put:
    """Give a key this value, adding the key where it is missing: after the keys that `order` has before it."""

    path: Path
    value: Json
    order: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Drop:
    """Take a key or an item out; what is empty then goes with it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a key after another one of the same mapping (at the end when `after` is empty), on lines of its own."""

    path: Path
    value: Json
    after: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Move a key of a mapping that stands on lines of its own one place up (-1) or down (1)."""

    path: Path
    by: int


Edit = Put | Drop | Insert | Move


def edited(source: str, edits: Sequence[Edit]) -> str:
    """Give the text with some edits made, one after the other.

    Raises:
        Unwritable: an edit names what is not there, or the text is not YAML.

    """
    if len(edits) > EDITS_MAX:
        raise Unwritable(f"more than {EDITS_MAX} edits")
    _guard(source)
    for edit in edits:
        source = _EDITORS[type(edit)](Sheet(source), edit)
    return source


def values(source: str) -> Json:
    """Give the text as plain values; raises `Unwritable` when it is not YAML."""
    _guard(source)
    return _plain(Sheet(source).root)


def shown(value: Json) -> str:
    """Write a value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int():
            return str(value)
        case str():
            plain = _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value) and value == value.strip()
            return value if plain else json.dumps(value, ensure_ascii=False)
        case list():
            return "[" + ", ".join(map(shown, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) + "}"


class Sheet:
    """A text with its nodes. Places are characters from the beginning."""

    def __init__(self, source: str) -> None:
        """Read the text."""
        self.source = source
        self.starts = [0]
        for line in source.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        try:
            root = yaml.compose(source, Loader=_LOADER)
        except yaml.YAMLError as error:
            raise Unwritable(str(error)) from error
        if not isinstance(root, MappingNode):
            raise Unwritable("the text has no keys")
        self.root: MappingNode = root

    def find(self, path: Path) -> Node:
        """Give the node of a path."""
        node: Node = self.root
        for part in path:
            node = self._below(node, part, path)
        return node

    def _below(self, node: Node, part: str, path: Path) -> Node:
        if isinstance(node, MappingNode):
            found = next((value for key, value in node.value if key.value == part), None)
            if found is not None:
                assert isinstance(found, Node)
                return found
        if isinstance(node, SequenceNode) and part.isdigit() and int(part) < len(node.value):
            item = node.value[int(part)]
            assert isinstance(item, Node)
            return item
        raise Unwritable(f"{'.'.join(path)}: there is no {part}")

    def has(self, path: Path) -> bool:
        """Say whether something stands at a path."""
        try:
            self.find(path)
        except Unwritable:
            return False
        return True

    def start(self, node: Node) -> int:
        """Give where a node begins."""
        return self.starts[node.start_mark.line] + node.start_mark.column

    def end(self, node: Node) -> int:
        """Give where a node ends, without the comments and empty lines that follow it."""
        if isinstance(node, MappingNode) and not node.flow_style and node.value:
            return self.end(node.value[-1][1])
        if isinstance(node, SequenceNode) and not node.flow_style and node.value:
            return self.end(node.value[-1])
        end = self.starts[node.end_mark.line] + node.end_mark.column
        return self.start(node) + len(self.source[self.start(node) : end].rstrip())

    def line_end(self, place: int) -> int:
        """Give the end of the line of a place, with the comment that may stand there."""
        found = self.source.find("\n", place)
        return len(self.source) if found < 0 else found

    def line_start(self, place: int) -> int:
        """Give the beginning of the line of a place."""
        return self.source.rfind("\n", 0, place) + 1

    def with_(self, start: int, end: int, text: str) -> str:
        """Give the text with a piece replaced."""
        return self.source[:start] + text + self.source[end:]

    def entries(self, path: Path) -> list[tuple[ScalarNode, Node]]:
        """Give the keys and values of a mapping."""
        node = self.find(path)
        if not isinstance(node, MappingNode):
            raise Unwritable(f"{'.'.join(path)}: no keys stand here")
        return list(node.value)

    def own_lines(self, path: Path) -> tuple[int, int, int]:
        """Give the first line's start, the last line's end, and the indent of a key on lines of its own."""
        key, value = self.entry(path)
        start = self.line_start(self.start(key))
        if self.source[start : self.start(key)].strip():
            raise Unwritable(f"{'.'.join(path)}: it shares its line")
        return start, self.line_end(max(self.end(value), self.start(key))), self.start(key) - start

    def entry(self, path: Path) -> tuple[ScalarNode, Node]:
        """Give the key and the value of a path."""
        found = next(((key, value) for key, value in self.entries(path[:-1]) if key.value == path[-1]), None)
        if found is None:
            raise Unwritable(f"{'.'.join(path)}: there is no {path[-1]}")
        return found


def _put(sheet: Sheet, edit: Put) -> str:
    if sheet.has(edit.path):
        return _replace(sheet, edit)
    parent = edit.path[:-1]
    if not sheet.has(parent):
        return _put(sheet, Put(parent, {edit.path[-1]: edit.value}, edit.order))
    return _add(sheet, edit)


def _replace(sheet: Sheet, edit: Put) -> str:
    node = sheet.find(edit.path)
    start, end = sheet.start(node), sheet.end(node)
    text = shown(edit.value)
    if isinstance(sheet.find(edit.path[:-1]), MappingNode):
        key, _ = sheet.entry(edit.path)
        colon = sheet.source.index(":", sheet.end(key)) + 1
        start, text = colon, f" {text}"
    return sheet.with_(start, max(start, end), text)


def _add(sheet: Sheet, edit: Put) -> str:
    parent = sheet.find(edit.path[:-1])
    if isinstance(parent, SequenceNode):
        return _append(sheet, parent, edit)
    if not isinstance(parent, MappingNode):
        raise Unwritable(f"{'.'.join(edit.path)}: nothing can stand below it")
    name, text = edit.path[-1], f"{edit.path[-1]}: {shown(edit.value)}"
    if not parent.value:
        return sheet.with_(sheet.start(parent), sheet.end(parent), f"{{{text}}}")
    earlier = edit.order[: edit.order.index(name)] if name in edit.order else edit.order
    before = [index for index, (key, _) in enumerate(parent.value) if not edit.order or key.value in earlier]
    at = before[-1] if before else len(parent.value) - 1
    key, value = parent.value[at]
    end = max(sheet.end(value), sheet.end(key) + 1)
    if parent.flow_style:
        return sheet.with_(end, end, f", {text}")
    place = sheet.line_end(end)
    return sheet.with_(place, place, "\n" + " " * key.start_mark.column + text)


def _append(sheet: Sheet, parent: SequenceNode, edit: Put) -> str:
    text = shown(edit.value)
    if not parent.value:
        return sheet.with_(sheet.start(parent), sheet.end(parent), f"[{text}]")
    end = sheet.end(parent.value[-1])
    if parent.flow_style:
        return sheet.with_(end, end, f", {text}")
    place = sheet.line_end(end)
    return sheet.with_(place, place, "\n" + " " * parent.start_mark.column + f"- {text}")


def _drop(sheet: Sheet, edit: Drop) -> str:
    path, parent = edit.path, sheet.find(edit.path[:-1])
    sheet.find(path)
    if not isinstance(parent, MappingNode | SequenceNode):
        raise Unwritable(f"{'.'.join(path)}: nothing stands below it")
    if len(parent.value) == 1 and len(path) > 1:
        return _drop(sheet, Drop(path[:-1]))
    spans = [_span(sheet, one) for one in parent.value]
    at = _position(parent, path[-1])
    start, end = spans[at]
    if not parent.flow_style:
        line = sheet.line_start(start)
        return sheet.with_(line, min(sheet.line_end(end) + 1, len(sheet.source)), "")
    if at + 1 < len(spans):
        return sheet.with_(start, spans[at + 1][0], "")
    return sheet.with_(spans[at - 1][1] if at else start, end, "")


def _span(sheet: Sheet, one: Node | tuple[Node, Node]) -> tuple[int, int]:
    if isinstance(one, Node):
        return sheet.start(one), sheet.end(one)
    return sheet.start(one[0]), max(sheet.end(one[1]), sheet.end(one[0]) + 1)


def _position(parent: MappingNode | SequenceNode, part: str) -> int:
    if isinstance(parent, SequenceNode):
        return int(part)
    return [key.value for key, _ in parent.value].index(part)


def _insert(sheet: Sheet, edit: Insert) -> str:
    entries, name = sheet.entries(edit.path[:-1]), edit.path[-1]
    if any(key.value == name for key, _ in entries):
        raise Unwritable(f"{'.'.join(edit.path)}: there is a {name} already")
    parent = sheet.find(edit.path[:-1])
    if isinstance(parent, MappingNode) and (parent.flow_style or not entries):
        names = [str(key.value) for key, _ in entries]
        order = names[: names.index(edit.after) + 1] if edit.after in names else names
        return _add(sheet, Put(edit.path, edit.value, [*order, name]))
    after = edit.after or entries[-1][0].value
    _, end, indent = sheet.own_lines((*edit.path[:-1], after))
    return sheet.with_(end, end, "\n" + "\n".join(_lines(name, edit.value, indent)))


def _lines(name: str, value: Json, indent: int) -> list[str]:
    """Write a key: what it holds on lines of its own, and what that holds too where it is a mapping of mappings."""
    if not isinstance(value, dict) or not value:
        return [" " * indent + f"{name}: {shown(value)}"]
    lines = [" " * indent + f"{name}:"]
    for key, one in value.items():
        if isinstance(one, dict) and one and all(isinstance(each, dict) for each in one.values()):
            lines.append(" " * (indent + _INDENT) + f"{key}:")
            lines += [" " * (indent + 2 * _INDENT) + f"{inner}: {shown(each)}" for inner, each in one.items()]
        else:
            lines.append(" " * (indent + _INDENT) + f"{key}: {shown(one)}")
    return lines


def _move(sheet: Sheet, edit: Move) -> str:
    names = [str(key.value) for key, _ in sheet.entries(edit.path[:-1])]
    at = names.index(edit.path[-1]) if edit.path[-1] in names else -1
    other = at + edit.by
    if at < 0 or not 0 <= other < len(names) or edit.by not in {-1, 1}:
        raise Unwritable(f"{'.'.join(edit.path)}: it can not be moved there")
    upper, lower = sorted((at, other))
    (first_start, first_end), (second_start, second_end) = (
        _whole(sheet, (*edit.path[:-1], names[place])) for place in (upper, lower)
    )
    first, between, second = (
        sheet.source[first_start:first_end],
        sheet.source[first_end:second_start],
        sheet.source[second_start:second_end],
    )
    return sheet.with_(first_start, second_end, second + between + first)


def _whole(sheet: Sheet, path: Path) -> tuple[int, int]:
    """Give all of a key: its lines, or its piece of a line."""
    parent = sheet.find(path[:-1])
    if isinstance(parent, MappingNode) and parent.flow_style:
        return _span(sheet, sheet.entry(path))
    return sheet.own_lines(path)[:2]


_EDITORS: Mapping[type[Edit], Callable[[Sheet, "Edit"], str]] = {Put: _put, Drop: _drop, Insert: _insert, Move: _move}  # type: ignore[dict-item]  # each gets its own kind


def _plain(node: Node) -> Json:
    if isinstance(node, MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    text = str(node.value)
    if getattr(node, "style", None) or not _WORD.fullmatch(text):
        return text
    return {"true": True, "false": False, "null": None}[text] if text[0].isalpha() else int(text)


def _guard(source: str) -> None:
    """Refuse what would cost more than its length when it is put together: aliases, depth, numbers of values."""
    depth = count = 0
    try:
        for event in yaml.parse(source, Loader=_LOADER):
            count += 1
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEPTH_MAX or count > 2 * NODES_MAX:
                raise Unwritable("aliases, more levels or more values than a definition may have")
    except yaml.YAMLError as error:
        raise Unwritable(str(error)) from error
