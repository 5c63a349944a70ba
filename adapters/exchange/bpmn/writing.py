"""Writing a definition as BPMN 2.0 with its picture (BPMN DI)."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from adapters.exchange.bpmn.figures import Arrow, Drawing, Figure, drawing_of
from adapters.exchange.bpmn.picture import Picture, Shape, picture_of
from adapters.exchange.bpmn.words import DIAGRAM, MODEL, OURS
from adapters.exchange.chart import Gap
from engine.definition import Definition
from engine.texts import Text

CANVAS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
CEL = "https://cel.dev"
PREFIXES = {"bpmn": MODEL, "bpmndi": DIAGRAM, "dc": CANVAS, "di": LINES, "xsi": INSTANCE, "shenpi": OURS}


def write_bpmn(definition: Definition, language: str) -> tuple[bytes, list[Gap]]:
    """Give the file, and what of the definition BPMN does not say; raises LayoutFailed."""
    for prefix, namespace in PREFIXES.items():
        register_namespace(prefix, namespace)
    drawing = drawing_of(definition)
    root = Element(_model("definitions"), {"id": f"definitions_{definition.key}", "targetNamespace": "urn:shenpi"})
    title = _said(definition.title, language)
    attributes = {"id": definition.key, "name": title, "isExecutable": "true"}
    process = SubElement(root, _model("process"), attributes)
    for figure in drawing.figures.values():
        _figure(process, figure, drawing.arrows, language)
    for arrow in drawing.arrows:
        _arrow(process, arrow, language)
    _picture(root, definition.key, drawing, picture_of(drawing))
    indent(root)
    content: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return content, drawing.gaps


def _model(local: str) -> str:
    return f"{{{MODEL}}}{local}"


def _said(text: Text, language: str) -> str:
    return text.en if language == "en" else text.zh


def _figure(process: Element, figure: Figure, arrows: Sequence[Arrow], language: str) -> None:
    element = SubElement(process, _model(figure.element), {"id": figure.id})
    if title := _said(figure.title, language):
        element.set("name", title)
    if figure.state:
        element.set(f"{{{OURS}}}state", figure.state)
    if figure.people:
        element.set(f"{{{OURS}}}people", figure.people)
    if figure.default:
        element.set("default", figure.default)
    if figure.host:
        element.set("attachedToRef", figure.host)
    for tag, ids in (
        ("incoming", [arrow.id for arrow in arrows if arrow.target == figure.id]),
        ("outgoing", [arrow.id for arrow in arrows if arrow.source == figure.id]),
    ):
        for id in ids:
            SubElement(element, _model(tag)).text = id
    _inside(element, figure)


def _inside(element: Element, figure: Figure) -> None:
    """Write the timer, the people and the loop of a figure."""
    if figure.timer:
        definition = SubElement(element, _model("timerEventDefinition"), {"id": f"{figure.id}_timer"})
        _formal(definition, "timeDuration", figure.timer)
    if figure.owner:
        owner = SubElement(element, _model("potentialOwner"), {"id": f"{figure.id}_owner"})
        expression = SubElement(owner, _model("resourceAssignmentExpression"), {"id": f"{figure.id}_people"})
        SubElement(expression, _model("formalExpression")).text = figure.owner
    if figure.loop:
        kind = {"isSequential": str(figure.is_sequential).lower()}
        loop = SubElement(element, _model("multiInstanceLoopCharacteristics"), kind)
        if figure.loop != "all":
            _formal(loop, "completionCondition", figure.loop)


def _formal(parent: Element, tag: str, text: str, **extra: str) -> None:
    SubElement(parent, _model(tag), {f"{{{INSTANCE}}}type": "bpmn:tFormalExpression", **extra}).text = text


def _arrow(process: Element, arrow: Arrow, language: str) -> None:
    attributes = {"id": arrow.id, "sourceRef": arrow.source, "targetRef": arrow.target}
    element = SubElement(process, _model("sequenceFlow"), attributes)
    if title := _said(arrow.title, language):
        element.set("name", title)
    if arrow.action is not None:
        element.set(f"{{{OURS}}}action", arrow.action.name)
        element.set(f"{{{OURS}}}kind", arrow.action.kind)
        element.set(f"{{{OURS}}}comment", arrow.action.comment)
    if arrow.condition:
        _formal(element, "conditionExpression", arrow.condition, language=CEL)


def _picture(root: Element, key: str, drawing: Drawing, picture: Picture) -> None:
    diagram = SubElement(root, f"{{{DIAGRAM}}}BPMNDiagram", {"id": "diagram"})
    plane = SubElement(diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": "plane", "bpmnElement": key})
    for figure in drawing.figures.values():
        attributes = {"id": f"{figure.id}_shape", "bpmnElement": figure.id}
        if figure.element == "exclusiveGateway":
            attributes["isMarkerVisible"] = "true"
        shape = SubElement(plane, f"{{{DIAGRAM}}}BPMNShape", attributes)
        _bounds(shape, picture.shapes[figure.id])
    for arrow in drawing.arrows:
        edge = SubElement(plane, f"{{{DIAGRAM}}}BPMNEdge", {"id": f"{arrow.id}_edge", "bpmnElement": arrow.id})
        for x, y in picture.lines[arrow.id]:
            SubElement(edge, f"{{{LINES}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def _bounds(parent: Element, shape: Shape) -> None:
    numbers = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
    SubElement(parent, f"{{{CANVAS}}}Bounds", {name: f"{number:g}" for name, number in numbers.items()})
