"""How wide the columns of a printed table are: what can not be broken fits, the rest is shared by how much is told.

A letter of Chinese is as wide as the type is high, a letter of Latin (or a digit) about six tenths of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TEXT_MM = 156
"""Width of the text on a page of an official paper (GB/T 9704): A4 less margins of 28 and 26 mm."""

SIZES = ((10.5, 6.0), (9.0, 3.5), (7.5, 2.5))
"""Sizes of type and insets in points, the first that a table fits at; none fits: the last."""

MM_OF_POINT = 25.4 / 72
LATIN_WIDTH = 0.6
TOLD_MAX = 30
"""A cell that tells more than so many letters is as wide as one of so many: it is broken over lines anyhow."""

LEAST, SHORT = 2, 4
"""Letters of the narrowest column, and those up to which a cell is not broken."""
SLACK_MM = 0.4
"""What a column is wider than what it holds: widths of letters are rounded."""

SOFT_BREAK = "\u200b"
_WIDE = re.compile(r"[\u1100-\uffff]")
_SOLID = re.compile(r"[^\s\u1100-\uffff\u200b]+(?: ?\u5143)?")
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?(?: ?(?:\u5143|yuan|%))?")


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is set: widths in mm, size and inset in points, which columns are numbers, cells as they are set."""

    widths: tuple[float, ...]
    size: float
    inset: float
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def fit(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: float = TEXT_MM,
    sizes: Sequence[tuple[float, float]] = SIZES,
) -> Fit:
    """Fit a table into the width of a page (mm) at the first of some sizes that it fits at; the whole width is used."""
    parts = list(zip(*(columns, *rows), strict=True))
    told = [max(min(_letters(cell), TOLD_MAX) for cell in part) for part in parts]
    for size, inset in sizes:
        letter, edge = size * MM_OF_POINT, 2 * inset * MM_OF_POINT
        room = width - edge * len(columns)
        least = [
            max(LEAST, min(own, SHORT), *(_solid(cell) for cell in part)) * letter + SLACK_MM
            for own, part in zip(told, parts, strict=True)
        ]
        if sum(least) <= room:
            break
    else:
        most = room / len(columns)
        least = [min(one, most) for one in least]
        rows = [[_softened(cell, most / letter) for cell in row] for row in rows]
    spare = room - sum(least)
    wish = [max(0.0, all_ * letter - own) for all_, own in zip(told, least, strict=True)]
    whole = sum(wish) or 1.0
    extra = [spare * one / whole if sum(wish) else spare / len(columns) for one in wish]
    widths = tuple(round(own + more + edge, 2) for own, more in zip(least, extra, strict=True))
    numeric = tuple(all(_NUMBER.fullmatch(cell) or cell in ("", "-") for cell in part[1:]) for part in parts)
    return Fit(widths, size, inset, numeric, tuple(tuple(row) for row in rows))


def _letters(text: str) -> float:
    """Give the width of a text, in letters of Chinese."""
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) * LATIN_WIDTH


def _solid(text: str) -> float:
    """Give the width of the longest part of a text that can not be broken."""
    return max((_letters(part) for part in _SOLID.findall(text)), default=1.0)


def _softened(text: str, letters: float) -> str:
    """Let a text be broken within parts that are wider than a column."""
    most = max(1, int(letters / LATIN_WIDTH) - 1)

    def broken(part: "re.Match[str]") -> str:
        found = part[0]
        return SOFT_BREAK.join(found[at : at + most] for at in range(0, len(found), most))

    return _SOLID.sub(broken, text)
