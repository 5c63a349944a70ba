"""Reading BPMN 2.0: each process a chart, with everything that is wrong with it or beyond our language."""

from xml.etree.ElementTree import Element

from adapters.exchange.bpmn.flows import connect
from adapters.exchange.bpmn.nodes import Place, Source, extensions, lanes_of, read_nodes
from adapters.exchange.bpmn.words import BESIDES, MODEL
from adapters.exchange.chart import NODES_MAX, Chart, Flaw, Gap, Kind, Reading, Unreadable
from adapters.exchange.markup import TooMuch, parted, plain, read_markup

BETA = "http://schema.omg.org/spec/BPMN/2.0"
PROCESSES_MAX = 50


def read_bpmn(content: bytes) -> Reading:
    """Read a file; raises Unreadable when it is no BPMN 2.0 or beyond a limit."""
    try:
        root = read_markup(content)
    except TooMuch as error:
        raise Unreadable("too_large", str(error)) from error
    except ValueError as error:
        raise Unreadable("not_xml", plain(str(error))) from error
    return read_tree(root)


def read_tree(root: Element) -> Reading:
    """Read a document that is XML already."""
    namespace, local = parted(root.tag)
    if local != "definitions" or namespace not in (MODEL, BETA):
        raise Unreadable("not_bpmn", plain(f"{local} {namespace}"))
    source = _source(root, namespace)
    processes = [element for element in root if element.tag == source.tag("process")]
    if len(processes) > PROCESSES_MAX:
        raise Unreadable("too_large", f"{PROCESSES_MAX} processes")
    source.processes = {plain(element.get("id")): element for element in processes}
    for element in processes:
        _process(element, source)
    reading = source.reading
    reading.constructs = len(source.counted)
    _besides(root, source)
    if not any(chart.nodes for chart in reading.charts):
        reading.flaws.append(Flaw("no_process", "", str(len(processes))))
    return reading


def _source(root: Element, namespace: str) -> Source:
    """Gather what stands outside the processes: pools, resources, and how often each id is given."""
    source = Source(namespace, Reading())
    seen: set[str] = set()
    for element in root.iter():
        space, local = parted(element.tag)
        if space != namespace:
            continue
        id = plain(element.get("id"))
        if id and id in seen:
            source.doubled.add(id)
        seen.add(id)
        if local == "participant":
            source.pools[plain(element.get("processRef")).rpartition(":")[2]] = plain(element.get("name"))
        elif local == "resource":
            source.resources[id] = plain(element.get("name"))
    source.ids = seen
    return source


def _process(element: Element, source: Source) -> None:
    """Read one process; an empty one is a pool that nobody looks into."""
    id = plain(element.get("id")) or f"process {len(source.reading.charts) + 1}"
    chart = Chart(id, plain(element.get("name")) or source.pools.get(id, ""))
    place = Place(chart, lanes_of(element, source), calling=(id,))
    extensions(element, "process", id, source)
    read_nodes(element, "", place, source)
    connect(place, source)
    if len(chart.nodes) > NODES_MAX or len(chart.flows) > NODES_MAX:
        raise Unreadable("too_large", f"{NODES_MAX} nodes")
    source.reading.charts.append(chart)
    starts = [node for node in chart.nodes.values() if node.kind is Kind.START and not node.scope]
    if len(starts) > 1:
        source.reading.notes.append(Flaw("several_starts", chart.key, ", ".join(node.label for node in starts)))
    if chart.nodes and not starts:
        source.reading.notes.append(Flaw("no_start", chart.key, ""))


def _besides(root: Element, source: Source) -> None:
    """Count what stands beside the control flow, and say of each that it is not taken over."""
    reading = source.reading
    flows = 0
    for element in root.iter():
        space, local = parted(element.tag)
        if space == source.namespace and (why := BESIDES.get(local)) is not None:
            reading.constructs += 1
            flows += local == "messageFlow"
            reading.gaps.append(Gap(local, plain(element.get("id")), why, plain(element.get("name"))))
    if len([chart for chart in reading.charts if chart.nodes]) > 1 or flows:
        reading.notes.append(Flaw("collaboration", "", str(len(reading.charts))))
    empty = [chart for chart in reading.charts if not chart.nodes]
    reading.notes += [Flaw("empty_pool", chart.key, chart.title) for chart in empty]
