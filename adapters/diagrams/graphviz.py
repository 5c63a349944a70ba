"""Placing boxes and lines with Graphviz, run as a program of its own from its wheel.

Only numbers go in and only numbers come out: names and words of a definition never reach the program.
"""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import Struct

PROGRAM = "graphviz-pure"
SECONDS_MAX = 30
POINTS_PER_INCH = 72
HEAD = (
    'digraph { graph [rankdir=TB, nodesep=0.4, ranksep=0.22, newrank=true]; node [shape=box, fixedsize=true, label=""];'
)
LABEL = (
    '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" WIDTH="{}" HEIGHT="{}">'
    "<TR><TD></TD></TR></TABLE>>"
)

Point = tuple[float, float]


class LayoutFailed(RuntimeError):
    """Graphviz could not be run or gave no layout; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A line to be routed; a back line does not push its target below its source."""

    id: str
    source: str
    target: str
    is_back: bool
    label_width: float
    label_height: float


class Route(Struct, frozen=True):
    """Where a line runs: cubic Bézier points from its source, the tip of the arrow, the middle of the label."""

    points: Sequence[Point]
    tip: Point
    label_at: Point


class Placed(Struct, frozen=True):
    """Where everything came to stand; boxes by their middle."""

    width: float
    height: float
    boxes: Mapping[str, Point]
    routes: Mapping[str, Route]


def place(groups: Sequence[Sequence[tuple[str, float, float]]], connections: Sequence[Connection]) -> Placed:
    """Place groups of boxes (id, width, height) below each other and route the connections."""
    numbers = {id: number for number, (id, _, _) in enumerate(box for group in groups for box in group)}
    answer = _run("\n".join(_source(groups, connections, numbers)))
    _, _, width, height = map(float, answer["bb"].split(","))
    names = {f"n{number}": id for id, number in numbers.items()}
    boxes = {
        names[entry["name"]]: _flipped(_point(entry["pos"]), height)
        for entry in answer["objects"]
        if entry["name"] in names
    }
    drawn = {entry["id"]: entry for entry in answer.get("edges", ()) if "id" in entry}
    routes = {line.id: _route(drawn[f"e{index}"], line, height) for index, line in enumerate(connections)}
    return Placed(width, height, boxes, routes)


def _source(
    groups: Sequence[Sequence[tuple[str, float, float]]], connections: Sequence[Connection], numbers: Mapping[str, int]
) -> Iterator[str]:
    yield HEAD
    for index, group in enumerate(groups):
        yield f"t{index}, b{index} [width=0.01, height=0.01, style=invis];"
        if index:
            yield f"b{index - 1} -> t{index} [style=invis, weight=0];"
        for id, width, height in group:
            name = f"n{numbers[id]}"
            yield f"{name} [width={width / POINTS_PER_INCH:.4f}, height={height / POINTS_PER_INCH:.4f}];"
            yield f"t{index} -> {name} -> b{index} [style=invis, weight=0];"
        inside = " ".join(f"n{numbers[id]};" for id, _, _ in group)
        yield f"subgraph cluster_{index} {{ margin=8; {inside} }}"
    for index, line in enumerate(connections):
        tail, head = (line.target, line.source) if line.is_back else (line.source, line.target)
        label = LABEL.format(round(line.label_width), round(line.label_height))
        turned = "dir=back, weight=1" if line.is_back else "weight=4"
        yield f'n{numbers[tail]} -> n{numbers[head]} [id="e{index}", {turned}, label={label}];'
    yield "}"


def _run(source: str) -> dict[str, Any]:
    try:
        done = subprocess.run(  # noqa: S603  # our own program with fixed words, no shell
            [_program(), "-Kdot", "-Tjson0"],
            input=source,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LayoutFailed(
            f"The diagram could not be laid out ({error}). Install graphviz-pure and try again."
        ) from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _program() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / PROGRAM
    found = str(beside_python) if beside_python.is_file() else shutil.which(PROGRAM)
    if found is None:
        raise LayoutFailed(f"The program {PROGRAM} was not found. Run: pip install graphviz-pure")
    return found


def _route(entry: Mapping[str, Any], line: Connection, height: float) -> Route:
    tip, points = None, []
    for text in entry["pos"].split():
        if text[:2] in ("s,", "e,"):
            tip = _flipped(_point(text[2:]), height)
        else:
            points.append(_flipped(_point(text), height))
    if line.is_back:
        points.reverse()
    return Route(points, tip or points[-1], _flipped(_point(entry["lp"]), height))


def _point(text: str) -> Point:
    x, y = text.split(",")
    return (float(x), float(y))


def _flipped(point: Point, height: float) -> Point:
    """Graphviz counts from the bottom, screens from the top."""
    return (point[0], height - point[1])
