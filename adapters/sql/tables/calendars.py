"""Working calendars as data: which years are announced, which days are exceptions."""

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key


class CalendarRow(SQLModel, table=True):
    """A calendar and its office hours (`HH:MM`, local to `zone`); `weekend` holds weekday numbers, as `5,6`."""

    __tablename__ = "calendar"

    key: str = Field(primary_key=True, sa_type=Key)
    zone: str = Field(sa_type=Key)
    opening: str = Field(sa_type=Key)
    closing: str = Field(sa_type=Key)
    weekend: str = Field(sa_type=Key)
    needs_announcement: bool


class CalendarYearRow(SQLModel, table=True):
    """A year that is known of: announced or provisional; `source` names the notice or file it comes from."""

    __tablename__ = "calendar_year"

    calendar: str = Field(primary_key=True, sa_type=Key)
    year: int = Field(primary_key=True)
    status: str = Field(sa_type=Key)
    source: str = Field(default="", sa_type=Text)


class CalendarDayRow(SQLModel, table=True):
    """An exceptional day: off although a weekday, or worked although a weekend; `name` is its holiday's."""

    __tablename__ = "calendar_day"

    calendar: str = Field(primary_key=True, sa_type=Key)
    day: date = Field(primary_key=True)
    working: bool
    name: str = Field(default="", sa_type=Text)
