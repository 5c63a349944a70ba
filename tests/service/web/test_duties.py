"""What one owes: from tasks, from the plan of projects that run, from the month; late first."""

import re
from datetime import date

import httpx
import pytest
from playwright.sync_api import Browser

from service.web.views.duties import Duty, spans
from service.web.views.reader import Due
from tests.browser import NARROW, visiting
from tests.service.web.county import Service

TODAY = date(2026, 11, 25)
"""A Wednesday."""


def owed(day: str | None) -> Duty:
    """Something that is due on a day."""
    return Duty(day or "whenever", "", "", "", Due(date.fromisoformat(day), None) if day else None)


def test_duties_fall_into_spans_of_time() -> None:
    """The week ends on Sunday; within a span the soonest comes first; what has no day comes last."""
    days = ["2026-12-26", None, "2026-11-24", "2026-11-29", "2026-11-30", "2026-11-25", "2026-12-27", "2026-01-01"]
    assert [(span.name, [one.what for one in span.duties]) for span in spans(map(owed, days), TODAY)] == [
        ("late", ["2026-01-01", "2026-11-24"]),
        ("week", ["2026-11-25", "2026-11-29"]),
        ("month", ["2026-11-30", "2026-12-26"]),
        ("later", ["2026-12-27"]),
        ("open", ["whenever"]),
    ]
    assert spans([], TODAY) == []


def test_a_manager_sees_papers_milestones_and_the_months_report(county: Service) -> None:
    """Of their own township alone; each leads to where it is done."""
    name, token = county.cookie_of("t01-apply")
    cookies = {name: token, "shenpi_language": "en"}
    with httpx.Client(base_url=county.url, cookies=cookies, headers={"accept": "text/html"}) as client:
        page = client.get("/duties").text
    assert "Progress report 2026-11" in page
    assert "Evidence of the milestone: " in page
    assert "2026-12-07" in page, "the fifth working day after the month"
    links = re.findall(r'<div class="task"><a href="([^"]+)"', page)
    assert links
    assert all("-T01-" in link or link.startswith("/queue/") for link in links)
    assert page.index("Overdue") < page.index("Within a month")


@pytest.mark.browser
@pytest.mark.parametrize("person", ["t01-apply", "ndrc"])
def test_the_list_holds(chromium: Browser, county: Service, person: str) -> None:
    """With duties and without."""
    cookies = (county.cookie_of(person),)
    with visiting(chromium, f"{county.url}/duties", language="en", width=NARROW, cookies=cookies) as visit:
        visit.check()
