"""The page of calls for departments: what is open, until when, what is needed, and beginning there."""

from pathlib import Path

from adapters.sql.notices import list_notices
from service.jobs.calls import CallTeller
from service.jobs.heartbeat import post_office
from tests.service.web.screening_scene import Scene, scene

GUIDE = {
    "number": "2026-9",
    "name": "冬季专项",
    "channel": "special",
    "guide": "重点支持一网通办。",
    "themes": "适老化改造",
    "what_is_needed": "需求说明、绩效目标、三家询价",
    "scope": ["software", "data"],
    "opens_on": "2026-11-20",
    "closes_on": "2026-12-04",
    "quota": 5,
    "ceiling": 200_000_000,
}


def publish(place: Scene) -> None:
    """Let the county publish a call."""
    code = place.start("application-call", "cty-review-1", "QH", "PC-2026-001")
    place.save(code, "cty-review-1", **GUIDE)
    assert place.act(code, "cty-review-1", "submit") == "approving"
    assert place.act(code, "cty-head", "publish") == "open"


def test_an_application_begins_at_its_call(furnished_county: Path, tmp_path: Path) -> None:
    """Nothing before it is published; then its card with its last day, and a draft that names the call."""
    with scene(furnished_county, tmp_path) as place:
        office = place.browser("t02-apply")
        assert "冬季专项" not in office.get("/apply").text
        publish(place)
        office = place.browser("t02-apply")
        shown = office.get("/apply").text
        for words in ("2026-9", "冬季专项", "2026-12-04", "三家询价", "适老化改造", "软件", "2,000,000.00"):
            assert words in shown
        begun = office.post("/apply", definition="township-project", unit="T02-SVC", batch="2026-9")
        assert begun.status_code == 303
        draft = office.get(begun.headers["location"] + "?section=basics").text
        assert 'value="2026-9"' in draft


def test_a_call_for_some_units_is_shown_to_them_alone(furnished_county: Path, tmp_path: Path) -> None:
    """A township that may not answer does not see it."""
    with scene(furnished_county, tmp_path) as place:
        code = place.start("application-call", "cty-review-1", "QH", "PC-2026-001")
        place.save(code, "cty-review-1", **GUIDE, open_to=[{"unit": "T03"}])
        place.act(code, "cty-review-1", "submit")
        place.act(code, "cty-head", "publish")
        assert "冬季专项" not in place.browser("t02-apply").get("/apply").text
        assert "冬季专项" in place.browser("t03-apply").get("/apply").text


def told(place: Scene, who: str) -> list[str]:
    """Give the kinds of notices somebody has, the newest first."""
    with place.assembly.database.read() as connection:
        return [one.kind for one in list_notices(connection, who).lines]


def test_each_office_is_told_once_when_a_call_opens(furnished_county: Path, tmp_path: Path) -> None:
    """If an office missed the message, or got it every hour, its ideas would come too late or the message not be read.

    The county sees who read it; an extension is told again, with its new last day.
    """
    with scene(furnished_county, tmp_path) as place:
        teller, office = CallTeller(place.assembly), post_office(place.assembly)
        assert teller.look() == 1, "the demonstration has a call of its own"
        while office.send():
            pass
        before = {who: told(place, who).count("call.opened") for who in ("t02-apply", "t07-apply")}
        assert (teller.look(), set(before.values())) == (0, {1})
        publish(place)
        assert teller.look() == 1
        assert teller.look() == 0
        assert CallTeller(place.assembly).look() > 0, "another process says it again, under one id"
        while office.send():
            pass
        assert {who: told(place, who).count("call.opened") - 1 for who in before} == before
        assert "call.opened" not in told(place, "fin-head")
        county = place.browser("cty-review-1")
        shown = county.get("/items/PC-2026-001").text
        assert "其中 0 个已读" in shown
        reader = place.browser("t02-apply")
        page = reader.get("/notifications").text
        assert "已开放，2026-12-04 23:59 截止" in page
        assert reader.get("/items/PC-2026-001").status_code == 200, "who is told may read it"
        until = page.partition('name="until" value="')[2].partition('"')[0]
        reader.post("/notifications", until=until)
        assert "其中 1 个已读" in county.get("/items/PC-2026-001").text
        place.act(
            "PC-2026-001",
            "cty-head",
            "extend",
            "申报不足，延期一周。请各单位抓紧。",
            extended_to="2026-12-11",
            reason_code="few",
        )
        assert teller.look() == 1
        while office.send():
            pass
        assert told(place, "t02-apply").count("call.opened") == 3
