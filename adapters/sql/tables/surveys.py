"""Surveys of people who have no account: tokens that may answer once, and answers that nobody can trace to a token."""

from datetime import date

from sqlalchemy import Date, Index
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import COMPACT, Key


class SurveyTokenRow(SQLModel, table=True):
    """Leave to answer once. `hash` is the SHA-256 of the token, which is on paper only; `audience` who it was for."""

    __tablename__ = "survey_token"
    __table_args__ = (Index("survey_token_case", "case_id", "audience"), COMPACT)

    hash: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(sa_type=Key)
    audience: str = Field(sa_type=Key)
    used: bool = False


class SurveyAnswerRow(SQLModel, table=True):
    """An answer. Of its time only the day is kept, so that it can not be matched with anything else.

    `is_fast`: it came too soon after the question was opened to have been read, and does not count.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (Index("survey_answer_case", "case_id", "audience"),)

    id: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(sa_type=Key)
    audience: str = Field(sa_type=Key)
    level: str = Field(sa_type=Key)
    is_fast: bool = False
    on: date = Field(sa_type=Date)
