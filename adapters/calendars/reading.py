"""A file of days off in any of the shapes that are taken: JSON of holiday-cn, iCalendar, or a table (XLSX, CSV)."""

from codecs import BOM_UTF8
from dataclasses import replace
from io import BytesIO

from adapters.calendars.holiday_cn import FILE_BYTES_MAX, read_json
from adapters.calendars.icalendar import BEGIN, read_calendar
from adapters.calendars.notice import Notice
from adapters.calendars.table import read_days
from adapters.documents.spreadsheet import SpreadsheetError
from engine.calendar import CalendarError
from engine.refusal import Refusal, Refused


def read_notices(content: bytes, source: str) -> tuple[Notice, ...]:
    """Read the notices of one year or several, oldest first; `source` names one that says nothing of it itself.

    Raises:
        Refused: with every reason, at its cell where the file is a table.

    """
    if len(content) > FILE_BYTES_MAX:
        raise Refused(Refusal("calendar.too_large", params={"bytes": len(content), "bytes_max": FILE_BYTES_MAX}))
    begun = content.removeprefix(BOM_UTF8).lstrip()[: len(BEGIN)]
    try:
        if begun.startswith((b"{", b"[")):
            notice = read_json(content)
            return (replace(notice, source=notice.source or source),)
        if begun.upper() == BEGIN:
            return read_calendar(content, source)
        return read_days(BytesIO(content), source)
    except SpreadsheetError as error:
        raise Refused(error.refusal) from error
    except CalendarError as error:
        raise Refused(Refusal("calendar.unreadable", params={"cause": str(error)})) from error
