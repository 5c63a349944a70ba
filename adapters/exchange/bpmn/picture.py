"""Where the figures stand: our own layout, in the shapes and sizes that BPMN draws."""

from collections.abc import Sequence

from msgspec import Struct

from adapters.diagrams import Edge, Graph, Layout, Node, Phase, lay_out
from adapters.exchange.bpmn.figures import Arrow, Drawing, Figure
from engine.texts import Text

EVENT, GATEWAY, TASK_HEIGHT_MIN = 36.0, 50.0, 60.0
LOOP = 30.0
BESIDE = 44.0
Point = tuple[float, float]


class Shape(Struct, frozen=True):
    """Where a figure stands: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def edge(self, towards: Point) -> Point:
        """Give the point of its border on the way from its middle."""
        (x, y), (to_x, to_y) = self.middle, towards
        across, down = abs(to_x - x) / (self.width / 2), abs(to_y - y) / (self.height / 2)
        far = max(across, down)
        return (x, y) if far == 0 else (x + (to_x - x) / far, y + (to_y - y) / far)


class Picture(Struct, frozen=True):
    """The shape of each figure and the points of each arrow."""

    shapes: dict[str, Shape]
    lines: dict[str, tuple[Point, ...]]


def picture_of(drawing: Drawing) -> Picture:
    """Lay a drawing out; raises LayoutFailed."""
    standing = [figure for figure in drawing.figures.values() if not figure.host]
    hosts = {figure.id: figure.host or figure.id for figure in drawing.figures.values()}
    phase = Phase("all", Text("", ""))
    nodes = [Node(figure.id, figure.title, phase.id, "work") for figure in standing]
    edges = [Edge(hosts[arrow.source], arrow.id, arrow.target, arrow.title) for arrow in drawing.arrows]
    layout = lay_out(Graph([phase], nodes, edges))
    boxes = {box.id: box for box in layout.boxes}
    shapes = {figure.id: _shape(figure, layout, boxes[figure.id].x, boxes[figure.id].y) for figure in standing}
    edged: dict[str, int] = {}
    for figure in drawing.figures.values():
        if figure.host:
            number = edged[figure.host] = edged.get(figure.host, 0) + 1
            host = shapes[figure.host]
            left = host.x + host.width - number * BESIDE
            shapes[figure.id] = Shape(left, host.y + host.height - EVENT / 2, EVENT, EVENT)
    curves = {line.id.split("/")[1]: (*line.points, line.tip) for line in layout.lines}
    lines = {arrow.id: _line(arrow, shapes, curves.get(arrow.id, ())) for arrow in drawing.arrows}
    return Picture(shapes, lines)


def _shape(figure: Figure, layout: Layout, x: float, y: float) -> Shape:
    box = next(box for box in layout.boxes if box.id == figure.id)
    if figure.element == "exclusiveGateway":
        width = height = GATEWAY
    elif figure.element.endswith("Event"):
        width = height = EVENT
    else:
        width, height = box.width, max(box.height, TASK_HEIGHT_MIN)
    return Shape(round(x - width / 2, 1), round(y - height / 2, 1), width, height)


def _line(arrow: Arrow, shapes: dict[str, Shape], curve: Sequence[Point]) -> tuple[Point, ...]:
    """Give the points of a flow: those of the curve that lie on it, from border to border."""
    source, target = shapes[arrow.source], shapes[arrow.target]
    if arrow.source == arrow.target:
        (x, y), right = source.middle, source.x + source.width
        return (right, y), (right + LOOP, y), (right + LOOP, source.y - LOOP), (x, source.y - LOOP), (x, source.y)
    between = [(round(x, 1), round(y, 1)) for x, y in curve[3:-1:3]]
    ends = [*between, target.middle][0], [source.middle, *between][-1]
    first, last = source.edge(ends[0]), target.edge(ends[1])
    return tuple((round(x, 1), round(y, 1)) for x, y in (first, *between, last))
