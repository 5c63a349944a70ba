"""What changed from one text to another, line by line, with a little of what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

AROUND = 3
"""Lines that are shown before and after a change."""

Kind = Literal["same", "added", "removed", "gap"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number in the old and the new text (0: not there); a gap stands for lines left out."""

    kind: Kind
    old: int
    new: int
    text: str


class Changes(Struct, frozen=True):
    """All lines to show, and how many were added and removed."""

    lines: tuple[Line, ...]
    added: int
    removed: int


def changes(old: str, new: str) -> Changes:
    """Compare two texts."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    lines: list[Line] = []
    end = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            lines.append(Line("gap", 0, 0, ""))
        for opcode in group:
            lines += _lines(opcode, before, after)
        end = group[-1][2]
    if lines and end < len(before):
        lines.append(Line("gap", 0, 0, ""))
    counts = {kind: sum(line.kind == kind for line in lines) for kind in ("added", "removed")}
    return Changes(tuple(lines), counts["added"], counts["removed"])


def _lines(opcode: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> Iterator[Line]:
    verb, old_from, old_to, new_from, new_to = opcode
    if verb == "equal":
        for old, new in zip(range(old_from, old_to), range(new_from, new_to), strict=True):
            yield Line("same", old + 1, new + 1, before[old])
        return
    yield from (Line("removed", number + 1, 0, before[number]) for number in range(old_from, old_to))
    yield from (Line("added", 0, number + 1, after[number]) for number in range(new_from, new_to))
