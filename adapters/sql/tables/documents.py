"""What people write before it counts, and the files they attach."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, Text
from sqlmodel import Field, SQLModel

from adapters.sql.tables.columns import Key, Moment


class DraftRow(SQLModel, table=True):
    """What a user has typed into a form of a case and not sent yet: outside of the audited history."""

    __tablename__ = "draft"

    case_id: str = Field(primary_key=True, sa_type=Key)
    user_id: str = Field(primary_key=True, sa_type=Key)
    data: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class DocumentNumberRow(SQLModel, table=True):
    """The number that a document of a case got when it was first printed: in its kind and year, without gaps."""

    __tablename__ = "document_number"

    case_id: str = Field(primary_key=True, sa_type=Key)
    kind: str = Field(primary_key=True, sa_type=Key)
    year: int
    seq: int
    issued_at: datetime = Field(sa_type=Moment)


class DocumentTextRow(SQLModel, table=True):
    """The words of a file's bytes, to find it by; empty where there are none or it could not be read."""

    __tablename__ = "document_text"

    digest: str = Field(primary_key=True, sa_type=Key)
    words: str = Field(sa_type=Text)
    read_at: datetime = Field(sa_type=Moment)


class PictureRow(SQLModel, table=True):
    """What a picture's bytes look like: 64 bits in hex, alike where pictures are; empty when it could not be read."""

    __tablename__ = "picture"

    digest: str = Field(primary_key=True, sa_type=Key)
    likeness: str = Field(sa_type=Key)
    taken_on: date | None = Field(default=None, sa_type=Date)


class FileRow(SQLModel, table=True):
    """A file that was uploaded to a case: `digest` (SHA-256, hex) finds its bytes in the file store."""

    __tablename__ = "file"
    __table_args__ = (Index("file_case", "case_id", "id"), Index("file_digest", "digest"))

    id: str = Field(primary_key=True, sa_type=Key)
    case_id: str = Field(sa_type=Key)
    field: str = Field(default="", sa_type=Key)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Key)
    size_bytes: int = Field(sa_type=BigInteger)
    digest: str = Field(sa_type=Key)
    by: str = Field(sa_type=Key)
    at: datetime = Field(sa_type=Moment)
