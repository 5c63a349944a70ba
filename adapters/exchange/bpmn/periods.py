"""Periods as ISO 8601 says them (`P5D`, `PT36H`), as definitions write them: whole hours, days or months."""

import re
from xml.etree.ElementTree import Element

from adapters.exchange.markup import parted, plain
from engine.duration import DurationError, parse_duration

_PERIOD = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?"
)
HOURS_A_DAY, DAYS_A_WEEK, MONTHS_A_YEAR, MINUTES_AN_HOUR, SECONDS_A_MINUTE = 24, 7, 12, 60, 60


def period_of(text: str) -> str:
    """Give a period as definitions write it; empty when it is no whole number of hours, days or months."""
    found = _PERIOD.fullmatch(text.strip().strip("\"'"))
    if found is None:
        return ""
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    months += years * MONTHS_A_YEAR
    days += weeks * DAYS_A_WEEK
    minutes, odd = minutes + seconds // SECONDS_A_MINUTE, seconds % SECONDS_A_MINUTE
    hours, left = hours + minutes // MINUTES_AN_HOUR, minutes % MINUTES_AN_HOUR
    if odd or left or (months and (days or hours)):
        return ""
    if hours:
        return _said(days * HOURS_A_DAY + hours, "hours")
    return _said(months, "months") if months else _said(days, "days")


def _said(amount: int, unit: str) -> str:
    try:
        return str(parse_duration(f"{amount} {unit}"))
    except DurationError:
        return ""


def timer_of(element: Element) -> tuple[str, str]:
    """Give the period of an event's timer, and the timer as it was written."""
    for inner in element.iter():
        _, local = parted(inner.tag)
        if local in ("timeDuration", "timeDate", "timeCycle"):
            text = plain(inner.text)
            return period_of(text) if local == "timeDuration" else "", text or local
    return "", ""
