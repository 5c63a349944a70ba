"""Periods as ISO 8601 says them (`P5D`, `PT36H`), as definitions write them: hours (begun ones whole), days, months."""

import re
from xml.etree.ElementTree import Element

from adapters.exchange.markup import parted, plain
from engine.duration import DurationError, parse_duration

_PERIOD = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?"
)
HOURS_A_DAY, DAYS_A_WEEK, MONTHS_A_YEAR, MINUTES_AN_HOUR, SECONDS_A_MINUTE = 24, 7, 12, 60, 60


def period_of(text: str) -> tuple[str, bool]:
    """Give a period as definitions write it, and whether a begun hour was made whole; empty when it can not be said."""
    found = _PERIOD.fullmatch(text.strip().strip("\"'"))
    if found is None:
        return "", False
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    months += years * MONTHS_A_YEAR
    days += weeks * DAYS_A_WEEK
    more, begun = divmod(minutes * SECONDS_A_MINUTE + seconds, MINUTES_AN_HOUR * SECONDS_A_MINUTE)
    hours += more + bool(begun)
    if months and (days or hours):
        return "", False
    if hours:
        return _said(days * HOURS_A_DAY + hours, "hours"), bool(begun)
    return _said(months, "months") if months else _said(days, "days"), False


def _said(amount: int, unit: str) -> str:
    try:
        return str(parse_duration(f"{amount} {unit}"))
    except DurationError:
        return ""


def timer_of(element: Element) -> tuple[str, str, bool]:
    """Give the period of an event's timer, the timer as it was written, and whether a begun hour was made whole."""
    for inner in element.iter():
        _, local = parted(inner.tag)
        if local in ("timeDuration", "timeDate", "timeCycle"):
            text = plain(inner.text)
            period, is_longer = period_of(text) if local == "timeDuration" else ("", False)
            return period, text or local, is_longer
    return "", "", False
