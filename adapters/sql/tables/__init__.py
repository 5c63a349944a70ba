"""The tables, declared once with SQLModel; every statement and migration comes from here."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from adapters.sql.tables.access import (
    AttemptRow,
    FactorRow,
    IdempotencyRow,
    PreferenceRow,
    SessionRow,
    SignInRow,
    SpareCodeRow,
)
from adapters.sql.tables.calendars import CalendarDayRow, CalendarRow, CalendarYearRow
from adapters.sql.tables.cases import CaseFieldRow, CaseRow, ParticipantRow, PickedRow, RecordRow, TaskRow, TimerRow
from adapters.sql.tables.changing import MigrationCaseRow, MigrationRow
from adapters.sql.tables.documents import DocumentNumberRow, DocumentTextRow, DraftRow, FileRow, PictureRow
from adapters.sql.tables.ledger import LedgerBalanceRow, LedgerEntryRow, LedgerHeadRow, LedgerPostingRow, LedgerYearRow
from adapters.sql.tables.office import OfficeChangeRow, SecretRow, SignInEntryRow
from adapters.sql.tables.organisation import DelegationRow, MembershipRow, UnitRow, UserRow
from adapters.sql.tables.outgoing import NoticeRow, OutboxRow, WebhookRow
from adapters.sql.tables.publishing import DefinitionRow, DraftStepRow, NumberingRow, PolicyRow, VersionRow
from adapters.sql.tables.surveys import SurveyAnswerRow, SurveyTokenRow

METADATA = SQLModel.metadata
"""All tables, as Alembic and the statements see them."""


def table(row: type[SQLModel]) -> Table:
    """Give the table of a row class, to make statements from."""
    return METADATA.tables[str(row.__tablename__)]


CALENDAR, CALENDAR_YEAR, CALENDAR_DAY = table(CalendarRow), table(CalendarYearRow), table(CalendarDayRow)
CASES, RECORD, TASK, TIMER = table(CaseRow), table(RecordRow), table(TaskRow), table(TimerRow)
PARTICIPANT, CASE_FIELD = table(ParticipantRow), table(CaseFieldRow)
PICKED = table(PickedRow)
OUTBOX, NOTICE, WEBHOOK = table(OutboxRow), table(NoticeRow), table(WebhookRow)
IDEMPOTENCY, SESSION, SIGN_IN = table(IdempotencyRow), table(SessionRow), table(SignInRow)
ATTEMPT, PREFERENCE = table(AttemptRow), table(PreferenceRow)
FACTOR, SPARE_CODE = table(FactorRow), table(SpareCodeRow)
UNIT, USER, MEMBERSHIP, DELEGATION = table(UnitRow), table(UserRow), table(MembershipRow), table(DelegationRow)
DEFINITION, POLICY, NUMBERING, VERSION = (
    table(DefinitionRow),
    table(PolicyRow),
    table(NumberingRow),
    table(VersionRow),
)
DRAFT_STEP = table(DraftStepRow)
DOCUMENT_NUMBER, PICTURE = table(DocumentNumberRow), table(PictureRow)
DRAFT, FILE, DOCUMENT_TEXT = table(DraftRow), table(FileRow), table(DocumentTextRow)
LEDGER_HEAD, LEDGER_ENTRY, LEDGER_POSTING = table(LedgerHeadRow), table(LedgerEntryRow), table(LedgerPostingRow)
LEDGER_BALANCE, LEDGER_YEAR = table(LedgerBalanceRow), table(LedgerYearRow)
OFFICE_CHANGE, SECRET, SIGN_IN_ENTRY = table(OfficeChangeRow), table(SecretRow), table(SignInEntryRow)
MIGRATION, MIGRATION_CASE = table(MigrationRow), table(MigrationCaseRow)
SURVEY_TOKEN, SURVEY_ANSWER = table(SurveyTokenRow), table(SurveyAnswerRow)
