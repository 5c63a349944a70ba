"""Notices as an iCalendar file (RFC 5545): events of whole days, each off or worked by what its name says.

Where events carry Apple's mark of special days, only those are read: the other ones of such a file are festivals.
"""

import re
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

_START, _END, _SUMMARY, _LENGTH, _STATUS = "DTSTART", "DTEND", "SUMMARY", "DURATION", "STATUS"
_REPEATED = ("RRULE", "RDATE")
_MARK = "X-APPLE-SPECIAL-DAY"
_MARKED = {"WORK-HOLIDAY": False, "ALTERNATE-WORKDAY": True}
"""Values of the mark, and whether the day is worked."""

_WHOLE_DAYS = re.compile(r"P(?:(\d{1,2})W|(\d{1,3})D)", re.ASCII)
_ESCAPED = re.compile(r"\\([\\;,Nn])")


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
    for line, event in _meant([*_events(text)]):
        for day in _days(line, event, reasons):
            if day.on in days:
                seen = {"value": str(day.on), "first": days[day.on].name}
                reasons.append(Refusal(Problem.LISTED_TWICE, f"{line}", seen))
            days.setdefault(day.on, day)
    if reasons or not days:
        raise Refused(*(reasons[:REASONS_MAX] or [Refusal(Problem.NO_ROWS)]))
    return notices_of(days.values(), source)


def _meant(events: list[tuple[int, dict[str, str]]]) -> list[tuple[int, dict[str, str]]]:
    """Give the events that speak of days off or worked: none that was cancelled, and where some are marked these."""
    held = [(line, event) for line, event in events if event.get(_STATUS, "").upper() != "CANCELLED"]
    return [one for one in held if one[1].get(_MARK, "").upper() in _MARKED] or held


def _events(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the properties of each event by their names, with the line at which it begins, without what lies in it."""
    event: dict[str, str] = {}
    begun = inside = 0
    for number, line in _unfolded(text):
        head, _, value = line.partition(":")
        name, value = head.partition(";")[0].strip().upper(), value.strip()
        if name == "BEGIN" and value.upper() == "VEVENT":
            event, begun, inside = {}, number, 0
        elif name == "END" and value.upper() == "VEVENT":
            yield begun, event
        elif name in ("BEGIN", "END"):
            inside += 1 if name == "BEGIN" else -1
        elif inside == 0:
            event.setdefault(name, value)


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
    name = _ESCAPED.sub(lambda found: " " if found[1] in "Nn" else found[1], event.get(_SUMMARY, ""))[:NAME_LENGTH_MAX]
    first = _date(event.get(_START, ""))
    end = _date(event[_END]) if _END in event else first and _after(first, event.get(_LENGTH, "P1D"))
    mark = event.get(_MARK, "").upper()
    working = _MARKED[mark] if mark in _MARKED else _is_worked(name)
    is_repeated = any(one in event for one in _REPEATED)
    if first is None or end is None or not 0 < (end - first).days <= DAYS_MAX or is_repeated:
        told = " ".join(event[one] for one in (_START, _END, _LENGTH, *_REPEATED) if one in event)
        reasons.append(Refusal("calendar.event_date", f"{line}", {"line": line, "value": told, "days_max": DAYS_MAX}))
    elif working is None:
        reasons.append(Refusal("calendar.event_kind", f"{line}", {"line": line, "value": name}))
    else:
        for number in range((end - first).days):
            yield Day(first + timedelta(days=number), working, name)


def _after(first: date, length: str) -> date | None:
    """Give the day after an event of whole days or weeks; other lengths are none."""
    found = _WHOLE_DAYS.fullmatch(length.removeprefix("+"))
    return found and first + timedelta(days=int(found[1] or 0) * 7 + int(found[2] or 0))


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
