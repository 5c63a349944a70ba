"""iCalendar files of holidays: the same years as the JSON files say, and events that say too little refused by line."""

import json
from pathlib import Path

import pytest

from adapters.calendars.holiday_cn import read_json
from adapters.calendars.reading import read_notices
from engine.refusal import Refused

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
EVENT = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{start}\r\n{more}SUMMARY:{name}\r\nEND:VEVENT\r\n"


def calendar(*events: str) -> bytes:
    """Make a file of events."""
    return f"{HEAD}{''.join(events)}END:VCALENDAR\r\n".encode()


def event(start: str, name: str, more: str = "") -> str:
    """Make an event; `more` are other lines of it."""
    return EVENT.format(start=start, name=name, more=more)


def refused(content: bytes) -> list[tuple[str, str]]:
    """Give place and code of every reason."""
    with pytest.raises(Refused) as told:
        read_notices(content, "")
    return [(one.where, one.code) for one in told.value.reasons]


@pytest.mark.parametrize("year", range(2007, 2027))
def test_a_year_reads_as_its_json_does(shared_data: Path, year: int) -> None:
    """Every day of the year, off or worked, as an event of a day."""
    content = (shared_data / "holiday-cn" / f"{year}.json").read_bytes()
    days = json.loads(content)["days"]
    events = [
        event(one["date"].replace("-", ""), one["name"] + ("假期" if one["isOffDay"] else "补班")) for one in days
    ]
    found = [(day.on, day.working) for notice in read_notices(calendar(*events), "") for day in notice.days]
    assert sorted(found) == sorted((day.on, day.working) for day in read_json(content).days)


def test_an_event_of_several_days_ends_before_its_end() -> None:
    """As RFC 5545 has it; long lines are folded."""
    folded = "DTEND;VALUE=DATE:202\r\n 60104\r\n"
    (notice,) = read_notices(
        calendar(event("20260101", "元旦（休）", folded), event("20260104", "元旦（班）")), "gov.cn"
    )
    assert [(day.on.isoformat(), day.working) for day in notice.days] == [
        ("2026-01-01", False),
        ("2026-01-02", False),
        ("2026-01-03", False),
        ("2026-01-04", True),
    ]
    assert (notice.year, notice.source) == (2026, "gov.cn")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (event("20261001", "国庆节"), ("3", "calendar.event_kind")),
        (event("20261001T080000Z", "国庆假期"), ("3", "calendar.event_date")),
        (event("20261301", "国庆假期"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期", "DTEND;VALUE=DATE:20270101\r\n"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期", "DTEND;VALUE=DATE:20261001\r\n"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期", "RRULE:FREQ=YEARLY\r\n"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期", "RDATE;VALUE=DATE:20261002\r\n"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期", "DURATION:PT12H\r\n"), ("3", "calendar.event_date")),
        (event("20261001", "国庆假期") * 2, ("7", "calendar.listed_twice")),
        ("", ("", "calendar.no_rows")),
    ],
)
def test_an_event_that_says_too_little_is_named_by_its_line(made: str, told: tuple[str, str]) -> None:
    """A festival need not be a day off; a moment, a year of days and a rule are no days."""
    assert refused(calendar(made)) == [told]


def test_a_length_in_days_counts_and_a_cancelled_event_does_not() -> None:
    """Programs write an end or a length; an event that is called off stays in the file. An alarm is no event."""
    alarm = "BEGIN:VALARM\r\nSUMMARY:上班\r\nTRIGGER:-PT9H\r\nEND:VALARM\r\n"
    (notice,) = read_notices(
        calendar(
            event("20261001", "国庆\\, 中秋假期\\n放假", "DURATION:P1W\r\n"),
            event("20261010", "国庆（班）", "STATUS:CANCELLED\r\n"),
            event("20261011", "国庆假期", alarm),
        ),
        "",
    )
    assert [day.on.day for day in notice.days] == [1, 2, 3, 4, 5, 6, 7, 11]
    assert {(day.working, day.name) for day in notice.days} == {(False, "国庆, 中秋假期 放假"), (False, "国庆假期")}


def test_where_special_days_are_marked_the_others_are_festivals() -> None:
    """Apple's calendar of China lists what is celebrated beside the days off."""
    mark = "X-APPLE-SPECIAL-DAY:{}\r\n"
    (notice,) = read_notices(
        calendar(
            event("20260101", "元旦", mark.format("WORK-HOLIDAY")),
            event("20260104", "元旦", mark.format("ALTERNATE-WORKDAY")),
            event("20260214", "情人节", "RRULE:FREQ=YEARLY;COUNT=5\r\n"),
            event("20260308", "妇女节"),
        ),
        "",
    )
    assert [(f"{day.on}", day.working) for day in notice.days] == [("2026-01-01", False), ("2026-01-04", True)]
