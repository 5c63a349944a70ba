"""The layout of a graph: where everything stands, in pixels, the same for both languages.

States are laid out by Graphviz in bands, one a phase from top to bottom. The result is plain data: it is stored
with the version of a definition and drawn again and again without laying out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import Struct

from adapters.diagrams import graphviz
from adapters.diagrams.graph import Edge, EdgeKind, Graph, Node, NodeKind
from adapters.diagrams.graphviz import Point
from adapters.diagrams.words import Words, widest, words
from engine.texts import Text

TITLE_SIZE, LABEL_SIZE = 15, 13
TITLE_LINE, LABEL_LINE = 21, 18
TITLE_WIDTH_MAX, LABEL_WIDTH_MAX, JUMP_WIDTH_MAX, BAND_WIDTH_MAX = 190, 120, 250, 96
BOX_WIDTH_MIN, BOX_PADDING, LABEL_PADDING = 112, 12, 5
BAND_LEFT, MARGIN = 120, 24


class Jump(Struct, frozen=True):
    """A move told in words inside the state it leaves; `id` and `kind` are its edge's."""

    id: str
    kind: EdgeKind
    words: Words


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its middle is at x, y."""

    id: str
    kind: NodeKind
    x: float
    y: float
    width: float
    height: float
    title: Words
    jumps: tuple[Jump, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A move drawn as a curve: cubic Bézier points, the tip of its arrow, and its label's middle."""

    id: str
    kind: EdgeKind
    points: tuple[Point, ...]
    tip: Point
    label: Words
    label_at: Point


class Band(Struct, frozen=True):
    """A phase, over the full width."""

    id: str
    title: Words
    y: float
    height: float


class Layout(Struct, frozen=True):
    """A laid-out graph."""

    width: float
    height: float
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(graph: Graph) -> Layout:
    """Lay a graph out; raises LayoutFailed when Graphviz is missing or gives up."""
    jumps = graph.jumps()
    titles = {node.id: node.title for node in graph.nodes}
    boxes = {node.id: _box(node, _jumps(node, graph.edges, jumps, titles)) for node in graph.nodes}
    lines = {edge.id: edge for edge in graph.edges if edge.id not in jumps}
    labels = {id: words(edge.title, LABEL_SIZE, LABEL_WIDTH_MAX) for id, edge in lines.items()}
    placed = graphviz.place(
        [[(box.id, box.width, box.height) for box in _of_phase(graph, boxes, phase.id)] for phase in graph.phases],
        [_connection(edge, labels[edge.id], graph.nodes) for edge in lines.values()],
    )
    standing = tuple(
        replace(box, x=round(placed.boxes[id][0] + BAND_LEFT, 1), y=round(placed.boxes[id][1] + MARGIN, 1))
        for id, box in boxes.items()
    )
    bands = _bands(graph, {box.id: box for box in standing}, placed.height + 2 * MARGIN)
    return Layout(
        width=placed.width + BAND_LEFT + MARGIN,
        height=placed.height + 2 * MARGIN,
        bands=tuple(bands),
        boxes=standing,
        lines=tuple(_line(edge, labels[id], placed.routes[id]) for id, edge in lines.items()),
    )


def _of_phase(graph: Graph, boxes: Mapping[str, Box], phase: str) -> list[Box]:
    return [boxes[node.id] for node in graph.nodes if node.phase == phase]


def _jumps(node: Node, edges: Sequence[Edge], jumps: frozenset[str], titles: Mapping[str, Text]) -> list[Jump]:
    return [
        Jump(edge.id, edge.kind, words(_told(edge, titles[edge.target]), LABEL_SIZE, JUMP_WIDTH_MAX))
        for edge in edges
        if edge.source == node.id and edge.id in jumps
    ]


def _told(edge: Edge, target: Text) -> Text:
    """The action and where it leads; the place alone when both have one name, the action alone when it stays."""
    action = edge.title
    if edge.source == edge.target:
        return Text(zh=f"↻ {action.zh}", en=f"↻ {action.en}")
    return Text(
        zh=f"→ {target.zh}" if action.zh == target.zh else f"{action.zh} → {target.zh}",
        en=f"→ {target.en}" if action.en == target.en else f"{action.en} → {target.en}",
    )


def _box(node: Node, jumps: Sequence[Jump]) -> Box:
    title = words(node.title, TITLE_SIZE, TITLE_WIDTH_MAX)
    wide = [widest(title, TITLE_SIZE), *(widest(jump.words, LABEL_SIZE) for jump in jumps)]
    tall = title.lines * TITLE_LINE + sum(jump.words.lines for jump in jumps) * LABEL_LINE
    spread = 2 * BOX_PADDING
    return Box(
        node.id,
        node.kind,
        0,
        0,
        round(max(BOX_WIDTH_MIN, max(wide) + spread)),
        tall + spread - 4 + (4 if jumps else 0),
        title,
        tuple(jumps),
    )


def _connection(edge: Edge, label: Words, nodes: Sequence[Node]) -> graphviz.Connection:
    order = {node.id: index for index, node in enumerate(nodes)}
    return graphviz.Connection(
        edge.id,
        edge.source,
        edge.target,
        is_back=order[edge.target] < order[edge.source],
        label_width=widest(label, LABEL_SIZE) + 2 * LABEL_PADDING,
        label_height=label.lines * LABEL_LINE,
    )


def _line(edge: Edge, label: Words, route: graphviz.Route) -> Line:
    def moved(point: Point) -> Point:
        return (round(point[0] + BAND_LEFT, 1), round(point[1] + MARGIN, 1))

    return Line(edge.id, edge.kind, tuple(map(moved, route.points)), moved(route.tip), label, moved(route.label_at))


def _bands(graph: Graph, boxes: Mapping[str, Box], height: float) -> list[Band]:
    """Bands that meet half-way between the states of neighbouring phases; phases without states have none."""
    inhabited = [(phase, _of_phase(graph, boxes, phase.id)) for phase in graph.phases]
    inhabited = [(phase, inside) for phase, inside in inhabited if inside]
    tops = [min(box.y - box.height / 2 for box in inside) for _, inside in inhabited]
    bottoms = [max(box.y + box.height / 2 for box in inside) for _, inside in inhabited]
    borders = [0.0, *((bottom + top) / 2 for bottom, top in zip(bottoms, tops[1:], strict=False)), height]
    return [
        Band(phase.id, words(phase.title, TITLE_SIZE, BAND_WIDTH_MAX), round(top, 1), round(bottom - top, 1))
        for (phase, _), top, bottom in zip(inhabited, borders, borders[1:], strict=False)
    ]
