"""Event logs of other systems: XES (IEEE 1849, also gzipped) and CSV, read as cases with their steps in time.

A step is an activity that was completed: of the events of its life (`lifecycle:transition`) only `complete` counts, in
a log without any such event `start`. In XES the order of a trace's events is the one in which they were observed (IEEE
1849-2016, trace component), whatever their times are; the rows of a CSV file are put in time, those of a case without
any times stay as they are, and one that lacks some is refused. A CSV file may be UTF-8, UTF-16 with its mark, or GB
18030, with any of `DELIMITERS`.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from sys import intern
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError
from zlib import error as ZlibError  # noqa: N812  # an exception, named like one

import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from engine.replaying import Step

EVENTS_MAX = 5_000_000
"""Most events that are read from one log."""

DELIMITERS = ",;\t|"
"""What may stand between the values of a CSV file; the one that is most frequent in its heading does."""

COMPLETE, START = "complete", "start"
"""Transitions of the standard life of an activity: what ends it, and what begins it."""

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""When the events of a case without any time are said to have happened."""

_SAMPLE_BYTES = 1 << 16
_YEAR_FIRST = re.compile(r"(\d{4})[^\d\s:T-](\d{1,2})[^\d\s:T-](\d{1,2})[^\d\s:T-]?(?=\s|T|$)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?=\s|$)")
_SHORT_HOUR = re.compile(r"[T ](\d):")
_HALF_DAY = re.compile(r"[T ](\d{1,2})(:\d{2}(?::\d{2})?)\s*([AP])M$", re.IGNORECASE)
_NOON = 12
DATES = ("day-first", "month-first")
"""Which comes first where a date ends with its year."""


class LogError(Exception):
    """The file is not a log that can be read; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a CSV file does not say itself: which columns are meant ("": the usual), and how its dates are written.

    `dates` is one of `DATES`, or "" where dates begin with their year.
    """

    case: str = ""
    activity: str = ""
    time: str = ""
    dates: str = ""


class Event(NamedTuple):
    """One event as the file has it; `transition` is the step in its activity's life, in small letters ("": none)."""

    activity: str
    at: datetime | None
    transition: str


def read_log(
    path: Path,
    left_out: Counter[str] | None = None,
    layout: Layout = Layout(),
) -> Iterator[tuple[str, list[Step]]]:
    """Give each case's id and steps; raises `LogError`. The kind is told by the name: .csv, .xes, .xes.gz.

    `left_out` counts the events that are no step, by their transition.
    """
    name = path.name.lower().removesuffix(".gz")
    left = Counter[str]() if left_out is None else left_out
    if path.exists() and not path.is_file():
        raise LogError(f"{path}: no file that can be read twice; write the log to a file first")
    try:
        if name.endswith(".xes"):
            yield from _xes(path, left)
        elif name.endswith(".csv"):
            yield from _csv(path, left, layout)
        else:
            raise LogError(f"{path}: give a .csv, .xes or .xes.gz file")
    except (OSError, EOFError, ZlibError) as error:
        raise LogError(f"{path}: {(isinstance(error, OSError) and error.strerror) or f'damaged: {error}'}") from error


def _open(path: Path) -> BufferedReader | gzip.GzipFile:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def _xes(path: Path, left_out: Counter[str]) -> Iterator[tuple[str, list[Step]]]:
    counted = _counted(event.transition for _, events in _traces(path) for event in events)
    for case_id, events in _traces(path):
        yield case_id, _as_observed(_done(events, counted, left_out))


def _traces(path: Path) -> Iterator[tuple[str, list[Event]]]:
    events = traces = read = 0
    with _open(path) as stream:
        try:
            for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
                kind = _tag(element)
                read += kind == "event"
                if kind == "trace":
                    traces += 1
                    case_id, found = _trace(path, element, traces)
                    events += len(found)
                    _limit(path, events)
                    yield case_id, found
                    element.clear()
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise LogError(f"{path}: not well-formed XES in UTF-8: {error}") from error
    if read and not traces:
        raise LogError(f"{path}: a stream of {read} events without traces; a log has a trace for each case")


def _counted(transitions: Iterable[str]) -> str:
    """Give the transition whose events are steps: `complete`, else `start`, else whichever there is ("")."""
    found: set[str] = set()
    for transition in transitions:
        if transition == COMPLETE:
            return COMPLETE
        found.add(transition)
    return START if START in found else ""


def _done(events: Iterable[Event], counted: str, left_out: Counter[str]) -> list[Event]:
    """Give the events that are steps; those without a transition are."""
    done: list[Event] = []
    for event in events:
        if counted and event.transition not in ("", counted):
            left_out[event.transition] += 1
        else:
            done.append(event)
    return done


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _trace(path: Path, trace: Element, number: int) -> tuple[str, list[Event]]:
    case_id = _attribute(trace, "concept:name") or f"trace {number}"
    where = f"{path}: case {case_id}"
    found: list[Event] = []
    for event in trace:
        if _tag(event) == "event":
            activity = _attribute(event, "concept:name")
            if activity is None:
                raise LogError(f"{where}: its event {len(found) + 1} lacks concept:name")
            transition = (_attribute(event, "lifecycle:transition") or "").strip().lower()
            found.append(Event(activity, _moment(where, _attribute(event, "time:timestamp") or ""), transition))
    return case_id, found


def _attribute(element: Element, key: str) -> str | None:
    return next((child.get("value") for child in element if child.get("key") == key), None)


