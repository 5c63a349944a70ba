"""Notices as an iCalendar file (RFC 5545): events of whole days, each off or worked by what its name says."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from adapters.calendars.notice import Day, Notice, notices_of
from adapters.calendars.table import NAME_LENGTH_MAX, REASONS_MAX, Problem, words_of
from engine.calendar import YEAR_FIRST, YEAR_LAST
from engine.refusal import Refusal, Refused

BEGIN = b"BEGIN:VCALENDAR"
DAYS_MAX = 31
"""Most days of one event."""

_START, _END, _SUMMARY, _REPEATED = "DTSTART", "DTEND", "SUMMARY", "RRULE"


def read_calendar(content: bytes, source: str) -> tuple[Notice, ...]:
    """Read the notices of one year or several, oldest first.

    Raises:
        Refused: with every event that can not be read, by its line.

    """
    try:
        text = content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise Refused(Refusal("table.encoding")) from error
    reasons: list[Refusal] = []
    days: dict[date, Day] = {}
    for line, event in _events(text):
        for day in _days(line, event, reasons):
            if day.on in days:
                seen = {"value": str(day.on), "first": days[day.on].name}
                reasons.append(Refusal(Problem.LISTED_TWICE, f"{line}", seen))
            days.setdefault(day.on, day)
    if reasons or not days:
        raise Refused(*(reasons[:REASONS_MAX] or [Refusal(Problem.NO_ROWS)]))
    return notices_of(days.values(), source)


def _events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the properties of each event by their names, with the line at which it begins."""
    event: dict[str, str] = {}
    begun = 0
    for number, line in _unfolded(text):
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "BEGIN" and value.upper() == "VEVENT":
            event, begun = {}, number
        elif name == "END" and value.upper() == "VEVENT":
            yield begun, event
        else:
            event.setdefault(name, value.strip())


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Give whole lines with their numbers: a line that begins with a blank goes on from the one before."""
    whole, begun = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in (" ", "\t"):
            whole += line[1:]
            continue
        yield begun, whole
        whole, begun = line, number
    yield begun, whole


def _days(line: int, event: Mapping[str, str], reasons: list[Refusal]) -> Iterator[Day]:
    """Give the days of an event, or none after saying what is wrong with it. Its end is the day after the last."""
    name = event.get(_SUMMARY, "").replace("\\", "")[:NAME_LENGTH_MAX]
    first = _date(event.get(_START, ""))
    end = _date(event[_END]) if _END in event else first and first + timedelta(days=1)
    working = _is_worked(name)
    if first is None or end is None or not 0 < (end - first).days <= DAYS_MAX or _REPEATED in event:
        told = " ".join(event[one] for one in (_START, _END, _REPEATED) if one in event)
        reasons.append(Refusal("calendar.event_date", f"{line}", {"line": line, "value": told, "days_max": DAYS_MAX}))
    elif working is None:
        reasons.append(Refusal("calendar.event_kind", f"{line}", {"line": line, "value": name}))
    else:
        for number in range((end - first).days):
            yield Day(first + timedelta(days=number), working, name)


def _date(text: str) -> date | None:
    """Read a whole day; a moment is none."""
    try:
        found = date.fromisoformat(text) if len(text) == len("20261001") else None
    except ValueError:
        return None
    return found if found is not None and YEAR_FIRST <= found.year <= YEAR_LAST else None


def _is_worked(name: str) -> bool | None:
    """Tell by its name whether a day is worked or off; None when it says neither."""
    said = name.casefold()
    for kind in ("working", "off"):
        if any(word in said for words in words_of("summary")[kind].values() for word in words):
            return kind == "working"
    return None
