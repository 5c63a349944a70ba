"""A laid-out process as a page shows it: what is marked on it, and every line of it in words.

The part `diagrams.figure` draws the view as SVG with classes, so that colours, print and dark follow the style
sheet, and puts a table with the same content below it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from msgspec import Struct, field

from adapters.diagrams import Box, Edge, Graph, Jump, Layout, Line, Words
from service.texts import Language

ARROW_LENGTH, ARROW_HALF = 9.0, 4.5
PAGE_WIDTH, PAGE_HEIGHT = 688, 860
HEAT_MAX = 4


class Marks(Struct, frozen=True):
    """What a picture tells about a case or about many: by ids of states and edges.

    `heat` is 1 to 4 from cool to hot; `notes` are short words such as a count, shown in the state.
    """

    current: str = ""
    visited: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    heat: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


class Slice(Struct, frozen=True):
    """A piece of the picture that fits on a printed page."""

    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Row:
    """A move in words: the row of the table below the picture."""

    state: str
    action: str
    target: str
    kind: str
    is_taken: bool
    is_current: bool


class Diagram(Struct, frozen=True):
    """A view of a layout in one language."""

    id: str
    title: str
    layout: Layout
    language: Language
    marks: Marks
    rows: Sequence[Row]

    def said(self, words: Words) -> Sequence[str]:
        """The lines of words in the reader's language."""
        return words.zh if self.language == "zh" else words.en

    def box_class(self, box: Box) -> str:
        """The classes of a state."""
        heat = self.marks.heat.get(box.id, 0)
        flags = {
            "current": box.id == self.marks.current,
            "visited": box.id in self.marks.visited,
            f"heat-{min(heat, HEAT_MAX)}": heat > 0,
        }
        return " ".join(["state", box.kind, *(name for name, is_set in flags.items() if is_set)])

    def move_class(self, move: Line | Jump) -> str:
        """The classes of a line or of a jump."""
        return f"move {move.kind}{' taken' if move.id in self.marks.taken else ''}"

    @property
    def lines(self) -> Sequence[Line]:
        """The lines with the taken ones last, so that they are drawn on top."""
        return sorted(self.layout.lines, key=lambda line: line.id in self.marks.taken)

    @property
    def slices(self) -> Sequence[Slice]:
        """The picture cut between phases into pieces that fit on an A4 page, in pixels of paper."""
        height_max = PAGE_HEIGHT * max(1.0, self.layout.width / PAGE_WIDTH)
        cut: list[Slice] = []
        for band in self.layout.bands:
            if cut and cut[-1].height + band.height <= height_max:
                cut[-1] = Slice(cut[-1].y, cut[-1].height + band.height)
            else:
                cut.append(Slice(band.y, band.height))
        return cut


def draw(id: str, title: str, graph: Graph, layout: Layout, language: Language, marks: Marks | None = None) -> Diagram:
    """The view of a laid-out graph; `id` is unique on the page."""
    marks = marks or Marks()
    return Diagram(id, title, layout, language, marks, list(_rows(graph, language, marks)))


def path(line: Line) -> str:
    """The `d` of a line's path, ending where its arrow begins."""
    (x, y), *rest = line.points
    return f"M{x} {y}C" + " ".join(f"{x} {y}" for x, y in rest)


def arrow(line: Line) -> str:
    """The corners of a line's arrow head."""
    (tip_x, tip_y), (end_x, end_y) = line.tip, _before(line)
    length = hypot(tip_x - end_x, tip_y - end_y) or 1.0
    along_x, along_y = (tip_x - end_x) / length, (tip_y - end_y) / length
    base_x, base_y = tip_x - along_x * ARROW_LENGTH, tip_y - along_y * ARROW_LENGTH
    corners = (
        (tip_x, tip_y),
        (base_x - along_y * ARROW_HALF, base_y + along_x * ARROW_HALF),
        (base_x + along_y * ARROW_HALF, base_y - along_x * ARROW_HALF),
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _before(line: Line) -> tuple[float, float]:
    """The last point of the curve that is not the tip itself."""
    return next((point for point in reversed(line.points) if point != line.tip), line.points[0])


def _rows(graph: Graph, language: Language, marks: Marks) -> Iterable[Row]:
    titles = {node.id: getattr(node.title, language) for node in graph.nodes}
    by_source: dict[str, list[Edge]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        by_source[edge.source].append(edge)
    for state, edges in by_source.items():
        for edge in edges:
            yield Row(
                titles[state],
                getattr(edge.title, language),
                titles[edge.target],
                edge.kind,
                edge.id in marks.taken,
                state == marks.current,
            )
