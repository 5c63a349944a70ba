"""Charts as values: bars, lines over months, stacked bars. Templates draw them as SVG with a table behind each.

Places are shares of the width in percent, so a picture fits any width while its words keep their size; heights are
in `rem`, so they grow with the text. Nothing here knows what is shown; tones are those of every part of a page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from msgspec import Struct

from service.web.parts import Tone

FULL = 100.0

MONTH_WORDS_MAX = 6
"""Most words under a line chart, so that they stay apart on a telephone."""


class Bar(Struct, frozen=True):
    """A bar: its words, its size, the size in words, the list behind it."""

    label: str
    value: int
    words: str
    url: str = ""
    tone: Tone = "active"


class Bars(Struct, frozen=True):
    """Bars below each other, the longest as wide as the picture. `id` is unique on the page."""

    id: str
    title: str
    label_head: str
    value_head: str
    bars: Sequence[Bar]

    def width(self, bar: Bar) -> float:
        """Give the width of a bar in percent; what is there at all is seen."""
        most = max((one.value for one in self.bars), default=0)
        return 0.0 if not bar.value else max(1.0, round(FULL * bar.value / most, 2))


class Part(Struct, frozen=True):
    """A part of a stacked bar."""

    name: str
    value: int
    words: str
    url: str = ""


class Stack(Struct, frozen=True):
    """A bar made of parts, as wide as its own sum beside the largest."""

    label: str
    parts: Sequence[Part]
    url: str = ""

    @property
    def sum(self) -> int:
        """The whole bar."""
        return sum(part.value for part in self.parts)


class Piece(Struct, frozen=True):
    """A part where it is drawn: its place and width in percent, and which of the kinds it is (from 1)."""

    part: Part
    at: float
    width: float
    kind: int


class Stacks(Struct, frozen=True):
    """Stacked bars whose parts are of the same kinds in the same order. `id` is unique on the page."""

    id: str
    title: str
    label_head: str
    kinds: Sequence[str]
    bars: Sequence[Stack]

    def pieces(self, bar: Stack) -> list[Piece]:
        """Lay the parts of a bar beside each other; parts of nothing are left out."""
        most = max((one.sum for one in self.bars), default=0)
        at, found = 0.0, []
        for kind, part in enumerate(bar.parts, 1):
            if part.value > 0:
                width = round(FULL * part.value / most, 2)
                found.append(Piece(part, round(at, 2), width, kind))
                at += width
        return found


class Series(Struct, frozen=True):
    """A line: its name, a value for each place along the chart, those values in words, and the lists behind them."""

    name: str
    values: Sequence[int]
    words: Sequence[str]
    urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at a place of a chart, in percent; `is_spare`: a telephone has no room for them."""

    at: float
    words: str
    anchor: str = "middle"
    is_spare: bool = False


class Lines(Struct, frozen=True):
    """Lines over the same places, such as months. `tops` are the values of the grid's lines in words, from 0 up."""

    id: str
    title: str
    place_head: str
    places: Sequence[str]
    series: Sequence[Series]
    top: int
    tops: Sequence[str]

    def points(self, one: Series) -> str:
        """Give the corners of a line in a square of 100 by 100."""
        return " ".join(f"{self._x(index)},{self._y(value)}" for index, value in enumerate(one.values))

    def grid(self) -> list[Mark]:
        """Give the lines across, with what they stand for; places from the top."""
        count = len(self.tops) - 1
        return [Mark(round(FULL - FULL * index / count, 2), words) for index, words in enumerate(self.tops)]

    def marks(self) -> list[Mark]:
        """Give the words under the chart: the first, the last, and some between."""
        last = len(self.places) - 1
        step = max(1, -(-last // (MONTH_WORDS_MAX - 1)))
        shown = [index for index in range(0, last + 1, step) if index == last or last - index >= step]
        shown += [last] if last not in shown else []
        ends = {0: "start", last: "end"}
        spare = {index for at, index in enumerate(shown[:-1]) if at % 2 or at == len(shown) - 2 > 0}
        return [
            Mark(self._x(index), self.places[index], ends.get(index, "middle"), is_spare=index in spare)
            for index in shown
        ]

    def _x(self, index: int) -> float:
        return round(FULL * index / max(1, len(self.places) - 1), 2)

    def _y(self, value: int) -> float:
        return round(FULL - FULL * value / self.top, 2) if self.top else FULL


def round_top(values: Iterable[int]) -> int:
    """Give a round number that no value is above: 1, 2, 4 or 10 with zeros, which four lines cut into round parts."""
    most = max(values, default=0)
    if most <= 0:
        return 0
    ten = 10 ** floor(log10(most))
    return int(next(ten * times for times in (1, 2, 4, 10) if ten * times >= most))
