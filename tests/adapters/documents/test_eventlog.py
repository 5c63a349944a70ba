"""Logs as other systems write them: encodings, delimiters, headings, times; what is wrong is told with its place."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.documents.eventlog import Layout, LogError, read_log

ROWS = (
    ("c1", "收件", "2026-03-05 09:00"),
    ("c1", "审核, 一次\n再审", "2026-03-06 09:00"),
    ("c2", "收件", "2026-03-05 08:00"),
)
STEPS = {"c1": ["收件", "审核, 一次\n再审"], "c2": ["收件"]}


def written(heading: tuple[str, ...], delimiter: str) -> str:
    """Write the rows as a CSV file, every value in quotes."""
    return "".join(delimiter.join(f'"{value}"' for value in row) + "\r\n" for row in (heading, *ROWS))


def steps(path: Path) -> dict[str, list[str]]:
    """Give the activities of each case."""
    return {case: [step.activity for step in found] for case, found in read_log(path)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_seen(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Nobody should have to convert a log before it can be judged."""
    path = tmp_path / "log.csv"
    path.write_bytes(written(("case_id", "activity", "timestamp"), delimiter).encode(encoding))
    assert steps(path) == STEPS


@pytest.mark.parametrize(
    "heading",
    [
        ("case:concept:name", "concept:name", "time:timestamp"),
        ("Case ID", "Activity", "Complete Timestamp"),
        ("案件编号", "环节", "办理时间"),
    ],
)
def test_headings_are_known(tmp_path: Path, heading: tuple[str, ...]) -> None:
    """The usual tools' names, and Chinese ones."""
    path = tmp_path / "log.csv"
    path.write_text(written(heading, ","), "utf-8")
    assert steps(path) == STEPS


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2011/10/11 13:45:40.276", datetime(2011, 10, 11, 13, 45, 40, 276_000, UTC)),
        ("2011-10-11T13:45:40+02:00", datetime(2011, 10, 11, 11, 45, 40, tzinfo=UTC)),
        ("2026年3月5日 9:05", datetime(2026, 3, 5, 9, 5, tzinfo=UTC)),
        ("2026.03.05", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026年3月5日 9时05分", datetime(2026, 3, 5, 9, 5, tzinfo=UTC)),
        ("2026-03-05 12:05:07 am", datetime(2026, 3, 5, 0, 5, 7, tzinfo=UTC)),
    ],
)
def test_times_that_begin_with_the_year_are_read(tmp_path: Path, said: str, at: datetime) -> None:
    """A month is never guessed: `05/03/2026` could be May."""
    path = tmp_path / "log.csv"
    path.write_text(f"case,activity,time\nc1,a,{said}\n", "utf-8")
    ((_, found),) = read_log(path)
    assert found[0].at == at


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("case,activity,time\nc1,a,05/03/2026\n", "line 2: '05/03/2026' is not a date and time"),
        ("case,activity,time\nc1,,2026-03-05\n", "line 2: case or activity is empty"),
        ("nr,what,time\n1,a,2026-03-05\n", "line 1: no column case:concept:name"),
        ("case,time,activity\nc1,2026-03-05,check, receipt\n", "line 2: more cells than the heading"),
        ("case,case,activity,time\nc1,c2,a,2026-03-05\n", "line 1: the column case stands there twice"),
        ("case,activity,time\nc1,a,2026-03-05\nc1,b,\n", "case c1: 1 of its 2 events have no time"),
        ('case,activity,time\nc1,"a,2026-03-05\n', "line 1: unexpected end of data"),
        ("", "line 1: no column"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    """A log of a million lines is not searched by hand."""
    path = tmp_path / "log.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(LogError) as error:
        steps(path)
    assert told in str(error.value)
    assert str(path) in str(error.value)


def test_columns_and_dates_of_other_names_can_be_told(tmp_path: Path) -> None:
    """A Dutch log; blank rows are none."""
    path = tmp_path / "log.csv"
    path.write_text("Zaak;Stap;Tijd\n1;b;4-10-2011 1:05 PM\n;;\n1;a;04.10.2011 13:00\n", "utf-8")
    layout = Layout("zaak", "Stap", "Tijd", "day-first")
    ((case, found),) = read_log(path, layout=layout)
    assert (case, [(step.activity, step.at.month, step.at.hour) for step in found]) == (
        "1",
        [("a", 10, 13), ("b", 10, 13)],
    )
    ((_, found),) = read_log(path, layout=Layout("zaak", "Stap", "Tijd", "month-first"))
    assert {step.at.month for step in found} == {4}
    with pytest.raises(LogError, match="no column zaaknr \\(--case names another\\); there are zaak, stap, tijd"):
        [*read_log(path, layout=Layout("Zaaknr"))]


def test_what_is_no_log_of_cases_is_told(tmp_path: Path) -> None:
    """A stream without traces, and letters that the reader of XML does not know."""
    path = tmp_path / "log.xes"
    path.write_text('<log><event><string key="concept:name" value="a"/></event></log>', "utf-8")
    with pytest.raises(LogError, match="1 events without traces"):
        steps(path)
    path.write_bytes('<?xml version="1.0" encoding="GB2312"?><log><trace name="审"/></log>'.encode("gb2312"))
    with pytest.raises(LogError, match="in UTF-8"):
        steps(path)
    path.write_text("<log/>", "utf-8")
    assert steps(path) == {}


XES = (
    '<?xml version="1.0" encoding="UTF-8"?><log xmlns="http://www.xes-standard.org/">'
    '<trace><string key="concept:name" value="c1"/>'
    '<event><string key="concept:name" value="b"/>{b}</event><event><string key="concept:name" value="a"/>{a}</event>'
    "</trace><trace/></log>"
)


def timed(day: int) -> str:
    """Give an event's time."""
    return f'<date key="time:timestamp" value="2026-03-{day:02}T09:00:00+08:00"/>'


def test_events_of_xes_stand_in_the_order_they_were_observed(tmp_path: Path) -> None:
    """IEEE 1849: the order of the file, whatever the times say and where some are missing. An empty case is a case."""
    path = tmp_path / "log.xes"
    path.write_text(XES.format(a="", b=""), "utf-8")
    assert steps(path) == {"c1": ["b", "a"], "trace 2": []}
    packed = tmp_path / "log.xes.gz"
    for a, b, days in ((timed(1), timed(2), [2, 2]), (timed(3), "", [3, 3]), (timed(3), timed(2), [2, 3])):
        packed.write_bytes(gzip.compress(XES.format(a=a, b=b).encode()))
        ((_, found), _) = read_log(packed)
        assert [(step.activity, step.at.day) for step in found] == [("b", days[0]), ("a", days[1])]
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(LogError, match="damaged"):
        steps(packed)


def test_rows_of_a_case_are_put_in_time(tmp_path: Path) -> None:
    """The rows of a table are in no order of their own; equal times, and no times at all, keep that of the file."""
    path = tmp_path / "log.csv"
    heading = "case,activity,time\n"
    path.write_text(f"{heading}c,b,2026-03-02\nc,a,2026-03-01\nc,d,2026-03-02\n", "utf-8")
    assert steps(path) == {"c": ["a", "b", "d"]}
    path.write_text(f"{heading}c,b,\nc,a,\n", "utf-8")
    assert steps(path) == {"c": ["b", "a"]}


def lived(*events: tuple[str, str]) -> str:
    """Write one case as XES with the transitions of its activities."""
    written = "".join(
        f'<event><string key="concept:name" value="{name}"/><string key="lifecycle:transition" value="{life}"/></event>'
        for name, life in events
    )
    return f'<log><trace><string key="concept:name" value="c1"/>{written}</trace></log>'


WHOLE = (("a", "schedule"), ("a", "START"), ("a", "Complete"), ("b", "start"), ("b", "ate_abort"), ("b", "complete"))
"""Two activities, each told by several events."""


def test_an_activity_is_one_step_however_many_events_tell_of_it(tmp_path: Path) -> None:
    """Only its completion counts; what is left out is counted. A log of beginnings alone is taken by these."""
    path = tmp_path / "log.xes"
    for events, found, kinds in (
        (WHOLE, ["a", "b"], {"start": 2, "schedule": 1, "ate_abort": 1}),
        ((("a", "schedule"), ("a", "start"), ("b", "start")), ["a", "b"], {"schedule": 1}),
        ((("a", "unknown"), ("b", "assign")), ["a", "b"], {}),
        ((("a", "start"), ("b", ""), ("b", "complete")), ["b", "b"], {"start": 1}),
    ):
        path.write_text(lived(*events), "utf-8")
        left_out = Counter[str]()
        ((_, steps_),) = read_log(path, left_out)
        assert ([step.activity for step in steps_], dict(left_out)) == (found, kinds)


def test_a_column_may_tell_the_transitions(tmp_path: Path) -> None:
    """As libraries write XES as CSV."""
    path = tmp_path / "log.csv"
    lines = ["case:concept:name,concept:name,time:timestamp,lifecycle:transition"]
    lines += [f"c1,{name},2026-03-05 09:{minute:02},{life}" for minute, (name, life) in enumerate(WHOLE)]
    path.write_text("\n".join(lines), "utf-8")
    assert steps(path) == {"c1": ["a", "b"]}