def _as_observed(events: Sequence[Event]) -> list[Step]:
    """Give a case's steps in the order of the file; one without a time, or with one too early, has that before it."""
    steps: list[Step] = []
    at = next((event.at for event in events if event.at is not None), FIRST)
    for event in events:
        at = max(at, event.at or at)
        steps.append(Step(event.activity, at))
    return steps


def _in_time(events: Sequence[Event], where: str) -> list[Step]:
    """Give a case's steps by their time, or in the order of the file when none has any."""
    timed = [Step(event.activity, event.at) for event in events if event.at is not None]
    if timed and len(timed) < len(events):
        raise LogError(f"{where}: {len(events) - len(timed)} of its {len(events)} events have no time")
    return sorted(timed, key=lambda step: step.at) if timed else _as_observed(events)


def _csv(path: Path, left_out: Counter[str], layout: Layout) -> Iterator[tuple[str, list[Step]]]:
    cases = _rows(path, layout)
    counted = _counted(event.transition for events in cases.values() for event in events)
    for case_id, events in cases.items():
        yield case_id, _in_time(_done(events, counted, left_out), f"{path}: case {case_id}")


def _rows(path: Path, layout: Layout) -> dict[str, list[Event]]:
    cases: dict[str, list[Event]] = {}
    encoding, delimiter = _manner(path)
    with _open(path) as raw, TextIOWrapper(raw, encoding, newline="") as text:
        rows = csv.DictReader(text, delimiter=delimiter, strict=True)
        try:
            columns = _columns(path, rows.fieldnames or (), layout)
            for number, row in enumerate(rows, 1):
                _limit(path, number)
                event = _row(f"{path}, line {rows.line_num}", row, columns, layout)
                if event is not None:
                    cases.setdefault(event[0], []).append(event[1])
        except (csv.Error, UnicodeDecodeError) as error:
            raise LogError(f"{path}, line {rows.line_num}: {error}") from error
    return cases


def _row(
    line: str, row: dict[str | None, str | list[str] | None], columns: tuple[str, str, str, str], layout: Layout
) -> tuple[str, Event] | None:
    """Give the case and the event of a row; None where it is blank."""
    if any(row.pop(None, None) or ()):
        raise LogError(f"{line}: more cells than the heading; a value with the delimiter in it needs quotation marks")
    case_id, activity, at, transition = (str(row.get(column) or "").strip() for column in columns)
    if not case_id or not activity:
        if not any(row.values()):
            return None
        raise LogError(f"{line}: case or activity is empty")
    return case_id, Event(intern(activity), _moment(line, at, layout.dates), intern(transition.lower()))


def _manner(path: Path) -> tuple[str, str]:
    """Give the encoding and the delimiter of a CSV file, as its beginning tells them."""
    with _open(path) as stream:
        sample = stream.read(_SAMPLE_BYTES)
    encoding = "utf-16" if sample.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = sample.decode(encoding, "replace")
    if "\ufffd" in text[:-1]:
        encoding = "gb18030"
        text = sample.decode(encoding, "replace")
    heading = text.splitlines()[0] if text else ""
    return encoding, max(DELIMITERS, key=heading.count)


@cache
def _headings() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return found


def _columns(path: Path, names: Sequence[str], layout: Layout) -> tuple[str, str, str, str]:
    """Give the columns of case, activity, time and transition; the last ("") need not be there."""
    known: Mapping[str, str] = {name.strip().lower(): name for name in names}
    told = {"case": layout.case, "activity": layout.activity, "time": layout.time}

    def column(what: str) -> str:
        wanted = [told[what].strip().lower()] if told.get(what) else _headings()[what]
        found = next((known[name] for name in wanted if name in known), "")
        if not found and what in told:
            there = ", ".join(known) or "none"
            raise LogError(f"{path}, line 1: no column {', '.join(wanted)} (--{what} names another); there are {there}")
        if found and names.count(found) > 1:
            raise LogError(f"{path}, line 1: the column {found} stands there twice")
        return found

    return column("case"), column("activity"), column("time"), column("transition")


def _moment(where: str, text: str, dates: str = "") -> datetime | None:
    """Read a time: ISO 8601, or year, month and day with `/`, `.` or words between them; None where there is none.

    The year may stand last where `dates` says what comes first.
    """
    if not text.strip():
        return None
    said = text.strip()
    if dates:
        day, month = (1, 2) if dates == DATES[0] else (2, 1)
        said = _YEAR_LAST.sub(lambda found: f"{found[3]}-{int(found[month]):02}-{int(found[day]):02}", said, count=1)
    said = _YEAR_FIRST.sub(lambda found: f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", said, count=1)
    said = _clock().sub(lambda found: f"{int(found[1]):02}:{found[2]}" + (f":{found[3]}" if found[3] else ""), said)
    said = _HALF_DAY.sub(_of_whole_day, said)
    try:
        at = datetime.fromisoformat(_SHORT_HOUR.sub(r" 0\1:", said, count=1))
    except ValueError as error:
        raise LogError(f"{where}: {text!r} is not a date and time: write 2026-03-05 14:30 (ISO 8601)") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _of_whole_day(found: re.Match[str]) -> str:
    """Give a time of a half day, 12:05 AM, in hours of the whole day."""
    return f" {int(found[1]) % _NOON + (_NOON if found[3].upper() == 'P' else 0):02}{found[2]}"


@cache
def _clock() -> re.Pattern[str]:
    """Give how a time of day is written in words."""
    return re.compile(_headings()["clock"][0])


def _limit(path: Path, events: int) -> None:
    if events > EVENTS_MAX:
        raise LogError(f"{path}: more than {EVENTS_MAX} events")
