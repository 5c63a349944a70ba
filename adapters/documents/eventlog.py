"""Event logs of other systems: XES (IEEE 1849, also gzipped) and CSV, read as cases with their steps in time."""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from engine.replaying import Step

EVENTS_MAX = 5_000_000
"""Most events that are read from one log."""

CASE_COLUMNS = ("case:concept:name", "case_id", "case", "case id")
ACTIVITY_COLUMNS = ("concept:name", "activity", "event")
TIME_COLUMNS = ("time:timestamp", "timestamp", "time", "at")


class LogError(Exception):
    """The file is not a log that can be read; the message names file, line and what is wrong."""


def read_log(path: Path) -> Iterator[tuple[str, list[Step]]]:
    """Give each case's id and steps; raises `LogError`. The kind is told by the name: .csv, .xes, .xes.gz."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith(".xes"):
            yield from _xes(path)
        elif name.endswith(".csv"):
            yield from _csv(path)
        else:
            raise LogError(f"{path}: give a .csv, .xes or .xes.gz file")
    except (OSError, EOFError) as error:
        raise LogError(
            f"{path}: {error.strerror or error}" if isinstance(error, OSError) else f"{path}: cut"
        ) from error


def _open(path: Path) -> BufferedReader | gzip.GzipFile:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _xes(path: Path) -> Iterator[tuple[str, list[Step]]]:
    events = 0
    with _open(path) as stream:
        try:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                if _tag(element) == "trace":
                    case_id, steps = _trace(path, element)
                    events += len(steps)
                    _limit(path, events)
                    yield case_id, steps
                    element.clear()
        except (ParseError, DefusedXmlException) as error:
            raise LogError(f"{path}: not well-formed XES: {error}") from error


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _trace(path: Path, trace: Element) -> tuple[str, list[Step]]:
    case_id = _attribute(trace, "concept:name") or ""
    steps = []
    for event in trace:
        if _tag(event) == "event":
            activity, at = _attribute(event, "concept:name"), _attribute(event, "time:timestamp")
            if activity is None or at is None:
                raise LogError(f"{path}: an event of case {case_id} lacks concept:name or time:timestamp")
            steps.append(Step(activity, _moment(f"{path}: case {case_id}", at)))
    return case_id, sorted(steps, key=lambda step: step.at)


def _attribute(element: Element, key: str) -> str | None:
    return next((child.get("value") for child in element if child.get("key") == key), None)


def _csv(path: Path) -> Iterator[tuple[str, list[Step]]]:
    cases: dict[str, list[Step]] = {}
    with _open(path) as raw:
        rows = csv.DictReader((line.decode("utf-8-sig", "strict") for line in raw), strict=True)
        try:
            columns = _columns(path, rows.fieldnames or ())
            for number, row in enumerate(rows, 2):
                _limit(path, number)
                case_id, activity, at = (row.get(column) or "" for column in columns)
                if not case_id or not activity:
                    raise LogError(f"{path}, line {number}: case or activity is empty")
                cases.setdefault(case_id, []).append(Step(activity, _moment(f"{path}, line {number}", at)))
        except (csv.Error, UnicodeDecodeError) as error:
            raise LogError(f"{path}, line {rows.line_num}: {error}") from error
    for case_id, steps in cases.items():
        yield case_id, sorted(steps, key=lambda step: step.at)


def _columns(path: Path, names: Iterable[str]) -> tuple[str, str, str]:
    known: Mapping[str, str] = {name.strip().lower(): name for name in names}

    def column(wanted: tuple[str, ...]) -> str:
        found = next((known[name] for name in wanted if name in known), None)
        if found is None:
            raise LogError(f"{path}, line 1: no column {' or '.join(wanted)}")
        return found

    return column(CASE_COLUMNS), column(ACTIVITY_COLUMNS), column(TIME_COLUMNS)


def _moment(where: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise LogError(f"{where}: {text!r} is not a date and time (ISO 8601)") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _limit(path: Path, events: int) -> None:
    if events > EVENTS_MAX:
        raise LogError(f"{path}: more than {EVENTS_MAX} events")
