"""What projects came to: evaluations to those who see them, lessons to everybody who writes the next application."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from adapters.sql.reads.cases import EVERYBODY, Filter, list_cases
from tests.service.web.county import Service

TABS = re.compile(r'view=(\w+)"[^>]*>[^<]*<span class="count">(\d+)<')
FOREIGN, OWN = "t05-apply", "t01-apply"
"""An applicant of another township than the lessons are from, and one of theirs."""


@contextmanager
def reading(county: Service, person: str) -> Iterator[httpx.Client]:
    """Somebody at a browser, in English."""
    cookies = {**dict([county.cookie_of(person)]), "shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        yield client


def test_leaders_read_scores_grades_and_satisfaction(county: Service) -> None:
    """A number at each tab is the number of cards behind it."""
    with reading(county, "lead-1") as leader:
        page = leader.get("/evaluations").text
        assert page.count("card-head") == 3
        counted = dict(TABS.findall(page))
        assert counted == {"A": "1", "B": "0", "C": "0", "D": "0", "open": "2"}
        for view, count in counted.items():
            shown = leader.get("/evaluations", params={"view": view}).text
            assert shown.count("card-head") == int(count), view
        best = leader.get("/evaluations?view=A").text
    for said in ("PJ-2026-T02-0002", "Excellent", "60 of 60", "26 of 30", "92.2", "Output"):
        assert said in best, said


def test_evaluations_are_of_the_projects_one_sees(county: Service) -> None:
    """A township reads its own; where there are none the page says what comes next."""
    with reading(county, "t01-leader") as leader:
        page = leader.get("/evaluations").text
    assert "PJ-2026-T01-0015" in page
    assert "T02" not in page
    assert "T08" not in page
    with reading(county, FOREIGN) as applicant:
        assert "No evaluations" in applicant.get("/evaluations").text
    with reading(county, "admin") as administrator:
        assert administrator.get("/evaluations").status_code == 403


def test_lessons_are_read_by_all_without_their_project(county: Service) -> None:
    """Those under review are not there, and only who sees the project is led to it."""
    with reading(county, FOREIGN) as stranger:
        page = stranger.get("/lessons").text
        assert "2 rows on this page" in page
        assert "展示屏" not in page, "it is still reviewed"
        assert "JY-2026" not in page
        assert "QH-2025" not in page
        assert "星禾镇" not in page
    with reading(county, OWN) as member:
        assert "/items/JY-2026-T01-0001-1" in member.get("/lessons").text


def test_lessons_are_found_by_what_they_say(county: Service) -> None:
    """By words anywhere in them, all of which count, and by category, kind and stage."""
    with reading(county, FOREIGN) as stranger:

        def names(**asked: str) -> set[str]:
            page = stranger.get("/lessons", params=asked).text
            return {name for name in ("历史数据先清洗再导入", "业务人员全程参与测试，上线后问题少") if name in page}

        first, second = "历史数据先清洗再导入", "业务人员全程参与测试，上线后问题少"
        assert names(words="重复率") == {first}
        assert names(words="业务规则 驻场") == {second}
        assert names(words="重复率 驻场") == set()
        assert names(categories="software") == {first, second}
        assert names(categories="data") == {first}
        assert names(kind="success") == {second}
        assert names(stage="operation", kind="success") == set()
        assert names(categories="no-such") == set()
        assert "No lesson fits" in stranger.get("/lessons?words=%25").text, "a wildcard is a character"


def test_who_writes_an_application_reads_lessons_of_its_kind(county: Service) -> None:
    """A draft about software shows both; the categories of a project of hardware alone show none of them."""
    with reading(county, "t02-apply") as applicant:
        page = applicant.get("/items/QH-2026-T02-0039/edit").text
    assert "Lessons of similar projects" in page
    assert "历史数据先清洗再导入" in page


def test_what_was_learned_is_had_as_a_file(county: Service) -> None:
    """All rows that the address leads to, with the same words as the page; also what came back to be mended."""
    with reading(county, "lead-1") as leader:
        rows = leader.get("/evaluations?file=csv&view=A").text.splitlines()
        assert len(rows) == 2
        assert "PJ-2026-T02-0002" in rows[1]
        assert "Excellent" in rows[1]
        assert leader.get("/evaluations?file=xlsx").content[:2] == b"PK"
    with reading(county, FOREIGN) as stranger:
        lessons = stranger.get("/lessons?file=csv&kind=success").text.splitlines()
        assert len(lessons) == 2
        assert "业务人员全程参与测试，上线后问题少" in lessons[1]
        assert "星禾镇" not in lessons[1]
    with reading(county, "t04-apply") as applicant:
        assert "QH-2026-T04-0036" in applicant.get("/returned?file=csv").text


def test_lessons_come_page_by_page(county: Service) -> None:
    """Each page goes on after the last lesson of the one before; nothing twice, nothing left out."""
    with county.assembly.database.read() as connection, reading(county, OWN) as member:
        newest = list_cases(connection, EVERYBODY, Filter(definition="lesson", states=("published",))).lines[0]
        first = member.get("/lessons").text
        rest = member.get("/lessons", params={"after": newest.id}).text
    assert f"/items/{newest.code}" in first
    assert f"/items/{newest.code}" not in rest
    assert "1 row on this page" in rest
