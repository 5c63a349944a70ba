"""Days of a year from a table: what is taken, and every bad cell by its address."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from adapters.calendars.china import CHINA, seed
from adapters.calendars.notice import Day, Notice, changed_days, published, working_calendar
from adapters.calendars.table import Language, Problem, days_table, read_days
from adapters.documents.spreadsheet import SpreadsheetError
from adapters.documents.workbook import csv_file, workbook
from engine.calendar import YearStatus
from engine.refusal import Refusal, Refused

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = "2027.xlsx"
NEW_YEAR = Day(date(2027, 1, 1), working=False, name="元旦")


def refused(text: str) -> tuple[Refusal, ...]:
    """Return the reasons for which a CSV table is refused."""
    with pytest.raises(Refused) as caught:
        read_days(BytesIO(text.encode()), SOURCE)
    return caught.value.reasons


@pytest.mark.parametrize(
    "text",
    [
        "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-03,上班,元旦\n",
        "节日;安排;日期\n元旦;休;2027/1/1\n元旦;补班;2027/1/3\n",
        "Date\tName\tKind\n20270101\t元旦\tOFF\n2027.1.3\t元旦\tWork\n",
        "日期,类型,名称\n2027年1月1日,放假,元旦\n2027年1月3日,班,元旦\n",
    ],
)
def test_tables_of_different_hands_are_taken(text: str) -> None:
    """Columns in any order, headings and kinds in both languages, dates as people write them."""
    days = (NEW_YEAR, Day(date(2027, 1, 3), working=True, name="元旦"))
    assert read_days(BytesIO(text.encode()), SOURCE) == (Notice(2027, YearStatus.ANNOUNCED, SOURCE, days),)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_tables_come_back_whole(language: Language) -> None:
    """The years written as XLSX and as CSV read back to the same verdicts, whatever the language of the headings."""
    table = days_table(seed()[:20], "放假安排", language)
    for content in (workbook([table], ZONE), csv_file(table, ZONE)):
        years = seed()[:20]
        for notice in read_days(BytesIO(content), SOURCE):
            years = published(years, notice)
        before, after = working_calendar(CHINA, seed()[:20]), working_calendar(CHINA, years)
        assert changed_days(before, after, range(2007, 2027)) == ()
        assert [year.days for year in years] == [year.days for year in seed()[:20]]


def test_a_table_of_one_year_leaves_the_next_one_alone() -> None:
    """2018's table ends with days that belong to 2019's notice: 2019 keeps all its days."""
    years = {year.year: year for year in seed()}
    content = csv_file(days_table([years[2018]], "2018"), ZONE)
    after = seed()
    for notice in read_days(BytesIO(content), SOURCE):
        after = published(after, notice)
    assert {year.year: year.days for year in after} == {year.year: year.days for year in seed()}


def test_every_bad_cell_is_named() -> None:
    """All mistakes at once, each with its address and what stands there."""
    text = (
        "日期,类型,名称\n2027-02-30,放假,春节\n明天,休息,春节\n2027-02-07,出差,春节\n,,空\n"
        f"2027-02-08,放假,{'长' * 101}\n2027-05-01,放假,劳动节\n2027/5/1,上班,劳动节\n"
    )
    assert refused(text) == (
        Refusal(Problem.BAD_DATE, "A2", {"value": "2027-02-30"}),
        Refusal(Problem.BAD_DATE, "A3", {"value": "明天"}),
        Refusal(Problem.BAD_KIND, "B4", {"value": "出差"}),
        Refusal(Problem.BAD_DATE, "A5", {"value": ""}),
        Refusal(Problem.BAD_KIND, "B5", {"value": ""}),
        Refusal(Problem.NAME_TOO_LONG, "C6", {"characters_max": 100}),
        Refusal(Problem.LISTED_TWICE, "A8", {"value": "2027-05-01", "first": "A7"}),
    )


def test_missing_headings_and_empty_tables_are_named() -> None:
    """A table without its columns or without a day says what it needs."""
    assert refused("名称,日期\n元旦,2027-01-01\n") == (Refusal(Problem.NO_HEADING, "A1", {"heading": "类型"}),)
    assert refused("日期,类型,名称\n") == (Refusal(Problem.NO_ROWS),)
    assert refused("") == (Refusal(Problem.NO_ROWS),)


def test_a_title_above_the_table_and_a_day_of_the_week_are_no_mistakes() -> None:
    """As offices print it: the year's name above, the weekday behind each date."""
    text = (
        "2027年放假安排,,\n,,\n日期,安排,节日\n2027-01-01（周五）,放假,元旦\n2027年1月2日 星期六,放假,元旦\n"
        "2027-01-03 00:00:00,上班,\n2027-01-04 08:30,上班,\n"
    )
    assert refused(text) == (Refusal(Problem.BAD_DATE, "A7", {"value": "2027-01-04 08:30"}),)
    (notice,) = read_days(BytesIO(text[: text.rindex("2027")].encode()), SOURCE)
    assert [(day.on.day, day.working) for day in notice.days] == [(1, False), (2, False), (3, True)]


def test_only_so_many_mistakes_are_listed() -> None:
    """A wrong file of thousands of rows gives a hundred reasons."""
    assert len(refused("日期,类型\n" + "x,y\n" * 5_000)) == 100


def test_a_file_that_is_no_table_is_refused_as_such() -> None:
    """The reader's own reasons are passed on."""
    with pytest.raises(SpreadsheetError, match="old_format"):
        read_days(BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), SOURCE)


def test_every_problem_has_its_sentences() -> None:
    """Each reason can be shown in both languages."""
    texts = yaml.safe_load((Path(__file__).parents[3] / "adapters/calendars/texts.yaml").read_text("utf-8"))
    assert {str(problem) for problem in Problem} <= texts.keys()
