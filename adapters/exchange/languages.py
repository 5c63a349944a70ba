"""Which language a file is in, and what can be said of it whatever it is."""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping

from adapters.exchange.bpmn.reading import read_tree
from adapters.exchange.chart import Chart, Flaw, Gap, Kind, Reading, Unreadable
from adapters.exchange.dcworkflow import ROOT, read_workflow
from adapters.exchange.drafting import Draft, Undrafted, draft
from adapters.exchange.flowlong import read_flowlong
from adapters.exchange.markup import BYTES_MAX, TooMuch, parted, plain, read_markup
from adapters.exchange.mined import MACHINE, read_mined
from adapters.exchange.net.verdict import judge
from adapters.exchange.telling import sentence

SUFFIXES = frozenset({".bpmn", ".xml", ".json"})
"""Names of files that hold a foreign language."""
JSON_BYTES_MAX = 1 << 20
REMARKS_MAX = 100


def read(content: bytes) -> Reading:
    """Read a file in whatever language it is; raises Unreadable."""
    if len(content) > BYTES_MAX:
        raise Unreadable("too_large", f"{BYTES_MAX} bytes")
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"{", b"["):
        found = _json(content)
        return read_mined(found) if isinstance(found, dict) and found.keys() >= MACHINE else read_flowlong(found)
    try:
        root = read_markup(content)
    except TooMuch as error:
        raise Unreadable("too_large", str(error)) from error
    except ValueError as error:
        raise Unreadable("not_xml", plain(str(error))) from error
    local = parted(root.tag)[1]
    if local == ROOT:
        return read_workflow(root)
    if local == "definitions":
        return read_tree(root)
    raise Unreadable("not_known", plain(local))


def _json(content: bytes) -> object:
    if len(content) > JSON_BYTES_MAX:
        raise Unreadable("too_large", f"{JSON_BYTES_MAX} bytes")
    try:
        return json.loads(_decoded(content))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json", plain(str(error))) from error


def _decoded(content: bytes) -> str:
    """Give the text of a JSON file: UTF-8, UTF-16 where it says so, else GB 18030 as older Chinese programs write."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def flaws_of(reading: Reading) -> list[Flaw]:
    """Give everything that keeps the control flow of a file from being sound."""
    return [*reading.flaws, *(flaw for chart in reading.charts for flaw in judge(chart))]


def examined(content: bytes) -> tuple[list[Flaw], Reading]:
    """Read and judge a file; one that can not be read has that for its flaw."""
    try:
        reading = read(content)
    except Unreadable as error:
        return [error.flaw], Reading()
    return flaws_of(reading), reading


def chosen_chart(reading: Reading, process: str | None = None) -> Chart | None:
    """Give one process of a file: the named one (raises Unreadable if there is none), else the one with most steps."""
    charts = {chart.key: chart for chart in reading.charts if chart.nodes}
    if process is not None and process not in charts:
        raise Unreadable("not_known", plain(process))
    return charts[process] if process is not None else max(charts.values(), key=_steps, default=None)


def drafted(reading: Reading, process: str | None = None) -> tuple[Draft | None, list[Gap]]:
    """Write one process of a file as a definition: the named one, else the one with the most steps.

    Gives None where none can be written; the gaps say why.
    """
    gaps, chosen = list(reading.gaps), chosen_chart(reading, process)
    if chosen is None:
        return None, [*gaps, Gap("process", "", "no_process")]
    others = [
        chart for chart in reading.charts if chart.nodes and chart is not chosen and chart.key not in chosen.holds
    ]
    gaps += [Gap("process", chart.key, "other_process", chart.title) for chart in others]
    try:
        made = draft(chosen)
    except Undrafted as error:
        return None, [*gaps, _undrafted(chosen, error)]
    return made, [*gaps, *made.gaps]


def _undrafted(chart: Chart, error: Undrafted) -> Gap:
    """Say why no definition can be made of a chart, at the step whose fault it is where it is one step's."""
    if error.step is None:
        return Gap("process", chart.key, error.code, error.found)
    return Gap(error.step.element or "process", error.step.id, error.code, f"{error.step.label}: {error.found}")


def annotated(text: str, gaps: list[Gap], language: str = "en") -> str:
    """Give the text of a definition with what is not taken over as remarks above it."""
    lines = [f"# {gap.element} {gap.id}: {sentence('gap', gap.why, gap.found, language)}" for gap in gaps[:REMARKS_MAX]]
    more = [f"# … {len(gaps) - REMARKS_MAX}"] if len(gaps) > REMARKS_MAX else []
    return "\n".join([*(plain(line) for line in (*lines, *more)), text])


def source_of(content: bytes, suffix: str, language: str) -> str:
    """Give the text of a definition that a file holds, or that is made of its model; raises Unreadable."""
    if suffix.lower() not in SUFFIXES:
        return content.decode("utf-8", "replace").replace("\r\n", "\n")
    made, gaps = drafted(read(content))
    if made is None:
        told = [sentence("gap", gap.why, gap.found, language) for gap in gaps[-1:]]
        raise Unreadable("no_definition", "".join(told))
    return annotated(made.text, gaps, language)


def _steps(chart: Chart) -> int:
    return sum(node.kind is Kind.TASK for node in chart.nodes.values())


def share(reading: Reading, gaps: list[Gap]) -> Mapping[str, int]:
    """Give how many constructs a file has, and how many of them our language says just so."""
    lost = len({(gap.element, gap.id) for gap in gaps})
    return {"constructs": reading.constructs, "expressed": max(0, reading.constructs - lost)}
